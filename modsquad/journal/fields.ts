/**
 * Small building blocks that say, field by field, how a TypeScript value is spelled in the journal.
 * TypeScript is camelCase, the journal is snake_case; free-form data (metrics, maps keyed by ids) keeps its keys.
 */

/** One kind of value: what is wrong with its JSON, and both directions of the spelling. All three are total. */
export interface Kind {
  /** null when the JSON fits, otherwise place and expectation: `.findings[2].severity: not a severity`. */
  fault(json: unknown): string | null;
  toJson(value: unknown): unknown;
  /** Only for JSON without a fault. */
  fromJson(json: unknown): unknown;
}

export interface Field {
  /** The name in the journal. */
  json: string;
  kind: Kind;
  /** May be absent in the journal, and is left out when what a gate gave for it does not fit. */
  optional?: true;
  /** Taken when an older journal does not have the field yet. */
  fallback?: unknown;
}

/** One entry for every field of T: a field added to a contract does not compile until it is listed. */
export type Fields<T> = { [K in keyof Required<T>]: Field };

export interface ShapeKind<T> extends Kind {
  encode(value: T): Record<string, unknown>;
  decode(json: unknown): T;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const same = (value: unknown) => value;

function leaf(expectation: string, fits: (json: unknown) => boolean): Kind {
  return {
    fault: (json) => (fits(json) ? null : `: not ${expectation}`),
    toJson: same,
    fromJson: same,
  };
}

export const text = leaf("a text", (json) => typeof json === "string");
export const name = leaf("a name", (json) => typeof json === "string" && json.length > 0);
export const flag = leaf("true or false", (json) => typeof json === "boolean");
export const number = leaf("a number", (json) => typeof json === "number");
export const amount = leaf("a number of 0 or more", (json) => typeof json === "number" && json >= 0);
export const count = leaf(
  "a whole number of 0 or more",
  (json) => Number.isSafeInteger(json) && (json as number) >= 0,
);
/** Any JSON object; its keys are nobody's business. */
export const freeForm = leaf("an object", isObject);

export function oneOf(what: string, words: readonly string[]): Kind {
  return leaf(what, (json) => typeof json === "string" && words.includes(json));
}

export function orNull(kind: Kind): Kind {
  return {
    fault: (json) => (json === null ? null : kind.fault(json)),
    toJson: (value) => (value === null ? null : kind.toJson(value)),
    fromJson: (json) => (json === null ? null : kind.fromJson(json)),
  };
}

export function list(kind: Kind): Kind {
  return {
    fault(json) {
      if (!Array.isArray(json)) return ": not a list";
      for (let i = 0; i < json.length; i++) {
        const fault = kind.fault(json[i]);
        if (fault) return `[${i}]${fault}`;
      }
      return null;
    },
    toJson: (value) => (Array.isArray(value) ? value.map(kind.toJson) : value),
    fromJson: (json) => (json as unknown[]).map(kind.fromJson),
  };
}

/** An object whose keys are ids; they stay as they are. */
export function mapOf(kind: Kind): Kind {
  const mapped = (value: unknown, turn: (inner: unknown) => unknown) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, turn(inner)]))
      : value;
  return {
    fault(json) {
      if (!isObject(json)) return ": not an object";
      for (const [key, inner] of Object.entries(json)) {
        const fault = kind.fault(inner);
        if (fault) return `.${key}${fault}`;
      }
      return null;
    },
    toJson: (value) => mapped(value, kind.toJson),
    fromJson: (json) => mapped(json, kind.fromJson),
  };
}

function faultOfField(field: Field, value: unknown): string | null {
  if (value !== undefined) return field.kind.fault(value);
  return field.optional || field.fallback !== undefined ? null : ": missing";
}

function toJsonObject(fields: [string, Field][], value: Record<string, unknown>): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const [key, field] of fields) {
    if (value[key] === undefined) continue;
    const spelled = field.kind.toJson(value[key]);
    // A gate's result is foreign: an optional detail that makes no sense is dropped, the rest is still told.
    if (field.optional && field.kind.fault(spelled) !== null) continue;
    json[field.json] = spelled;
  }
  return json;
}

function fromJsonObject(fields: [string, Field][], json: Record<string, unknown>): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [key, field] of fields) {
    const spelled = json[field.json];
    if (spelled !== undefined) value[key] = field.kind.fromJson(spelled);
    else if (field.fallback !== undefined) value[key] = structuredClone(field.fallback);
  }
  return value;
}

/** An object with known fields. Fields of a newer version are neither an error nor carried into TypeScript. */
export function shape<T>(table: Fields<T>): ShapeKind<T> {
  const fields = Object.entries(table) as [string, Field][];
  const kind: ShapeKind<T> = {
    fault(json) {
      if (!isObject(json)) return ": not an object";
      for (const [, field] of fields) {
        const fault = faultOfField(field, json[field.json]);
        if (fault) return `.${field.json}${fault}`;
      }
      return null;
    },
    toJson: (value) => (isObject(value) ? toJsonObject(fields, value) : value),
    fromJson: (json) => fromJsonObject(fields, json as Record<string, unknown>),
    encode: (value) => toJsonObject(fields, value as Record<string, unknown>),
    decode: (json) => fromJsonObject(fields, json as Record<string, unknown>) as T,
  };
  return kind;
}
