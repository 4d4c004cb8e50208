/** The `expect:` of a step as a list of assertions. */
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";
import { compilePath } from "./jsonpath.ts";
import { readMatcher } from "./matcher.ts";
import type { Assertion, LatencyAssertion } from "./types.ts";
import { parseLatency, parseSize } from "./units.ts";

/** Thrown while reading a flow, caught where the flow can be named. */
export class BadFlow extends Error {}

export const DEFAULT_STATUS = "2xx";

export function readStatus(written: Json): Extract<Assertion, { kind: "status" }> {
  const entries = Array.isArray(written) ? written : [written];
  const allowed = entries.map((entry): [number, number] => {
    const text = String(entry);
    const family = /^([1-5])xx$/i.exec(text)?.[1];
    if (family) return [Number(family) * 100, Number(family) * 100 + 99];
    if (!/^[1-5]\d\d$/.test(text))
      throw new BadFlow(`expect.status: ${JSON.stringify(entry)} is no status such as 200 or "2xx"`);
    return [Number(text), Number(text)];
  });
  if (allowed.length === 0) throw new BadFlow("expect.status is empty: no answer could ever satisfy it");
  return { kind: "status", allowed, text: entries.join(" or ") };
}

function readLatency(written: Json): LatencyAssertion[] {
  const levels = typeof written === "string" ? { fail: written } : (written as JsonObject);
  return Object.entries(levels).map(([level, text]) => {
    const threshold = parseLatency(String(text));
    if (!threshold)
      throw new BadFlow(
        `expect.latency: ${JSON.stringify(text)} is no threshold such as "< 2000ms" or "p95 < 1.5s"`,
      );
    return {
      kind: "latency",
      ...threshold,
      severity: level === "warn" ? "medium" : "high",
      text: String(text),
    };
  });
}

function matcherOf(where: string, written: Json, plain: "equals" | "contains") {
  const read = readMatcher(written, plain);
  if (!read.ok) throw new BadFlow(`${where}: ${read.message}`);
  return read.matcher;
}

function readSize(written: Json): Assertion {
  const bound =
    typeof written === "number" ? { comparison: "==" as const, bound: written } : parseSize(String(written));
  if (!bound) throw new BadFlow(`expect.size: ${JSON.stringify(written)} is no size such as "< 100kb"`);
  return { kind: "size", matcher: { conditions: [{ kind: "compare", ...bound }], text: String(written) } };
}

/** Reads one `expect:`. Without a status of its own a step expects 2xx. Throws BadFlow. */
export function readExpect(expect: JsonObject): Assertion[] {
  const assertions: Assertion[] = [readStatus(expect.status ?? DEFAULT_STATUS)];
  for (const [name, written] of Object.entries((expect.headers ?? {}) as JsonObject)) {
    const matcher = matcherOf(`expect.headers.${name}`, written ?? null, "equals");
    assertions.push({ kind: "header", name: name.toLowerCase(), matcher });
  }
  for (const [text, written] of Object.entries((expect.json ?? {}) as JsonObject)) {
    const compiled = compilePath(text);
    if (!compiled.ok)
      throw new BadFlow(`expect.json: ${JSON.stringify(text)} is no JSONPath: ${compiled.message}`);
    assertions.push({
      kind: "json",
      path: compiled.path,
      matcher: matcherOf(`expect.json["${text}"]`, written ?? null, "equals"),
    });
  }
  if (expect.text !== undefined) {
    const parts = Array.isArray(expect.text) ? expect.text : [expect.text];
    for (const part of parts)
      assertions.push({ kind: "text", matcher: matcherOf("expect.text", part, "contains") });
  }
  if (expect.size !== undefined) assertions.push(readSize(expect.size));
  if (expect.latency !== undefined) assertions.push(...readLatency(expect.latency));
  return assertions;
}
