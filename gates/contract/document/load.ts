/** Text into a document whose references all stay inside it. Files outside the repository and the network are not read. */
import path from "node:path";
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { at, isObject, keysOfRef, step } from "../json.ts";
import type { ApiDocument, BrokenRef } from "../types.ts";

export type Loaded =
  | { ok: true; document: ApiDocument }
  | { ok: false; class: "unreadable" | "unsupported" | "missing"; message: string; line?: number };

/** Reads a text by a repository path or an address; null when there is none, a reason when it must not be read. */
export type Reader = (place: string) => Promise<{ text: string } | { refused: string } | null>;

/** Where texts of other files are kept inside the document. */
const SHELF = "x-meta-orch-files";

async function parse(text: string): Promise<{ value: Json } | { message: string; line: number }> {
  if (/^\s*[{[]/.test(text)) {
    try {
      return { value: JSON.parse(text) as Json };
    } catch {
      // It may still be YAML in flow style, or JSON with comments; the YAML parser also says where it breaks.
    }
  }
  const yaml = await import("yaml");
  const counter = new yaml.LineCounter();
  const parsed = yaml.parseDocument(text, { lineCounter: counter, uniqueKeys: false, version: "1.2" });
  const [fault] = parsed.errors;
  if (fault) return { message: fault.message, line: counter.linePos(fault.pos[0]).line };
  try {
    return { value: parsed.toJS({ maxAliasCount: 1000 }) as Json };
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error), line: 1 };
  }
}

function unsupported(root: JsonObject, source: string): string | null {
  if (root.swagger !== undefined) {
    return (
      `${source} is Swagger ${String(root.swagger)}, which says too little to be checked. Convert it once and commit the result: ` +
      `npx swagger2openapi ${source} -o openapi.json, then set gates: contract: document: openapi.json.`
    );
  }
  if (typeof root.openapi !== "string" || !/^3\.[012]\b/.test(root.openapi)) {
    return `${source} has no "openapi: 3.0.x" or "3.1.x" at its top${root.openapi === undefined ? "" : ` but ${JSON.stringify(root.openapi)}`}: this gate reads OpenAPI 3.0 and 3.1.`;
  }
  return null;
}

interface Reference {
  holder: JsonObject;
  ref: string;
  pointer: string;
}

const isRemote = (place: string) => /^[a-z][a-z0-9+.-]*:\/\//i.test(place);

function resolvePlace(from: string, target: string): string {
  if (isRemote(target)) return target;
  if (isRemote(from)) return new URL(target, from).href;
  return path.posix.normalize(path.posix.join(path.posix.dirname(from), decodeURI(target)));
}

/** Brings files that are referred to into the document and rewrites the references. */
class Shelf {
  readonly #root: JsonObject;
  readonly #read: Reader;
  readonly #prefixes = new Map<string, Promise<string | { why: string }>>();
  readonly #held: JsonObject = {};
  readonly broken: BrokenRef[] = [];
  /** Every reference met, as it stands after rewriting. */
  readonly refs: Reference[] = [];

  constructor(root: JsonObject, source: string, read: Reader) {
    this.#root = root;
    this.#read = read;
    this.#prefixes.set(source, Promise.resolve("#"));
  }

  #take(place: string): Promise<string | { why: string }> {
    let prefix = this.#prefixes.get(place);
    if (!prefix) {
      prefix = this.#fetch(place, String(this.#prefixes.size));
      this.#prefixes.set(place, prefix);
    }
    return prefix;
  }

  async #fetch(place: string, key: string): Promise<string | { why: string }> {
    const found = await this.#read(place);
    if (!found) return { why: `there is no ${place}` };
    if ("refused" in found) return { why: found.refused };
    const parsed = await parse(found.text);
    if ("message" in parsed) return { why: `${place} cannot be read: ${parsed.message}` };
    this.#held[key] = parsed.value;
    this.#root[SHELF] = this.#held;
    // Not awaited by the one who asked first: two files may refer to each other.
    this.#pending.push(this.rewrite(parsed.value, place, `#/${SHELF}/${key}`));
    return `#/${SHELF}/${key}`;
  }

  readonly #pending: Promise<void>[] = [];

  async settle(): Promise<void> {
    for (let index = 0; index < this.#pending.length; index++) await this.#pending[index];
  }

  async rewrite(node: Json | undefined, from: string, here: string): Promise<void> {
    const refs: Reference[] = [];
    collect(node, here, refs);
    for (const one of refs) this.refs.push(one);
    const prefix = here;
    for (const { holder, ref, pointer } of refs) {
      if (ref.startsWith("#")) {
        if (prefix !== "#") holder.$ref = `${prefix}${ref.slice(1)}`;
        continue;
      }
      const [target = "", fragment = ""] = ref.split("#");
      const to = await this.#take(resolvePlace(from, target));
      if (typeof to === "string") holder.$ref = `${to}${fragment}`;
      else this.broken.push({ pointer, ref, why: to.why });
    }
  }
}

/** Objects that are references. What stands under example, examples, default, enum or const is data. */
function collect(node: Json | undefined, pointer: string, into: Reference[], named = false): void {
  if (Array.isArray(node)) {
    for (const [index, value] of node.entries()) collect(value, `${pointer}/${index}`, into);
    return;
  }
  if (!isObject(node)) return;
  if (typeof node.$ref === "string" && !named) into.push({ holder: node, ref: node.$ref, pointer });
  for (const [key, value] of Object.entries(node)) {
    if (typeof value !== "object" || value === null) continue;
    if (!named && (DATA.has(key) || key.startsWith("x-"))) continue;
    collect(value, `${pointer}/${step(key)}`, into, !named && MAPS.has(key));
  }
}

const DATA = new Set(["example", "default", "enum", "const", "value"]);
/** Keys whose object's keys are names, not keywords. `examples` holds named objects that may be references. */
const MAPS = new Set(
  "properties patternProperties $defs definitions dependentSchemas schemas responses parameters headers requestBodies securitySchemes links callbacks pathItems paths content examples webhooks".split(
    " ",
  ),
);

/** Parses a document and gathers what it refers to. */
export async function loadDocument(
  text: string,
  source: string,
  isFile: boolean,
  read: Reader,
): Promise<Loaded> {
  const parsed = await parse(text);
  if ("message" in parsed) {
    const { message, line } = parsed;
    return { ok: false, class: "unreadable", line, message: `${source} cannot be read: ${message}` };
  }
  if (!isObject(parsed.value)) {
    return { ok: false, class: "unreadable", message: `${source} holds no object, so no OpenAPI document.` };
  }
  const root = parsed.value;
  const why = unsupported(root, source);
  if (why) return { ok: false, class: "unsupported", message: why };
  const shelf = new Shelf(root, source, read);
  await shelf.rewrite(root, source, "#");
  await shelf.settle();
  const brokenRefs = [...shelf.broken, ...dangling(root, shelf.refs)];
  const dialect = String(root.openapi).startsWith("3.0") ? "3.0" : "3.1";
  return { ok: true, document: { root, dialect, source, isFile, text, brokenRefs } };
}

/** Inner references that lead nowhere. */
function dangling(root: JsonObject, refs: readonly Reference[]): BrokenRef[] {
  const known = new Map<string, boolean>();
  return refs.flatMap(({ holder, pointer }) => {
    const ref = String(holder.$ref);
    if (!ref.startsWith("#/")) return [];
    let found = known.get(ref);
    if (found === undefined) {
      found = at(root, keysOfRef(ref)) !== undefined;
      known.set(ref, found);
    }
    return found ? [] : [{ pointer, ref, why: "nothing is there" }];
  });
}
