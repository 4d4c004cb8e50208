/** The order in which planned gates start: dependencies first, longest remaining path first. Pure. */
import type { Result } from "../contracts/config.ts";
import type { Need } from "../contracts/gate.ts";
import type { PlannedGate } from "../contracts/run-state.ts";
import { findCycle, type GraphNode, ranks } from "./graph.ts";

/** What an unmeasured gate is taken to last, seconds: long enough that a known long one is not overtaken. */
const UNKNOWN_SECONDS = 1;

export interface Job {
  id: string;
  /** Needs that are part of this run. */
  needs: Need[];
  locks: string[];
  /** Of the jobs that could start, the highest goes first. */
  priority: number;
  /** Seconds of the longest path that starts here: decides among equal priorities. */
  rank: number;
}

/** The order in which jobs that are ready start. */
export function byUrgency(a: Job, b: Job): number {
  return b.priority - a.priority || b.rank - a.rank;
}

/** What order needs to know of a gate beyond the plan. */
export interface JobSettings {
  needs: readonly Need[];
  priority: number;
}

export function toGraph(gates: readonly PlannedGate[]): GraphNode[] {
  const running = new Set(gates.filter((gate) => gate.decision === "run").map((gate) => gate.id));
  return gates
    .filter((gate) => running.has(gate.id))
    .map((gate) => ({
      id: gate.id,
      needs: gate.needs.filter((need) => running.has(need)),
      seconds: gate.expectedSeconds ?? UNKNOWN_SECONDS,
    }));
}

/** Jobs by urgency. Problem: a dependency cycle, printed as a closed walk. */
export function orderJobs(
  gates: readonly PlannedGate[],
  settings: ReadonlyMap<string, JobSettings>,
): Result<Job[]> {
  const graph = toGraph(gates);
  const cycle = findCycle(graph);
  if (cycle) {
    return {
      ok: false,
      problems: [
        {
          what: `The gates need each other in a circle: ${cycle.join(" -> ")}.`,
          where: "needs, in the gates section of the config",
          next: "Remove one of these needs.",
        },
      ],
    };
  }
  const rank = ranks(graph);
  const byId = new Map(gates.map((gate) => [gate.id, gate]));
  const jobs = graph.map((node) => ({
    id: node.id,
    needs: (settings.get(node.id)?.needs ?? []).filter(
      (need) => node.needs.includes(need.gate) || need.required,
    ),
    locks: byId.get(node.id)?.locks ?? [],
    priority: settings.get(node.id)?.priority ?? 0,
    rank: rank.get(node.id) ?? 0,
  }));
  return { ok: true, value: jobs.sort(byUrgency) };
}
