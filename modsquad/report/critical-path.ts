/** Which gates decided how long the run took, and what could be won back. */
import type { RunState, TaskState } from "../contracts/run-state.ts";
import { byText, millis } from "./numbers.ts";

export interface PathStep {
  id: string;
  seconds: number;
  /** Why it began when it did: with the run, after a gate it needs, or after one that held its slot or lock. */
  after: "start" | "need" | "slot";
  /** Seconds between the end of the step before it and its own start. */
  waitedSeconds: number;
}

export interface CriticalPath {
  /** The chain of gates that determined the wall time, first to last. */
  steps: PathStep[];
  /** First start to last end, seconds. */
  wallSeconds: number;
  /** All gates one after the other, seconds. */
  workSeconds: number;
  /** The longest chain of gates that need each other, by duration, seconds: no schedule can be faster. */
  longestChainSeconds: number;
  /** Time that could be won back with more slots and no locks: wall - longest chain, never below 0. */
  wonBackSeconds: number;
}

interface Span {
  id: string;
  /** Milliseconds since the epoch. */
  start: number;
  end: number;
  needs: string[];
}

/**
 * The critical path of a run, from the recorded times of the gates it executed (results taken from a cache or
 * carried over from an earlier run took no time in this one). Null when none was executed.
 *
 * The chain is followed backwards from the gate that ended last: before each gate comes the one that ended
 * last before it began. It counts as a need when the gate declares it, otherwise the gate waited for a slot or
 * a lock. A gate with a single step chain began with the run.
 */
export function criticalPath(state: RunState): CriticalPath | null {
  const spans = state.tasks.map(spanOf).filter((span) => span !== null);
  if (spans.length === 0) return null;
  spans.sort((a, b) => a.end - b.end || a.start - b.start || byText(a.id, b.id));
  const first = spans.reduce((least, span) => Math.min(least, span.start), Number.POSITIVE_INFINITY);
  const wall = spans.at(-1)!.end - first;
  const longest = longestChain(spans);
  return {
    steps: chainOf(spans),
    wallSeconds: wall / 1000,
    workSeconds: spans.reduce((sum, span) => sum + span.end - span.start, 0) / 1000,
    longestChainSeconds: longest / 1000,
    wonBackSeconds: Math.max(0, wall - longest) / 1000,
  };
}

function spanOf(task: TaskState): Span | null {
  const start = millis(task.startTime);
  const end = millis(task.endTime);
  if (task.cached || start === null || end === null || end < start) return null;
  return { id: task.taskId, start, end, needs: task.dependencies };
}

/** `spans` sorted by end. */
function chainOf(spans: Span[]): PathStep[] {
  const steps: PathStep[] = [];
  const left = spansLeft(spans);
  let current = spans.at(-1);
  while (current) {
    left.take(current);
    const before = left.predecessor(current);
    steps.push({
      id: current.id,
      seconds: (current.end - current.start) / 1000,
      after: before ? (current.needs.includes(before.id) ? "need" : "slot") : "start",
      waitedSeconds: before ? (current.start - before.end) / 1000 : 0,
    });
    current = before;
  }
  return steps.reverse();
}

/** Spans that ended at the same moment. */
interface Moment {
  end: number;
  spans: Span[];
  /** Index of the first span that may still be left. */
  from: number;
}

interface SpansLeft {
  take(span: Span): void;
  /** Of those not taken, what ended last before `span` began; of several at the same moment, one that it needs. */
  predecessor(span: Span): Span | undefined;
}

/**
 * The spans a chain may still use. A chain only goes back in time, so each of them is looked at once, however many
 * ended at the same moment. `spans` sorted by end.
 */
function spansLeft(spans: Span[]): SpansLeft {
  const moments: Moment[] = [];
  const place = new Map<string, number>();
  const taken = new Set<Span>();
  for (const [i, span] of spans.entries()) {
    const last = moments.at(-1);
    if (last?.end === span.end) last.spans.push(span);
    else moments.push({ end: span.end, spans: [span], from: 0 });
    place.set(span.id, i);
  }
  const firstLeft = (moment: Moment): Span | undefined => {
    while (moment.from < moment.spans.length && taken.has(moment.spans[moment.from]!)) moment.from++;
    return moment.spans[moment.from];
  };
  return {
    take: (span) => taken.add(span),
    predecessor(span) {
      while (moments.length > 0) {
        const moment = moments.at(-1)!;
        const first = moment.end <= span.start ? firstLeft(moment) : undefined;
        if (!first) {
          moments.pop();
          continue;
        }
        const needed = span.needs
          .map((id) => place.get(id) ?? -1)
          .filter((at) => spans[at]?.end === moment.end && !taken.has(spans[at]!));
        return needed.length > 0 ? spans[Math.max(...needed)] : first;
      }
      return undefined;
    },
  };
}

/** Milliseconds of the heaviest chain over declared needs. A cycle in a broken log is cut where it closes. */
function longestChain(spans: Span[]): number {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const known = new Map<string, number>();
  const open = new Set<string>();
  const measure = (span: Span): number => {
    const done = known.get(span.id);
    if (done !== undefined) return done;
    open.add(span.id);
    let before = 0;
    for (const need of span.needs) {
      const other = byId.get(need);
      if (other && !open.has(need)) before = Math.max(before, measure(other));
    }
    open.delete(span.id);
    const total = before + span.end - span.start;
    known.set(span.id, total);
    return total;
  };
  return spans.reduce((most, span) => Math.max(most, measure(span)), 0);
}
