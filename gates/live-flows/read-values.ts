/** Values of the config in the forms the readers need. */
import { parseDuration } from "../../modsquad/config/units.ts";
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";
import { BadFlow } from "./expectations.ts";
import { parseTemplate, type Template } from "./template.ts";

export const object = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};

const scalarText = (value: Json | undefined) =>
  typeof value === "string" ? value : JSON.stringify(value ?? null);

/** `{a: 1, b: [x, y]}` → a=1, b=x, b=y. */
export function pairs(written: Json | undefined): [string, Template][] {
  return Object.entries(object(written)).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((item): [string, Template] => [
      name,
      parseTemplate(scalarText(item)),
    ]),
  );
}

/** A duration in milliseconds, `standard` when none is written. Throws BadFlow. */
export function milliseconds<T extends number | null>(
  where: string,
  written: Json | undefined,
  standard: T,
): number | T {
  if (written === undefined || written === null) return standard;
  const ms = parseDuration(String(written));
  if (ms === null)
    throw new BadFlow(`${where}: ${JSON.stringify(written)} is no duration such as "500ms" or "5s"`);
  return ms;
}
