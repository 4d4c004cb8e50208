/** Gate `repo-audit`: what is wrong in the repository's own files, and what does not agree between them. */
import type {
  CheckResult,
  Detection,
  Finding,
  GateContext,
  GateResult,
  TrackedFile,
} from "../../modsquad/contracts/gate.ts";
import { defineGate } from "../../modsquad/contracts/gate.ts";
import { API_VERSION, SEVERITIES } from "../../modsquad/contracts/words.ts";
import type { AuditCheck, ReadResult, SkipReason } from "./audit.ts";
import { makeChecks } from "./checks.ts";
import { byPlace } from "./findings.ts";
import { optionsSchema } from "./options.ts";
import { readAll } from "./reader.ts";

const VERSION = "1.0.0";
const SECOND_THREAD = new URL("./repo-audit/second-thread.worker.js", import.meta.url);

/** One line for people: what a check looked at, what it could not look at, what it found. */
function summary(
  check: AuditCheck,
  read: ReadResult,
  examined: number,
  planned: number,
  found: Finding[],
): string {
  const parts = [`${examined} of ${planned} files examined`];
  const unread: SkipReason[] = ["too large", "unreadable"];
  for (const reason of unread) {
    if (read.skipped[reason].length > 0) parts.push(`${read.skipped[reason].length} ${reason}`);
  }
  const gaveUp = [...(check.gaveUp ?? [])];
  for (const [path, reason] of gaveUp.slice(0, NAMES_KEPT)) parts.push(`${path}: ${reason}`);
  if (gaveUp.length > NAMES_KEPT) parts.push(`${gaveUp.length - NAMES_KEPT} more not examined`);
  const counts = SEVERITIES.map((severity) => [
    severity,
    found.filter((each) => each.severity === severity).length,
  ]);
  const listed = counts.filter(([, count]) => count !== 0).map(([severity, count]) => `${count} ${severity}`);
  parts.push(listed.length > 0 ? `found ${listed.join(", ")}` : "nothing found");
  return parts.join("; ");
}

/**
 * Planned are the files that hold text a check must see; examined those it did see. Binary files and links
 * hold none. A file that cannot be read is an inability, so the check is errored; one above the size limit
 * only lowers the coverage.
 */
function checkResult(check: AuditCheck, read: ReadResult, found: Finding[]): CheckResult {
  const byPath = check.examinesPaths ? read.skipped.binary.length + read.skipped.link.length : 0;
  const unseen = read.skipped["too large"].length + read.skipped.unreadable.length;
  const lost = (check.gaveUp?.size ?? 0) + (check.unexamined ?? 0);
  const examined = check.counts?.examined ?? read.read + byPath - lost;
  const planned = check.counts?.planned ?? read.read + byPath + unseen;
  const result: CheckResult = {
    id: check.id,
    status: "passed",
    planned,
    examined,
    evidence: check.tool ?? { tool: `meta-orch/repo-audit/${check.id}`, version: VERSION },
    message: summary(check, read, examined, planned, found),
  };
  if (check.failure) {
    result.status = "errored";
    result.failureClass = check.failure.failureClass;
    result.message = `${check.failure.message}; ${result.message}`;
    return result;
  }
  if (read.skipped.unreadable.length > 0 || (planned > 0 && examined === 0)) {
    result.status = "errored";
    result.failureClass = "unreadable";
  } else if (planned === 0) {
    result.status = "skipped";
    result.failureClass = "nothing-to-examine";
    result.message = "no text files in scope";
  }
  return result;
}

/** A check of the change alone that none of the changed files concerns: it went through the scope to know that. */
function untouched(result: CheckResult): CheckResult {
  if (result.status !== "passed") return result;
  return {
    ...result,
    message: `the change touches none of the ${result.planned} files in scope that it judges`,
  };
}

const begin = async (check: AuditCheck): Promise<Finding[]> => check.finish();

async function run(context: GateContext): Promise<GateResult> {
  const { scope, checks } = await makeChecks(context);
  const { files } = scope;
  const { result: read, save } = await readAll(context, scope, checks, SECOND_THREAD);
  const result: GateResult = { checks: [], findings: [], metrics: {}, artifacts: [] };
  // What waits for a program is begun first, and the others do their work meanwhile.
  const finishing = new Map<AuditCheck, Promise<Finding[]>>();
  for (const { check } of [...checks].sort((a, b) => Number(b.check.waits ?? 0) - Number(a.check.waits ?? 0)))
    finishing.set(check, begin(check));
  await Promise.all(finishing.values());
  for (const { check, skips } of checks) {
    context.signal.throwIfAborted();
    const found = await finishing.get(check)!;
    result.findings.push(...found);
    const isSeen = (path: string): boolean => !skips?.(path);
    const inScope = skips ? only(read, files, isSeen) : read;
    const { judges } = check;
    const judged = judges ? only(read, files, (path) => isSeen(path) && judges(path)) : inScope;
    result.checks.push(
      holdsNothing(judged) && !holdsNothing(inScope)
        ? untouched(checkResult(check, inScope, found))
        : checkResult(check, judged, found),
    );
  }
  save();
  result.findings.sort(byPlace);
  result.metrics = metrics(context, files.length, read);
  for (const { check } of checks) {
    Object.assign(result.metrics, check.metrics);
    result.artifacts.push(...(check.artifacts ?? []));
  }
  context.progress({ done: files.length, total: files.length, label: "done" });
  return result;
}

const holdsNothing = ({ read, skipped }: ReadResult): boolean =>
  read === 0 && Object.values(skipped).every((paths) => paths.length === 0);

/** What of the reading of these files concerns a check. */
function only(read: ReadResult, files: TrackedFile[], concerns: (path: string) => boolean): ReadResult {
  const keep = (paths: string[]): string[] => paths.filter(concerns);
  const skipped = {
    binary: keep(read.skipped.binary),
    link: keep(read.skipped.link),
    "too large": keep(read.skipped["too large"]),
    unreadable: keep(read.skipped.unreadable),
  };
  const unread = Object.values(skipped).reduce((sum, paths) => sum + paths.length, 0);
  const all = files.reduce((sum, { path }) => sum + Number(concerns(path)), 0);
  return { read: all - unread, skipped, bytes: read.bytes };
}

/** How many names of skipped files the metrics carry. */
const NAMES_KEPT = 20;

function metrics(context: GateContext, inScope: number, read: ReadResult): GateResult["metrics"] {
  const { binary, link, unreadable } = read.skipped;
  const large = read.skipped["too large"];
  return {
    filesTracked: context.files.length,
    filesExcluded: context.files.length - inScope,
    filesRead: read.read,
    bytesRead: read.bytes,
    filesSkipped: {
      binary: binary.length,
      link: link.length,
      tooLarge: large.length,
      unreadable: unreadable.length,
    },
    tooLarge: large.slice(0, NAMES_KEPT),
    unreadable: unreadable.slice(0, NAMES_KEPT),
  };
}

export default defineGate({
  apiVersion: API_VERSION,
  id: "repo-audit",
  version: VERSION,
  title: "Repository audit",
  summary: "Secrets, facts that disagree between files, and files that should not be there.",
  agent: "repo-auditor",
  areas: ["security", "quality"],
  tier: 2,
  needs: [],
  locks: [],
  timeoutMs: 60_000,
  retry: { attempts: 1, backoffMs: 0, on: [] },
  env: [],
  defectClasses: {},
  checks: {
    secrets: ["quick", "full"],
    "config-consistency": ["quick", "full"],
    auth: ["quick", "full"],
    "deprecated-patterns": ["quick", "full"],
    dependencies: ["quick", "full"],
    advisories: [],
    "code-quality": ["quick", "full"],
    hygiene: ["quick", "full"],
  },
  options: optionsSchema,
  reportName: "github_mod",
  async detect(repo): Promise<Detection> {
    const count = repo.files.filter((file) => file.mode !== "160000").length;
    if (count === 0) return { applicable: false, reason: "no tracked files" };
    return { applicable: true, reason: `${count} tracked ${count === 1 ? "file" : "files"}` };
  },
  inputs: () => ["**"],
  run,
  commands: [
    {
      name: "audit secrets",
      summary: "Looks for credentials in what the commits of a range added (--history A..B)",
      async run(args, cwd) {
        const { secretsCommand } = await import("./history/command.ts");
        return secretsCommand(args, cwd);
      },
    },
  ],
});
