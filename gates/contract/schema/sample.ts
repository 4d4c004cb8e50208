/** Valid values for a schema: the document's own examples, then openapi-sampler, then json-schema-faker. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asArray, asObject, at, isObject, keysOf, keysOfRef, withValue } from "../json.ts";
import type { Validator } from "./validator.ts";

type Sampler = { sample(schema: unknown, options: object, spec: unknown): unknown };
type Faker = typeof import("json-schema-faker");

const SEED = 7;
const MAX_DEPTH = 20;
const MAX_PRUNINGS = 8;
/** A document may allow lists and texts of any size; a request need not use it. */
const MAX_ITEMS = 3;
const MAX_TEXT = 200;

/** Values a document gives for a media type, a parameter or a schema. */
export function examplesOf(node: JsonObject, root: JsonObject): Json[] {
  const found: Json[] = [];
  if (node.example !== undefined) found.push(node.example);
  for (const entry of isObject(node.examples) ? Object.values(node.examples) : []) {
    const reference = asObject(entry).$ref;
    const example = asObject(typeof reference === "string" ? at(root, keysOfRef(reference)) : entry);
    if (example.value !== undefined) found.push(example.value);
  }
  if (Array.isArray(node.examples)) found.push(...node.examples);
  return found.map((value) => withoutRefs(value, root, 0));
}

/** References inside an example mean nothing to OpenAPI, but tools that resolve whole documents follow them. */
function withoutRefs(value: Json, root: JsonObject, depth: number): Json {
  if (depth > MAX_DEPTH || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => withoutRefs(one, root, depth + 1));
  if (typeof value.$ref === "string" && value.$ref.startsWith("#/")) {
    const target = at(root, keysOfRef(value.$ref));
    if (target !== undefined) return withoutRefs(target, root, depth + 1);
  }
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    withoutRefs(inner ?? null, root, depth + 1),
  ]);
  return Object.fromEntries(entries) as JsonObject;
}

export class Samples {
  readonly #validator: Validator;
  readonly #sampler: Sampler;
  readonly #faker: Faker;
  readonly #known = new Map<string, { value: Json } | { why: string }>();

  private constructor(validator: Validator, sampler: Sampler, faker: Faker) {
    this.#validator = validator;
    this.#sampler = sampler;
    this.#faker = faker;
  }

  static async create(validator: Validator): Promise<Samples> {
    const module = (await import("openapi-sampler")) as unknown as Sampler & { default?: Sampler };
    return new Samples(validator, module.default ?? module, await import("json-schema-faker"));
  }

  /** A value that the schema admits, or why there is none. `small` leaves out what is not required. */
  valid(pointer: string, small = false): { value: Json } | { why: string } {
    const key = `${pointer} ${small}`;
    let found = this.#known.get(key);
    if (!found) {
      found = this.#make(pointer, small);
      this.#known.set(key, found);
    }
    return found;
  }

  #make(pointer: string, small: boolean): { value: Json } | { why: string } {
    const schema = at(this.#validator.document.root, keysOfRef(pointer));
    let why = "no generator has a value";
    for (const make of [
      () => this.#sampled(schema, small),
      () => this.#pruned(pointer, this.#sampled(schema, small)),
      () => this.#faked(pointer, true),
      () => this.#pruned(pointer, this.#faked(pointer, true)),
      () => this.#faked(pointer, small),
    ]) {
      const value = make();
      if (value === undefined) continue;
      const judged = this.#validator.check(pointer, value);
      if ("unusable" in judged) return { why: `its schema cannot be used: ${judged.unusable}` };
      if (judged.valid) return { value };
      const [first] = judged.violations;
      why = `no generated value fits its schema (${first?.at ?? ""} ${first?.message ?? ""})`;
    }
    return { why };
  }

  /** The value without the members that make it invalid, where they can be left out. */
  #pruned(pointer: string, value: Json | undefined): Json | undefined {
    let pruned = value;
    for (let round = 0; round < MAX_PRUNINGS && isObject(pruned); round++) {
      const judged = this.#validator.check(pointer, pruned);
      if (!("violations" in judged)) return pruned;
      const [deepest] = judged.violations
        .map((one) => [
          ...keysOf(one.at),
          ...(one.keyword === "additionalProperties" ? [String(one.params.additionalProperty)] : []),
        ])
        .sort((one, other) => other.length - one.length);
      if (!deepest || deepest.length === 0) return pruned;
      pruned = withValue(pruned, deepest, undefined);
    }
    return pruned;
  }

  #sampled(schema: Json | undefined, small: boolean): Json | undefined {
    try {
      const options = { skipReadOnly: true, skipNonRequired: small, quiet: true };
      const value = this.#sampler.sample(structuredClone(schema), options, this.#validator.document.root);
      return JSON.parse(JSON.stringify(value ?? null)) as Json;
    } catch {
      return undefined;
    }
  }

  #faked(pointer: string, small: boolean): Json | undefined {
    try {
      const options = {
        seed: SEED,
        maxDefaultItems: 1,
        maxItems: MAX_ITEMS,
        maxLength: MAX_TEXT,
        optionalsProbability: small ? 0 : 0.5,
        refDepthMax: 2,
      };
      const value = this.#faker.generateSync(this.#validator.bundled(pointer) as never, options);
      return JSON.parse(JSON.stringify(value ?? null)) as Json;
    } catch {
      return undefined;
    }
  }
}

/** What a schema itself suggests: examples, default, the first values of its enum. */
export function suggested(schema: JsonObject): Json[] {
  const own = [
    schema.example,
    ...asArray(schema.examples),
    schema.default,
    schema.const,
    ...asArray(schema.enum).slice(0, 1),
  ];
  return own.filter((value): value is Json => value !== undefined);
}
