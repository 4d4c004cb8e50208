/** Two versions of a schema: what a request may no longer be, what a response may now be. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { same, show } from "../json.ts";
import { type Changes, type Direction, type Level, type Place, placeOf } from "./change.ts";
import { compareKeywords } from "./keywords.ts";
import { LOWER_BOUNDS, UPPER_BOUNDS, type View, viewOf } from "./view.ts";

/** Where in a request or response we are, for the words of a message. */
export interface Spot {
  direction: Direction;
  /** "request-body", "request-parameter", "response-body", "response-header"; rules begin with it. */
  kind: string;
  /** "body", "query parameter limit", "200 body". */
  label: string;
  /** Path of properties inside, "" at the top. */
  path: string;
  /** Values travel as text: any type may become a string. */
  asText: boolean;
}

const WIDER: Record<string, string> = { int32: "int64", float: "double" };

export class SchemaDiff {
  readonly #oldRoot: JsonObject;
  readonly #newRoot: JsonObject;
  readonly #changes: Changes;
  readonly #seen = new Set<string>();

  constructor(oldRoot: JsonObject, newRoot: JsonObject, changes: Changes) {
    this.#oldRoot = oldRoot;
    this.#newRoot = newRoot;
    this.#changes = changes;
  }

  /** Compares two schemas. Pairs that were compared before in the same direction are not compared again. */
  compare(before: Place, after: Place, spot: Spot): void {
    const key = `${spot.direction} ${spot.asText} ${before.pointer} ${after.pointer}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const old = viewOf(this.#oldRoot, before);
    const now = viewOf(this.#newRoot, after);
    // What the other side owns does not travel in this direction.
    if (spot.direction === "request" ? now.readOnly : now.writeOnly) return;
    this.#types(old, now, spot);
    this.#values(old, now, spot);
    this.#bounds(old, now, spot);
    this.#pattern(old, now, spot);
    this.#properties(old, now, spot);
    this.#closing(old, now, spot);
    this.#inner(old, now, spot);
    compareKeywords(this, this.#roots, before, after, spot);
    this.#branches("oneOf", old, now, spot);
    this.#branches("anyOf", old, now, spot);
  }

  get #roots() {
    return { old: this.#oldRoot, now: this.#newRoot };
  }

  /** Compares what stands at two places of the documents, if there is something at both. */
  at(before: Json | undefined, beforeAt: string, after: Json | undefined, afterAt: string, spot: Spot): void {
    const old = placeOf(this.#oldRoot, before, beforeAt);
    const now = placeOf(this.#newRoot, after, afterAt);
    if (old && now) this.compare(old, now, spot);
  }

  tell(spot: Spot, rule: string, level: Level, pointer: string, what: string, advice: string, inOld = false) {
    const inside = spot.path === "" ? "" : ` property "${spot.path}"`;
    const kind = spot.path === "" ? spot.kind : spot.kind.replace(/-(body|parameter|header)$/, "-property");
    const { direction } = spot;
    const message = `${spot.label}${inside}: ${what}`;
    this.#changes.add({ rule: `${kind}-${rule}`, level, direction, pointer, inOld, message, advice });
  }

  #types(old: View, now: View, spot: Spot): void {
    const request = spot.direction === "request";
    const [from, to] = request ? [old, now] : [now, old];
    const missing = uncovered(from.types, to.types, spot.asText && request);
    const was = listed(old.types);
    const is = listed(now.types);
    if (missing !== null) {
      const composed = (view: View) =>
        view.types === null &&
        (view.oneOf.length > 0 || view.anyOf.length > 0 || view.values !== null || view.properties.size > 0);
      if ((from.types === null && composed(from)) || (to.types === null && composed(to))) return;
      const onlyNull = missing.length === 1 && missing[0] === "null";
      const rule = onlyNull ? (request ? "became-not-nullable" : "became-nullable") : "type-changed";
      const advice = request
        ? `Keep accepting ${was}, or add a new property beside it.`
        : `Keep sending ${was}, or add a new property beside it.`;
      this.tell(spot, rule, "breaking", now.pointer, `was ${was}, is ${is}`, advice);
      return;
    }
    this.#format(old, now, spot);
  }

  #format(old: View, now: View, spot: Spot): void {
    const [from, to] = spot.direction === "request" ? [old.format, now.format] : [now.format, old.format];
    if (from === to || to === null || (from !== null && WIDER[from] === to)) return;
    // A format beside a type that grew with it says nothing new.
    if (spot.direction === "request" && !sameTypes(old.types, now.types) && old.types?.has("integer")) return;
    const was = old.format ?? "free";
    const is = now.format ?? "free";
    this.tell(
      spot,
      "format-changed",
      "breaking",
      now.pointer,
      `its format was ${was}, is ${is}`,
      `Restore the format ${was === "free" ? "(none)" : was}, or add a new property beside it.`,
    );
  }

  #values(old: View, now: View, spot: Spot): void {
    const lacks = (list: Json[], value: Json) => !list.some((one) => same(one, value));
    if (spot.direction === "request") {
      if (!now.values) return;
      if (!old.values) {
        if (old.types?.size === 1 && old.types.has("boolean")) return;
        this.tell(
          spot,
          "became-enum",
          "breaking",
          now.pointer,
          `only ${show(now.values)} are accepted now`,
          "Accept other values as before, or publish a new version.",
        );
        return;
      }
      const gone = old.values.filter((value) => lacks(now.values!, value));
      for (const value of gone) {
        this.tell(
          spot,
          "enum-value-removed",
          "breaking",
          now.pointer,
          `${show(value)} is no longer accepted`,
          `Keep accepting ${show(value)} (it may be deprecated first).`,
        );
      }
      return;
    }
    if (!old.values) return;
    if (!now.values) {
      this.tell(
        spot,
        old.isConst ? "const-removed" : "enum-opened",
        old.isConst ? "breaking" : "warning",
        now.pointer,
        `was one of ${show(old.values)}, may be anything now`,
        "Tell readers that other values will come, or keep the list.",
      );
      return;
    }
    const added = now.values.filter((value) => lacks(old.values!, value));
    for (const value of added) {
      this.tell(
        spot,
        old.isConst ? "const-changed" : "enum-value-added",
        old.isConst && now.isConst ? "breaking" : "warning",
        now.pointer,
        `may now be ${show(value)}`,
        "Readers that list every value meet one they do not know: announce it, or send it only to those who ask.",
      );
    }
  }

  #bounds(old: View, now: View, spot: Spot): void {
    const request = spot.direction === "request";
    for (const key of [...LOWER_BOUNDS, ...UPPER_BOUNDS]) {
      const lower = LOWER_BOUNDS.includes(key);
      // Nothing is shorter than 0: a missing lower count is 0.
      const neutral = key === "minLength" ? 0 : undefined;
      const was = old.bounds[key] ?? neutral;
      const is = now.bounds[key] ?? neutral;
      if (was === is) continue;
      const word = key.replace(/([A-Z])/g, (letter) => `-${letter.toLowerCase()}`);
      if (request) {
        if (is === undefined) continue;
        if (was === undefined) {
          this.tell(
            spot,
            `${word}-set`,
            "warning",
            now.pointer,
            `${key} is now ${is}`,
            `Values beyond ${is} were accepted: make sure nobody sends them, or drop ${key}.`,
          );
        } else if (lower ? is > was : is < was) {
          this.tell(
            spot,
            `${word}-${lower ? "increased" : "decreased"}`,
            "breaking",
            now.pointer,
            `${key} was ${was}, is ${is}`,
            `Restore ${key}: ${was}.`,
          );
        }
      } else {
        if (was === undefined) continue;
        if (is === undefined) {
          const level = key === "maxLength" || key === "minItems" ? "breaking" : "warning";
          this.tell(
            spot,
            `${word}-unset`,
            level,
            now.pointer,
            `${key} was ${was}, there is none now`,
            `Restore ${key}: ${was}, or tell readers.`,
          );
        } else if (lower ? is < was : is > was) {
          this.tell(
            spot,
            `${word}-${lower ? "decreased" : "increased"}`,
            "breaking",
            now.pointer,
            `${key} was ${was}, is ${is}`,
            `Restore ${key}: ${was}.`,
          );
        }
      }
    }
    if (request && now.uniqueItems && !old.uniqueItems) {
      this.tell(
        spot,
        "unique-items-set",
        "warning",
        now.pointer,
        "items must be unique now",
        "Accept repeated items as before.",
      );
    }
  }

  #pattern(old: View, now: View, spot: Spot): void {
    if (spot.direction === "response" || now.pattern === old.pattern || now.pattern === null) return;
    if ([".*", "^.*$"].includes(now.pattern)) return;
    const oldIsFree = old.pattern === null || [".*", "^.*$"].includes(old.pattern);
    if (oldIsFree) {
      this.tell(
        spot,
        "pattern-added",
        "breaking",
        now.pointer,
        `must match ${now.pattern} now`,
        "Accept other texts as before.",
      );
    } else {
      this.tell(
        spot,
        "pattern-changed",
        "warning",
        now.pointer,
        `the pattern was ${old.pattern}, is ${now.pattern}`,
        "Make sure that every text accepted before still is.",
      );
    }
  }

  #properties(old: View, now: View, spot: Spot): void {
    const request = spot.direction === "request";
    for (const [name, before] of old.properties) {
      const after = now.properties.get(name);
      const inner = { ...spot, path: spot.path === "" ? name : `${spot.path}/${name}` };
      if (after) this.compare(before, after, inner);
      else this.#removed(name, before, old, now, inner);
    }
    for (const name of now.required) {
      if (!request || old.required.has(name)) continue;
      const property = now.properties.get(name);
      if (property && viewOf(this.#newRoot, property).readOnly) continue;
      const known = old.properties.has(name);
      const inner = { ...spot, path: spot.path === "" ? name : `${spot.path}/${name}` };
      const pointer = property?.pointer ?? now.pointer;
      if (known)
        this.tell(
          inner,
          "became-required",
          "breaking",
          pointer,
          "is required now",
          "Make it optional, with a default.",
        );
      else
        this.tell(
          inner,
          "new-required",
          "breaking",
          pointer,
          "is new and required",
          "Make it optional, with a default.",
        );
    }
    if (request) return;
    for (const name of old.required) {
      const property = now.properties.get(name);
      if (now.required.has(name) || !property || !old.properties.has(name)) continue;
      if (viewOf(this.#newRoot, property).writeOnly) continue;
      const inner = { ...spot, path: spot.path === "" ? name : `${spot.path}/${name}` };
      this.tell(
        inner,
        "became-optional",
        "breaking",
        property.pointer,
        "may be absent now",
        "Keep sending it always.",
      );
    }
  }

  #removed(name: string, before: Place, old: View, now: View, spot: Spot): void {
    const was = viewOf(this.#oldRoot, before);
    if (spot.direction === "request") {
      if (was.readOnly) return;
      const level = now.closed && !old.closed ? "breaking" : "warning";
      this.tell(
        spot,
        "removed",
        level,
        before.pointer,
        now.closed ? "is no longer accepted" : "is no longer known; it is ignored at best",
        "Keep it, or deprecate it before it goes.",
        true,
      );
      return;
    }
    if (was.writeOnly) return;
    if (old.required.has(name)) {
      this.tell(
        spot,
        "required-removed",
        "breaking",
        before.pointer,
        "was always sent, is gone",
        "Keep sending it, or deprecate it before it goes.",
        true,
      );
    } else {
      this.tell(
        spot,
        "optional-removed",
        "warning",
        before.pointer,
        "is gone",
        "Make sure nobody reads it, or deprecate it before it goes.",
        true,
      );
    }
  }

  #closing(old: View, now: View, spot: Spot): void {
    if (
      spot.direction === "request" &&
      now.closed &&
      !old.closed &&
      now.properties.size + old.properties.size > 0
    ) {
      this.tell(
        spot,
        "additional-properties-forbidden",
        "breaking",
        now.pointer,
        "further properties are refused now",
        "Accept further properties as before.",
      );
    }
  }

  #inner(old: View, now: View, spot: Spot): void {
    const inside = (name: string) => ({ ...spot, path: spot.path === "" ? name : `${spot.path}/${name}` });
    if (old.items && now.items) this.compare(old.items, now.items, inside("items"));
    if (old.additional && now.additional) this.compare(old.additional, now.additional, inside("*"));
  }

  #branches(key: "oneOf" | "anyOf", old: View, now: View, spot: Spot): void {
    const request = spot.direction === "request";
    const [gone, added] = this.#match(old[key], now[key], spot);
    if (old[key].length === 0 && now[key].length > 0) {
      const typed = old.types !== null || old.properties.size > 0;
      if (typed && now.types === null && key === "oneOf") {
        this.tell(
          spot,
          "wrapped-in-one-of",
          "breaking",
          now.pointer,
          "was one schema, is a choice of several now",
          "Keep the old schema for this operation and offer the choice in a new one.",
        );
      }
      return;
    }
    if (request && now[key].length > 0) {
      for (const branch of gone) {
        this.tell(
          spot,
          `${word(key)}-removed`,
          "breaking",
          branch.pointer,
          `${nameOf(branch)} is no longer accepted`,
          "Keep accepting it, or deprecate it before it goes.",
          true,
        );
      }
    }
    if (!request && old[key].length > 0) {
      for (const branch of added) {
        const level = key === "oneOf" ? "breaking" : "warning";
        this.tell(
          spot,
          `${word(key)}-added`,
          level,
          branch.pointer,
          `may now be ${nameOf(branch)}`,
          "Readers meet a shape they do not know: send it only to those who ask.",
        );
      }
    }
  }

  /** Branches that are gone and that are new; those that correspond are compared. */
  #match(before: Place[], after: Place[], spot: Spot): [Place[], Place[]] {
    const pairs: [Place, Place][] = [];
    let gone = [...before];
    let added = [...after];
    const pair = (test: (one: Place, other: Place) => boolean) => {
      for (const one of [...gone]) {
        const other = added.find((candidate) => test(one, candidate));
        if (!other) continue;
        pairs.push([one, other]);
        gone = gone.filter((place) => place !== one);
        added = added.filter((place) => place !== other);
      }
    };
    pair((one, other) => isComponent(one) && one.pointer === other.pointer);
    pair((one, other) => same(one.node, other.node));
    pair((one, other) => one.node.title !== undefined && one.node.title === other.node.title);
    if (gone.length === added.length) pair((one, other) => !isComponent(one) && !isComponent(other));
    for (const [one, other] of pairs) this.compare(one, other, spot);
    return [gone, added];
  }
}

const word = (key: string) => (key === "oneOf" ? "one-of" : "any-of");
const isComponent = ({ pointer }: Place) => pointer.startsWith("#/components/");
const nameOf = ({ node, pointer }: Place) =>
  isComponent({ node, pointer })
    ? pointer.slice(pointer.lastIndexOf("/") + 1)
    : `${show(node.title ?? node, 60)}`;

const listed = (types: Set<string> | null) => (types ? [...types].join(" or ") : "any type");
const sameTypes = (one: Set<string> | null, other: Set<string> | null) =>
  one === other ||
  (one !== null && other !== null && one.size === other.size && [...one].every((type) => other.has(type)));

/** Types of `from` that `to` does not admit; null when all are. */
function uncovered(
  from: Set<string> | null,
  to: Set<string> | null,
  stringTakesAll: boolean,
): string[] | null {
  if (to === null) return null;
  if (from === null) return ["any"];
  const missing = [...from].filter(
    (type) =>
      !to.has(type) &&
      !(type === "integer" && to.has("number")) &&
      !(stringTakesAll && to.has("string") && !["array", "object"].includes(type)),
  );
  return missing.length > 0 ? missing : null;
}
