/** Answers against assertions. Each way of being wrong has a rule, a subject and a piece of advice. */
import type { Json, Severity } from "../../modsquad/contracts/words.ts";
import { jsonOf, type Parsed, show, showJson, textOf } from "./answer-text.ts";
import { dependencyOf } from "./causes.ts";
import type { Prepared } from "./http/request.ts";
import { find } from "./jsonpath.ts";
import { mismatch } from "./matcher.ts";
import type { Answer, AnswerAssertion, Assertion, Cause, Hop, Matcher } from "./types.ts";

/** What is wrong with an answer, before it is known which request of which flow it belongs to. */
export interface Wrong {
  rule: string;
  severity: Severity;
  subject: string;
  expected: string;
  got: string;
  advice: string;
  cause?: Cause;
  /** The request that showed it, when it is not the step's first. */
  via?: Prepared;
}

const wrong = (rule: string, subject: string, expected: string, got: string, advice: string): Wrong => ({
  rule,
  severity: "high",
  subject,
  expected,
  got,
  advice,
});

function statusAdvice(answer: Answer): string {
  const { status } = answer;
  if (status === 401) return "Give the flow credentials (auth:), or check that they are still valid.";
  if (status === 403) return "Check that the credentials may do this.";
  if (status === 404) return "Check the path, and that the route is deployed.";
  if (status === 405) return "Check the method; this route does not offer it.";
  if (status === 429) {
    const after = answer.headers["retry-after"]?.[0];
    return `The service limits its rate${after ? ` (Retry-After: ${after})` : ""}: lower concurrency or repeat, or raise the limit for this client.`;
  }
  if (status >= 500) return "Look into the service's log for this request.";
  if (status >= 300 && status < 400) return "Expect this status, or point the flow to where it redirects.";
  return "Fix the route, or expect this status if it is right.";
}

/** The first words of an error answer often say what is wrong. */
function statusGot(answer: Answer): string {
  const text = textOf(answer);
  const words = answer.status >= 400 && text.ok ? show(text.text, 160) : "";
  return words === "" ? `${answer.status}` : `${answer.status}: ${words}`;
}

function checkStatus(answer: Answer, assertion: Extract<Assertion, { kind: "status" }>): Wrong | null {
  const fits = assertion.allowed.some(([from, to]) => answer.status >= from && answer.status <= to);
  if (fits) return null;
  const cause = dependencyOf(answer);
  const told = wrong("status", "", assertion.text, statusGot(answer), statusAdvice(answer));
  return cause ? { ...told, cause } : told;
}

function checkSchema(parsed: Parsed, { schema }: Extract<Assertion, { kind: "schema" }>): Wrong | null {
  if (!parsed.ok) {
    const advice = "Have the service answer with JSON here, or correct the path of the flow.";
    return wrong("json", "", "a JSON body", parsed.message, advice);
  }
  const fault = schema.faultOf?.(parsed.value);
  if (!fault) return null;
  const name = typeof schema.source === "string" ? schema.source : "its schema";
  const advice = "Have the service send what the schema says, or correct the schema.";
  return wrong("schema", name, `a body that fits ${name}`, fault, advice);
}

const showHops = (hops: readonly Hop[]) =>
  hops.length === 0 ? "no redirect" : hops.map((hop) => `${hop.status} ${hop.to}`).join(", ");

function checkChain(answer: Answer, { hops, text }: Extract<Assertion, { kind: "chain" }>): Wrong | null {
  const fits =
    hops.length === answer.hops.length &&
    hops.every(({ status, to }, at) => {
      const hop = answer.hops[at]!;
      return (status === null || status === hop.status) && to === hop.to;
    });
  if (fits) return null;
  return wrong(
    "redirects",
    "",
    `the redirects ${text}`,
    showHops(answer.hops),
    "Correct the service's redirects, or the expectation.",
  );
}

function checkCertificate(
  answer: Answer,
  { field, matcher }: Extract<Assertion, { kind: "certificate" }>,
): Wrong | null {
  const advice = "Renew or replace the certificate, or correct the expectation.";
  const expected = `certificate ${field} ${matcher.text}`;
  if (!answer.certificate) return wrong("certificate", field, expected, "a connection without TLS", advice);
  const value = answer.certificate[field];
  const broken = mismatch(value === undefined ? [] : [value], matcher);
  return broken && wrong("certificate", field, expected, showJson(value), advice);
}

/** Header values are text; a comparison wants a number, and a media type is written with or without its parameters. */
function headerValues(values: string[], name: string, matcher: Matcher): Json[] {
  return values.map((value) => {
    const numeric =
      matcher.conditions.some((one) => one.kind === "compare") && /^-?\d+(\.\d+)?$/.test(value.trim());
    if (numeric) return Number(value);
    const bare =
      name === "content-type" &&
      matcher.conditions.every((one) => one.kind === "equals" && !String(one.value).includes(";"));
    return bare ? value.split(";", 1)[0]!.trim() : value;
  });
}

function checkHeader(
  answer: Answer,
  { name, matcher }: Extract<Assertion, { kind: "header" }>,
): Wrong | null {
  const values = headerValues(answer.headers[name] ?? [], name, matcher);
  const broken = mismatch(values, matcher);
  if (!broken) return null;
  const got = values.length === 0 ? "no such header" : showJson(values[broken.index ?? 0]);
  return wrong(
    "header",
    name,
    `${name} ${broken.expected}`,
    got,
    `Have the service send ${name} as expected, or correct the expectation.`,
  );
}

function checkJson(parsed: Parsed, { path, matcher }: Extract<Assertion, { kind: "json" }>): Wrong | null {
  const expected = `${path.text} ${matcher.text}`;
  if (!parsed.ok) {
    const advice = "Have the service answer with JSON here, or correct the path of the flow.";
    return wrong("json", "", "a JSON body", parsed.message, advice);
  }
  const result = find(path, parsed.value);
  const advice = `Fix the value the service sends at ${path.text}, or correct the expectation.`;
  if (!result.ok) return wrong("json", path.text, expected, result.message, advice);
  const broken = mismatch(
    result.found.map((one) => one.value),
    matcher,
  );
  if (!broken) return null;
  if (broken.index === null) {
    const { length } = result.found;
    const got =
      length === 0 ? `nothing at ${path.text}` : `${length} value${length === 1 ? "" : "s"} at ${path.text}`;
    return wrong("json", path.text, `${path.text} ${broken.expected}`, got, advice);
  }
  const { path: where, value } = result.found[broken.index]!;
  const type =
    typeof value === "string" && matcher.conditions.some((one) => one.kind === "compare")
      ? " (a text, not a number)"
      : "";
  return wrong("json", path.text, expected, `${showJson(value)}${type} at ${where}`, advice);
}

function checkText(answer: Answer, { matcher }: Extract<Assertion, { kind: "text" }>): Wrong | null {
  const decoded = textOf(answer);
  if (!decoded.ok) {
    const advice = "Declare the charset the body is written in, or write it in the declared one.";
    return wrong(
      "charset",
      "",
      `text in ${decoded.charset}`,
      `bytes that are not ${decoded.charset}`,
      advice,
    );
  }
  const broken = mismatch([decoded.text], matcher);
  if (!broken) return null;
  const got = decoded.text.trim() === "" ? "an empty body" : show(decoded.text);
  return wrong(
    "text",
    matcher.text,
    `a body with ${show(broken.expected)}`,
    got,
    "Fix what the service renders, or correct the expectation.",
  );
}

function checkSize(answer: Answer, { matcher }: Extract<Assertion, { kind: "size" }>): Wrong | null {
  const broken = mismatch([answer.size], matcher);
  return (
    broken &&
    wrong(
      "size",
      "",
      `${broken.expected} bytes`,
      `${answer.size} bytes`,
      "Send less, or correct the expectation.",
    )
  );
}

/** Everything that is wrong with one answer. A wrong status alone is told: the rest would follow from it. */
export function checkAnswer(answer: Answer, assertions: readonly AnswerAssertion[]): Wrong[] {
  const found: Wrong[] = [];
  let parsed: Parsed | null = null;
  for (const assertion of assertions) {
    let one: Wrong | null;
    switch (assertion.kind) {
      case "status":
        one = checkStatus(answer, assertion);
        if (one) return [one];
        break;
      case "header":
        one = checkHeader(answer, assertion);
        break;
      case "json":
        parsed ??= jsonOf(answer);
        one = checkJson(parsed, assertion);
        break;
      case "text":
        one = checkText(answer, assertion);
        break;
      case "size":
        one = checkSize(answer, assertion);
        break;
      case "schema":
        parsed ??= jsonOf(answer);
        one = checkSchema(parsed, assertion);
        break;
      case "chain":
        one = checkChain(answer, assertion);
        break;
      case "certificate":
        one = checkCertificate(answer, assertion);
        break;
    }
    if (!one) continue;
    found.push(one);
    // That the body is no JSON is said once, not per path.
    if (parsed && !parsed.ok) break;
  }
  if (answer.keepAliveReset) found.push(keepAliveReset());
  return found;
}

function keepAliveReset(): Wrong {
  return {
    rule: "keep-alive-reset",
    severity: "medium",
    subject: "",
    expected: "an open connection to stay usable",
    got: "a reset when it was used again; a fresh connection worked",
    advice:
      "Have the service keep idle connections open longer than its proxies and clients do, or send Connection: close.",
  };
}
