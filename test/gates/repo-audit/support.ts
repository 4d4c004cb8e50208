/** What the repo-audit tests share: a folder with given files, the gate over it, and its fixes applied. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import gate from "../../../gates/repo-audit/index.ts";
import type { Finding, Fix, FixEdit, GateResult } from "../../../modsquad/contracts/gate.ts";
import { Scratch, scratch } from "../../git/scratch.ts";
import { type RunGateOptions, runGate } from "../run-gate.ts";

const FIXTURES = fileURLToPath(new URL("../../../gates/repo-audit/fixtures", import.meta.url));

export function audit(dir: string, options: RunGateOptions = {}): Promise<GateResult> {
  return runGate(gate, dir, options);
}

export function fixture(name: string): string {
  return path.join(FIXTURES, name);
}

/** A copy of a fixture that may be changed. */
export function copyOf(name: string): string {
  const dir = scratch();
  cpSync(fixture(name), dir, { recursive: true });
  return dir;
}

/** A folder (no repository) with these files. */
export function folderWith(files: Record<string, string | Buffer>): string {
  const made = new Scratch();
  for (const [file, content] of Object.entries(files)) made.write(file, content);
  return made.dir;
}

export async function findingsIn(files: Record<string, string | Buffer>, check?: string): Promise<Finding[]> {
  const result = await audit(folderWith(files), check ? { checks: [check] } : {});
  return result.findings;
}

/** An edit, a command, or a line to write that the description gives. */
export function isExact(fix: Fix | undefined): boolean {
  return fix?.edits !== undefined || fix?.command !== undefined || /`[^`]+`/.test(fix?.description ?? "");
}

/** "severity rule path:line" of each finding, as tests compare them. */
export function brief(findings: Finding[]): string[] {
  return findings.map(
    ({ severity, ruleId, location }) => `${severity} ${ruleId} ${location?.path}:${location?.line}`,
  );
}

/** Applies every edit of the findings below dir. */
export function applyFixes(dir: string, findings: Finding[]): void {
  const byPath = new Map<string, FixEdit[]>();
  for (const edit of findings.flatMap((finding) => finding.fix?.edits ?? [])) {
    byPath.set(edit.path, [...(byPath.get(edit.path) ?? []), edit]);
  }
  for (const [file, edits] of byPath) {
    let text = readFileSync(path.join(dir, file), "utf8");
    // From the end, so that the offsets of the others stay true.
    for (const { start, end, text: fresh } of edits.sort((a, b) => b.start - a.start)) {
      text = text.slice(0, start) + fresh + text.slice(end);
    }
    writeFileSync(path.join(dir, file), text);
  }
}
