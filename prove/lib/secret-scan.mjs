// The check `secrets` alone, bundled from the sources, as the proofs about it use it.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const SOURCE = `export { secretsCheck } from "./gates/repo-audit/checks/secrets/index.ts";
  export { SourceFile } from "./gates/repo-audit/source.ts";
  export { RULES } from "./gates/repo-audit/checks/secrets/rules.ts";`;

async function load() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "repo-audit-"));
  const outfile = path.join(folder, "scan.mjs");
  try {
    await build({
      stdin: { contents: SOURCE, resolveDir: process.cwd() },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile,
      logLevel: "error",
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How many rules of published formats there are, and a function that finds the secrets of one text. */
export async function secretScanner() {
  const { secretsCheck, SourceFile, RULES } = await load();
  const find = async (name, text) => {
    const check = secretsCheck([{ path: name, oid: "", mode: "100644", size: text.length }]);
    const file = new SourceFile(name, text);
    for (const noter of check.noters) if (noter.note(file)) noter.take(true, file);
    return await check.finish();
  };
  return { rules: RULES.length, find };
}
