/** From untrusted JSON written like the golden cases to a ModelInput; every complaint names its path. */
import type { Problem, Result } from "../contracts/config.ts";
import type { DiffSize } from "../contracts/run-state.ts";
import { MODES, SEVERITIES } from "../contracts/words.ts";
import { mergePolicy, POLICY_DEFAULTS } from "./policy.ts";
import { LARGEST } from "./policy-shape.ts";
import { Reader } from "./reader.ts";
import {
  type CheckRun,
  type FindingRun,
  type GateRun,
  type ModelInput,
  type ModelWaiver,
  type ReleaseHistory,
  RUN_STATUSES,
} from "./types.ts";

const RUN_KEYS = ["status", "checks", "findings", "retries", "age_h", "same_digest"];
const CHECK_KEYS = ["status", "retries", "coverage"];
const FINDING_KEYS = ["id", "severity", "baseline", "count"];
const OPTION_KEYS = [
  "mode",
  "env",
  "today",
  "diff",
  "required",
  "na",
  "scope",
  "waivers",
  "history",
  "policy",
];
const WAIVER_KEYS = ["gate", "why", "finding", "expires", "env", "owner", "reason"];
/** Anything above zero that leaves the sums finite. */
const AMOUNT = { min: 0, max: LARGEST };
const DIFF_KEYS = ["la", "ld", "nf"] as const;

/**
 * Reads one state `{ runs, options? }`. Keys beside these two are left alone (`name`, `expect` …); inside
 * them an unknown key is a Problem, because a slip such as `coverge` would otherwise pass as "all of it".
 * An optional value of null counts as absent.
 */
export function parseState(value: unknown): Result<ModelInput> {
  const reader = new Reader();
  const state = reader.object(value, "state");
  if (state === null) return { ok: false, problems: reader.problems };
  return parseParts(state.runs, state.options, reader);
}

/** The same for the two parts on their own. */
export function parseParts(runs: unknown, options: unknown, reader = new Reader()): Result<ModelInput> {
  const given = reader.object(options ?? {}, "options", OPTION_KEYS) ?? {};
  const input: ModelInput = {
    runs: readRuns(reader, runs),
    mode: reader.word(given.mode, "options.mode", MODES, "full"),
    env: reader.text(given.env, "options.env") ?? "ci",
    today: reader.number(given.today, "options.today", {}) ?? 0,
    diff: readDiff(reader, given.diff),
    required: reader.names(given.required, "options.required"),
    na: reader.names(given.na, "options.na") ?? [],
    scope: readScope(reader, given.scope),
    waivers: reader.list(given.waivers, "options.waivers").map((one, i) => readWaiver(reader, one, i)),
    history: null,
    policy: POLICY_DEFAULTS,
  };
  const policy = mergePolicy(POLICY_DEFAULTS, given.policy, "options.policy");
  const problems: Problem[] = reader.problems;
  if (policy.ok) {
    input.policy = policy.value;
    input.history = readHistory(reader, given.history, Object.keys(policy.value.lambda));
  } else {
    problems.push(...policy.problems);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: input };
}

function readRuns(reader: Reader, value: unknown): Map<string, GateRun> {
  const runs = new Map<string, GateRun>();
  for (const [gate, run] of Object.entries(reader.object(value, "runs") ?? {})) {
    runs.set(gate, readRun(reader, run, `runs.${gate}`));
  }
  return runs;
}

function readRun(reader: Reader, value: unknown, at: string): GateRun {
  const run = reader.object(value, at, RUN_KEYS) ?? { status: "missing" };
  return {
    status: reader.word(run.status, `${at}.status`, RUN_STATUSES),
    checks: absent(run.checks) ? null : readChecks(reader, run.checks, `${at}.checks`),
    findings: reader
      .list(run.findings, `${at}.findings`)
      .map((finding, i) => readFinding(reader, finding, `${at}.findings[${i}]`)),
    retries: reader.number(run.retries, `${at}.retries`, AMOUNT) ?? 0,
    ageHours: reader.number(run.age_h, `${at}.age_h`, AMOUNT),
    sameDigest: reader.flag(run.same_digest, `${at}.same_digest`),
  };
}

function readChecks(reader: Reader, value: unknown, at: string): Map<string, CheckRun> {
  const checks = new Map<string, CheckRun>();
  for (const [id, one] of Object.entries(reader.object(value, at) ?? {})) {
    const path = `${at}.${id}`;
    const check = reader.object(one, path, CHECK_KEYS) ?? { status: "missing" };
    checks.set(id, {
      status: reader.word(check.status, `${path}.status`, RUN_STATUSES),
      retries: reader.number(check.retries, `${path}.retries`, AMOUNT) ?? 0,
      coverage: reader.number(check.coverage, `${path}.coverage`, { min: 0, max: 1 }) ?? 1,
    });
  }
  return checks;
}

function readFinding(reader: Reader, value: unknown, at: string): FindingRun {
  const finding = reader.object(value, at, FINDING_KEYS) ?? { severity: "critical" };
  const id = reader.text(finding.id, `${at}.id`);
  return {
    ...(id === null ? {} : { id }),
    severity: reader.word(finding.severity, `${at}.severity`, SEVERITIES),
    baseline: reader.flag(finding.baseline, `${at}.baseline`) ?? false,
    count: reader.number(finding.count, `${at}.count`, AMOUNT) ?? 1,
  };
}

function readWaiver(reader: Reader, value: unknown, index: number): ModelWaiver {
  const at = `options.waivers[${index}]`;
  const waiver = reader.object(value, at, WAIVER_KEYS) ?? {};
  const read: ModelWaiver = {
    gate: reader.required(reader.text(waiver.gate, `${at}.gate`), waiver.gate, `${at}.gate`) ?? "",
    expires:
      reader.required(reader.number(waiver.expires, `${at}.expires`, {}), waiver.expires, `${at}.expires`) ??
      Number.NEGATIVE_INFINITY,
  };
  for (const key of ["why", "finding", "env"] as const) {
    const text = reader.text(waiver[key], `${at}.${key}`);
    if (text !== null) read[key] = text;
  }
  return read;
}

function readDiff(reader: Reader, value: unknown): DiffSize | null {
  if (absent(value)) return null;
  const diff = reader.object(value, "options.diff", DIFF_KEYS) ?? {};
  const read: DiffSize = { la: 0, ld: 0, nf: 0 };
  for (const key of DIFF_KEYS) {
    const at = `options.diff.${key}`;
    read[key] = reader.required(reader.number(diff[key], at, AMOUNT), diff[key], at) ?? 0;
  }
  return read;
}

/** A scope of nothing would excuse everything, so an empty list counts as none given. */
function readScope(reader: Reader, value: unknown): string[] | null {
  const scope = reader.names(value, "options.scope");
  return scope === null || scope.length === 0 ? null : scope;
}

function readHistory(reader: Reader, value: unknown, classes: string[]): ReleaseHistory | null {
  if (absent(value)) return null;
  const history = reader.object(value, "options.history", ["T", "k"]) ?? {};
  const read: ReleaseHistory = { T: {}, k: {} };
  for (const key of ["T", "k"] as const) {
    const at = `options.history.${key}`;
    const amounts = absent(history[key]) ? {} : (reader.object(history[key], at) ?? {});
    for (const [name, amount] of Object.entries(amounts)) {
      if (!name.startsWith("custom:")) reader.known(name, `${at}.${name}`, classes);
      read[key][name] = reader.number(amount, `${at}.${name}`, AMOUNT) ?? 0;
    }
  }
  return read;
}

function absent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
