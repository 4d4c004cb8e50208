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

/** What is told of a change; who it breaks and which operation showed it are known to the gatherer. */
export type Telling = Omit<Change, "operation" | "who" | "inOld"> & { direction: Direction; inOld?: boolean };

const WHO: Record<Direction, [Who, Who]> = {
  request: ["writers of requests", "writers of responses"],
  response: ["readers of responses", "readers of requests"],
};

/** Gathers changes; the same change seen from several operations is told once. */
export class Changes {
  readonly list: Change[] = [];
  readonly #seen = new Set<string>();
  operation = "";
  /** In webhooks and callbacks the service writes requests and its users answer them. */
  reversed = false;

  add({ direction, inOld = false, ...change }: Telling): void {
    const key = `${direction}\u0000${change.rule}\u0000${change.pointer}\u0000${change.message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const who = WHO[direction][this.reversed ? 1 : 0];
    this.list.push({ ...change, inOld, who, operation: this.operation });
  }

  get breaks(): boolean {
    return this.list.some(({ level }) => level === "breaking");
  }
}
