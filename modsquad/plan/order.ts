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
  /** Seconds of the longest path that starts here. */
  rank: number;
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

/** Jobs by descending rank. Problem: a dependency cycle, printed as a closed walk. */
export function orderJobs(
  gates: readonly PlannedGate[],
  needs: ReadonlyMap<string, readonly Need[]>,
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
    needs: (needs.get(node.id) ?? []).filter((need) => node.needs.includes(need.gate) || need.required),
    locks: byId.get(node.id)?.locks ?? [],
    rank: rank.get(node.id) ?? 0,
  }));
  return { ok: true, value: jobs.sort((a, b) => b.rank - a.rank) };
}
