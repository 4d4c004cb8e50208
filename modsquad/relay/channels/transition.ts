/** When a message is due: only when what can be said of a repository changes, not with every run. */
import { createHash } from "node:crypto";
import type { DashboardView } from "../../dashboard/view.ts";

/** A run that can ship, one that cannot, one that never ended. */
export type Standing = "safe" | "blocked" | "crashed";

/** A change worth a message. Plain JSON: it is kept in the outbox. */
export interface Transition {
  /** The same for the same change, however often it is noticed: receivers tell repeats by it. */
  id: string;
  /** Repository, branch, mode and environment: each has a standing of its own. */
  key: string;
  from: Standing | null;
  to: Standing;
  repository: string;
  branch: string | null;
  commit: string | null;
  mode: string;
  env: string;
  runId: string;
  /** ISO, UTC: when the run began, and when it came to this. */
  startedAt: string;
  at: string;
  /** One sentence. */
  text: string;
  riskPct: number | null;
  targetPct: number | null;
  /** What did not pass, at most ten. */
  gates: { id: string; word: string; reason: string }[];
}

/** Where the run leaves its repository, or null when it says nothing: still running, cancelled, narrowed, unreadable. */
function standingOf({ answer, life, run }: DashboardView): Standing | null {
  if (!run || run.scope !== null) return null;
  if (life === "crashed") return "crashed";
  if (life !== "done") return null;
  if (answer.word === "BLOCKED") return "blocked";
  return answer.exitCode === 0 && (answer.word === "APPROVED" || answer.word === "HOLD") ? "safe" : null;
}

/** The last known standing of a key. */
export interface Known {
  to: Standing;
  startedAt: string;
}

const MAX_GATES = 10;

/**
 * The change this run makes, or null. A first run that is safe is no news; a run older than the one the standing
 * comes from changes nothing.
 */
export function transitionOf(
  repository: string,
  view: DashboardView,
  known: (key: string) => Known | undefined,
): Transition | null {
  const to = standingOf(view);
  const { run, risk } = view;
  if (to === null || run === null) return null;
  const key = [repository, run.branch ?? "", run.mode, run.env].join("\n");
  const before = known(key);
  if (before ? before.to === to || before.startedAt >= run.startedAt : to === "safe") return null;
  const id = createHash("sha256").update([key, run.runId, to].join("\n")).digest("hex").slice(0, 32);
  return {
    id,
    key,
    from: before?.to ?? null,
    to,
    repository,
    branch: run.branch,
    commit: run.commit,
    mode: run.mode,
    env: run.env,
    runId: run.runId,
    startedAt: run.startedAt,
    at: run.finishedAt ?? view.now,
    text: view.answer.text,
    riskPct: risk?.riskPct ?? null,
    targetPct: risk?.targetPct ?? null,
    gates: view.gates
      .filter(({ tone }) => tone === "bad" || tone === "unknown")
      .slice(0, MAX_GATES)
      .map(({ id: gate, word, reason, detail }) => ({ id: gate, word, reason: reason || detail })),
  };
}
