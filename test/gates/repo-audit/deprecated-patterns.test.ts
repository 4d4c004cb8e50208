import { readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { allRules } from "../../../gates/repo-audit/checks/deprecated-patterns/rules.ts";
import { loadPython } from "../../../gates/repo-audit/python.ts";
import { SourceFile } from "../../../gates/repo-audit/source.ts";
import { applyFixes, audit, brief, findingsIn, folderWith } from "./support.ts";

const CHECK = "deprecated-patterns";
const only = { checks: [CHECK] };

const FOUND: [string, string, string[]][] = [
  ["a.js", "const b = new Buffer(10);\n", ["node-new-buffer"]],
  ["a.mjs", 'import { parse as read } from "node:url";\nread(address);\n', ["node-url-parse"]],
  ["a.js", 'const u = require("url");\nu.parse(address);\n', ["node-url-parse"]],
  ["a.ts", 'import * as util from "util";\nexport const x = util.isArray(y);\n', ["node-util-is-array"]],
  ["a.ts", "export const x = text.substr(3);\n", ["js-substr"]],
  ["a.tsx", 'import ReactDOM from "react-dom";\nReactDOM.render(<App />, node);\n', ["react-dom-render"]],
  ["a.js", 'const request = require("request");\n', ["npm-request"]],
  ["a.py", "from datetime import datetime\nnow = datetime.utcnow()\n", ["python-utcnow"]],
  ["a.py", "import imp\n", ["python-imp"]],
  ["a.py", "from distutils import log\nimport os, telnetlib\n", ["python-distutils", "python-telnetlib"]],
  ["a.py", "import numpy as np\nx = np.float(1)\n", ["numpy-float"]],
  ["a.py", 'logger.warn("x %s", y)\n', ["python-logging-warn"]],
  ["a.py", "import yaml\nx = yaml.load(text)\n", ["python-yaml-load"]],
  ["a.py", "from django.conf.urls import url\nurl(r'^a$', view)\n", ["django-conf-url"]],
];

describe("patterns", () => {
  it.each(FOUND)("%s: %j", async (name, text, expected) => {
    const found = await findingsIn({ [`src/${name}`]: text }, CHECK);
    expect(found.map(({ ruleId }) => ruleId.slice(CHECK.length + 1)).sort()).toEqual(expected);
  });

  it.each([
    ["a.js", '// new Buffer(10)\nconst text = "new Buffer(10) and x.substr(1)";\n'],
    ["a.js", "import url from './url.js';\nurl.parse(address);\n"],
    ["a.js", "const escape = (x) => x;\nescape(y);\n"],
    ["a.ts", "function render(data: Item, escape: typeof html) {\n  return escape(data.name);\n}\n"],
    ["a.js", "const view = { option(data, escape) { return escape(data.name); } };\n"],
    ["a.js", "text.substring(1); text.substr(1, n);\n"],
    ["a.py", '"""import imp and datetime.utcnow()"""\nimport important\n'],
    ["a.py", "import yaml\nyaml.load(text, Loader=yaml.SafeLoader)\nnp.float32(1)\n"],
    ["a.py", "page.warn(1)\n"],
  ])("is silent about %s: %j", async (name, text) => {
    expect(await findingsIn({ [`src/${name}`]: text }, CHECK)).toEqual([]);
  });

  it("asks for nothing that the declared version does not have", async () => {
    const files = (version: string) => ({
      "package.json": JSON.stringify({ dependencies: { react: version } }),
      "src/a.jsx": 'import ReactDOM from "react-dom";\nReactDOM.render(<App />, node);\n',
    });
    expect(await findingsIn(files("^17.0.2"), CHECK)).toEqual([]);
    expect(await findingsIn(files("^18.2.0"), CHECK)).toHaveLength(1);
  });

  it("are looked for in the change in quick mode", async () => {
    const dir = folderWith({ "src/a.js": "new Buffer(1);\n", "src/b.js": "new Buffer(2);\n" });
    const changed = [{ path: "src/b.js", status: "M" as const }];
    const { checks, findings } = await audit(dir, { ...only, mode: "quick", changed });
    expect(brief(findings)).toEqual(["medium deprecated-patterns/node-new-buffer src/b.js:1"]);
    expect(checks).toMatchObject([{ planned: 1, examined: 1 }]);
  });

  it("have ids of their own, a replacement and a keyword that is in the pattern", () => {
    const rules = allRules([], []);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { id, keyword, pattern, import: module, replacement } of rules) {
      const words = `${pattern ?? module}`.replace(/\$+\w*/g, "");
      expect(replacement, id).toBeTruthy();
      expect(words.includes(keyword) || keyword.startsWith("."), id).toBe(true);
    }
  });
});

describe("edits", () => {
  it("leave no such finding and no parse error, and a second run changes nothing", async () => {
    const dir = folderWith(Object.fromEntries(FOUND.map(([name, text], at) => [`src/${at}-${name}`, text])));
    const before = (await audit(dir, only)).findings;
    const mended = before.filter(({ fix }) => fix?.edits);
    expect(mended.length).toBeGreaterThanOrEqual(5);
    applyFixes(dir, before);
    const after = (await audit(dir, only)).findings;
    expect(brief(after)).toEqual(brief(before.filter(({ fix }) => !fix?.edits)));
    const python = await loadPython();
    for (const [at, [name]] of FOUND.entries()) {
      const file = `src/${at}-${name}`;
      const text = readFileSync(path.join(dir, file), "utf8");
      if (name.endsWith(".py")) expect(python.parse(new SourceFile(file, text)), file).not.toBeNull();
      else expect(parseSync(file, text).errors, file).toEqual([]);
    }
    applyFixes(dir, after);
    expect((await audit(dir, only)).findings).toEqual(after);
  });

  it("keep the arguments as they are written", async () => {
    const dir = folderWith({ "src/a.js": "app.del('/x', /* who */ auth,\n  handler);\n" });
    applyFixes(dir, (await audit(dir, only)).findings);
    expect(readFileSync(path.join(dir, "src/a.js"), "utf8")).toBe(
      "app.delete('/x', /* who */ auth,\n  handler);\n",
    );
  });
});

describe("the config", () => {
  const files = { "src/a.ts": "legacyClient.send(order, 3);\nconst b = new Buffer(1);\n" };
  const own = {
    id: "legacy-client",
    language: "javascript",
    pattern: "legacyClient.send($A, $$$REST)",
    replacement: "client.send",
    fix: "client.send($A, $$$REST)",
  };
  const withOptions = (options: object) =>
    audit(folderWith(files), { ...only, options: { checks: { [CHECK]: options as never } } });

  it("adds patterns and takes ours away", async () => {
    const { findings } = await withOptions({ patterns: [own], disable: ["node-new-buffer"] });
    expect(brief(findings)).toEqual(["medium deprecated-patterns/legacy-client src/a.ts:1"]);
    expect(findings[0]?.fix?.edits?.[0]?.text).toBe("client.send(order, 3)");
  });

  it("names a pattern that cannot be read, and does not pass", async () => {
    const { checks } = await withOptions({ patterns: [{ ...own, pattern: "a(; b" }] });
    expect(checks).toMatchObject([{ status: "errored", failureClass: "bad-pattern" }]);
    expect(checks[0]?.message).toContain(
      'the pattern "legacy-client" of the config cannot be read as javascript',
    );
  });
});
