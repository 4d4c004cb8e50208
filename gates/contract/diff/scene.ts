/** What every part of a comparison needs. */
import { at, keysOfRef } from "../json.ts";
import type { ApiDocument } from "../types.ts";
import { type Changes, type Place, placeOf } from "./change.ts";
import type { SchemaDiff } from "./schemas.ts";

export interface Scene {
  old: ApiDocument;
  now: ApiDocument;
  changes: Changes;
  schemas: SchemaDiff;
  /** ISO date, for sunsets. */
  today: string;
}

/** The schema a pointer of a document means; null without one. */
export function schemaAt(document: ApiDocument, pointer: string | null): Place | null {
  return pointer === null ? null : placeOf(document.root, at(document.root, keysOfRef(pointer)), pointer);
}
