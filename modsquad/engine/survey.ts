/** Runs gates for what they find, not for a verdict: what baseline, fix and init look at. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { ResolvedConfig, Result } from "../contracts/config.ts";
import type { JudgedFinding, PlannedGate, TaskState } from "../contracts/run-state.ts";
import { EXIT, type Mode } from "../contracts/words.ts";
import type { View } from "../git/view.ts";
import { createContentKeys } from "./moved-findings.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { run } from "./run.ts";

export interface SurveyRequest {
  config: ResolvedConfig;
  mode: Mode;
  view: View | null;
  /** There is nothing to compare with, so nothing is old. */
  all: boolean;
  /** Gate ids; empty = all that apply. */
  gates: string[];
  processEnv: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** Told once, with the ids of the gates about to run. */
  onStart(gates: string[]): void;
}

export interface SurveyedGate {
  id: string;
  task: TaskState;
  /** True when every check of the gate looked at everything it planned to: what it did not find is not there. */
  whole: boolean;
}

export interface Survey {
  gates: SurveyedGate[];
  /** Every gate there is, with what became of it. */
  planned: PlannedGate[];
  /** True for a finding in lines that are not committed yet; false for one without a place. */
  isUncommitted(finding: JudgedFinding): boolean;
  /** The finding as an entry of a baseline. */
  entryOf(finding: JudgedFinding): string;
}

/** Problem: nothing could be run. The journal of a survey is removed: it judges nothing. */
export async function survey(request: SurveyRequest): Promise<Result<Survey>> {
  const { config, mode, view, all, gates, processEnv, signal } = request;
  const plan = { config, mode, view, all, gates, skips: [], checks: null, processEnv };
  const prepared = await prepare(plan);
  if (!prepared.ok) return prepared;
  const lines = await prepared.value.workspace.changedLines();
  const result = await run(
    {
      ...plan,
      command: ["meta-orch"],
      concurrency: null,
      failMode: "continue",
      timeoutMs: config.run.timeoutMs,
      useCache: true,
      resumed: null,
      signal,
      onWait: () => {},
      onTask: () => {},
      onStart: ({ gates: planned }) =>
        request.onStart(planned.filter(({ decision }) => decision === "run").map(({ id }) => id)),
    },
    prepared.value,
  );
  if (!result.ok) return result;
  const contentKey = createContentKeys(config.root);
  rmSync(join(config.root, result.value.journal), { force: true });
  if (signal.aborted) return { ok: false, problems: [interrupted(result.value.exitCode)] };
  return {
    ok: true,
    value: {
      gates: result.value.state.tasks.map((task) => ({
        id: task.taskId,
        task,
        whole: isWhole(task, prepared.value),
      })),
      planned: prepared.value.gates,
      entryOf: (finding) => {
        const key = contentKey(finding);
        return key === null ? finding.fingerprint : `${finding.fingerprint}@${key}`;
      },
      isUncommitted: ({ location }) => {
        if (!location || lines === null) return false;
        const last = location.endLine ?? location.line;
        return (lines.get(location.path) ?? []).some(([from, to]) => location.line <= to && last >= from);
      },
    },
  };
}

function interrupted(exitCode: number) {
  const how = exitCode === EXIT.interrupted ? "Ctrl-C" : "a signal";
  return { what: `Ended by ${how} before every gate had looked`, next: "Run it again; nothing was written." };
}

function isWhole(task: TaskState, { specs }: Prepared): boolean {
  if (task.status !== "completed" && task.status !== "failed") return false;
  const spec = specs.get(task.taskId);
  const expected = Object.entries(spec?.checks ?? {})
    .filter(([id, modes]) => modes.length > 0 && !(id in (spec?.config.scopeCuts ?? {})))
    .map(([id]) => id);
  const looked = new Set(
    task.checks.filter(({ status }) => status === "passed" || status === "failed").map(({ id }) => id),
  );
  const broke = task.checks.some(({ status }) => status === "errored" || status === "skipped");
  return !broke && expected.every((id) => looked.has(id));
}
