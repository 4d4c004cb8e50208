/** An engine that is missing or breaks makes its check errored, with the number of files it did examine. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CheckResult } from "../../../modsquad/contracts/gate.ts";
import { folderWith } from "./support.ts";

const FILES = {
  "README.md": "# x\n",
  "src/a.js": 'import "left-pad";\nnew Agent({ rejectUnauthorized: false });\nnew Buffer(1);\n',
  "src/b.py": "import imp\nrequests.get(url, verify=False)\n",
  "package.json": '{ "name": "x" }\n',
};

afterEach(() => {
  vi.doUnmock("oxc-parser");
  vi.doUnmock("@ast-grep/napi");
  vi.doUnmock("@ast-grep/lang-python");
  vi.doUnmock("@astral-sh/ruff-wasm-nodejs");
  vi.resetModules();
});

/** The gate as it is loaded while a module is replaced. */
async function check(id: string, module: string, replaced: () => object): Promise<CheckResult | undefined> {
  vi.resetModules();
  vi.doMock(module, replaced);
  const { audit } = await import("./support.ts");
  const { checks } = await audit(folderWith(FILES), { checks: [id] });
  return checks[0];
}

const absent = (): never => {
  throw new Error("Cannot find module");
};
const broken = { parseSync: absent, parse: absent, registerDynamicLanguage: () => {}, Lang: {} };

describe("an engine that cannot be loaded, or throws", () => {
  it.each([
    ["auth", "oxc-parser", 3],
    ["auth", "@ast-grep/napi", 3],
    ["auth", "@ast-grep/lang-python", 3],
    ["deprecated-patterns", "@ast-grep/napi", 2],
    ["dependencies", "oxc-parser", 3],
    ["code-quality", "oxc-parser", 1],
    ["code-quality", "@astral-sh/ruff-wasm-nodejs", 1],
  ])("makes %s errored without %s", async (id, module, examined) => {
    // Reading a front end's settings needs oxc-parser from the start: without it the whole gate is errored.
    const ways = module === "oxc-parser" ? [() => broken] : [absent, () => broken];
    for (const replaced of ways) {
      const result = await check(id, module, replaced);
      expect(result).toMatchObject({ status: "errored", failureClass: "missing-tool", examined });
      expect(result?.message).toMatch(/could not be run: /);
      expect(result?.planned).toBeGreaterThan(examined);
    }
  });
});
