/** Runs a flow of alternatives: the health endpoints a service may have, of which one has to answer. */
import type { Lane } from "./http/lane.ts";
import { type FlowEnvironment, newScope, runStep, type StepOutcome, toFailure } from "./run-step.ts";
import type { Failure, Flow, FlowReport } from "./types.ts";

type Answered = Extract<StepOutcome, { kind: "answered" }>;

/** Single-page applications answer any path with their page: that proves nothing about health. */
const isPage = ({ answer }: Answered) => /^text\/html\b/i.test(answer.headers["content-type"]?.[0] ?? "");

function verdictOf(flow: Flow, tried: Answered[]): Failure | null {
  const step = flow.steps[0]!;
  const broken = tried.find((one) => one.answer.status >= 500);
  if (broken) {
    const [status] = broken.wrongs;
    const advice = "The service says of itself that it is not well: look into its log and its dependencies.";
    const wrong = {
      rule: "health",
      severity: "high" as const,
      subject: broken.request.label,
      expected: "2xx",
      got: status?.got ?? "",
      advice,
    };
    return toFailure(wrong, { ...step, name: "" }, broken.request);
  }
  const asked = tried.map((one) => `${one.request.label} ${one.answer.status}`).join(", ");
  const wrong = {
    rule: "no-health-endpoint",
    severity: "medium" as const,
    subject: "",
    expected: "one health endpoint that answers 2xx",
    got: asked,
    advice: "Add a health endpoint to the service, or declare flows: with the one it has.",
  };
  const last = tried.at(-1);
  return last ? toFailure(wrong, { ...step, name: "" }, last.request) : null;
}

/**
 * Tries the steps until one holds. An endpoint that answers 5xx is a failure of high severity; none at all is
 * one of medium severity, since a service may do without.
 */
export async function runAny(flow: Flow, lane: Lane, around: FlowEnvironment): Promise<FlowReport> {
  const report: FlowReport = {
    flow,
    failures: [],
    inability: null,
    timings: [],
    streams: [],
    remarks: [],
    statuses: [],
    retries: 0,
    note: "",
  };
  const tried: Answered[] = [];
  const scope = newScope(around);
  for (const step of flow.steps) {
    const outcome = await runStep(step, lane, scope, around);
    if (outcome.kind === "unable") return { ...report, inability: outcome.inability };
    if (outcome.kind === "no-answer") return { ...report, failures: [outcome.failure] };
    report.statuses.push(outcome.answer.status);
    if (outcome.wrongs.length === 0 && !isPage(outcome)) {
      const timings = [{ step: step.name, samples: [outcome.answer.phases] }];
      return { ...report, timings, note: `${outcome.request.label} answered ${outcome.answer.status}` };
    }
    tried.push(outcome);
  }
  const failure = verdictOf(flow, tried);
  return failure ? { ...report, failures: [failure] } : report;
}
