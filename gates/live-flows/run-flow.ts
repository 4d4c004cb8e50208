/** Runs one flow: its steps in turn, with captures, repetitions and retries. */
import type { Json } from "../../modsquad/contracts/words.ts";
import { jsonOf } from "./answer-text.ts";
import type { Wrong } from "./assert.ts";
import { isLatency } from "./expectations.ts";
import { pause } from "./http/deadline.ts";
import type { Lane } from "./http/lane.ts";
import type { Prepared } from "./http/request.ts";
import { find } from "./jsonpath.ts";
import { checkLatency, uncompared } from "./latency.ts";
import { type FlowEnvironment, newScope, runStep, toFailure } from "./run-step.ts";
import type { Answer, Failure, Flow, FlowReport, Inability, Phases, Step, StreamTiming } from "./types.ts";

/** What one run through the steps gave. */
interface Pass {
  failures: Failure[];
  inability: Inability | null;
  samples: Phases[][];
  streams: StreamTiming[];
  remarks: string[];
  statuses: number[];
  /** The last request of each step, to name when latency is judged. */
  requests: (Prepared | null)[];
}

/** Takes what later steps need out of an answer; what is missing is a failure. */
function capture(step: Step, answer: Answer, captures: Map<string, Json>): Wrong[] {
  if (step.capture.length === 0) return [];
  const parsed = jsonOf(answer);
  const wrongs: Wrong[] = [];
  for (const { name, path } of step.capture) {
    const result = parsed.ok ? find(path, parsed.value) : null;
    const value = result?.ok ? result.found[0]?.value : undefined;
    if (value !== undefined) captures.set(name, value);
    else {
      wrongs.push({
        rule: "capture",
        severity: "high",
        subject: name,
        expected: `a value for {{${name}}} at ${path.text}`,
        got: parsed.ok ? "nothing there" : parsed.message,
        advice: "Later steps need this value: fix the answer, or correct the path under capture.",
      });
    }
  }
  return wrongs;
}

const emptyPass = (flow: Flow): Pass => ({
  failures: [],
  inability: null,
  samples: flow.steps.map(() => []),
  streams: [],
  remarks: [],
  statuses: [],
  requests: flow.steps.map(() => null),
});

/** The steps in turn; the first that fails ends the pass, since later ones build on it. */
async function runAll(flow: Flow, lane: Lane, around: FlowEnvironment): Promise<Pass> {
  const pass = emptyPass(flow);
  const scope = newScope(around);
  for (const [index, step] of flow.steps.entries()) {
    const outcome = await runStep(step, lane, scope, around);
    if (outcome.kind === "unable") {
      const { failureClass, message } = outcome.inability;
      pass.inability = { failureClass, message: step.name === "" ? message : `${step.name}: ${message}` };
      return pass;
    }
    pass.requests[index] = outcome.request;
    if (outcome.kind === "no-answer") {
      pass.failures.push(outcome.failure);
      return pass;
    }
    pass.statuses.push(outcome.answer.status);
    pass.samples[index]!.push(outcome.answer.phases);
    if (outcome.timing) pass.streams.push(outcome.timing);
    const wrongs = [...outcome.wrongs, ...capture(step, outcome.answer, scope.captures as Map<string, Json>)];
    pass.failures.push(...wrongs.map((wrong) => toFailure(wrong, step, outcome.request)));
    if (wrongs.some((wrong) => wrong.severity === "high")) return pass;
  }
  return pass;
}

const fingerprintKey = (failure: Failure) => `${failure.rule}\u0000${failure.step}\u0000${failure.subject}`;

/** Repetitions together: the same failure is told once with its count. */
function combine(flow: Flow, passes: Pass[], around: FlowEnvironment): Pass {
  const all = emptyPass(flow);
  const byKey = new Map<string, Failure>();
  for (const pass of passes) {
    all.statuses.push(...pass.statuses);
    all.streams.push(...pass.streams);
    all.inability ??= pass.inability;
    for (const [index, samples] of pass.samples.entries()) {
      all.samples[index]!.push(...samples);
      all.requests[index] ??= pass.requests[index] ?? null;
    }
    for (const failure of pass.failures) {
      const known = byKey.get(fingerprintKey(failure));
      if (known) known.count += 1;
      else byKey.set(fingerprintKey(failure), { ...failure });
    }
  }
  all.failures = [...byKey.values()];
  for (const [index, step] of flow.steps.entries()) {
    const latencies = step.expect.filter(isLatency);
    const past = (statistic: string) => around.pastLatency(flow.name, step.name, statistic);
    all.remarks.push(...uncompared(latencies, past));
    const slow = checkLatency(all.samples[index]!, latencies, past);
    const request = all.requests[index];
    if (slow && request) all.failures.push(toFailure(slow, step, request));
  }
  return all;
}

const hasFailed = (pass: Pass) => pass.failures.some((failure) => failure.severity === "high");

async function runRepeated(flow: Flow, lane: Lane, around: FlowEnvironment): Promise<Pass> {
  const passes: Pass[] = [];
  for (let turn = 0; turn < flow.repeat && !around.signal.aborted; turn += 1) {
    const pass = await runAll(flow, lane, around);
    passes.push(pass);
    // Without an answer the rest would only repeat the deadline.
    if (pass.inability || pass.failures.some((failure) => failure.transport)) break;
  }
  return combine(flow, passes, around);
}

/** Runs a flow whose steps all have to hold. Never throws for anything a service does. */
export async function runFlow(flow: Flow, lane: Lane, around: FlowEnvironment): Promise<FlowReport> {
  let pass = await runRepeated(flow, lane, around);
  let retries = 0;
  while (hasFailed(pass) && retries + 1 < flow.retry.attempts && !around.signal.aborted) {
    await pause(flow.retry.backoffMs * 2 ** retries, around.signal);
    retries += 1;
    pass = await runRepeated(flow, lane, around);
  }
  const timings = flow.steps.map((step, index) => ({ step: step.name, samples: pass.samples[index]! }));
  const { failures, statuses, streams, remarks } = pass;
  const cancelled = around.signal.aborted && statuses.length === 0 && failures.length === 0;
  const inability = cancelled
    ? { failureClass: "cancelled", message: "was not run: the run was cancelled." }
    : pass.inability;
  return { flow, failures, inability, timings, streams, remarks, statuses, retries, note: "" };
}
