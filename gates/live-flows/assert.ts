/** Answers against assertions. Each way of being wrong has a rule, a subject and a piece of advice. */
import type { Json, Severity } from "../../modsquad/contracts/words.ts";
import { jsonOf, type Parsed, show, showJson, textOf } from "./answer-text.ts";
import { find } from "./jsonpath.ts";
import { mismatch } from "./matcher.ts";
import type { Answer, AnswerAssertion, Assertion, LatencyAssertion, Matcher, Phases } from "./types.ts";
import { compares, showMs, statisticOf } from "./units.ts";

/** What is wrong with an answer, before it is known which request of which flow it belongs to. */
export interface Wrong {
  rule: string;
  severity: Severity;
  subject: string;
  expected: string;
  got: string;
  advice: string;
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
  return fits ? null : wrong("status", "", assertion.text, statusGot(answer), statusAdvice(answer));
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

/** The slowest phase, to say where the time went. */
function phasesText(phases: Phases): string {
  const parts = (["dns", "tcp", "tls", "firstByte", "body"] as const).filter((name) => phases[name] >= 0.5);
  const words = { dns: "DNS", tcp: "TCP", tls: "TLS", firstByte: "first byte", body: "body" };
  return parts.map((name) => `${words[name]} ${showMs(phases[name])}`).join(", ");
}

/** Judges all samples of a step. Of several thresholds only the most severe broken one is told. */
export function checkLatency(
  samples: readonly Phases[],
  assertions: readonly LatencyAssertion[],
): Wrong | null {
  if (samples.length === 0) return null;
  const totals = samples.map((phases) => phases.total);
  const slowest = samples.reduce((one, other) => (other.total > one.total ? other : one));
  const bySeverity = [...assertions].sort((one, other) => one.severity.localeCompare(other.severity));
  for (const assertion of bySeverity) {
    const measured = statisticOf(totals, assertion.statistic)!;
    if (compares(measured, { comparison: assertion.comparison, bound: assertion.boundMs })) continue;
    const name =
      samples.length > 1
        ? `${assertion.statistic} ${showMs(measured)} of ${samples.length}`
        : showMs(measured);
    const split = phasesText(slowest);
    const where = split === "" ? "" : ` (${samples.length > 1 ? "slowest: " : ""}${split})`;
    return {
      rule: "latency",
      severity: assertion.severity,
      subject: assertion.statistic,
      expected: assertion.text,
      got: `${name}${where}`,
      advice:
        "Look at the slowest phase: first byte is the service's own work, the others are the way to it.",
    };
  }
  return null;
}
