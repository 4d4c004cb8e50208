/** Secrets that commits of a range added, whether or not they are still there. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Severity } from "../../../modsquad/contracts/words.ts";
import { secretsCheck } from "../checks/secrets/index.ts";
import { SourceFile } from "../source.ts";
import { type Addition, LOG_ARGUMENTS, PatchReader } from "./patches.ts";

export interface HistoryFinding {
  ruleId: string;
  severity: Severity;
  message: string;
  fingerprint: string;
  /** The newest commit of the range that added it. */
  commit: string;
  path: string;
  line: number;
  /** Commits of the range that added it. */
  commits: number;
}

export interface HistoryScan {
  findings: HistoryFinding[];
  commits: number;
  /** Files with added lines, counted in every commit. */
  files: number;
  bytes: number;
}

function findIn({ path, text, lines, commit }: Addition): Omit<HistoryFinding, "commits">[] {
  const check = secretsCheck();
  const file = new SourceFile(path, text);
  for (const noter of check.noters) noter.take(true, file);
  // secretsCheck has no engine to wait for: its findings are there at once.
  const findings = check.finish() as Awaited<ReturnType<typeof check.finish>>;
  return findings.map((finding) => ({
    ruleId: finding.ruleId,
    severity: finding.severity,
    message: finding.message,
    fingerprint: finding.fingerprint,
    commit,
    path,
    line: lines[(finding.location?.line ?? 1) - 1] ?? 1,
  }));
}

/** Rejects with what git said when it fails. `range` is anything `git log` takes as one revision argument. */
export async function scanHistory(cwd: string, range: string): Promise<HistoryScan> {
  const scan: HistoryScan = { findings: [], commits: 0, files: 0, bytes: 0 };
  const known = new Map<string, HistoryFinding>();
  const commits = new Set<string>();
  const reader = new PatchReader((addition) => {
    scan.files += 1;
    scan.bytes += addition.text.length;
    for (const found of findIn(addition)) {
      const key = `${found.fingerprint}\0${found.path}`;
      const before = known.get(key);
      if (before) before.commits += 1;
      else known.set(key, { ...found, commits: 1 });
    }
  });
  const git = spawn("git", [...LOG_ARGUMENTS, "--end-of-options", range, "--"], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
  });
  let said = "";
  git.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    git.on("error", reject);
    git.on("close", resolve);
  });
  // A failure to start is reported below; until then nobody waits for it.
  ended.catch(() => undefined);
  for await (const line of createInterface({ input: git.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.startsWith("\0")) commits.add(line);
    reader.line(line);
  }
  reader.end();
  if ((await ended) !== 0) throw new Error(said.trim() || "git log failed");
  scan.commits = commits.size;
  scan.findings = [...known.values()];
  return scan;
}
