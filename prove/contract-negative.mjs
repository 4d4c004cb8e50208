// Invalid inputs for every operation of GitHub's document, judged by a validator that neither made nor certified them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { install } from "./lib/prism.mjs";

export const title = "Contract: every negative input is invalid for an independent validator too";

const PACKAGES = ["@octokit/openapi@23.0.2", "@cfworker/json-schema@4.1.1"];
const PER_OPERATION = 40;

/** The parts that make inputs, bundled below node_modules so that their packages resolve. */
async function loadMakers(folder) {
  const outfile = path.join(folder, "makers.mjs");
  const contents = `
    export { loadDocument } from "./gates/contract/document/load.ts";
    export { operationsOf } from "./gates/contract/document/operations.ts";
    export { Harvest } from "./gates/contract/live/harvest.ts";
    export { Inputs } from "./gates/contract/live/inputs.ts";
    export { declaredKinds, invalidInputs } from "./gates/contract/negative/certify.ts";
    export { Samples } from "./gates/contract/schema/sample.ts";
    export { Validator } from "./gates/contract/schema/validator.ts";`;
  await build({
    stdin: { contents, resolveDir: new URL("..", import.meta.url).pathname, loader: "ts" },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    logLevel: "error",
  });
  return import(pathToFileURL(outfile).href);
}

async function invalidOf(makers, text) {
  const loaded = await makers.loadDocument(text, "openapi.json", true, async () => null);
  const validator = await makers.Validator.create(loaded.document, "request");
  const samples = await makers.Samples.create(validator);
  const inputs = new makers.Inputs(validator, samples, new makers.Harvest(), {});
  const declared = new Set();
  const found = [];
  let operations = 0;
  for (const operation of makers.operationsOf(loaded.document)) {
    const prepared = inputs.prepare(operation);
    if (!prepared.ok) continue;
    operations += 1;
    for (const kind of makers.declaredKinds(validator, operation)) declared.add(kind);
    found.push(...makers.invalidInputs(validator, prepared.attempts[0].call, PER_OPERATION));
  }
  return { validator, found, declared, operations };
}

export async function run() {
  const home = mkdtempSync(path.join(os.tmpdir(), "meta-orch-prove-negative-"));
  const cache = new URL("../node_modules/.cache/", import.meta.url).pathname;
  mkdirSync(cache, { recursive: true });
  const bundled = mkdtempSync(path.join(cache, "negative-"));
  try {
    const failed = install(home, PACKAGES);
    if (failed) return { ok: false, lines: [failed] };
    const other = path.join(home, "node_modules/@cfworker/json-schema/dist/esm/index.js");
    const { Validator: Independent } = await import(pathToFileURL(other).href);
    const github = path.join(home, "node_modules/@octokit/openapi/generated/api.github.com.json");
    const { validator, found, declared, operations } = await invalidOf(
      await loadMakers(bundled),
      readFileSync(github, "utf8"),
    );
    const judges = new Map();
    const judgeOf = (pointer) => {
      if (!judges.has(pointer)) judges.set(pointer, new Independent(validator.bundled(pointer), "2020-12"));
      return judges.get(pointer);
    };
    const proven = found.filter(({ proof }) => proof !== null);
    const valid = proven.filter(({ proof }) =>
      proof.values.some((value) => judgeOf(proof.pointer).validate(value).valid),
    );
    const hit = new Set(found.map(({ kind }) => kind));
    const missed = [...declared].filter((kind) => !hit.has(kind));
    const absent = found.length - proven.length;
    return {
      ok: valid.length === 0 && missed.length === 0 && proven.length > 0,
      lines: [
        `${found.length} inputs for ${operations} operations: ${proven.length - valid.length} of ${proven.length} with a value are invalid for the other validator (${((1 - valid.length / proven.length) * 100).toFixed(2)} %), ${absent} leave out a required parameter`,
        `${declared.size - missed.length} of ${declared.size} declared constraint kinds hit${missed.length > 0 ? `; missed: ${missed.join(", ")}` : ""}`,
        ...valid
          .slice(0, 10)
          .map(
            ({ kind, where, what, call }) =>
              `FAULT: valid there: ${call.operation.id} ${where} ${what} (${kind})`,
          ),
      ],
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
    rmSync(bundled, { recursive: true, force: true });
  }
}
