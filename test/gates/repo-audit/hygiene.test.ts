import { execFileSync } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scanJson } from "../../../gates/repo-audit/checks/hygiene/json-scan.ts";
import { findCaseClashes } from "../../../gates/repo-audit/checks/hygiene/tree.ts";
import { KnownPaths } from "../../../gates/repo-audit/known-paths.ts";
import { Scratch } from "../../git/scratch.ts";
import { applyFixes, audit, brief, findingsIn, folderWith } from "./support.ts";

const hygiene = (files: Record<string, string | Buffer>) => findingsIn(files, "hygiene");
const conflict = (a: string, b: string): string =>
  `${"<".repeat(7)} HEAD\n${a}\n${"=".repeat(7)}\n${b}\n${">".repeat(7)} side\n`;

describe("conflict markers", () => {
  it("are found with their place, once for each conflict", async () => {
    const found = await hygiene({ "a.py": `x = 1\n${conflict("y = 1", "y = 2")}z\n${conflict("1", "2")}` });
    expect(brief(found)).toEqual([
      "high hygiene/conflict-marker a.py:2",
      "high hygiene/conflict-marker a.py:8",
    ]);
    expect(new Set(found.map((each) => each.fingerprint)).size).toBe(2);
  });

  it("come with a command that keeps the first side", async () => {
    const dir = folderWith({ "a.py": `x = 1\n${conflict("y = 1", "y = 2")}z = 3\n` });
    const [found] = (await audit(dir)).findings;
    execFileSync("sh", ["-c", found!.fix!.command!], { cwd: dir });
    expect(readFileSync(path.join(dir, "a.py"), "utf8")).toBe("x = 1\ny = 1\nz = 3\n");
  });

  it("are told once, not again as broken JSON", async () => {
    expect(brief(await hygiene({ "a.json": `{\n${conflict('"a": 1', '"a": 2')}}\n` }))).toEqual([
      "high hygiene/conflict-marker a.json:2",
    ]);
  });

  it("are not headings, quotations or one marker alone", async () => {
    const files = {
      "a.rst": "Title\n=======\n\ntext\n",
      "b.md": `Like this:\n\n\`\`\`\n${conflict("a", "b")}\`\`\`\n`,
      "c.txt": `${"<".repeat(7)} HEAD\nnothing follows\n`,
      "d.txt": `  ${conflict("indented", "x")}`,
    };
    expect(brief(await hygiene(files))).toEqual([]);
  });
});

describe("JSON", () => {
  it.each([
    ['{"a": 1,}', "low", "lenient-json"],
    ['{"a": 1} // why', "low", "lenient-json"],
    ['{"a" 1}', "high", "invalid-json"],
    ['{"a": 1', "high", "invalid-json"],
    ["{a: 1}", "high", "invalid-json"],
    ['{"a": "b\n"}', "high", "invalid-json"],
    ["[1, 2] 3", "high", "invalid-json"],
    ["", "low", "invalid-json"],
  ])("%s is %s %s", async (text, severity, rule) => {
    expect(await hygiene({ "x.json": text })).toMatchObject([{ severity, ruleId: `hygiene/${rule}` }]);
  });

  it("is left alone where comments belong, in templates, tests, JSON lines and behind a byte order mark", async () => {
    const files = {
      "tsconfig.base.json": "{ /* c */ }",
      ".vscode/settings.json": "{ // c\n}",
      "templates/x.json": "{ {{ name }} }",
      "x.json": '{ "a": {{ cookiecutter.value }} }',
      "test/fixtures/broken.json": "{",
      "lines.json": '{"a":1}\n{"a":2}\n',
      "bom.json": '\ufeff{"a": 1}',
    };
    expect(brief(await hygiene(files))).toEqual([]);
  });

  it("does not quote the file in its message", async () => {
    const [found] = await hygiene({ "x.json": '{"password": hunter-two-secret}' });
    expect(found?.ruleId).toBe("hygiene/invalid-json");
    expect(JSON.stringify(found)).not.toContain("hunter");
  });

  it("is strict after the fix of a lenient one", async () => {
    const dir = folderWith({
      "x.json": '{\n  // one, "two",\n  "a": [1, 2,], /* three */\n  "b": "// no",\n}\n',
    });
    applyFixes(dir, (await audit(dir)).findings);
    expect((await audit(dir)).findings).toEqual([]);
  });

  it.each([
    ['{"a": 1\n "b": 2}', '{"a": 1,\n "b": 2}'],
    ['{"a": [1, 2\n}', '{"a": [1, 2]\n}'],
    ['{"a": {"b": [1', '{"a": {"b": [1]}}'],
    ['{"a": 1}}', '{"a": 1}'],
    ['{"a" 1}', '{"a": 1}'],
  ])("%s is mended to %s", async (broken, mended) => {
    const dir = folderWith({ "x.json": broken });
    applyFixes(dir, (await audit(dir)).findings);
    expect(readFileSync(path.join(dir, "x.json"), "utf8")).toBe(mended);
  });

  it("is not mended by a guess", async () => {
    const [found] = await hygiene({ "x.json": '{"a": one, "b": two}' });
    expect(found?.fix?.edits).toBeUndefined();
  });

  it("scanner: accepts exactly what JSON.parse accepts", () => {
    const words = [
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      '"a"',
      "1",
      "-0.5e3",
      "01",
      "true",
      "nul",
      " ",
      "\n",
      '"\\u00e9"',
    ];
    const pieces = fc.array(fc.constantFrom(...words, '"\\x"'), { maxLength: 12 }).map((all) => all.join(""));
    const accepts = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(fc.oneof(fc.json(), pieces), (text) => {
        const { error, lenient } = scanJson(text);
        expect(error === null && lenient.length === 0).toBe(accepts(text));
        if (error) expect(error.offset).toBeLessThanOrEqual(text.length);
      }),
      { seed: 5, numRuns: 3000 },
    );
  });

  it("scanner: survives nesting made to break it", () => {
    expect(scanJson("[".repeat(100_000)).error?.expected).toBe("less nesting");
  });
});

describe("YAML", () => {
  it("is judged by who reads it", async () => {
    const broken = "a: 1\n b: 2\n";
    expect(brief(await hygiene({ ".github/workflows/ci.yml": broken, "data/x.yaml": broken }))).toEqual([
      "high hygiene/invalid-yaml .github/workflows/ci.yml:1",
      "medium hygiene/invalid-yaml data/x.yaml:1",
    ]);
  });

  it("may have expressions, tags, several documents and duplicate keys; templates are not yet YAML", async () => {
    const files = {
      ".github/workflows/ci.yml": "on: push\nenv:\n  A: ${{ secrets.A }}\n",
      "stack.yaml": "a: !Sub x\n---\nb: !!python/name:x.y\n",
      "twice.yaml": "a: 1\na: 2\n",
      "chart/templates/x.yaml": "{{- if .a }}\n a: 1\n{{- end }}\n",
      "jinja.yml": "{% if x %}\n a: [\n{% endif %}\n",
      "empty.yml": "",
    };
    expect(brief(await hygiene(files))).toEqual([]);
  });

  it("does not quote the file in its message", async () => {
    const [found] = await hygiene({ "x.yaml": "password: hunter-two: [secret\n" });
    expect(found?.ruleId).toBe("hygiene/invalid-yaml");
    expect(JSON.stringify(found)).not.toContain("hunter");
  });
});

it("counts a YAML file too long to parse as not examined, by name", async () => {
  const dir = folderWith({
    "data.yaml": `a: "${"x".repeat(600_000)}"\n`,
    "pnpm-lock.yaml": "b".repeat(600_000),
  });
  const { checks } = await audit(dir, { checks: ["hygiene"] });
  expect(checks[0]).toMatchObject({ planned: 2, examined: 1 });
  expect(checks[0]?.message).toContain("data.yaml: too long to parse as YAML");
});

describe("the list of files", () => {
  const tracked = (...paths: string[]) =>
    paths.map((each) => ({ path: each, oid: "", mode: "100644", size: 1 }));

  it("tells names that differ only in case once, by the folder where they part", () => {
    const clashes = (...paths: string[]) =>
      findCaseClashes(tracked(...paths), new KnownPaths(tracked(...paths)));
    const found = clashes("src/Button/a.ts", "src/Button/b.ts", "src/button/a.ts", "README.md", "Readme.md");
    expect(found.map((each) => each.message.split(" differ")[0])).toEqual([
      "README.md and Readme.md",
      "src/Button and src/button",
    ]);
    expect(clashes("a/x", "b/X", "x", "a/y")).toEqual([]);
  });

  it("finds links to nothing, and trusts those it cannot follow", async () => {
    const s = new Scratch()
      .init()
      .write("real.txt", "1")
      .write("docs/a.md", "x")
      .write(".gitignore", "dist/\n");
    const link = (target: string, name: string) => symlinkSync(target, path.join(s.dir, name));
    link("real.txt", "ok");
    link("docs", "folder");
    link("../real.txt", "docs/up");
    link("gone.txt", "broken");
    link("../../outside", "docs/out");
    link("/usr/share/doc", "absolute");
    link("dist/index.js", "built");
    link("../.env", "docs/.env");
    s.git("add", "-A");
    const result = await audit(s.dir, { checks: ["hygiene"] });
    expect(brief(result.findings)).toEqual(["medium hygiene/broken-link broken:1"]);
    expect(result.findings[0]?.fix?.command).toBe("git rm -- broken");
  });

  it("tells output that is tracked once for each folder", async () => {
    const s = new Scratch().init();
    s.write("web/node_modules/a/index.js", "1").write("web/node_modules/b/index.js", "2");
    s.write("app/__pycache__/x.pyc", "3").write(".DS_Store", "4").write("infra/terraform.tfstate", "{}");
    s.write("test/fixtures/node_modules/x/index.js", "5").write("src/node_modules.ts", "6");
    s.git("add", "-A", "-f");
    const result = await audit(s.dir, { checks: ["hygiene"] });
    expect(brief(result.findings)).toEqual([
      "medium hygiene/tracked-output infra/terraform.tfstate:1",
      "medium hygiene/tracked-output web/node_modules:1",
      "low hygiene/tracked-output .DS_Store:1",
      "low hygiene/tracked-output app/__pycache__:1",
    ]);
    expect(result.findings[1]).toMatchObject({ count: 2 });
  });

  it("weighs large files by what hosts do with them", async () => {
    const files = tracked("ok.bin", "big.bin", "warned.bin", "refused.bin");
    const mib = 1024 * 1024;
    [mib, 6 * mib, 60 * mib, 100 * mib].forEach((size, i) => {
      files[i]!.size = size;
    });
    const dir = folderWith({ "ok.bin": "", "big.bin": "", "warned.bin": "", "refused.bin": "" });
    const severities = async (options = {}) =>
      brief((await audit(dir, { checks: ["hygiene"], files, options })).findings);
    expect(await severities()).toEqual([
      "high hygiene/large-file refused.bin:1",
      "medium hygiene/large-file warned.bin:1",
      "low hygiene/large-file big.bin:1",
    ]);
    expect(await severities({ checks: { hygiene: { maxFileMiB: 99 } } })).toEqual([
      "high hygiene/large-file refused.bin:1",
    ]);
  });
});
