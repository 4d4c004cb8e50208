/** Each rule that has nothing to apply by itself says what to write, or which command to run. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import patterns from "../../../gates/repo-audit/data/deprecated-patterns.json" with { type: "json" };
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { audit, findingsIn, folderWith, isExact } from "./support.ts";

const branches = (count: number): string =>
  Array.from({ length: count }, (_, index) => `    if (item.k === ${index}) { total += ${index}; }`).join(
    "\n",
  );

const FILES: Record<string, string> = {
  "src/big.js": `export function run(items, log) {\n  let total = 0;\n  for (const item of items) {\n${branches(40)}\n  }\n  log(total);\n}\n`,
  "src/flat.js": `export function fill() {\n${"  add(1);\n".repeat(300)}}\n`,
  "src/deep.js": `export function deep(a) {\n${"  if (a) {\n".repeat(7)}a();\n${"}\n".repeat(7)}}\n`,
  "src/risky.js":
    "export const run = (text, db, id) => {\n  eval(text);\n  new Function(text);\n  db.query(`SELECT a FROM t WHERE id = ${id}`);\n  for (const a of list) for (const b of list) run(a, b);\n};\n",
  "src/big.py": `def run(items):\n    for item in items:\n${Array.from({ length: 40 }, (_, index) => `        if item == ${index}:\n            print(${index})`).join("\n")}\n    eval(items)\n    exec(items)\n`,
  "src/shop.js":
    'import cors from "cors";\napp.use(cors({ origin: "*" }));\nfetch(`https://api.example.org/v1?api_key=${key}`);\nconst router = require("express").Router();\nrouter.post("/a", requireAuth, a);\nrouter.post("/b", requireAuth, b);\nrouter.post("/c", c);\n',
  "src/views.py":
    'app = Flask(__name__)\n@app.route("/a", methods=["POST"])\n@login_required\ndef a(): pass\n@app.route("/b", methods=["POST"])\n@login_required\ndef b(): pass\n@app.route("/c", methods=["POST"])\ndef c(): pass\n',
  "conf/broken.yaml": "a: 1\nb: [1, 2\nc: 3\n",
  "conf/colon.yaml": "title: note: this\nb: 2\n",
  "conf/broken.toml": "a = 1\nb = no\n",
  "package.json": '{ "name": "x", "engines": { "node": ">=20" }, "dependencies": { "a": "latest" } }\n',
  ".nvmrc": "16\n",
};

const text = (each: Finding): string => `${each.ruleId}: ${each.fix?.command ?? each.fix?.description}`;

describe("every finding", () => {
  it("carries an edit, a command, or the line to write", async () => {
    const { findings } = await audit(folderWith(FILES));
    const rules = new Set(findings.map(({ ruleId }) => ruleId));
    for (const rule of ["cognitive", "cyclomatic", "length", "depth", "dangerous-call", "sql-from-strings"])
      expect(rules).toContain(`code-quality/${rule}`);
    expect(rules).toContain("config-consistency/version-mismatch");
    expect(rules).toContain("auth/unguarded-route");
    expect(findings.filter(({ fix }) => !isExact(fix)).map(text)).toEqual([]);
    const described = findings.map(({ fix }) => fix?.description).join("\n");
    expect(described).toContain("Write `total = eachItems(items, total);` in place of lines 3 to 44");
    expect(described).toContain("Write `_run_part(…)` in place of lines 2 to ");
  });

  it("has commands that do what they say", async () => {
    const dir = folderWith(FILES);
    const before = (await audit(dir)).findings;
    const rules = /^(hygiene\/invalid|auth\/unguarded|auth\/cors|config-consistency\/version|deprecated)/;
    const commands = before.filter((each) => rules.test(each.ruleId) && each.fix?.command);
    expect(commands.map(({ ruleId }) => ruleId).sort()).toEqual([
      "auth/cors-any-origin",
      "auth/unguarded-route",
      "auth/unguarded-route",
      "config-consistency/version-mismatch",
      "hygiene/invalid-toml",
      "hygiene/invalid-yaml",
      "hygiene/invalid-yaml",
    ]);
    for (const { fix } of commands) execFileSync("sh", ["-c", fix!.command!], { cwd: dir });
    const read = (name: string): string => readFileSync(path.join(dir, name), "utf8");
    expect(read("src/shop.js")).toContain('router.post("/c", requireAuth, c);');
    expect(read("src/views.py")).toContain('methods=["POST"])\n@login_required\ndef c(): pass');
    expect(read(".nvmrc")).toBe("20\n");
    expect(read("conf/colon.yaml")).toBe('title: "note: this"\nb: 2\n');
    const after = (await audit(dir)).findings.map(({ ruleId }) => ruleId);
    expect(after.filter((rule) => rules.test(rule))).toEqual([]);
  });
});

describe("every deprecated pattern", () => {
  it("has an edit, a suggestion, or a line to write", () => {
    const vague = patterns.filter(
      (each) => !("fix" in each) && !("suggest" in each) && !/`[^`]+`/.test(each.replacement),
    );
    expect(vague.map(({ id }) => id)).toEqual([]);
  });

  it("writes its suggestion in the words of the match", async () => {
    const found = await findingsIn({ "a.js": "export const b = new Buffer(size);\n" }, "deprecated-patterns");
    expect(found[0]?.fix?.command).toBe("sed -i '1s|new Buffer(size)|Buffer.from(size)|' a.js");
  });
});
