// The secret rules over the text of installed packages: megabytes per CPU second, against a plain read of the files.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

export const title = "repo-audit: secrets, CPU against a plain read";

const PACKAGES = ["undici", "yaml", "vitest", "ajv", "saxes", "pg", "@types"];
const MAX_BYTES = 300_000;
const ROUNDS = 5;

function textFiles(folder, into) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) textFiles(full, into);
    else if (/\.(js|ts|mjs|md|json)$/.test(entry.name) && statSync(full).size < MAX_BYTES) into.push(full);
  }
}

async function scanner() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "repo-audit-"));
  try {
    const outfile = path.join(folder, "scan.mjs");
    await build({
      stdin: {
        contents: `export { secretsCheck } from "./gates/repo-audit/checks/secrets/index.ts";
          export { SourceFile } from "./gates/repo-audit/source.ts";`,
        resolveDir: process.cwd(),
      },
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

/** CPU seconds of the fastest of a few rounds. */
function cpuSeconds(work) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1e6);
  }
  return best;
}

export async function run() {
  const { secretsCheck, SourceFile } = await scanner();
  const files = [];
  for (const name of PACKAGES) textFiles(path.join("node_modules", name), files);
  const texts = files.map((file) => readFileSync(file, "utf8"));
  const megabytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6;
  const read = cpuSeconds(() => {
    for (const file of files) readFileSync(file, "utf8");
  });
  const scan = cpuSeconds(() => {
    const check = secretsCheck();
    for (const [index, text] of texts.entries()) check.visit(new SourceFile(`src/${index}.ts`, text));
  });
  return [
    `${files.length} files, ${megabytes.toFixed(1)} MB`,
    `plain read ${(megabytes / read).toFixed(0)} MB per CPU second`,
    `secrets ${(megabytes / scan).toFixed(0)} MB per CPU second, ${((scan + read) / read).toFixed(1)} x a plain read with the reading`,
  ];
}
