/** JSONPath as RFC 9535 has it, by json-p3: no evaluation of code, and errors with a position. */
import { compile, type JSONPathNode } from "json-p3";
import type { Json } from "../../modsquad/contracts/words.ts";
import type { JsonPath } from "./types.ts";

export type Compiled = { ok: true; path: JsonPath } | { ok: false; message: string };

export function compilePath(text: string): Compiled {
  try {
    return { ok: true, path: { text, query: compile(text) } };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

export interface Found {
  /** Normalised path of the value, such as "$.items[0].price". */
  path: string;
  value: Json;
}

function shortPath(node: JSONPathNode): string {
  let text = "$";
  for (const key of node.location) {
    if (typeof key === "number") text += `[${key}]`;
    else text += /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  }
  return text;
}

/** The values a path finds, in document order; a message when the document is too deep for the path. */
export function find(
  path: JsonPath,
  document: Json,
): { ok: true; found: Found[] } | { ok: false; message: string } {
  try {
    const nodes = path.query.query(document as never).nodes;
    return { ok: true, found: nodes.map((node) => ({ path: shortPath(node), value: node.value as Json })) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
