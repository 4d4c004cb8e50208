/**
 * The redactor at the journal's door: what has passed it may be shown to anybody. Declared secret values go
 * wherever they stand and however they are spelled; undeclared ones go when they look like a credential.
 * A secret that is a JSON number is not recognised.
 */
import type { Json } from "../contracts/words.ts";
import { LONG, literalCleaner, mask, maskedSpellings, SHORTEST, withoutCredentials } from "./redact-text.ts";
import { SECRET_KEY } from "./secret-patterns.ts";

export interface Redactor {
  /** The text without secrets. */
  text(value: string): string;
  /** The JSON value without secrets, keys included. What JSON cannot hold becomes null or is left out. */
  json(value: unknown): Json;
  /**
   * As json(), for a journal record. Names of fields stay, and our own ids, digests and paths are not touched
   * when a short secret happens to be a part of them.
   */
  record(value: object): Record<string, unknown>;
}

/** Beyond these a value is no gate's honest result; the rest of it is not told. */
const DEEPEST = 64;
const MOST_VALUES = 1_000_000;

/** Fields of a record that hold our own ids, digests, words, times and places. */
const ID_FIELDS = new Set(
  [
    "kind run_id task_id agent phase status worker ts start_time end_time dependencies id rule_id severity",
    "fingerprint defect_class failure_class path media_type from mode env commit tree branch root repository",
    "scope today policy_digest base_ref gate until required areas report_name version checks_in_scope needs",
    "locks decision config_file config_digest baseline_date boot_id host started_at resumes tool",
  ].flatMap((names) => names.split(" ")),
);
/** Fields whose whole content decides the verdict or is keyed by ids. */
const ID_TREES = new Set(["policy", "versions", "defect_classes", "scope_cuts"]);

/**
 * "record": fixed names, each with its own rule · "ids": every text is an id · "free": anybody's data.
 */
type Zone = "record" | "ids" | "free";

function innerZone(zone: Zone, key: string): Zone {
  if (zone !== "record") return zone;
  if (key === "metrics") return "free";
  return ID_TREES.has(key) || ID_FIELDS.has(key) ? "ids" : "record";
}

/**
 * A redactor for these declared values (6 characters or more; shorter ones are ignored) and for everything
 * that looks like a credential. `extraPatterns` are searched in every text; a group named `secret` marks the
 * part to replace.
 */
export function createRedactor(
  secretValues: Iterable<string>,
  extraPatterns: readonly RegExp[] = [],
): Redactor {
  const declared = new Set([...secretValues].map((value) => value.trim()));
  const withoutValues = literalCleaner(maskedSpellings(declared, SHORTEST));
  const withoutLongValues = literalCleaner(maskedSpellings(declared, LONG));
  const extra = extraPatterns.map(
    (pattern) => new RegExp(pattern, [...new Set(`${pattern.flags}g`)].join("")),
  );
  let left = 0;
  /** The objects around the one in hand: a value that holds itself ends there. */
  const around: object[] = [];

  const text = (value: string) => withoutCredentials(withoutValues(value), extra);
  const clean = (value: string, zone: Zone) =>
    zone === "ids" ? withoutCredentials(withoutLongValues(value), extra) : text(value);

  function walk(value: unknown, zone: Zone): Json | undefined {
    if (typeof value === "string") return clean(value, zone);
    if (typeof value === "number") return Number.isFinite(value) ? value + 0 : null;
    if (typeof value === "boolean" || value === null) return value;
    if (typeof value === "bigint") return clean(String(value), zone);
    if (typeof value !== "object") return undefined;
    if (around.includes(value)) return "[circular]";
    if (around.length > DEEPEST || left-- <= 0) return "[too much]";
    if (value instanceof Date) return value.toJSON();
    around.push(value);
    const json = Array.isArray(value) ? value.map((item) => walk(item, zone) ?? null) : fields(value, zone);
    around.pop();
    return json;
  }

  function fields(value: object, zone: Zone): { [key: string]: Json } {
    const told: [string, Json][] = [];
    for (const [key, inner] of Object.entries(value)) {
      const credential = typeof inner === "string" && inner.length >= SHORTEST && SECRET_KEY.test(key);
      const json = credential ? mask(inner) : walk(inner, innerZone(zone, key));
      // A fix that would write "[redacted]" into somebody's file is none: the description stays, the edits go.
      if (zone === "record" && key === "edits" && JSON.stringify(json) !== JSON.stringify(inner)) continue;
      if (json !== undefined) told.push([zone === "free" ? text(key) : key, json]);
    }
    return Object.fromEntries(told);
  }

  function bounded<T>(work: () => T): T {
    left = MOST_VALUES;
    around.length = 0;
    return work();
  }

  return {
    text,
    json: (value) => bounded(() => walk(value, "free") ?? null),
    record: (value) => bounded(() => fields(value, "record")),
  };
}
