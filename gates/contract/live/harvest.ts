/** Ids seen in answers, for the parameters of other operations. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asArray, asObject, at, isObject, keysOf } from "../json.ts";
import type { Operation, Parameter, ResponseSpec, Values } from "../types.ts";

export interface Harvested {
  value: Json;
  /** The operation that answered it. */
  from: Operation;
  /** What stood in the path when it was answered, by the segments before: what is inside a thing has its id from there. */
  context?: Record<string, Json>;
}

const MAX_PER_NAME = 20;
const MAX_DEPTH = 4;
const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");
const singular = (word: string) =>
  word
    .replace(/ies$/, "y")
    .replace(/(s|x|ch|sh)es$/, "$1")
    .replace(/s$/, "");
const isId = (value: Json | undefined): value is string | number =>
  (typeof value === "string" && value !== "" && value.length <= 200) || typeof value === "number";

/** The segments before a placeholder, such as "/shops/{}/products" for {productId}. */
export function collectionOf(path: string, name: string): string {
  return path
    .slice(0, path.indexOf(`{${name}}`))
    .replace(/\/$/, "")
    .replace(/\{[^}]*\}/g, "{}");
}

export class Harvest {
  readonly #names = new Map<string, Harvested[]>();
  readonly #collections = new Map<string, (Omit<Harvested, "value"> & { item: JsonObject })[]>();
  readonly #links = new Map<string, Harvested[]>();

  /** Takes the ids out of a good answer. `invented`: values of ours, which prove nothing when they come back. */
  take(
    operation: Operation,
    spec: ResponseSpec | null,
    body: Json,
    values: Values = {},
    invented: readonly Json[] = [],
  ): void {
    this.#takeLinks(operation, spec, body);
    const context: Record<string, Json> = {};
    for (const [key, value] of Object.entries(values))
      if (key.startsWith("path/")) context[collectionOf(operation.path, key.slice("path/".length))] = value;
    const collection = operation.path.replace(/\{[^}]*\}/g, "{}").replace(/\/\{\}$/, "");
    const isOne = operation.path.endsWith("}");
    for (const item of isOne ? oneOf(body) : itemsOf(body)) {
      if (Object.values(item).some((value) => invented.includes(value ?? null))) continue;
      const list = this.#collections.get(collection) ?? [];
      // What was created last is what may be changed and deleted.
      if (operation.method === "post") list.unshift({ item, from: operation, context });
      else if (list.length < MAX_PER_NAME) list.push({ item, from: operation, context });
      this.#collections.set(collection, list);
    }
    this.#takeNames(operation, body, invented, 0);
  }

  #takeNames(from: Operation, value: Json | undefined, invented: readonly Json[], depth: number): void {
    if (depth > MAX_DEPTH) return;
    if (Array.isArray(value)) {
      for (const one of value.slice(0, MAX_PER_NAME)) this.#takeNames(from, one, invented, depth + 1);
    } else if (isObject(value)) {
      for (const [name, inner] of Object.entries(value)) {
        if (!isId(inner)) this.#takeNames(from, inner, invented, depth + 1);
        else if (!invented.includes(inner)) this.#remember(this.#names, plain(name), { value: inner, from });
      }
    }
  }

  /** Takes the id out of the address of what was created, as in `Location: /pets/7`. */
  takeLocation(operation: Operation, location: string, values: Values): void {
    const [path = ""] = location.split(/[?#]/);
    const last = path.split("/").filter(Boolean).at(-1);
    if (operation.method !== "post" || last === undefined || operation.path.endsWith(`/${last}`)) return;
    let id: string;
    try {
      id = decodeURIComponent(last);
    } catch {
      return;
    }
    const value = /^(0|[1-9]\d{0,14})$/.test(id) ? Number(id) : id;
    this.take(operation, null, { id: value }, values);
  }

  #takeLinks(from: Operation, spec: ResponseSpec | null, body: Json): void {
    for (const link of Object.values(asObject(spec?.node.links))) {
      const { operationId, parameters } = asObject(link);
      for (const [name, source] of Object.entries(asObject(parameters))) {
        const pointer = /^\$response\.body#(\/.*)$/.exec(String(source))?.[1];
        const value = pointer === undefined ? undefined : at(body, keysOf(pointer));
        if (isId(value))
          this.#remember(this.#links, `${String(operationId)} ${name.replace(/^(path|query)\./, "")}`, {
            value,
            from,
          });
      }
    }
  }

  #remember(map: Map<string, Harvested[]>, key: string, one: Harvested): void {
    const list = map.get(key) ?? [];
    if (list.some(({ value }) => value === one.value)) return;
    if (one.from.method === "post") list.unshift(one);
    else list.push(one);
    map.set(key, list.slice(0, MAX_PER_NAME));
  }

  /** Values for a parameter, the likeliest first. */
  for(operation: Operation, { name, in: place }: Pick<Parameter, "name" | "in">): Harvested[] {
    const found = [...(this.#links.get(`${operation.operationId} ${name}`) ?? [])];
    const word = plain(name);
    const id = word.replace(/^(.+?)(id|uuid|key|slug|name|number|no|code)$/, "$1");
    if (place === "path") {
      const collection = collectionOf(operation.path, name);
      const [segment = ""] = collection.split("/").slice(-1);
      found.push(...this.#fromCollection(collection, word, id));
      for (const key of this.#collections.keys()) {
        const last = plain(singular(key.split("/").slice(-1)[0] ?? ""));
        if (key !== collection && last !== "" && (last === id || last === plain(singular(segment))))
          found.push(...this.#fromCollection(key, word, id));
      }
    } else if (id !== word) {
      for (const key of this.#collections.keys()) {
        if (plain(singular(key.split("/").slice(-1)[0] ?? "")) === id)
          found.push(...this.#fromCollection(key, word, id));
      }
    }
    if (word !== "id" && word !== "name") found.push(...(this.#names.get(word) ?? []));
    return found.filter(({ value }, index) => found.findIndex((one) => one.value === value) === index);
  }

  /** Ids of the things of this name: of pets for "pet" and "pets". */
  of(name: string): Harvested[] {
    const word = plain(singular(name));
    return [...this.#collections.keys()]
      .filter((key) => plain(singular(key.split("/").at(-1) ?? "")) === word)
      .flatMap((key) => this.#fromCollection(key, word, word));
  }

  #fromCollection(collection: string, word: string, id: string): Harvested[] {
    return (this.#collections.get(collection) ?? []).flatMap(({ item, from, context }) => {
      const names = Object.keys(item);
      const rest = word.slice(id.length);
      const wanted = [word, rest, "id", "uuid", "slug", "key", "name", "number", "code"];
      for (const want of wanted) {
        const name = want === "" ? undefined : names.find((one) => plain(one) === want);
        const value = name === undefined ? undefined : item[name];
        if (isId(value)) return [{ value, from, context: context ?? {} }];
      }
      return [];
    });
  }

  /** Forgets the id of a thing that is gone; what has the same value elsewhere stays. */
  forget(operation: Operation, name: string, value: Json): void {
    const word = plain(name);
    const others = (list: readonly Harvested[]) => list.filter((one) => one.value !== value);
    this.#names.set(word, others(this.#names.get(word) ?? []));
    for (const [key, list] of this.#links) if (key.endsWith(` ${name}`)) this.#links.set(key, others(list));
    const last = (collection: string) => plain(singular(collection.split("/").at(-1) ?? ""));
    const collection = collectionOf(operation.path, name);
    for (const [key, list] of this.#collections) {
      if (last(key) !== last(collection)) continue;
      this.#collections.set(
        key,
        list.filter(({ item }) => !Object.values(item).includes(value)),
      );
    }
  }
}

/** The thing a body is about: the object itself, or the only one in it. */
function oneOf(body: Json): JsonObject[] {
  if (!isObject(body)) return [];
  const inner = Object.values(body).filter(isObject);
  const lists = Object.values(body).some((value) => Array.isArray(value) && value.some(isObject));
  if (body.id === undefined && lists && inner.length === 0 && Object.keys(body).length <= 3) return [];
  return body.id === undefined && inner.length === 1 ? [body, inner[0]!] : [body];
}

/** The things a body is about: the items of a list, of a wrapped list, or the object itself. */
function itemsOf(body: Json): JsonObject[] {
  if (Array.isArray(body)) return body.filter(isObject).slice(0, MAX_PER_NAME);
  if (!isObject(body)) return [];
  const lists = Object.values(body).filter((value) => Array.isArray(value) && value.some(isObject));
  if (lists.length > 0 && body.id === undefined)
    return lists.flatMap((list) => asArray(list).filter(isObject)).slice(0, MAX_PER_NAME);
  return oneOf(body);
}
