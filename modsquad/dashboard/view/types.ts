/** What a dashboard shows: plain JSON, the same for the terminal, the page and machines. Percent where a name ends in Pct. */
import type {
  AppliedWaiver,
  CounterfactualStep,
  LedgerLine,
  Readiness,
  Verdict,
} from "../../contracts/risk.ts";
import type { Area, Mode, Severity, TaskStatus } from "../../contracts/words.ts";
import type { AreaReadiness } from "../../report/areas.ts";
import type { CriticalPath } from "../../report/critical-path.ts";
import type { FindingSummary } from "../../report/findings.ts";
import type { GateStatus } from "../../report/gate-view.ts";
import type { NextAction } from "../../report/next-actions.ts";
import type { ControlAnswer } from "../companions.ts";
import type { Life } from "../life.ts";

export const DASHBOARD_SCHEMA = "meta-orch/dashboard@1";

/** What a thing means for the reader; each front end has its own colour and glyph for it. */
export type Tone = "good" | "warn" | "bad" | "unknown" | "busy" | "quiet";

export interface DashboardView {
  schema: typeof DASHBOARD_SCHEMA;
  /** ISO, UTC: the moment it shows. */
  now: string;
  life: Life;
  /** The same in words, such as "running for 42.0s". */
  lifeText: string;
  /** Why something could not be loaded, or null. What it would have said is unknown, never green. */
  problem: string | null;
  /** Set while a large journal is still being read: everything below is of the part read so far. */
  loading: { readBytes: number; totalBytes: number } | null;
  run: ViewRun | null;
  answer: ViewAnswer;
  totals: ViewTotals;
  risk: ViewRisk | null;
  /** Oldest first; the latest run, once it is done, is the last. */
  trend: TrendPoint[];
  /** Why the history could not be read, or null: then the trend is not empty but unknown. */
  trendProblem: string | null;
  /** In the order of the plan. */
  gates: ViewGate[];
  agents: ViewAgents;
  reviewers: ViewCompanion[];
  extensions: ViewCompanion[];
  /** Newest first, at most `limits.timeline`. */
  timeline: ViewEvent[];
  findings: { total: number; bySeverity: Record<Severity, number>; worst: FindingSummary[] };
  criticalPath: CriticalPath | null;
  nextActions: NextAction[];
  /** Of the run itself, such as an expired waiver. */
  errors: string[];
  warnings: string[];
  /** Newest first. */
  runs: ViewRunRow[];
  /** What the engine answered to requests, oldest first. */
  answers: ControlAnswer[];
}

export interface ViewRun {
  runId: string;
  repository: string;
  root: string;
  branch: string | null;
  commit: string | null;
  mode: Mode;
  env: string;
  scope: string[] | null;
  startedAt: string;
  finishedAt: string | null;
  /** Of the whole run; while it runs, since its start. */
  seconds: number | null;
  pid: number;
  host: string;
  concurrency: number;
  command: string[];
  resumes: string | null;
  /** Lines of the journal that could not be read. */
  brokenLines: number;
}

export interface ViewAnswer {
  /** The one word: APPROVED, HOLD, BLOCKED for a run that is done; else RUNNING, STALLED, CRASHED, CANCELLED, READING, UNKNOWN. */
  word: Readiness | "RUNNING" | "STALLED" | "CRASHED" | "CANCELLED" | "READING" | "UNKNOWN";
  /** `good` only for a run that ended with exit code 0, was read to its end, and may ship. */
  tone: Tone;
  /** One sentence. */
  text: string;
  /** Every clause behind it, worst first. */
  why: string[];
  verdict: Verdict | null;
  exitCode: number | null;
}

/** Every gate is counted once; the statuses sum to `total`. */
export interface ViewTotals {
  total: number;
  passed: number;
  /** Completed with findings open or a check skipped. */
  warned: number;
  failed: number;
  errored: number;
  timedOut: number;
  cancelled: number;
  skipped: number;
  notApplicable: number;
  active: number;
  pending: number;
  /** Never reported an end, and none will come. */
  missing: number;
  /** Gates the plan runs, and how many of those ended; completionPct = 100 × ended / planned, 0 when none is planned. */
  planned: number;
  ended: number;
  completionPct: number;
  /** Texts of the run and of its gates. */
  errors: number;
  warnings: number;
}

export interface ViewRisk {
  riskPct: number;
  targetPct: number;
  criticalPct: number;
  warnPct: number;
  intervalPct: [number, number];
  floorPct: number;
  totalAvoidablePct: number;
  waivedPct: number;
  deferredPct: number;
  verdict: Verdict;
  /** True while gates may still lower it: what it would be if the run ended now. */
  provisional: boolean;
  /** Where it stands: under the target, between the two lines, or at the critical line and above. */
  tone: Tone;
  ledger: LedgerLine[];
  steps: CounterfactualStep[];
  waivers: AppliedWaiver[];
}

export interface TrendPoint {
  runId: string;
  /** ISO, UTC, of its end. */
  at: string;
  mode: Mode;
  env: string;
  riskPct: number;
  targetPct: number;
  readiness: Readiness;
  exitCode: number;
  seconds: number | null;
}

export interface ViewGate {
  id: string;
  title: string;
  agent: string;
  areas: Area[];
  status: GateStatus;
  /** For people: "passed", "warnings", "timed out" … */
  word: string;
  tone: Tone;
  required: boolean;
  deferred: boolean;
  /** What it did in a few words. */
  detail: string;
  /** Why it did not run or could not check, or "". */
  reason: string;
  attempt: number;
  /** It took, or has been running. */
  seconds: number | null;
  expectedSeconds: number | null;
  startedAt: string | null;
  endedAt: string | null;
  progress: { done: number; total: number; label: string } | null;
  needs: string[];
  cached: boolean;
  findings: number;
  /** What its ledger lines cost, percent. */
  riskPct: number;
  onCriticalPath: boolean;
}

export interface ViewAgents {
  /** Tier 0. */
  orchestrator: { word: string; tone: Tone };
  /** Tier 1: the areas gates report to. */
  areas: (AreaReadiness & { tone: Tone })[];
  /** Tier 2: agents of gates; one agent may work on several. */
  workers: ViewWorker[];
}

export interface ViewWorker {
  agent: string;
  gates: number;
  active: number;
  ended: number;
  /** The worst of its gates. */
  word: string;
  tone: Tone;
}

/** A reviewer of the mesh, or an extension. */
export interface ViewCompanion {
  id: string;
  agent: string;
  title: string;
  status: TaskStatus;
  word: string;
  tone: Tone;
  seconds: number | null;
  /** First error, else first warning, else "". */
  note: string;
  findings: number;
}

export interface ViewEvent {
  /** ISO, UTC. */
  at: string;
  /** Gate, reviewer or extension; "" for the run itself. */
  subject: string;
  word: string;
  tone: Tone;
  text: string;
}

export interface ViewRunRow {
  runId: string;
  startedAt: string;
  mode: Mode;
  env: string;
  branch: string | null;
  commit: string | null;
  word: string;
  tone: Tone;
  /** Null when it never came to a verdict. */
  riskPct: number | null;
  exitCode: number | null;
  seconds: number | null;
}
