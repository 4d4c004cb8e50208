/** Reading JSON nobody vouches for: every access says what it wants and gets it or nothing. */
import type { Json, JsonObject } from "../../contracts/words.ts";

export const asObject = (value: Json | undefined): JsonObject | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;

export const asArray = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

export const asText = (value: Json | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;

/** Own keys only: "constructor" and its like are data here. */
export const at = (value: Json | undefined, ...keys: string[]): Json | undefined => {
  let current = value;
  for (const key of keys) {
    const object = asObject(current);
    current = object && Object.hasOwn(object, key) ? object[key] : undefined;
  }
  return current;
};

export const asLine = (value: Json | undefined): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;
