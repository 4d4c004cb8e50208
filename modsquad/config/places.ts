/** Places in a file, and faults waiting to be placed. */
import type { Problem } from "../contracts/config.ts";

/** 1-based, columns in UTF-16 units as editors count them. */
export interface Place {
  line: number;
  column: number;
}

export type KeyPath = readonly (string | number)[];

/** A parsed file. `place` falls back to the nearest enclosing value; null when the format keeps no places. */
export interface ParsedSource {
  value: unknown;
  place(path: KeyPath, part: "key" | "value"): Place | null;
}

/** Something wrong with one key or value. */
export interface Fault {
  path: KeyPath;
  /** Whether the key itself or its value is to be pointed at. */
  part: "key" | "value";
  what: string;
  next: string;
}

/** ["gates", "live-flows", "flows", 0, "a b"] → `gates.live-flows.flows[0]["a b"]`. */
export function printPath(path: KeyPath): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (!/^[\w$-]+$/.test(part)) text += `[${JSON.stringify(part)}]`;
    else text += text === "" ? part : `.${part}`;
  }
  return text;
}

/** JSON Pointer → path; numeric steps stay text, which finds list items too. */
export function pathOfPointer(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** "file:line:column", or the file alone. */
export function printPlace(file: string, place: Place | null): string {
  return place ? `${file}:${place.line}:${place.column}` : file;
}

/** Faults as problems in the order they stand in the file; the same message at the same place once. */
export function toProblems(faults: readonly Fault[], file: string, source: ParsedSource): Problem[] {
  const placed = faults.map((fault) => ({ fault, place: source.place(fault.path, fault.part) }));
  const order = (place: Place | null) => (place ? place.line * 1e6 + place.column : 0);
  placed.sort((a, b) => order(a.place) - order(b.place));
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const { fault, place } of placed) {
    const where = printPlace(file, place);
    const key = `${where}\0${fault.what}`;
    if (seen.has(key)) continue;
    seen.add(key);
    problems.push({ what: fault.what, where, next: fault.next });
  }
  return problems;
}
