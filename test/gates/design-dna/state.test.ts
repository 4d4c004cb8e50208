import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { detect } from "../../../gates/design-dna/detect.ts";
import { fixes } from "../../../gates/design-dna/fix.ts";
import { applyEdits, patchOf } from "../../../gates/design-dna/fixes.ts";
import gate from "../../../gates/design-dna/index.ts";
import { share, type Triage, type TriageFile } from "../../../gates/design-dna/triage.ts";
import type { GateContext } from "../../../modsquad/contracts/gate.ts";
import { repoView } from "../run-gate.ts";
import { judge, places, repository, TOKENS, temporary, write } from "./helpers.ts";

const triagePath = (state: string) => join(state, "modsquad/logs/run-history/design_dna_triage.json");
const readTriage = (state: string) => JSON.parse(readFileSync(triagePath(state), "utf8")) as Triage;
const git = (root: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
    cwd: root,
    stdio: "pipe",
  }).toString();

describe("the cache", () => {
  const files = {
    "tokens.css": TOKENS,
    "lib.ts": 'export const gap = "3px";\n',
    "a.tsx": 'import { gap } from "./lib";\nconst a = <p style={{ margin: gap }} />;\n',
    "b.css": ".b { color: var(--color-text) }\n",
  };

  it("sees a changed file, a changed constant elsewhere, a changed token", async () => {
    const root = repository(files);
    const state = temporary();
    const spacing = async () =>
      places((await judge(root, { state })).findings.filter((one) => one.ruleId.startsWith("spacing")));
    expect(await spacing()).toEqual(["spacing/off-scale a.tsx:2"]);
    write(root, { "lib.ts": 'export const gap = "var(--space-1)";\n' });
    expect(await spacing()).toEqual([]);
    write(root, { "b.css": ".b { margin: 5px }\n" });
    expect(await spacing()).toEqual(["spacing/off-scale b.css:1"]);
    write(root, { "tokens.css": TOKENS.replace("--space-1: 4px", "--space-1: 5px") });
    expect(await spacing()).toEqual(["spacing/literal b.css:1"]);
  });

  it("is not fooled by an edit of the same size at the same time", async () => {
    const root = repository(files);
    const state = temporary();
    await judge(root, { state });
    const path = join(root, "b.css");
    const { atime, mtime } = statSync(path);
    writeFileSync(
      path,
      ".b { color: #ff00aa; top: 123px;}\n"
        .padEnd(readFileSync(path).length, " ")
        .slice(0, readFileSync(path).length),
    );
    utimesSync(path, atime, new Date(mtime.getTime() + 5));
    expect(places((await judge(root, { state })).findings)).toContain("palette/off-palette b.css:1");
  });

  it("ignores a torn pack, and goes by blob ids in quick mode", async () => {
    const root = repository(files);
    const state = temporary();
    const oids = async (mode: "quick" | "full") => {
      git(root, "init", "-q");
      git(root, "add", "-A");
      const listed = git(root, "ls-files", "-s")
        .trim()
        .split("\n")
        .map((line) => line.split(/[ \t]/));
      return await judge(root, {
        state,
        mode,
        files: listed.map(([m, oid, , path]) => ({
          path: path as string,
          oid: oid as string,
          mode: m as string,
          size: statSync(join(root, path as string)).size,
        })),
      });
    };
    const cold = await oids("quick");
    writeFileSync(join(state, "modsquad/logs/cache/design-dna/files.json"), '{"key":');
    expect(JSON.stringify((await oids("quick")).findings)).toBe(JSON.stringify(cold.findings));
    expect(JSON.stringify((await oids("quick")).findings)).toBe(JSON.stringify(cold.findings));
    write(root, { "b.css": ".b { margin: 5px }\n" });
    expect(places((await oids("quick")).findings)).toContain("spacing/off-scale b.css:1");
  });

  it("writes nothing into what is judged", async () => {
    const root = repository(files);
    await judge(root);
    expect(existsSync(join(root, "modsquad"))).toBe(false);
  });
});

describe("triage", () => {
  const files = {
    "tokens.css": TOKENS,
    "package.json": '{"private":true,"main":"src/index.js"}',
    "src/index.js": 'import "./a"; import "./hot.jsx";\n',
    "src/a.js": 'import "./hot.jsx"; import "./cold.css"; import "../tokens.css";\n',
    "src/hot.jsx": "export const H = () => <p style={{ margin: 3 }} />;\n",
    "src/cold.css": ".c { margin: 3px }\n",
    "src/lost.css": ".l { margin: 3px; padding: 5px; gap: 7px }\n",
    "legacy/old.css": ".o { margin: 3px }\n",
  };

  it("puts reach and churn first, archived last, and is the same bytes every time", async () => {
    const root = repository(files);
    git(root, "init", "-q");
    git(root, "add", "-A");
    git(root, "commit", "-qm", "one");
    for (const gap of [4, 5]) {
      write(root, { "src/hot.jsx": `export const H = () => <p style={{ margin: 3 }} data-n="${gap}" />;\n` });
      git(root, "commit", "-qam", "again");
    }
    const options = { archived: ["legacy"], shards: 2 };
    await judge(root, { state: root, options });
    const first = readFileSync(triagePath(root), "utf8");
    await judge(root, { state: root, options });
    expect(readFileSync(triagePath(root), "utf8")).toBe(first);
    const triage = readTriage(root);
    expect(
      triage.files
        .filter((file) => file.violations > 0 && file.path !== "tokens.css")
        .map((file) => `${file.status} ${file.path}`),
    ).toEqual([
      "active src/hot.jsx",
      "active src/cold.css",
      "archived src/lost.css",
      "archived legacy/old.css",
    ]);
    expect(triage.files.find((file) => file.path === "src/hot.jsx")).toMatchObject({ reach: 2, churn: 3 });
    expect(triage.totals).toMatchObject({ archived: 2, reachabilityKnown: true });
  });

  it("makes shares of equal work", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        (minutes, shards) => {
          const list = minutes.map(
            (effortMinutes, at) => ({ path: `f${at}`, effortMinutes, shard: 0 }) as TriageFile,
          );
          const shares = share(list, shards);
          const best = Math.max(Math.ceil(minutes.reduce((a, b) => a + b, 0) / shards), ...minutes);
          expect(shares.reduce((sum, one) => sum + one.files, 0)).toBe(minutes.length);
          expect(Math.max(...shares.map((one) => one.effortMinutes))).toBeLessThanOrEqual((4 / 3) * best + 1);
        },
      ),
      { seed: 11, numRuns: 100 },
    );
  });
});

describe("fixes", () => {
  it("are a patch git applies, and change only what is equal", async () => {
    const root = repository({
      "tokens.css": TOKENS,
      "a.css": ".a {\n  color: #16212b;\n  margin: 16px 5px;\n}\n\n\n\n\n\n\n\n.b { color: #c8d1d9 }",
    });
    git(root, "init", "-q");
    const artifactsDir = temporary();
    const { findings, artifacts } = await judge(root, { artifactsDir });
    const patch = artifacts.find((one) => one.mediaType === "text/x-diff");
    git(root, "apply", patch?.path ?? "");
    expect(readFileSync(join(root, "a.css"), "utf8")).toBe(
      ".a {\n  color: var(--color-text);\n  margin: var(--space-4) 5px;\n}\n\n\n\n\n\n\n\n.b { color: var(--color-border) }",
    );
    expect(
      readFileSync(artifacts.find((one) => one.mediaType === "text/html")?.path ?? "", "utf8"),
    ).toContain("--color-text");
    const [fix] = await fixes({} as GateContext, findings);
    expect(fix?.edits).toHaveLength(3);
    const again = await judge(root);
    expect(again.artifacts.some((one) => one.mediaType === "text/x-diff")).toBe(false);
  });

  it("write a diff that says what the edits do", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z ]{0,8}$/), { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(80), { maxLength: 4 }),
        (lines, places) => {
          const text = lines.join("\n");
          const edits = [...new Set(places.map((place) => place % (text.length + 1)))]
            .sort((a, b) => a - b)
            .map((start) => ({ path: "f", start, end: start, text: "X" }));
          if (edits.length === 0 || text === "") return;
          const root = repository({ f: text, "f.patch": patchOf("f", text, edits) });
          git(root, "init", "-q");
          git(root, "apply", "--unidiff-zero", "f.patch");
          expect(readFileSync(join(root, "f"), "utf8")).toBe(applyEdits(text, edits));
        },
      ),
      { seed: 2, numRuns: 15 },
    );
  });
});

describe("detect", () => {
  const asked = async (files: Record<string, string>) => await detect(await repoView(repository(files)));
  it("finds the design, or says how to learn one", async () => {
    expect(await asked({ "README.md": "x" })).toMatchObject({ applicable: false });
    const without = await asked({ "a.css": "a { color: red }" });
    expect(without).toMatchObject({ applicable: false });
    expect(without.reason).toContain("meta-orch design learn");
    const designs: Record<string, string>[] = [
      { "tokens.css": TOKENS },
      { "a.css": '@import "tailwindcss";' },
      { "a.tsx": "x", "tailwind.config.ts": "export default {}" },
      { "a.css": "a {}", "design-dna.yaml": "version: 1" },
      { "a.css": "a {}", "x.tokens.json": '{"a":{"$type":"color","$value":"#fff"}}' },
      { "a.css": "a {}", "package.json": '{"dependencies":{"@acme/design-tokens":"1"}}' },
    ];
    for (const files of designs) expect(await asked(files)).toMatchObject({ applicable: true });
  });
});

describe("commands", () => {
  const command = (name: string) => gate.commands?.find((one) => one.name === name);
  it("learns a DNA the gate can then judge by", async () => {
    const root = repository({
      "a.css":
        ".a { color: #16212b; background: #ffffff; padding: 8px 16px; font-size: 14px; border-radius: 4px }\n.b { color: #16212c; margin: 24px; font-size: 16px; border-radius: 4px; padding: 8px }\n.c { color: #0b5fbd; gap: 16px; font-size: 14px; margin: 8px 7px; border-color: #c8d1d9 }\n.d { color: #16212b; background: #c8d1d9 }\n",
      "b.jsx": 'const a = <p style={{ padding: 16, color: "#0b5fbd" }} />;\n',
    });
    const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const err = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    try {
      expect(await command("design learn")?.run(["--css", "tokens.css"], root)).toBe(0);
      expect(await command("design learn")?.run([], root)).toBe(2);
      expect(await command("design learn")?.run(["--nonsense"], root)).toBe(2);
      expect(await command("design learn")?.run([], temporary())).toBe(1);
      const yaml = readFileSync(join(root, "design-dna.yaml"), "utf8");
      expect(yaml).toMatch(/value: "#16212b".*roles: \[text\].*# 3 uses, with #16212c \(1\)/);
      expect(yaml).toContain('"2": { value: "16px"');
      const { checks, findings } = await judge(root, { checks: ["palette", "spacing"] });
      expect(checks.every((one) => one.status === "passed")).toBe(true);
      expect(findings.filter((one) => one.ruleId === "spacing/off-scale").map((one) => one.message)).toEqual([
        expect.stringContaining("24px"),
        expect.stringContaining("7px"),
      ]);
      expect(await command("design triage")?.run(["--shards", "2", "--top", "3"], root)).toBe(0);
      expect(out.mock.calls.map(([text]) => String(text)).join("")).toContain("share 2:");
      expect(await command("design triage")?.run(["--shards", "0"], root)).toBe(2);
    } finally {
      out.mockRestore();
      err.mockRestore();
    }
  });
});

describe("stopping", () => {
  it("ends when the signal aborts", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`f${at}.css`, ".a { color: #fff }\n"]),
    );
    await expect(
      judge(repository({ "tokens.css": TOKENS, ...files }), { signal: AbortSignal.abort() }),
    ).rejects.toThrow();
  });
});
