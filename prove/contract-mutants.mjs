// Prism serves answers by schemas in which one constraint was changed; the gate judges them by the original schemas.
// One operation a mutant, so that one mock serves them all. A mutant counts when it reaches an answer: a validator that
// is not the gate's finds the answer invalid by the original. The same operations unchanged must be without a verdict.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { install, PRISM, runGate, startPrism, wrongOf } from "./lib/prism.mjs";

export const title = "Contract: single-constraint mutants of what a service answers are killed";

const DOCUMENTS = "@octokit/openapi@23.0.2";
const JUDGE = "@cfworker/json-schema@4.1.1";
const MUTANTS = Number(process.env.PROVE_MUTANTS ?? 300);
const STOREFRONT = new URL("../examples/storefront/openapi.json", import.meta.url);
const MAX_SCHEMA = 6000;
const MAX_DEPTH = 6;
/** Mutants are made of so many schemas each. */
const PER_SCHEMA = 8;

/** A schema without references, without examples, in 2020-12; null when it is too large or refers to itself. */
function inline(document, schema, depth = 0, left = { size: MAX_SCHEMA }) {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map((one) => inline(document, one, depth, left));
  left.size -= 1;
  if (depth > 40 || left.size < 0) throw new Error("too large");
  if (typeof schema.$ref === "string") {
    const keys = schema.$ref.slice(2).split("/");
    return inline(
      document,
      keys.reduce((node, key) => node[key], document),
      depth + 1,
      left,
    );
  }
  const to = {};
  for (const [key, value] of Object.entries(schema)) {
    if (["example", "examples", "default", "nullable", "description", "title"].includes(key)) continue;
    to[key] =
      key === "properties"
        ? Object.fromEntries(
            Object.entries(value).map(([name, one]) => [name, inline(document, one, depth + 1, left)]),
          )
        : inline(document, value, depth + 1, left);
  }
  if (schema.nullable === true && typeof to.type === "string") {
    to.type = [to.type, "null"];
    if (Array.isArray(to.enum) && !to.enum.includes(null)) to.enum.push(null);
  }
  return to;
}

function* schemasOf(document) {
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item)) {
      const status = Object.keys(operation?.responses ?? {}).find((one) => /^2/.test(one));
      const schema = operation?.responses?.[status]?.content?.["application/json"]?.schema;
      if (!schema) continue;
      try {
        yield inline(document, schema);
      } catch {}
    }
  }
}

/** Every change of one constraint: [kind, place in the schema, what to do there]. */
function* changes(schema, place = [], depth = 0) {
  if (typeof schema !== "object" || schema === null || depth > MAX_DEPTH) return;
  const own = [schema.type].flat();
  const drop = (key) => [key, place, (node) => delete node[key]];
  if (own[0] === "string" && !schema.enum)
    yield ["type", place, (node) => Object.assign(strip(node), { type: "integer" })];
  if (own[0] === "integer" || own[0] === "number" || own[0] === "boolean")
    yield ["type", place, (node) => Object.assign(strip(node), { type: "string" })];
  if (own[0] === "array") yield ["type", place, (node) => Object.assign(strip(node), { type: "object" })];
  for (const key of ["format", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems"])
    if (schema[key] !== undefined) yield drop(key);
  if (schema.enum)
    yield ["enum", place, (node) => Object.assign(node, { enum: ["never-listed"], type: "string" })];
  for (const name of schema.required ?? []) {
    if (schema.properties?.[name] === undefined) continue;
    yield [
      "required",
      place,
      (node) => {
        delete node.properties[name];
        node.required = node.required.filter((one) => one !== name);
      },
    ];
  }
  if (schema.additionalProperties === false)
    yield [
      "additionalProperties",
      place,
      (node) => Object.assign(node.properties, { neverNamed: { type: "string" } }),
    ];
  for (const [name, inner] of Object.entries(schema.properties ?? {}))
    yield* changes(inner, [...place, "properties", name], depth + 1);
  if (schema.items && !Array.isArray(schema.items))
    yield* changes(schema.items, [...place, "items"], depth + 1);
}

function strip(node) {
  for (const key of Object.keys(node)) delete node[key];
  return node;
}

function mutated(schema, [, place, act]) {
  const copy = structuredClone(schema);
  act(place.reduce((node, key) => node[key], copy));
  return copy;
}

/** Evenly chosen, so that every kind and depth is among them. */
const spread = (list, count) =>
  Array.from(
    { length: Math.min(count, list.length) },
    (_, index) => list[Math.floor((index * list.length) / Math.min(count, list.length))],
  );

const documentOf = (schemas) => ({
  openapi: "3.1.0",
  info: { title: "mutants", version: "1" },
  paths: Object.fromEntries(
    schemas.map((schema, index) => [
      `/m${index}`,
      { get: { responses: { 200: { description: "ok", content: { "application/json": { schema } } } } } },
    ]),
  ),
});

/** What the mock answers to each of the operations, a few asked at a time. */
async function answers(url, count) {
  const found = Array(count);
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      found[index] = await fetch(`${url}/m${index}`)
        .then((response) => response.json())
        .catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return found;
}

async function served(home, name, schemas, work) {
  const dir = path.join(home, name);
  mkdirSync(dir, { recursive: true });
  writeFileSync(path.join(dir, "served.json"), JSON.stringify(documentOf(schemas)));
  const prism = await startPrism(home, path.join(dir, "served.json"));
  try {
    return await work(prism.url, dir);
  } finally {
    prism.stop();
  }
}

async function judged(url, dir, originals) {
  writeFileSync(path.join(dir, "openapi.json"), JSON.stringify(documentOf(originals)));
  const { result, ms } = await runGate(dir, { baseUrl: url, checks: ["responses"] });
  const told = wrongOf(result, "responses");
  return {
    wrong: new Set(told.map(({ target }) => target)),
    messages: told.map(({ message }) => message),
    ms,
  };
}

export async function run() {
  const home = mkdtempSync(path.join(os.tmpdir(), "meta-orch-prove-mutants-"));
  try {
    const fault = install(home, [PRISM, DOCUMENTS, JUDGE]);
    if (fault) return { ok: false, lines: [fault] };
    const { Validator } = await import(
      pathToFileURL(path.join(home, "node_modules/@cfworker/json-schema/dist/esm/index.js")).href
    );
    const fits = (schema, value) =>
      value !== undefined && new Validator(schema, "2020-12").validate(value).valid;
    const github = path.join(home, "node_modules/@octokit/openapi/generated/api.github.com.json");
    const schemas = [STOREFRONT, github].flatMap((file) => [
      ...schemasOf(JSON.parse(readFileSync(file, "utf8"))),
    ]);
    const unlike = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
    // A schema the mock cannot serve a valid answer for says nothing.
    const bases = await served(home, "bases", unlike, async (url) => {
      const found = await answers(url, unlike.length);
      return unlike.filter((schema, index) => fits(schema, found[index]));
    });
    const all = bases.flatMap((schema) =>
      spread([...changes(schema)], PER_SCHEMA).map((change) => ({
        kind: change[0],
        schema,
        mutant: mutated(schema, change),
      })),
    );
    const candidates = spread(all, MUTANTS * 3);
    const changed = candidates.map(({ mutant }) => mutant);
    const reached = await served(home, "candidates", changed, async (url) => {
      const found = await answers(url, changed.length);
      return candidates.filter(
        ({ schema }, index) => found[index] !== undefined && !fits(schema, found[index]),
      );
    });
    const chosen = spread(reached, MUTANTS);
    const originals = chosen.map(({ schema }) => schema);
    const clean = await served(home, "unchanged", originals, (url, dir) => judged(url, dir, originals));
    const { wrong, ms } = await served(
      home,
      "mutants",
      chosen.map(({ mutant }) => mutant),
      (url, dir) => judged(url, dir, originals),
    );
    const killed = chosen.filter((_, index) => wrong.has(`GET /m${index}`));
    const kinds = [...new Set(chosen.map(({ kind }) => kind))].sort().map((kind) => {
      const count = (list) => list.filter((one) => one.kind === kind).length;
      return `${kind} ${count(killed)}/${count(chosen)}`;
    });
    const survivors = chosen.filter((one) => !killed.includes(one)).slice(0, 5);
    return {
      ok: killed.length >= chosen.length * 0.95 && chosen.length >= MUTANTS && clean.wrong.size === 0,
      lines: [
        `${killed.length} of ${chosen.length} mutants killed in one run of ${ms} ms (${((100 * killed.length) / Math.max(1, chosen.length)).toFixed(1)} %): ${kinds.join(", ")}`,
        `${reached.length} of ${candidates.length} mutants of ${bases.length} response schemas reach an answer: ${JUDGE} refuses it by the original schema`,
        `the same ${originals.length} operations unchanged: ${clean.wrong.size} verdicts against the mock`,
        ...clean.messages.slice(0, 5).map((message) => `unchanged: ${message.slice(0, 200)}`),
        ...survivors.map(
          ({ kind, schema }) => `survived: ${kind} in ${JSON.stringify(schema).slice(0, 120)}`,
        ),
      ],
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
