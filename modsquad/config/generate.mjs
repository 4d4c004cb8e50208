// Builds what is generated from the schemas: the published config schema (base + options of the built-in
// gates), the TypeScript types, and the validators, compiled to code so that Ajv is never loaded at run time.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import Ajv from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import { compile } from "json-schema-to-typescript";
import { composeSchema } from "./compose-schema.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The vocabulary beyond JSON Schema that our schemas carry: what a value must be, in words. */
const VOCABULARY = ["errorMessage", "tsType"];

const readJson = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));

/** Bundles the built-in gates and reads their `id`, `checks` and `options`. Nothing of dist/ is used. */
export async function readGates() {
  const ids = existsSync(join(root, "gates"))
    ? readdirSync(join(root, "gates"))
        .filter((id) => existsSync(join(root, "gates", id, "index.ts")))
        .sort()
    : [];
  if (ids.length === 0) return [];
  // Below node_modules, so that packages a gate imports resolve from the bundle.
  const cache = join(root, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "meta-orch-generate-"));
  try {
    await build({
      entryPoints: Object.fromEntries(ids.map((id) => [id, join(root, "gates", id, "index.ts")])),
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20.19",
      packages: "external",
      logLevel: "error",
      define: { __VERSION__: '"0.0.0"', __BUILD__: '"generate"' },
    });
    const gates = [];
    for (const id of ids) {
      const { default: gate } = await import(pathToFileURL(join(folder, `${id}.mjs`)).href);
      if (gate?.id !== id)
        throw new Error(`gates/${id}/index.ts must export a gate with the id "${id}" by default`);
      gates.push({
        id,
        title: gate.title,
        summary: gate.summary,
        checks: gate.checks,
        options: gate.options,
      });
    }
    return gates;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const DECLARATION = `import type { BaselineFile, ModsquadConfig, WaiversFile } from "./config.generated.ts";

/** An error of a validator compiled by Ajv with \`verbose\`. */
export interface SchemaFault {
  /** JSON Pointer of the value that does not fit. */
  instancePath: string;
  schemaPath: string;
  keyword: string;
  params: Record<string, unknown>;
  message?: string;
  /** Set when a key, not a value, does not fit. */
  propertyName?: string;
  parentSchema: Record<string, unknown>;
  data: unknown;
}

export interface Validator<T> {
  (value: unknown): value is T;
  errors?: SchemaFault[] | null;
}

export const config: Validator<ModsquadConfig>;
export const waivers: Validator<WaiversFile>;
export const baseline: Validator<BaselineFile>;
`;

/** The schema as the types see it: an index signature must not contradict the gates named beside it. */
function forTypes(schema) {
  const copy = structuredClone(schema);
  if (copy.properties?.gates) copy.properties.gates.additionalProperties = true;
  delete copy.$defs?.customGate;
  delete copy.allOf;
  return copy;
}

async function types(schemas) {
  const parts = [];
  for (const schema of schemas) {
    parts.push(
      await compile(forTypes(schema), schema.title, {
        bannerComment: "",
        additionalProperties: false,
        unreachableDefinitions: true,
        ignoreMinAndMaxItems: true,
        cwd: root,
        format: true,
        style: { printWidth: 110 },
      }),
    );
  }
  return parts.join("\n");
}

/** One self-contained ESM file that exports a compiled validator per schema. */
async function validators(schemas) {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    // In a tuple or a range the author means what the schema says; ours are read by people first.
    strictTuples: false,
    code: { source: true, esm: true, lines: true },
  });
  for (const word of VOCABULARY) ajv.addKeyword({ keyword: word, schemaType: "string" });
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(schema, name);
  const code = standaloneCode(ajv, Object.fromEntries(Object.keys(schemas).map((name) => [name, name])));
  const bundled = await build({
    stdin: { contents: code, resolveDir: root, loader: "js" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "node20.19",
    minify: true,
    legalComments: "none",
    logLevel: "error",
  });
  return bundled.outputFiles[0].text;
}

/**
 * Everything this part generates, as a map from path (relative to the repository) to content.
 * Same inputs, same bytes.
 */
export async function generateConfigFiles(gates) {
  const known = gates ?? (await readGates());
  const config = composeSchema(readJson("modsquad/config/config.base.schema.json"), known);
  const waivers = readJson("schema/waivers.schema.json");
  const baseline = readJson("schema/baseline.schema.json");
  const banner = "Generated by `npm run generate` from the schemas. Do not edit.";
  const text = JSON.stringify([config, waivers, baseline]);
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return new Map([
    ["schema/config.schema.json", `${JSON.stringify(config, null, 2)}\n`],
    ["modsquad/config/config.generated.ts", `/* ${banner} */\n\n${await types([config, waivers, baseline])}`],
    [
      "modsquad/config/schema-facts.generated.ts",
      [
        `/* ${banner} */`,
        "",
        "/** Ids of the built-in gates. */",
        `export const BUILTIN_GATES: readonly string[] = ${JSON.stringify(known.map((gate) => gate.id))};`,
        "/** Changes with any of the schemas: part of the key of compiled configs. */",
        `export const SCHEMA_DIGEST = "${digest}";`,
        "",
      ].join("\n"),
    ],
    ["modsquad/config/validate-config.generated.d.mts", `/* ${banner} */\n\n${DECLARATION}`],
    [
      "modsquad/config/validate-config.generated.mjs",
      `// ${banner}\n${await validators({ config, waivers, baseline })}`,
    ],
  ]);
}
