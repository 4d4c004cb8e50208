/** When each flow runs: side by side, those that make something fail alone, and again while they have to stay green. */
import { pause } from "./http/deadline.ts";
import type { Lane } from "./http/lane.ts";
import type { ReadFlow } from "./read-flows.ts";
import { runAny } from "./run-any.ts";
import { runFlow } from "./run-flow.ts";
import type { FlowEnvironment } from "./run-step.ts";
import type { Flow, FlowReport } from "./types.ts";

/** Samples while a flow has to stay green: so many, but no closer than a second and no further than ten. */
const SAMPLES = 12;
const CLOSEST_MS = 1000;
const FURTHEST_MS = 10_000;

function brokenReport({ name, message }: Extract<ReadFlow, { ok: false }>): FlowReport {
  const flow: Flow = {
    name,
    source: "declared",
    mode: "all",
    steps: [],
    retry: { attempts: 1, backoffMs: 0 },
    repeat: 1,
    steadyMs: 0,
  };
  const inability = { failureClass: "bad-flow", message: `The flow cannot be run: ${message}.` };
  const nothing = { failures: [], timings: [], streams: [], remarks: [], statuses: [], retries: 0, note: "" };
  return { flow, inability, ...nothing };
}

/** A fault in something shared would be met by other flows too. */
const mustBeAlone = (entry: ReadFlow) =>
  entry.ok && entry.flow.steps.some((step) => step.kind === "http" && step.fallback?.proxy);

type OnDone = (name: string) => void;

async function runEntry(entry: ReadFlow, lane: Lane, around: FlowEnvironment): Promise<FlowReport> {
  if (!entry.ok) return brokenReport(entry);
  const run = entry.flow.mode === "any" ? runAny : runFlow;
  return run(entry.flow, lane, around);
}

/** Each lane takes the next flow when it is free. Reports come in the order of the entries. */
export async function runSideBySide(
  entries: readonly ReadFlow[],
  lanes: readonly Lane[],
  around: FlowEnvironment,
  onDone: OnDone,
): Promise<FlowReport[]> {
  const reports: FlowReport[] = [];
  const all = [...entries.keys()];
  const shared = all.filter((index) => !mustBeAlone(entries[index]!));
  const runOne = async (index: number, lane: Lane) => {
    reports[index] = await runEntry(entries[index]!, lane, around);
    const entry = entries[index]!;
    onDone(entry.ok ? entry.flow.name : entry.name);
  };
  let next = 0;
  const work = async (lane: Lane) => {
    while (next < shared.length) {
      const index = shared[next]!;
      next += 1;
      await runOne(index, lane);
    }
  };
  await Promise.all(lanes.map(work));
  for (const index of all.filter((one) => mustBeAlone(entries[one]!))) await runOne(index, lanes[0]!);
  return reports;
}

const holds = ({ failures, inability }: FlowReport) =>
  inability === null && failures.every((failure) => failure.severity !== "high");

const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;

/** What a later sample adds: its failures, told as what they are, with the time they came at. */
function merged(first: FlowReport, later: FlowReport, sinceMs: number): FlowReport {
  const when = `${seconds(sinceMs)} into the ${seconds(first.flow.steadyMs)} it has to stay green`;
  return {
    ...first,
    failures: later.failures.map((failure) => ({ ...failure, got: `${failure.got}, ${when}` })),
    inability: later.inability,
    statuses: [...first.statuses, ...later.statuses],
  };
}

/**
 * Keeps asking the flows that have to stay green, sampled, until their time is over or they fail. Answers the
 * reports with what was met; a flow that failed is not asked again.
 */
export async function keepSteady(
  reports: readonly FlowReport[],
  lanes: readonly Lane[],
  around: FlowEnvironment,
): Promise<FlowReport[]> {
  const after = [...reports];
  const start = performance.now();
  const longest = Math.max(0, ...reports.map(({ flow }) => flow.steadyMs));
  const every = Math.min(FURTHEST_MS, Math.max(CLOSEST_MS, longest / SAMPLES));
  const samples = reports.map(() => 0);
  for (;;) {
    const elapsed = performance.now() - start;
    const due = [...after.keys()].filter(
      (index) => holds(after[index]!) && after[index]!.flow.steadyMs > elapsed,
    );
    if (due.length === 0 || around.signal.aborted) break;
    // The last sample falls on the end of the time, not after it.
    const rest = Math.min(...due.map((index) => after[index]!.flow.steadyMs)) - elapsed;
    await pause(Math.min(every, Math.max(1, rest)), around.signal);
    const entries = due.map((index): ReadFlow => ({ ok: true, flow: { ...after[index]!.flow, repeat: 1 } }));
    const since = performance.now() - start;
    const again = await runSideBySide(entries, lanes, around, () => {});
    for (const [at, index] of due.entries()) {
      samples[index] = samples[index]! + 1;
      if (!holds(again[at]!)) after[index] = merged(after[index]!, again[at]!, since);
    }
  }
  return after.map((report, index) =>
    samples[index]! > 0 && holds(report)
      ? {
          ...report,
          remarks: [
            ...report.remarks,
            `stayed green for ${seconds(report.flow.steadyMs)} (${samples[index]} more samples)`,
          ],
        }
      : report,
  );
}
