/** A difference between two versions of a document, and who it breaks. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asObject, at, isObject, keysOfRef } from "../json.ts";
import { pointerOf } from "../schema/validator.ts";

export type Level = "breaking" | "warning" | "compatible";

export type Who =
  | "writers of requests"
  | "readers of requests"
  | "readers of responses"
  | "writers of responses";

export interface Change {
  /** Rule id without the check: "request-property-removed". */
  rule: string;
  level: Level;
  who: Who;
  /** The operation that showed it first. */
  operation: string;
  /** Where in the new document, or in the old one when it is gone. */
  pointer: string;
  inOld: boolean;
  message: string;
  advice: string;
}

/** A schema with its place, references followed. */
export interface Place {
  node: JsonObject;
  pointer: string;
}

const MAX_HOPS = 20;

/** Follows references; null for what is no schema. `true` reads as {}, `false` as {not: {}}. */
export function placeOf(root: JsonObject, node: Json | undefined, pointer: string): Place | null {
  let here: Json | undefined = node;
  let where = pointer;
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    if (typeof here === "boolean") return { node: here ? {} : { not: {} }, pointer: where };
    if (!isObject(here)) return null;
    if (typeof here.$ref !== "string") return { node: here, pointer: where };
    where = pointerOf(here.$ref);
    here = at(root, keysOfRef(here.$ref));
  }
  return { node: asObject(here), pointer: where };
}

export type Direction = "request" | "response";

/** Gathers changes; the same change seen from several operations is told once. */
export class Changes {
  readonly list: Change[] = [];
  readonly #seen = new Set<string>();
  operation = "";

  add(change: Omit<Change, "operation" | "who"> & { direction: Direction; who?: Who }): void {
    const { direction, who, ...rest } = change;
    const key = `${direction}\u0000${rest.rule}\u0000${rest.pointer}\u0000${rest.message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const usual = direction === "request" ? "writers of requests" : "readers of responses";
    this.list.push({ ...rest, who: who ?? usual, operation: this.operation });
  }
}
