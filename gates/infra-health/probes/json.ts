/** Assertions on a JSON text, in the language of live-flows: JSONPath → value, comparison or operators. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";

const show = (value: Json | undefined) => {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
};

export interface Wrong {
  message: string;
  /** The assertion itself cannot be read. */
  isConfig: boolean;
}

/** The values at `path`, or why there are none to be had. */
export async function valuesAt(document: Json, path: string): Promise<{ values: Json[] } | Wrong> {
  const { compilePath, find } = await import("../../live-flows/jsonpath.ts");
  const compiled = compilePath(path);
  if (!compiled.ok) return { message: `${path} is no JSONPath: ${compiled.message}`, isConfig: true };
  const found = find(compiled.path, document);
  if (!found.ok) return { message: `${path}: ${found.message}`, isConfig: false };
  return { values: found.found.map((one) => one.value) };
}

export function parseJson(text: string): { document: Json } | Wrong {
  try {
    return { document: JSON.parse(text) as Json };
  } catch {
    return { message: `the answer is no JSON: ${show(text.slice(0, 100))}`, isConfig: false };
  }
}

/** The first assertion that does not hold, or null. */
export async function assertJson(text: string, expected: JsonObject): Promise<Wrong | null> {
  const parsed = parseJson(text);
  if (!("document" in parsed)) return parsed;
  const { mismatch, readMatcher } = await import("../../live-flows/matcher.ts");
  for (const [path, written] of Object.entries(expected)) {
    const found = await valuesAt(parsed.document, path);
    if (!("values" in found)) return found;
    const read = readMatcher(written ?? null);
    if (!read.ok) return { message: `${path}: ${read.message}`, isConfig: true };
    const broken = mismatch(found.values, read.matcher);
    if (!broken) continue;
    const got = found.values.length === 0 ? "nothing" : show(found.values[broken.index ?? 0]);
    return { message: `${path} is ${got}, expected ${broken.expected}`, isConfig: false };
  }
  return null;
}
