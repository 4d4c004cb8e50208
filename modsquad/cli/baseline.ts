/** `meta-orch baseline`: takes down what is there already, so that only what is new blocks. It may only shrink. */
import { BASELINE_FILE } from "../config/baseline.ts";
import {
  baselineText,
  compareBaseline,
  type Difference,
  type Fingerprints,
  fingerprintCount,
  fingerprintOf,
  fingerprintsOf,
  unite,
  writeBaseline,
} from "../config/baseline-file.ts";
import { loadConfig } from "../config/load.ts";
import type { ResolvedConfig, Result } from "../contracts/config.ts";
import { EXIT } from "../contracts/words.ts";
import { trapSignals } from "../engine/signals.ts";
import { type Survey, survey } from "../engine/survey.ts";
import { openRepository } from "../git/index.ts";
import { count } from "../report/numbers.ts";
import { oneLine } from "../report/plain-text.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import type { BaselineArguments } from "./usage/baseline.ts";

export async function baselineCommand(args: BaselineArguments, io: Io): Promise<number> {
  const loaded = await loadConfig({
    repo: args.repo,
    configFile: args.config,
    env: args.env,
    mode: "full",
    baseUrl: args.baseUrl,
    gates: args.gates,
    cwd: io.cwd,
    processEnv: io.env,
  });
  if (!loaded.ok) return printProblems(loaded.problems, io);
  const config = loaded.value;
  const wrong = refusal(args, config);
  if (wrong) return printProblems([wrong], io);
  const trap = trapSignals(() => {});
  try {
    const looked = await lookAtWorkTree(config, args.gates, io, trap.signal);
    if (!looked.ok) return trap.exitCode() ?? printProblems(looked.problems, io);
    const seen = split(looked.value);
    switch (args.action) {
      case "create":
        return create(config, looked.value, seen, io);
      case "update":
        return update(args, config, looked.value, seen, io);
      case "status":
        return status(args, config, looked.value, seen, io);
    }
  } finally {
    trap.release();
  }
}

function refusal({ action, acceptNew }: BaselineArguments, { baseline }: ResolvedConfig) {
  if (action === "create" && baseline !== null) {
    return {
      what: `There is a baseline already, of ${baseline.created}`,
      where: BASELINE_FILE,
      next: "Run meta-orch baseline update: it shrinks it, and with --accept-new takes new findings in.",
    };
  }
  if (action === "create" || baseline !== null) return null;
  const what = "There is no baseline";
  return {
    what: acceptNew ? `${what} to add to` : what,
    where: BASELINE_FILE,
    next: "Run meta-orch baseline create first.",
  };
}

/** Full mode over the work tree, with everything old, so that no finding is left out for being old. */
export async function lookAtWorkTree(
  config: ResolvedConfig,
  gates: string[],
  io: Io,
  signal: AbortSignal,
): Promise<Result<Survey>> {
  const opened = await openRepository(config.root);
  if (!opened.ok) return opened;
  const born = opened.value !== null && opened.value.commit !== null;
  return survey({
    config: { ...config, baseline: null, waivers: [] },
    mode: "full",
    view: born ? { kind: "since", ref: "HEAD" } : null,
    all: !born,
    gates,
    processEnv: io.env,
    signal,
    onStart: (ids) => void io.stderr.write(`meta-orch: looking with ${ids.join(", ")}\n`),
  });
}

export interface Seen {
  /** Findings in committed lines, by gate. */
  old: Fingerprints;
  /** How many are in lines that are not committed yet. */
  uncommitted: number;
  whole: Set<string>;
  /** Gates that could not look at everything, with why. */
  partial: { id: string; why: string }[];
}

/** What is not committed yet is new by definition: it never enters a baseline. */
export function split({ gates, isUncommitted, entryOf }: Survey): Seen {
  const seen: Seen = { old: {}, uncommitted: 0, whole: new Set(), partial: [] };
  for (const { id, task, whole } of gates) {
    const committed = task.findings.filter((finding) => !isUncommitted(finding));
    seen.uncommitted += task.findings.length - committed.length;
    if (whole) seen.whole.add(id);
    else if (task.status !== "not_applicable") {
      seen.partial.push({ id, why: oneLine(task.errors[0] ?? task.warnings[0] ?? task.status, 120) });
    }
    const entries = new Map(committed.map((finding) => [finding.fingerprint, entryOf(finding)]));
    seen.old[id] = [...entries.values()].sort();
  }
  return seen;
}

const today = () => new Date().toISOString().slice(0, 10);

/** Of `baseline create`, and of `init`: the lines that tell what was written. */
export function createBaseline(config: ResolvedConfig, seen: Seen): Result<string[]> {
  const findings = unite(Object.fromEntries(Object.entries(seen.old).filter(([, list]) => list.length > 0)));
  const written = writeBaseline(config.root, baselineText(today(), findings, []));
  if (!written.ok) return written;
  const gates = Object.entries(findings).map(([id, list]) => `${id} ${list.length}`);
  const what = count(fingerprintCount(findings), "finding");
  return {
    ok: true,
    value: [
      `${BASELINE_FILE}: ${what} of today${gates.length > 0 ? ` (${gates.join(", ")})` : ""}`,
      ...notes(seen),
    ],
  };
}

function create(config: ResolvedConfig, _survey: Survey, seen: Seen, io: Io): number {
  const created = createBaseline(config, seen);
  if (!created.ok) return printProblems(created.problems, io);
  for (const line of created.value) io.stdout.write(`${line}\n`);
  io.stdout.write("They count at a tenth and do not block; what is new does. Commit the file.\n");
  return EXIT.safe;
}

function notes({ uncommitted, partial }: Seen): string[] {
  const lines = partial.map(({ id, why }) => `not looked at in whole: ${id} (${why})`);
  if (uncommitted > 0)
    lines.unshift(`left out: ${count(uncommitted, "finding")} in lines that are not committed yet`);
  return lines;
}

function update(args: BaselineArguments, config: ResolvedConfig, looked: Survey, seen: Seen, io: Io): number {
  const old = config.baseline!;
  const difference = compareBaseline(fingerprintsOf(old), seen.old, seen.whole);
  const fresh = args.acceptNew ? difference.fresh : {};
  const added = fingerprintCount(fresh);
  const accepted = [
    ...(old.accepted ?? []),
    ...(added > 0 ? [{ date: today(), reason: args.reason!, findings: added }] : []),
  ];
  const findings = unite(difference.kept, difference.unknown, fresh);
  const gone = fingerprintCount(difference.gone);
  for (const line of [...differenceLines(difference, looked), ...notes(seen)]) io.stdout.write(`${line}\n`);
  const text = baselineText(old.created, findings, accepted);
  if (text === baselineText(old.created, unite(fingerprintsOf(old)), old.accepted ?? [])) {
    io.stdout.write(`${BASELINE_FILE} stays as it is\n`);
  } else {
    const written = writeBaseline(config.root, text);
    if (!written.ok) return printProblems(written.problems, io);
    const grew = added > 0 ? `, ${added} taken in (${args.reason})` : "";
    io.stdout.write(`${BASELINE_FILE}: ${gone} taken out${grew}, ${fingerprintCount(findings)} left\n`);
  }
  const open = fingerprintCount(difference.fresh) - added;
  if (open === 0) return EXIT.safe;
  io.stdout.write('New findings are not taken in: fix them, or --accept-new --reason "why"\n');
  return EXIT.blocked;
}

function status(args: BaselineArguments, config: ResolvedConfig, looked: Survey, seen: Seen, io: Io): number {
  const difference = compareBaseline(fingerprintsOf(config.baseline), seen.old, seen.whole);
  const differs = fingerprintCount(difference.gone) + fingerprintCount(difference.fresh) > 0;
  if (args.json) {
    const accepted = config.baseline!.accepted ?? [];
    const view = { created: config.baseline!.created, accepted, ...difference, notWhole: seen.partial };
    io.stdout.write(`${JSON.stringify(view, null, 2)}\n`);
  } else {
    io.stdout.write(`${BASELINE_FILE} of ${config.baseline!.created}\n`);
    for (const line of [...differenceLines(difference, looked), ...notes(seen)]) io.stdout.write(`${line}\n`);
    for (const { date, reason, findings } of config.baseline!.accepted ?? [])
      io.stdout.write(`accepted on ${date}: ${count(findings, "finding")}: ${reason}\n`);
    if (fingerprintCount(difference.gone) > 0)
      io.stdout.write("next: meta-orch baseline update takes out what is gone\n");
  }
  return differs ? EXIT.blocked : EXIT.safe;
}

/** Shown of the new findings; the rest is a number. */
const SHOWN = 10;

function differenceLines({ kept, gone, fresh, unknown }: Difference, { gates }: Survey): string[] {
  const ids = [...new Set([kept, gone, fresh, unknown].flatMap(Object.keys))].sort();
  const lines = ids.map((id) => {
    const parts = [
      `${kept[id]?.length ?? 0} still there`,
      `${gone[id]?.length ?? 0} gone`,
      `${fresh[id]?.length ?? 0} new`,
    ];
    if (unknown[id]) parts.push(`${unknown[id].length} not looked at`);
    return `${id.padEnd(14)} ${parts.join(", ")}`;
  });
  const news = gates.flatMap(({ id, task }) =>
    task.findings
      .filter(({ fingerprint }) => fresh[id]?.some((entry) => fingerprintOf(entry) === fingerprint))
      .map((finding) => ({ id, finding })),
  );
  for (const { id, finding } of news.slice(0, SHOWN)) {
    const place = finding.location
      ? `${finding.location.path}:${finding.location.line}`
      : (finding.target ?? id);
    lines.push(`  new ${finding.severity} ${place}  ${finding.message} (${id}:${finding.fingerprint})`);
  }
  if (news.length > SHOWN) lines.push(`  +${news.length - SHOWN} more`);
  return lines;
}
