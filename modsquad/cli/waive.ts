/** `meta-orch waive`: a named person accepts a risk until a day, within the limits of the policy. */
import { join } from "node:path";
import type { WaiverEntry } from "../config/config.generated.ts";
import { isDate } from "../config/dates.ts";
import { loadConfig } from "../config/load.ts";
import { WAIVERS_FILE } from "../config/waivers.ts";
import { editWaivers } from "../config/waivers-file.ts";
import type { Problem, ResolvedConfig, Result } from "../contracts/config.ts";
import type { JudgedFinding, RunState } from "../contracts/run-state.ts";
import { EXIT } from "../contracts/words.ts";
import { latestJournal, readRun } from "../journal/files.ts";
import { readManifest } from "../plan/gates.ts";
import { placeOf } from "../report/findings.ts";
import { oneLine } from "../report/plain-text.ts";
import { dayNumber } from "../risk/days.ts";
import { overLimit } from "../risk/waivers-from-run.ts";
import { didYouMean } from "../suggest.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import type { WaiveArguments } from "./usage/waive.ts";

/** What a waiver is for. */
interface Subject {
  entry: Pick<WaiverEntry, "gate" | "fingerprint">;
  /** Severity the policy's limit goes by. */
  severity: string;
  /** For people. */
  what: string;
}

export const todayUtc = (): string => new Date().toISOString().slice(0, 10);

/** The latest run in this tree, or null. */
export function latestRun(root: string): RunState | null {
  const journal = latestJournal(join(root, "modsquad", "logs"));
  return journal && readRun(journal.path);
}

export async function waiveCommand(args: WaiveArguments, io: Io): Promise<number> {
  const { repo, config: configFile } = args;
  const request = {
    repo,
    configFile,
    mode: "quick",
    lenient: true,
    cwd: io.cwd,
    processEnv: io.env,
  } as const;
  // --env is where the waiver holds, and may be an environment that nothing else mentions yet.
  const loaded = await loadConfig(request);
  if (!loaded.ok) return printProblems(loaded.problems, io);
  const config = loaded.value;
  const subject = await findSubject(args.subject, config);
  if (!subject.ok) return printProblems(subject.problems, io);
  const wrong = dayProblem(args.until, subject.value, config);
  if (wrong) return printProblems([wrong], io);
  if (args.why !== undefined && subject.value.entry.gate === undefined) {
    const next = "Leave it out: a fingerprint names one finding already.";
    return printProblems([{ what: "--why goes with a gate", where: "--why", next }], io);
  }
  const { owner, reason, until, why, env } = args;
  const add: WaiverEntry = {
    ...subject.value.entry,
    ...(why === undefined ? {} : { why }),
    owner,
    reason,
    until,
    ...(env === undefined ? {} : { env }),
  };
  const before = config.waivers.findIndex((waiver) => isSame(waiver, add));
  const replaces = before < 0 ? {} : { replaces: before };
  const written = await editWaivers(config.root, { add, ...replaces });
  if (!written.ok) return printProblems(written.problems, io);
  const where = env === undefined ? "" : `, in ${env} only`;
  io.stdout.write(
    `${before < 0 ? "waived" : "renewed"} until ${until} by ${owner}${where}: ${subject.value.what}\n`,
  );
  io.stdout.write(`${WAIVERS_FILE} is meant to be committed: a waiver is reviewed like code\n`);
  return EXIT.safe;
}

function isSame(
  a: { gate?: string | null; fingerprint?: string; why?: string; env?: string },
  b: WaiverEntry,
): boolean {
  return (
    (a.gate ?? undefined) === b.gate && a.fingerprint === b.fingerprint && a.why === b.why && a.env === b.env
  );
}

async function findSubject(text: string, config: ResolvedConfig): Promise<Result<Subject>> {
  const gates = [...(await readManifest()).map(({ id }) => id), ...Object.keys(config.gates)];
  if (gates.includes(text)) {
    const what = `all of ${text} that can be waived: never a critical finding, never a failed gate`;
    return { ok: true, value: { entry: { gate: text }, severity: "unverified", what } };
  }
  const run = latestRun(config.root);
  const known = (run?.tasks ?? []).flatMap(({ taskId, findings }) =>
    findings.map((finding) => ({ name: `${taskId}:${finding.fingerprint}`, finding })),
  );
  const exact = known.filter(({ name }) => name === text || name.split(":")[1] === text);
  const found = exact.length > 0 ? exact : known.filter(({ name }) => startsName(name, text));
  const names = [...new Set(found.map(({ name }) => name))];
  if (names.length === 1) return { ok: true, value: ofFinding(names[0]!, found[0]!.finding) };
  return { ok: false, problems: [notOne(text, names, gates, run)] };
}

const startsName = (name: string, text: string): boolean =>
  text.length >= 6 && (name.startsWith(text) || (name.split(":")[1] ?? "").startsWith(text));

function ofFinding(fingerprint: string, finding: JudgedFinding): Subject {
  const place = placeOf(finding);
  const what = `${finding.severity} ${place === "" ? "" : `${place} `}${oneLine(finding.message, 160)}`;
  return { entry: { fingerprint }, severity: finding.severity, what };
}

function notOne(text: string, names: string[], gates: string[], run: RunState | null): Problem {
  if (names.length > 1) {
    return {
      what: `"${text}" begins ${names.length} fingerprints`,
      where: text,
      next: `Write one of ${names.slice(0, 5).join(", ")}.`,
    };
  }
  if (run === null) {
    const next = `${didYouMean(text, gates)}For a finding run meta-orch first: it is waived by the fingerprint reported.`;
    return {
      what: `"${text}" is no gate, and there is no run that could know it as a finding`,
      where: text,
      next,
    };
  }
  const next = `${didYouMean(text, gates)}Gates: ${gates.join(", ")}. Fingerprints: meta-orch --report --json.`;
  return { what: `"${text}" is neither a gate nor a finding of the latest run`, where: text, next };
}

function dayProblem(until: string, { severity }: Subject, { risk }: ResolvedConfig): Problem | null {
  const where = "--until";
  if (!isDate(until))
    return { what: `"${until}" is no day`, where, next: "Write the last day it holds as YYYY-MM-DD." };
  const [from, to] = [dayNumber(todayUtc()), dayNumber(until)];
  if (from === null || to === null) return { what: `"${until}" is no day`, where, next: "Write YYYY-MM-DD." };
  if (to < from) return { what: `${until} has passed`, where, next: "Write a day from today on." };
  const over = overLimit(severity, to - from, risk.policy);
  if (over === null) return null;
  const limit = risk.policy.waiver_max_days[severity] ?? risk.policy.waiver_max_days.low ?? 0;
  const last = new Date(Date.now() + limit * 86_400_000).toISOString().slice(0, 10);
  const next = limit > 0 ? `The last day the policy allows is ${last}.` : "It has to be fixed.";
  return { what: over, where, next };
}
