/** The `expect:` of a step as a list of assertions. */
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";
import { compilePath } from "./jsonpath.ts";
import { readMatcher } from "./matcher.ts";
import type { AnswerAssertion, Assertion, LatencyAssertion, SchemaUse } from "./types.ts";
import { parseLatency, parseSize } from "./units.ts";

/** Thrown while reading a flow, caught where the flow can be named. */
export class BadFlow extends Error {}

export const isOfAnswer = (one: Assertion): one is AnswerAssertion => one.kind !== "latency";
export const isLatency = (one: Assertion): one is LatencyAssertion => one.kind === "latency";

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
        `expect.latency: ${JSON.stringify(text)} is no threshold such as "< 2000ms", "p95 < 1.5s" or "<= +20% of median of last 10"`,
      );
    return {
      kind: "latency",
      ...threshold,
      severity: level === "warn" ? "medium" : "high",
      text: String(text),
    };
  });
}

/** A schema in place, or "path/to/file.json#/pointer". */
export function readSchema(written: Json): SchemaUse {
  if (typeof written === "string") return { source: written, faultOf: null };
  if (written !== null && typeof written === "object" && !Array.isArray(written))
    return { source: written, faultOf: null };
  throw new BadFlow("expect.schema must be a JSON Schema or the path of one");
}

/** "/next", { status: 301, to: "/next" }, or a list of these. */
function readChain(written: Json): Assertion {
  const entries = Array.isArray(written) ? written : [written];
  const hops = entries.map((entry) => {
    const { status, to } = (typeof entry === "string" ? { to: entry } : entry) as JsonObject;
    return { status: typeof status === "number" ? status : null, to: String(to) };
  });
  const text = hops.map(({ status, to }) => (status === null ? to : `${status} ${to}`)).join(", ");
  return { kind: "chain", hops, text: text === "" ? "none" : text };
}

export function matcherOf(where: string, written: Json, plain: "equals" | "contains") {
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

/** Reads one `expect:`. Without a status of its own a step expects `status`. Throws BadFlow. */
export function readExpect(expect: JsonObject, status: Json = DEFAULT_STATUS): Assertion[] {
  const assertions: Assertion[] = [readStatus(expect.status ?? status)];
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
  if (expect.schema !== undefined) assertions.push({ kind: "schema", schema: readSchema(expect.schema) });
  if (expect.redirects !== undefined) assertions.push(readChain(expect.redirects));
  for (const [field, written] of Object.entries((expect.certificate ?? {}) as JsonObject)) {
    const matcher = matcherOf(`expect.certificate.${field}`, written ?? null, "equals");
    assertions.push({ kind: "certificate", field, matcher });
  }
  if (expect.size !== undefined) assertions.push(readSize(expect.size));
  if (expect.latency !== undefined) assertions.push(...readLatency(expect.latency));
  return assertions;
}
