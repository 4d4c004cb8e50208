/** Agents by tier: the orchestrator, the areas gates report to, and who does the work. */
import type { RiskReport } from "../../contracts/risk.ts";
import type { RunState } from "../../contracts/run-state.ts";
import { type AreaReadiness, type AreaStatus, areaReadiness } from "../../report/areas.ts";
import type { GateView } from "../../report/gate-view.ts";
import type { Life } from "../life.ts";
import { urgency } from "./tone.ts";
import type { Tone, ViewAgents, ViewGate, ViewWorker } from "./types.ts";

const LIFE_TONES: Record<Life, Tone> = {
  live: "busy",
  stalled: "unknown",
  crashed: "bad",
  done: "quiet",
  unknown: "unknown",
};

const AREA_TONES: Record<AreaStatus, Tone> = {
  OPERATIONAL: "good",
  DEGRADED: "warn",
  DOWN: "bad",
  UNKNOWN: "quiet",
};

export function agentsOf(
  gates: readonly ViewGate[],
  views: readonly GateView[],
  state: RunState | null,
  risk: RiskReport | null,
  life: Life,
): ViewAgents {
  const areas = state && risk ? areaReadiness(state, risk, views) : [];
  return {
    orchestrator: { word: life, tone: LIFE_TONES[life] },
    areas: areas.map((area) => ({ ...area, tone: areaTone(area) })),
    workers: workersOf(gates),
  };
}

/** An area nothing was required of is quiet; one that waits for its gates is at work. */
function areaTone(area: AreaReadiness): Tone {
  if (area.status === "UNKNOWN" && area.readiness === "HOLD") return "busy";
  return AREA_TONES[area.status];
}

function workersOf(gates: readonly ViewGate[]): ViewWorker[] {
  const workers = new Map<string, ViewWorker>();
  for (const gate of gates) {
    if (gate.agent === "") continue;
    let worker = workers.get(gate.agent);
    if (!worker) {
      worker = { agent: gate.agent, gates: 0, active: 0, ended: 0, word: gate.word, tone: gate.tone };
      workers.set(gate.agent, worker);
    }
    worker.gates += 1;
    if (gate.status === "in_progress") worker.active += 1;
    else if (gate.status !== "pending" && gate.status !== "missing") worker.ended += 1;
    if (urgency(gate.tone) < urgency(worker.tone)) {
      worker.word = gate.word;
      worker.tone = gate.tone;
    }
  }
  return [...workers.values()];
}
