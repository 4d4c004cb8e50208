import { readFileSync } from "node:fs";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { cognitiveScores } from "../../../gates/repo-audit/checks/code-quality/cognitive.ts";
import { codeLines, maintainability } from "../../../gates/repo-audit/checks/code-quality/maintainability.ts";
import { measurePython } from "../../../gates/repo-audit/checks/code-quality/python-tree.ts";
import { pythonVolume } from "../../../gates/repo-audit/checks/code-quality/python-volume.ts";
import { findSmells } from "../../../gates/repo-audit/checks/code-quality/smells.ts";
import gate from "../../../gates/repo-audit/index.ts";
import { loadPython } from "../../../gates/repo-audit/python.ts";
import { SourceFile } from "../../../gates/repo-audit/source.ts";
import { type Node, PARSE_OPTIONS } from "../../../gates/repo-audit/tree.ts";
import type { ExecResult, GateContext } from "../../../modsquad/contracts/gate.ts";
import { scratch } from "../../git/scratch.ts";
import { audit, brief, folderWith } from "./support.ts";

const tree = (text: string, name = "a.ts"): Node =>
  parseSync(name, text, PARSE_OPTIONS).program as unknown as Node;
const scores = (text: string): [string, number][] =>
  cognitiveScores(tree(text)).map(({ name, score }) => [name, score]);

const only = { checks: ["code-quality"] };

describe("cognitive complexity", () => {
  it.each([
    ["function f(a) { return a; }", 0],
    ["function f(a) { if (a) return 1; else return 2; }", 2],
    ["function f(a, b) { if (a) { if (b) {} } }", 3],
    ["function f(a, b) { if (a) {} else if (b) {} else {} }", 3],
    ["function f(a) { for (const x of a) { while (x) { if (x) {} } } }", 6],
    ["function f(a) { switch (a) { case 1: case 2: return 1; default: return 2; } }", 1],
    ["function f(a) { try { a(); } catch (e) { if (e) {} } }", 3],
    ["function f(a, b, c) { return a && b && c; }", 1],
    ["function f(a, b, c) { return a && b || c; }", 1],
    ["function f(a, b, c) { return a || b || c; }", 0],
    ["function f(a, b, c, d) { return a && b && (c || (d && a)); }", 2],
    ["function f(a, b, c) { return a ? b : c ? 1 : 2; }", 3],
    ["function f(a) { x: for (;;) { continue x; } }", 2],
  ])("%s", (text, expected) => {
    expect(scores(text)).toEqual([["f", expected]]);
  });

  it("scores every function by itself", () => {
    expect(scores("function m(b) { if (b) {} const g = (a) => { if (a) {} }; return g; }")).toEqual([
      ["m", 1],
      ["g", 1],
    ]);
  });

  it("takes && before an element for JSX's way to say if", () => {
    const of = (text: string): number | undefined => cognitiveScores(tree(text, "a.tsx"))[0]?.score;
    expect(of("function A({ a, b }) { return <p>{a && b && <b />}</p>; }")).toBe(0);
    expect(of("function A({ a, b }) { return <p title={a || (b && 'x')} />; }")).toBe(1);
  });
});

describe("maintainability index", () => {
  it("follows the formula", () => {
    const text = "const a = 1;\n// note\n\nconst b = a;\n";
    const result = maintainability(tree(text), text, parseSync("a.ts", text).comments);
    // Operators: Program, two declarations, two declarators; operands: a, 1, b, a.
    expect(result).toMatchObject({ lines: 2, cyclomatic: 1 });
    expect(result.volume).toBeCloseTo(9 * Math.log2(6), 9);
    const raw = 171 - 5.2 * Math.log(9 * Math.log2(6)) - 0.23 - 16.2 * Math.log(2);
    expect(result.index).toBeCloseTo((raw * 100) / 171, 9);
  });

  it("falls with complexity and is the same for a file with more comments", () => {
    const plain = "export function f(a) {\n  return a;\n}\n";
    const tangled = `export function f(a) {\n${"  if (a > 1) { a = a * 2 + 1; }\n".repeat(40)}  return a;\n}\n`;
    const index = (text: string): number =>
      maintainability(tree(text), text, parseSync("a.ts", text).comments).index;
    expect(index(tangled)).toBeLessThan(index(plain) - 20);
    expect(index(`// why\n${plain}`)).toBe(index(plain));
    expect(codeLines('const u = "http://x"; // y\n', [{ start: 22, end: 26 }])).toBe(1);
  });
});

describe("smells", () => {
  it.each([
    ["db.query(`select * from users where id = ${id}`)", "sql-from-strings"],
    ['db.execute("delete from t where name = \'" + name + "\'")', "sql-from-strings"],
    ["for (const a of list) { for (const b of list) { f(a, b); } }", "nested-loop"],
  ])("finds %s", (text, rule) => {
    expect(findSmells(tree(text), text).map((each) => each.rule)).toEqual([rule]);
  });

  it.each([
    'db.query("select * from users where id = $1", [id])',
    "db.query(`select * from ${table}`)",
    "db.query(`delete from t where id in (${slots}) and owner = ?`, [...ids, owner])",
    "log.info(`select * from users where id = ${id}`)",
    "for (const a of list) { for (const b of a.items) { f(a, b); } }",
    "for (const a of list) { later(() => { for (const b of list) { f(b); } }); }",
  ])("is silent about %s", (text) => {
    expect(findSmells(tree(text), text)).toEqual([]);
  });
});

describe("cognitive complexity of Python", () => {
  it.each([
    ["nothing", "    return a", 0],
    ["a condition with two branches", "    if a:\n        b()\n    else:\n        c()", 2],
    ["a chain", "    if a:\n        b()\n    elif c:\n        d()\n    else:\n        e()", 3],
    ["loops in loops", "    for b in a:\n        while b:\n            if c:\n                d()", 6],
    ["what is caught", "    try:\n        b()\n    except E:\n        if c:\n            d()", 3],
    ["runs of one operator", "    return a and b and c or d", 2],
    ["a choice in a condition", "    if (b if c else d):\n        e()", 2],
    ["a choice in a branch", "    if a:\n        b = c if d else e", 3],
    ["a function inside by itself", "    def inner():\n        if a:\n            b()\n    return inner", 0],
    ["a comprehension", "    return [b for b in a if b]", 0],
  ])("counts %s", async (_what, body, score) => {
    const parser = await loadPython();
    const root = parser.parse(new SourceFile("a.py", `def f(a):\n${body}\n`))!;
    expect(measurePython(root).functions[0]).toMatchObject({ name: "f", cognitive: score });
  });

  it("takes a text that nothing is done with for a comment", () => {
    const code = "def f(a):\n    return a + 1\n";
    const documented = `"""About\nthis."""\n${code.replace("\n    ", '\n    """What.\n\n    Why."""\n    ')}`;
    expect(pythonVolume(documented)).toEqual(pythonVolume(code));
    expect(pythonVolume('x = """\na\nb"""\n').lines).toBe(3);
  });
});

const BRANCHES = "  if (a === 1) { a = 2; }\n".repeat(31);
const BAD = {
  "src/big.js": `export function big(a) {\n${BRANCHES}  return a;\n}\n`,
  "src/evil.ts": "export const run = (text: string): unknown => eval(text);\n",
  "src/sql.ts":
    "export const find = (db: any, id: string) => db.query(`select * from t where id = ${id}`);\n",
  "src/deep.mjs": `export function deep(a) {\n${"if (a) { ".repeat(9)}a(); ${"}".repeat(9)}\n}\n`,
  "app/tool.py":
    "import subprocess\n\n\ndef run(text):\n    subprocess.call(text, shell=True)\n    return eval(text)\n",
};

describe("the check", () => {
  it("finds what is over a bound or dangerous, never as high", async () => {
    const { checks, findings, metrics } = await audit(folderWith(BAD), only);
    expect(checks).toMatchObject([
      { status: "passed", planned: 5, examined: 5, evidence: { tool: "oxlint" } },
    ]);
    expect(brief(findings).sort()).toEqual(
      [
        "low code-quality/cyclomatic src/big.js:1",
        "low code-quality/cognitive src/big.js:1",
        "low code-quality/depth src/deep.mjs:2",
        "medium code-quality/dangerous-call app/tool.py:5",
        "medium code-quality/dangerous-call app/tool.py:6",
        "medium code-quality/dangerous-call src/evil.ts:1",
        "medium code-quality/sql-from-strings src/sql.ts:1",
        "low code-quality/cognitive src/deep.mjs:1",
      ].sort(),
    );
    for (const finding of findings) expect(finding.fix?.description).toBeTruthy();
    expect(metrics.quality).toMatchObject({ files: 5, change: null });
  });

  it("measures Python too, and says which lines to move", async () => {
    const loops = ["for", "for", "for", "for"].map(
      (word, level) => `${"    ".repeat(level + 1)}${word} a in b:`,
    );
    const deep = `def deep(b):\n${loops.join("\n")}\n${"    ".repeat(5)}print(a)\n`;
    const long = Array.from({ length: 60 }, (_, at) => `VALUE_${at} = [${at}, ${at} + 1, "x${at}"]`).join(
      "\n",
    );
    const options = { checks: { "code-quality": { maxCognitive: 9, minMaintainability: 40 } } };
    const { findings, metrics } = await audit(
      folderWith({ "app/deep.py": deep, "app/long.py": `${long}\n\n\ndef last():\n    return 1\n` }),
      { ...only, options },
    );
    expect(findings.map(({ ruleId, fix }) => [ruleId, fix?.description])).toEqual([
      ["code-quality/cognitive", expect.stringContaining("`_deep_part(…)` in place of lines 2 to 6")],
      [
        "code-quality/maintainability",
        expect.stringContaining("`from .last import last` and move lines 63 to 64"),
      ],
    ]);
    expect(metrics.quality).toMatchObject({ files: 2, lines: 68 });
  });

  it("is silent about plain code, tests and bundles", async () => {
    const files = {
      "src/a.ts": "export const add = (a: number, b: number): number => a + b;\n",
      "src/b.py": "def add(a, b):\n    return a + b\n",
      "test/evil.test.ts": BAD["src/evil.ts"],
      "src/safe.ts": 'export const isSafe = (url: string) => !url.startsWith("javascript:");\n',
      "src/types.d.ts": "export declare function big(a: number): number;\n",
    };
    const { checks, findings } = await audit(folderWith(files), only);
    expect(findings).toEqual([]);
    expect(checks).toMatchObject([{ status: "passed", planned: 3, examined: 3 }]);
  });

  it("passes with the files it looked through when there is no code", async () => {
    const { checks } = await audit(folderWith({ "README.md": "# x\n", "a.css": "a{}\n" }), only);
    expect(checks).toMatchObject([{ status: "passed", planned: 2, examined: 2 }]);
  });

  it("judges the change in quick mode and takes its bounds from the config", async () => {
    const dir = folderWith({ ...BAD, "src/c.js": "export const f = (a) => (a ? 1 : 2);\n" });
    const changed = [{ path: "src/c.js", status: "M" as const }];
    const quick = await audit(dir, { ...only, mode: "quick", changed });
    expect(quick.checks).toMatchObject([{ planned: 1, examined: 1 }]);
    expect(quick.findings).toEqual([]);
    expect(quick.metrics.quality).toMatchObject({ change: { files: 1 }, worst: [{ path: "src/c.js" }] });
    const options = { checks: { "code-quality": { maxComplexity: 1 } } };
    const strict = await audit(dir, { ...only, mode: "quick", changed, options });
    expect(brief(strict.findings)).toEqual(["low code-quality/cyclomatic src/c.js:1"]);
  });

  it("passes a change that touches no code, and says that it touches none", async () => {
    const dir = folderWith({ ...BAD, "README.md": "# x\n" });
    const changed = [{ path: "elsewhere.md", status: "M" as const }];
    const checks = ["auth", "deprecated-patterns", "code-quality"];
    const quick = await audit(dir, { checks, mode: "quick", changed });
    const planned = Object.keys(BAD).length + 1;
    const message = `the change touches none of the ${planned} files in scope that it judges`;
    const passed = { status: "passed", planned, examined: planned, message };
    expect(quick.checks).toMatchObject(checks.map((id) => ({ id, ...passed })));
  });

  it("writes the measures of every file", async () => {
    const artifactsDir = scratch();
    const { artifacts } = await audit(folderWith(BAD), { ...only, artifactsDir });
    const scores = JSON.parse(readFileSync(artifacts[0]?.path ?? "", "utf8"));
    expect(scores.map((each: { path: string }) => each.path).sort()).toEqual(Object.keys(BAD).sort());
    expect(scores.find((each: { path: string }) => each.path === "src/big.js")).toMatchObject({
      cyclomatic: 33,
    });
  });

  it("keeps the fingerprint of a finding that moves", async () => {
    const at = async (text: string) =>
      (await audit(folderWith({ "src/evil.ts": text }), only)).findings[0]?.fingerprint;
    expect(await at(`\n\n// moved\n${BAD["src/evil.ts"]}`)).toBe(await at(BAD["src/evil.ts"]));
  });

  it("says which files it could not parse", async () => {
    const { checks } = await audit(
      folderWith({ "src/a.ts": "export const = ;\n", "src/b.ts": "export {};\n" }),
      only,
    );
    expect(checks).toMatchObject([{ planned: 2, examined: 1 }]);
    expect(checks[0]?.message).toContain("src/a.ts: does not parse");
  });
});

describe("an engine that fails", () => {
  const answers: [string, Partial<ExecResult>, string][] = [
    ["is missing", { code: null, error: "ENOENT" }, "missing-tool"],
    ["times out", { code: null, signal: "SIGKILL", timedOut: true }, "timeout"],
    ["crashes", { code: null, signal: "SIGSEGV" }, "crashed"],
    ["says nothing", { code: 0, stdout: "" }, "garbage"],
    ["answers nonsense", { code: 0, stdout: "{}" }, "garbage"],
    ["looks at too little", { code: 0, stdout: '{"diagnostics":[],"number_of_files":0}' }, "incomplete"],
  ];
  it.each(answers)("makes the check errored when it %s", async (_what, answer, failureClass) => {
    const result: ExecResult = { code: 0, signal: null, stdout: "", stderr: "", truncated: false, ...answer };
    const failing = {
      ...gate,
      run: (context: GateContext) => gate.run({ ...context, exec: async () => result }),
    };
    const { runGate } = await import("../run-gate.ts");
    const { checks } = await runGate(failing, folderWith({ "src/a.ts": "export {};\n" }), only);
    expect(checks).toMatchObject([{ status: "errored", failureClass, planned: 1, examined: 0 }]);
  });
});
