/** The configuration after loading, validation, substitution and defaults: what plan and engine read. */
import type { Need, Options, RetryPolicy } from "./gate.ts";
import type { RiskPolicy } from "./risk.ts";
import type { Waiver } from "./run-state.ts";
import type { Area, JsonObject, Mode, Severity } from "./words.ts";

export type FailMode = "continue" | "no-new" | "kill";

/** `run:` under a gate makes any shell command a gate. */
export interface CommandConfig {
  run: string;
  parse: "exit-code" | "junit" | "sarif" | "tap";
  /** Report file the parser reads, relative to the root; stdout when absent. */
  report?: string;
  inputs: string[] | "live";
  envFile?: string;
  modes: Mode[];
  area: Area;
  title: string;
}

export interface GateConfig {
  /** What the gate itself understands, its `checks` included; validated against its options schema. */
  options: Options;
  timeoutMs?: number;
  retry?: Partial<RetryPolicy>;
  needs?: Need[];
  locks?: string[];
  /** Variable names passed through, or "inherit" for all. */
  env?: string[] | "inherit";
  /** Of the gates that could start, the highest goes first. Default 0. */
  priority?: number;
  /** A new finding at or above this severity fails the gate. Default high. */
  failOn?: Severity;
  defectClasses?: Record<string, number>;
  /** Check id → reason it does not apply here: leaves the policy's list, printed as a scope cut. */
  scopeCuts: Record<string, string>;
  command?: CommandConfig;
}

/** modsquad.baseline.json: findings that were there before, by gate. */
export interface Baseline {
  created: string;
  /** When new findings were taken in later, and why. */
  accepted?: { date: string; reason: string; findings: number }[];
  findings: Record<string, string[]>;
}

export interface ResolvedConfig {
  /** Absolute root of the repository being judged. */
  root: string;
  /** Path of the config file relative to root, or null. */
  file: string | null;
  /** sha-256 of config, waivers and baseline bytes, or null when there is none of them. */
  digest: string | null;
  env: string;
  risk: {
    targetPct: number;
    /** Defaults with the user's overrides merged in. */
    policy: RiskPolicy;
    /** sha-256 (first 12 hex) of the canonical JSON of the policy. */
    policyDigest: string;
  };
  baseUrl?: string;
  /** Gate ids; null = the default list. */
  required: string[] | null;
  notApplicable: Record<string, string>;
  run: {
    /** null = max(2, cores). */
    concurrency: number | null;
    failMode: FailMode;
    /** Percent of gates that may fail before the rest is cancelled; 100 = off. */
    abortAbovePct: number;
    timeoutMs: number;
    keepRuns: number;
  };
  gates: Record<string, GateConfig>;
  reports: string[];
  plugins: string[];
  waivers: Waiver[];
  baseline: Baseline | null;
  /** Keys of parts that read their own section: extensions, review, schedule, channels. */
  sections: JsonObject;
  /** Names of the environment variables whose values were filled in: their values may be secrets. */
  variables?: string[];
  warnings: string[];
}

/** An expected problem at the edge: what happened, where, what to do next. */
export interface Problem {
  what: string;
  where?: string;
  next: string;
}

export type Result<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };
