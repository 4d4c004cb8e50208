/** JSON Schema (2020-12, and what OpenAPI 3.0 makes of it) for answers and events. Ajv is loaded when one is used. */
import { readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";
import { showJson } from "./answer-text.ts";
import type { Flow, SchemaUse } from "./types.ts";

const MAX_BYTES = 16 * 1024 * 1024;
/** Faults named in one message. */
const MAX_FAULTS = 3;

/** Keywords whose children are schemas by name, not keywords. */
const MAPS = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
  "schemas",
]);

/**
 * OpenAPI 3.0 words in those of 2020-12: nullable joins the type, and a boolean exclusiveMinimum or
 * exclusiveMaximum becomes the bound itself. Everything else stays.
 */
export function modernise(value: Json, isMap = false): Json {
  if (Array.isArray(value)) return value.map((item) => modernise(item));
  if (value === null || typeof value !== "object") return value;
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    // Data, not schemas.
    const verbatim = !isMap && ["enum", "const", "default", "example", "examples"].includes(key);
    out[key] = verbatim ? (item ?? null) : modernise(item ?? null, !isMap && MAPS.has(key));
  }
  if (isMap) return out;
  for (const [flag, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (typeof out[flag] !== "boolean") continue;
    if (out[flag] && out[bound] !== undefined) {
      out[flag] = out[bound];
      delete out[bound];
    } else delete out[flag];
  }
  return out.nullable === true ? nullable(out) : out;
}

function nullable({ nullable: _, ...schema }: JsonObject): JsonObject {
  return { anyOf: [schema, { type: "null" }] };
}

/** Reads "path#/pointer" below the root. Throws with a sentence for the config's author. */
async function readSource(source: string, root: string): Promise<{ document: Json; pointer: string }> {
  const [path = "", pointer = ""] = source.split("#", 2);
  const top = await realpath(root);
  const file = await realpath(join(top, path)).catch(() => "");
  if (file === "") throw new Error(`there is no file ${path}`);
  if (!file.startsWith(top + sep)) throw new Error(`${path} lies outside the repository`);
  if ((await stat(file)).size > MAX_BYTES) throw new Error(`${path} is larger than 16 MiB`);
  const text = await readFile(file, "utf8");
  const document = /\.ya?ml$/i.test(path) ? ((await import("yaml")).parse(text) as Json) : JSON.parse(text);
  return { document, pointer };
}

interface Fault {
  instancePath: string;
  message?: string;
  params: object;
}

/** "at /items/0/price: must be number" for the first faults. */
function told(faults: readonly Fault[], value: Json): string {
  const lines = faults.slice(0, MAX_FAULTS).map(({ instancePath, message, params }) => {
    const extra = (params as { additionalProperty?: string }).additionalProperty;
    const where = instancePath === "" ? "the value" : instancePath;
    return `${where} ${message ?? "does not fit"}${extra ? ` (${extra})` : ""}`;
  });
  const more = faults.length > MAX_FAULTS ? ` and ${faults.length - MAX_FAULTS} more` : "";
  return `${lines.join("; ")}${more} in ${showJson(value)}`;
}

type Compile = (source: JsonObject | string, root: string) => Promise<(value: Json) => string | null>;

async function loadCompiler(): Promise<Compile> {
  const [{ Ajv2020 }, formats] = await Promise.all([import("ajv/dist/2020.js"), import("ajv-formats")]);
  const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
  const addFormats = formats.default as unknown as typeof formats.default.default;
  (typeof addFormats === "function" ? addFormats : formats.default.default)(ajv);
  let documents = 0;
  return async (source, root) => {
    documents += 1;
    const { document, pointer } =
      typeof source === "string" ? await readSource(source, root) : { document: source, pointer: "" };
    const id = `urn:meta-orch:schema-${documents}`;
    const { $id: _, ...modern } = modernise(document) as JsonObject;
    ajv.addSchema({ ...modern, $id: id } as object, id, false, false);
    const validate = ajv.compile({ $ref: pointer === "" ? id : `${id}#${pointer}` });
    return (value) => (validate(value) ? null : told(validate.errors ?? [], value));
  };
}

function* usesOf(flow: Flow): Generator<SchemaUse> {
  for (const step of flow.steps) {
    for (const assertion of step.expect) if (assertion.kind === "schema") yield assertion.schema;
    if (step.kind === "stream" && step.stream.schema) yield step.stream.schema;
  }
}

/** Compiles every schema of the flows. Answers what is wrong by flow name; those flows cannot be run. */
export async function compileSchemas(flows: readonly Flow[], root: string): Promise<Map<string, string>> {
  const broken = new Map<string, string>();
  let compile: Compile | null = null;
  for (const flow of flows) {
    for (const use of usesOf(flow)) {
      try {
        compile ??= await loadCompiler();
        use.faultOf = await compile(use.source, root);
      } catch (error) {
        broken.set(flow.name, `expect.schema: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  return broken;
}
