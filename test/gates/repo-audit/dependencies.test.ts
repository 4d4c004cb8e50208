import { describe, expect, it } from "vitest";
import { audit, brief, findingsIn, folderWith } from "./support.ts";

const CHECK = "dependencies";
const only = { checks: [CHECK] };
const manifest = (value: object): string => `${JSON.stringify({ name: "shop", ...value }, null, 2)}\n`;
/** An npm lockfile in which `peers` are wanted by a package. */
const lock = (packages: object = {}, peers: object = {}): string =>
  `${JSON.stringify({ lockfileVersion: 3, packages: { "node_modules/a": { version: "1.0.0", peerDependencies: peers }, ...packages } }, null, 2)}\n`;

const rules = async (files: Record<string, string>): Promise<string[]> =>
  (await findingsIn(files, CHECK)).map(
    ({ severity, ruleId, message }) =>
      `${severity} ${ruleId.slice(CHECK.length + 1)} ${message.split(" ")[0]}`,
  );

describe("imports and declarations", () => {
  const used =
    'import { a } from "a";\nimport b from "@scope/b/deep";\nimport fs from "node:fs";\nimport "./own.js";\n';

  it("names what is imported and not declared, once, with the command", async () => {
    const files = {
      "package.json": manifest({ dependencies: { a: "1.0.0" } }),
      "package-lock.json": lock(),
      "src/one.ts": used,
      "src/two.js": "const b = require('@scope/b');\nmodule.exports = b;\n",
    };
    const found = await findingsIn(files, CHECK);
    expect(brief(found)).toEqual(["medium dependencies/missing src/one.ts:2"]);
    expect(found[0]).toMatchObject({ count: 2, fix: { command: "npm install @scope/b" } });
  });

  it.each([
    ["a comment or a string", 'export const text = \'import x from "x"\'; // import y from "y"\n'],
    ["a type", 'import type { X } from "x";\nexport type Y = X;\n'],
    ["a require that is handed in", 'export function load(require) { return require("x"); }\n'],
    [
      "a require made for another folder",
      'import { createRequire } from "node:module";\nconst require = createRequire(folder);\nrequire("x");\n',
    ],
    ["an optional package", 'try { require("x"); } catch {}\n'],
    [
      "a built-in, a path, a protocol, an alias",
      'import "fs"; import "@/x"; import "virtual:y"; import "#z"; import "lib/q"; import "uno.css"; import "k6/http";\n',
    ],
  ])("is silent about %s", async (_what, text) => {
    const tsconfig = '{ "compilerOptions": { "paths": { "lib/*": ["./src/*"] } } }\n';
    expect(
      await rules({ "package.json": manifest({}), "tsconfig.json": tsconfig, "src/a.ts": text }),
    ).toEqual([]);
  });

  it("knows what mix brings, and nothing else of that name", async () => {
    const files = {
      "package.json": manifest({}),
      "ui/assets/app.js": 'import { Socket } from "phoenix";\nimport "phoenix_html";\n',
    };
    expect(await rules({ ...files, "ui/mix.exs": "defmodule Ui do\nend\n" })).toEqual([]);
    expect(await rules(files)).toEqual(["medium missing phoenix", "medium missing phoenix_html"]);
  });

  it("takes a require made for this file for the usual one", async () => {
    const text =
      'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);\nrequire("x");\n';
    expect(await rules({ "package.json": manifest({}), "src/a.js": text })).toEqual(["medium missing x"]);
  });

  it("follows a workspace: own packages, manifests above, and what only another package declares", async () => {
    const files = {
      "package.json": manifest({ dependencies: { top: "1.0.0" } }),
      "packages/a/package.json": manifest({ name: "@shop/a", dependencies: { hoisted: "1.0.0" } }),
      "packages/a/index.js": 'import "top"; import "@shop/b"; import "hoisted";\n',
      "packages/b/package.json": manifest({ name: "@shop/b" }),
      "packages/b/index.js": 'import "hoisted";\n',
    };
    expect(await rules(files)).toEqual(["low missing hoisted"]);
  });

  it("abstains where too many names lead nowhere, and says how many do", async () => {
    const text = Array.from({ length: 8 }, (_, at) => `import "p${at}";\n`).join("");
    const dir = folderWith({ "package.json": manifest({}), "src/a.js": text });
    const { findings, metrics } = await audit(dir, only);
    expect(findings).toEqual([]);
    expect(metrics.dependencies).toEqual({ manifests: 1, imports: 8, resolved: 0 });
  });

  const declared = {
    "package.json": manifest({ dependencies: { a: "1.0.0", gone: "1.0.0" } }),
    "src/a.js": 'import "a";\n',
  };

  it("names what no file speaks of, in full mode, where peers are known", async () => {
    expect(await rules({ ...declared, "package-lock.json": lock() })).toEqual(["low unused gone"]);
    expect(await rules({ ...declared, "package-lock.json": lock({}, { gone: "1" }) })).toEqual([]);
    expect(await rules({ ...declared, "yarn.lock": "# yarn lockfile v1\n" })).toEqual([]);
    expect(await rules({ ...declared, "package-lock.json": lock(), "tool.yaml": "use: gone\n" })).toEqual([]);
    const quick = await audit(folderWith({ ...declared, "package-lock.json": lock() }), {
      ...only,
      mode: "quick",
      changed: [],
    });
    expect(quick.findings).toEqual([]);
  });
});

describe("versions, doubles and terms", () => {
  it("names what is not pinned, and leaves packages of the workspace alone", async () => {
    const dependencies = {
      a: "*",
      b: "latest",
      c: "github:x/c",
      d: "github:x/d#v1.2.3",
      e: "^1.0.0",
      "@shop/f": "*",
    };
    const files = {
      "package.json": manifest({ dependencies }),
      "f/package.json": manifest({ name: "@shop/f" }),
      "requirements.txt": "flask\nrequests==2.32.0\n# note\n-r other.txt\n",
    };
    expect(await rules(files)).toEqual([
      "medium unpinned a",
      "medium unpinned b",
      "medium unpinned c",
      "low unpinned flask",
    ]);
  });

  it("names what is declared twice and lockfiles that compete", async () => {
    const files = {
      "package.json": manifest({ dependencies: { a: "1.0.0" }, devDependencies: { a: "1.0.0" } }),
      "package-lock.json": lock(),
      "yarn.lock": "# yarn lockfile v1\n",
    };
    const found = await findingsIn(files, CHECK);
    expect(found.map(({ ruleId, fix }) => [ruleId, fix?.command])).toEqual([
      ["dependencies/duplicated", "git rm yarn.lock"],
      ["dependencies/duplicated", 'npm pkg delete "devDependencies[a]"'],
    ]);
  });

  it("tells what the lockfile calls deprecated, and what is installed without terms", async () => {
    const files = {
      "package.json": manifest({ dependencies: { old: "1.0.0", bare: "1.0.0", free: "1.0.0" } }),
      "package-lock.json": lock({ "node_modules/old": { version: "1.0.0", deprecated: "use new" } }),
    };
    const installed = folderWith({
      "node_modules/bare/package.json": '{ "name": "bare" }',
      "node_modules/free/package.json": '{ "name": "free" }',
      "node_modules/free/LICENSE": "MIT License",
    });
    const { findings } = await audit(folderWith({ ...files, "a.js": "// old bare free\n" }), {
      ...only,
      dependenciesRoot: installed,
    });
    expect(findings.map(({ ruleId, message }) => [ruleId, message.split(" ")[0]])).toEqual([
      ["dependencies/deprecated", "old"],
      ["dependencies/unlicensed", "bare"],
    ]);
  });
});
