/** Values for a call: from the config, harvested, from examples, sampled, in this order. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asObject, at, isObject, keysOfRef } from "../json.ts";
import { examplesOf, type Samples, suggested } from "../schema/sample.ts";
import type { Validator } from "../schema/validator.ts";
import type { Body, Call, MediaType, Operation, Parameter, Values } from "../types.ts";
import { collectionOf, type Harvest, type Harvested } from "./harvest.ts";
import { isJson } from "./wire.ts";

export interface Prepared {
  call: Call;
  /** Harvested values in it: their source can be asked for fresh ones. */
  harvested: Harvested[];
  /** Whether every value of the path came from the service itself, from a list of values or from the config. */
  real: boolean;
  /** Values of the path that a generator made. */
  invented: Json[];
}

export type Preparation = { ok: true; attempts: Prepared[] } | { ok: false; why: string };

/** Headers that the document may declare but that are not parameters (OpenAPI 3.1, "Parameter Object"). */
const IGNORED = new Set(["accept", "content-type", "authorization"]);
const MAX_ATTEMPTS = 8;

/** Where values come from in one attempt. */
interface Way {
  preferHarvest: boolean;
  /** Only what is required. */
  small: boolean;
  /** Which of the harvested values, by place in the path from its end. */
  ranks: readonly number[];
  /** Parameters that need not be given are given nevertheless. */
  all?: boolean;
}

/** What to try in turn; `small` is what is tried first: all there is, or only what is required. */
const waysOf = (small: boolean): readonly Way[] => [
  { preferHarvest: true, small, ranks: [] },
  { preferHarvest: true, small: !small, ranks: [] },
  { preferHarvest: true, small, ranks: [1] },
  { preferHarvest: true, small, ranks: [0, 1] },
  { preferHarvest: true, small, ranks: [2] },
  { preferHarvest: true, small, ranks: [1, 1, 1] },
  { preferHarvest: false, small, ranks: [] },
  { preferHarvest: false, small: !small, ranks: [] },
  { preferHarvest: true, small, ranks: [], all: true },
];

/** Members that services want to be unique. */
const NAMING =
  /^(?:.*[_-])?(?:id|name|key|slug|email|login|username|title|code|label|path|url|handle|value)$|(?:Id|Name|Key|Slug|Email|Login|Title|Code)$/i;

export const isIgnored = (parameter: Parameter) =>
  parameter.in === "header" && IGNORED.has(parameter.name.toLowerCase());

export class Inputs {
  readonly #validator: Validator;
  readonly #samples: Samples;
  readonly #harvest: Harvest;
  readonly #overrides: JsonObject;
  #renamings = 0;

  constructor(validator: Validator, samples: Samples, harvest: Harvest, overrides: JsonObject) {
    this.#validator = validator;
    this.#samples = samples;
    this.#harvest = harvest;
    this.#overrides = overrides;
  }

  /** Calls to try in turn until one succeeds. */
  prepare(operation: Operation): Preparation {
    const attempts: Prepared[] = [];
    for (const way of waysOf(this.#startsSmall(operation))) {
      const one = this.#call(operation, way);
      if ("why" in one) return { ok: false, why: one.why };
      const known = attempts.some(
        ({ call }) =>
          JSON.stringify([call.values, call.body]) === JSON.stringify([one.call.values, one.call.body]),
      );
      if (!known && attempts.length < MAX_ATTEMPTS) attempts.push(one);
    }
    return { ok: true, attempts };
  }

  /** The call with all that the document allows, where a smaller one is tried first; null when there is no difference. */
  fuller(operation: Operation): Prepared | null {
    if (!this.#startsSmall(operation)) return null;
    const full = this.#call(operation, { preferHarvest: true, small: false, ranks: [] });
    const small = this.#call(operation, { preferHarvest: true, small: true, ranks: [] });
    if ("why" in full || "why" in small) return null;
    return JSON.stringify(full.call.body) === JSON.stringify(small.call.body) ? null : full;
  }

  /** The call with names nobody has used yet, for a service that has one of that name; null when it names nothing. */
  renamed(prepared: Prepared): Prepared | null {
    const { body, operation, mediaType } = prepared.call;
    const media = operation.body?.content.find(({ type }) => type === mediaType);
    if (!isObject(body) || !media?.schema) return null;
    this.#renamings += 1;
    const suffix = `${Date.now().toString(36).slice(-4)}${this.#renamings}`;
    let renamed = body;
    for (const [name, value] of Object.entries(body)) {
      if (typeof value !== "string" || !NAMING.test(name)) continue;
      const fresh = [value.replace(/^([^@]*)/, `$1-${suffix}`), `${value}${suffix}`, suffix].find((text) =>
        this.#fits(media.schema!, { ...renamed, [name]: text }),
      );
      if (fresh !== undefined) renamed = { ...renamed, [name]: fresh };
    }
    return renamed === body ? null : { ...prepared, call: { ...prepared.call, body: renamed } };
  }

  /** Whether the document gives no whole body: what a generator adds to the required is more likely to be refused. */
  #startsSmall({ method, body }: Operation): boolean {
    const media = body === null || method === "get" ? null : preferredMedia(body);
    return media?.schema != null && examplesOf(media.node, this.#validator.document.root).length === 0;
  }

  #call(operation: Operation, way: Way): Prepared | { why: string } {
    const values: Values = {};
    const harvested: Harvested[] = [];
    let real = true;
    const invented: Json[] = [];
    let place = -1;
    // The last part of a path says what is meant; what it lies in follows from it.
    let context: Harvested["context"] = {};
    for (const parameter of innermostFirst(operation)) {
      if (isIgnored(parameter)) continue;
      if (parameter.in === "path") place += 1;
      const rank = way.ranks[parameter.in === "path" ? place : 0] ?? 0;
      const around =
        parameter.in === "path" ? context?.[collectionOf(operation.path, parameter.name)] : undefined;
      const found = this.#parameter(operation, parameter, { ...way, rank }, around);
      if (found === null) continue;
      if ("why" in found) return { why: `${parameter.in} parameter ${parameter.name}: ${found.why}` };
      values[`${parameter.in}/${parameter.name}`] = found.value;
      if (found.harvested) harvested.push(found.harvested);
      context = { ...found.harvested?.context, ...context };
      if (parameter.in !== "path") continue;
      if (found.source === "made up") invented.push(found.value);
      if (found.source === "made up" || found.source === "example") real = false;
    }
    const missing = [...operation.path.matchAll(/\{([^}]+)\}/g)]
      .map((match) => match[1]!)
      .filter((name) => values[`path/${name}`] === undefined);
    if (missing.length > 0) return { why: `the path parameter ${missing[0]} is not declared` };
    const body = this.#body(operation, way.small, way.preferHarvest, harvested);
    if ("why" in body) return { why: `body: ${body.why}` };
    return { call: { operation, values, ...body }, harvested, real, invented };
  }

  #parameter(
    operation: Operation,
    parameter: Parameter,
    { preferHarvest, small, rank, all }: Way & { rank: number },
    around: Json | undefined,
  ): { value: Json; source: string; harvested?: Harvested } | { why: string } | null {
    const override =
      asObject(this.#overrides[operation.operationId ?? ""])[parameter.name] ??
      asObject(this.#overrides[operation.id])[parameter.name] ??
      this.#overrides[parameter.name];
    if (override !== undefined && !isObject(override)) return { value: override, source: "config" };
    const fits = (value: Json) => parameter.schema === null || this.#fits(parameter.schema, value);
    const { root } = this.#validator.document;
    const schema =
      parameter.schema === null ? {} : this.#validator.meaning(at(root, keysOfRef(parameter.schema)));
    const declared = [...examplesOf(parameter.node, root), ...suggested(schema)].find(fits);
    if (!parameter.required) {
      const own = [...examplesOf(parameter.node, root), schema.default].find(
        (value) => value !== undefined && fits(value),
      );
      if (!all) return small || own === undefined ? null : { value: own, source: "example" };
      if (parameter.in !== "query") return null;
    }
    const candidates = this.#harvest
      .for(operation, parameter)
      .filter(({ value }) => fits(value) || fits(String(value)));
    // A thing in another is found by the id of what holds it.
    const harvested = candidates.find(({ value }) => value === around) ?? candidates[rank] ?? candidates[0];
    if (preferHarvest && around !== undefined && fits(around) && harvested?.value !== around)
      return { value: around, source: "harvest" };
    const fromService = harvested && {
      value: fits(harvested.value) ? harvested.value : String(harvested.value),
      source: "harvest",
      harvested,
    };
    // What a list of values names is there; an example may be of another instance.
    const listed = declared !== undefined && (Array.isArray(schema.enum) || schema.const !== undefined);
    const fromDocument =
      declared === undefined ? undefined : { value: declared, source: listed ? "enum" : "example" };
    const chosen = preferHarvest ? (fromService ?? fromDocument) : (fromDocument ?? fromService);
    if (chosen) return chosen;
    if (parameter.schema === null) return { value: "1", source: "made up" };
    const made = this.#samples.valid(parameter.schema);
    return "why" in made
      ? made
      : { value: made.value === "" && parameter.in === "path" ? "x" : made.value, source: "made up" };
  }

  #fits(pointer: string, value: Json): boolean {
    const judged = this.#validator.check(pointer, value);
    return "unusable" in judged || judged.valid;
  }

  #body(
    operation: Operation,
    small: boolean,
    preferHarvest: boolean,
    harvested: Harvested[],
  ): { body: Json | undefined; mediaType: string | null } | { why: string } {
    const { body } = operation;
    if (!body || (operation.method === "get" && !body.required)) return { body: undefined, mediaType: null };
    const media = preferredMedia(body);
    if (!media)
      return body.required ? { why: "it declares no media type" } : { body: undefined, mediaType: null };
    const override =
      asObject(this.#overrides[operation.operationId ?? ""]).body ??
      asObject(this.#overrides[operation.id]).body;
    const made = override !== undefined ? { value: override } : this.bodyValue(media, small);
    if ("why" in made) return body.required ? made : { body: undefined, mediaType: null };
    const value =
      preferHarvest && override === undefined
        ? this.#withIds(operation, media, made.value, harvested)
        : made.value;
    return { body: value, mediaType: media.type };
  }

  /** A body of this media type: an example that fits, or a sample. */
  bodyValue(media: MediaType, small: boolean): { value: Json } | { why: string } {
    if (media.schema === null) {
      const [example] = examplesOf(media.node, this.#validator.document.root);
      return { value: example ?? (isJson(media.type) ? {} : "x") };
    }
    const schema = this.#validator.meaning(at(this.#validator.document.root, keysOfRef(media.schema)));
    const examples = [...examplesOf(media.node, this.#validator.document.root), ...suggested(schema)];
    const example = small ? undefined : examples.find((value) => this.#fits(media.schema!, value));
    return example === undefined ? this.#samples.valid(media.schema, small) : { value: example };
  }

  /** Members such as cartId, cart or carts take an id the service has given. */
  #withIds(operation: Operation, media: MediaType, body: Json, harvested: Harvested[]): Json {
    if (!isObject(body) || media.schema === null) return body;
    let result = body;
    for (const [name, value] of Object.entries(body)) {
      const one = Array.isArray(value) ? value[0] : value;
      if (typeof one !== "string" && typeof one !== "number") continue;
      const known = /(?:[a-z]I|_i|^i)d$/.test(name)
        ? this.#harvest.for(operation, { name, in: "query" })
        : this.#harvest.of(name);
      const [found] = known.filter((candidate) => typeof candidate.value === typeof one);
      if (!found) continue;
      const next = { ...result, [name]: Array.isArray(value) ? [found.value] : found.value };
      if (!this.#fits(media.schema, next)) continue;
      result = next;
      harvested.push(found);
    }
    return result;
  }
}

/** Path parameters from the end of the path to its beginning, then the others. */
function innermostFirst({ path, parameters }: Operation): Parameter[] {
  const at = ({ in: place, name }: Parameter) => (place === "path" ? path.indexOf(`{${name}}`) : -1);
  return [...parameters].sort((one, other) => at(other) - at(one));
}

/** JSON first, then forms, then whatever there is. */
export function preferredMedia(body: Body): MediaType | null {
  const rank = ({ type }: MediaType) =>
    isJson(type)
      ? 0
      : type.startsWith("application/x-www-form-urlencoded")
        ? 1
        : type.startsWith("multipart/")
          ? 2
          : 3;
  return [...body.content].sort((one, other) => rank(one) - rank(other))[0] ?? null;
}
