/** Ajv over the schemas of a document, each compiled when it is first needed. */
import type { Ajv, ErrorObject, ValidateFunction } from "ajv";
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asObject, at, isObject, keysOfRef, step } from "../json.ts";
import type { ApiDocument } from "../types.ts";
import { type ConvertOptions, convert, type Direction } from "./convert.ts";

export interface Violation {
  /** Where in the value, as a pointer; "" is the whole. */
  at: string;
  keyword: string;
  message: string;
  /** What Ajv knows of the keyword, such as `missingProperty`. */
  params: JsonObject;
}

export type Judged = { valid: true } | { valid: false; violations: Violation[] } | { unusable: string };

const MAX_HOPS = 20;
const MAX_VIOLATIONS = 20;

/** The pointer a reference means, in canonical spelling. */
export const pointerOf = (ref: string) =>
  `#${keysOfRef(ref)
    .map((key) => `/${step(key)}`)
    .join("")}`;

function sentence({ keyword, message, params }: ErrorObject): string {
  const detail = params as { allowedValues?: unknown[]; allowedValue?: unknown; additionalProperty?: string };
  if (keyword === "enum") return `must be one of ${JSON.stringify(detail.allowedValues).slice(0, 120)}`;
  if (keyword === "const") return `must be ${JSON.stringify(detail.allowedValue)}`;
  if (keyword === "additionalProperties") return `must not have the property "${detail.additionalProperty}"`;
  if (keyword === "false schema") return "is not allowed here";
  return message ?? `breaks "${keyword}"`;
}

export class Validator {
  readonly document: ApiDocument;
  readonly direction: Direction;
  readonly #ajv: Ajv;
  readonly #compiled = new Map<string, ValidateFunction | string>();
  readonly #ids = new Map<string, string>();
  readonly #queue: string[] = [];

  private constructor(document: ApiDocument, direction: Direction, ajv: Ajv) {
    this.document = document;
    this.direction = direction;
    this.#ajv = ajv;
  }

  static async create(document: ApiDocument, direction: Direction): Promise<Validator> {
    const { default: ajv2020 } = await import("ajv/dist/2020.js");
    const { default: formats } = await import("ajv-formats");
    const engine = new ajv2020.default({
      strict: false,
      validateSchema: false,
      logger: false,
      allErrors: true,
      // 19.99 is a multiple of 0.01, whatever binary fractions make of it.
      multipleOfPrecision: 9,
      code: { regExp: tolerantRegExp },
    });
    formats.default(engine);
    // In OpenAPI these say how bytes travel or how wide a number is in the server's memory.
    for (const format of ["binary", "password", "float", "double"]) engine.addFormat(format, true);
    return new Validator(document, direction, engine);
  }

  /** Judges a value by the schema at a pointer of the document. */
  check(pointer: string, value: Json): Judged {
    const compiled = this.#compile(pointer);
    if (typeof compiled === "string") return { unusable: compiled };
    try {
      if (compiled(value)) return { valid: true };
    } catch (error) {
      // A pattern or a cycle of references can still break at run time.
      return { unusable: error instanceof Error ? error.message : String(error) };
    }
    const violations = leaves(compiled.errors ?? []).slice(0, MAX_VIOLATIONS);
    return { valid: false, violations };
  }

  /** The schema at a pointer as one JSON Schema that needs nothing beside it. */
  bundled(pointer: string): JsonObject {
    const names = new Map<string, string>();
    const queue: string[] = [];
    const refTo = (ref: string) => {
      const target = pointerOf(ref);
      let name = names.get(target);
      if (name === undefined) {
        name = `d${names.size}`;
        names.set(target, name);
        queue.push(target);
      }
      return `#/$defs/${name}`;
    };
    const options = { ...this.#options(), refTo };
    const root = asObject(convert(at(this.document.root, keysOfRef(pointer)), options));
    const $defs: JsonObject = {};
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      $defs[names.get(next)!] = convert(at(this.document.root, keysOfRef(next)), options);
    }
    return { ...root, $defs: { ...asObject(root.$defs), ...$defs } };
  }

  /** The schema that is meant, references followed. */
  readonly meaning = (schema: Json | undefined): JsonObject => {
    let here = schema;
    for (let hop = 0; hop < MAX_HOPS && isObject(here) && typeof here.$ref === "string"; hop++) {
      const target = at(this.document.root, keysOfRef(here.$ref));
      here = isObject(target) ? target : {};
    }
    return asObject(here);
  };

  #options(): ConvertOptions {
    const { dialect } = this.document;
    return {
      dialect,
      direction: this.direction,
      refTo: (ref) => this.#idOf(pointerOf(ref)),
      meaning: this.meaning,
    };
  }

  #idOf(pointer: string): string {
    let id = this.#ids.get(pointer);
    if (id === undefined) {
      id = `doc:${this.#ids.size}`;
      this.#ids.set(pointer, id);
      this.#queue.push(pointer);
    }
    return id;
  }

  #compile(pointer: string): ValidateFunction | string {
    const known = this.#compiled.get(pointer);
    if (known !== undefined) return known;
    let result: ValidateFunction | string;
    try {
      const id = this.#idOf(pointer);
      this.#register();
      result = this.#ajv.compile({ $ref: id });
    } catch (error) {
      result = error instanceof Error ? error.message : String(error);
    }
    this.#compiled.set(pointer, result);
    return result;
  }

  /** Everything that is referred to goes to Ajv before it compiles. */
  #register(): void {
    for (let pointer = this.#queue.pop(); pointer !== undefined; pointer = this.#queue.pop()) {
      const target = at(this.document.root, keysOfRef(pointer));
      if (target === undefined) throw new Error(`the reference ${pointer} leads nowhere`);
      this.#ajv.addSchema(convert(target, this.#options()) as object, this.#ids.get(pointer)!);
    }
  }
}

function tolerantRegExp(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return new RegExp(pattern);
  }
}
tolerantRegExp.code = "new RegExp";

/** Without the errors that only say that an inner one was found. */
function leaves(errors: readonly ErrorObject[]): Violation[] {
  const told = errors.filter(({ keyword }) => !["if", "propertyNames"].includes(keyword));
  return (told.length > 0 ? told : errors).map((error) => ({
    at: error.instancePath,
    keyword: error.keyword,
    message: sentence(error),
    params: error.params as JsonObject,
  }));
}
