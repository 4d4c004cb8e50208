/** Small repositories in temporary folders, and the gate run over them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import gate from "../../../gates/design-dna/index.ts";
import type { Triage } from "../../../gates/design-dna/triage.ts";
import type { Finding, GateResult } from "../../../modsquad/contracts/gate.ts";
import { type RunGateOptions, runGate } from "../run-gate.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A temporary folder, removed after the tests of the file. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "design-dna-test-"));
  folders.push(folder);
  return folder;
}

export function write(root: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** A folder with these files. */
export const repository = (files: Record<string, string>): string => write(temporary(), files);

/** Runs the gate with logs kept out of the folder that is judged. */
export async function judge(
  root: string,
  options: RunGateOptions & { state?: string } = {},
): Promise<GateResult> {
  return await runGate(gate, root, { dependenciesRoot: options.state ?? temporary(), ...options });
}

export const rules = (findings: readonly Finding[]): string[] => findings.map((one) => one.ruleId).sort();

/** "rule path:line" of every finding, sorted. */
export const places = (findings: readonly Finding[]): string[] =>
  findings.map((one) => `${one.ruleId} ${one.location?.path}:${one.location?.line}`).sort();

/** A finding by rule and part of its message. */
export function find(findings: readonly Finding[], rule: string, part = ""): Finding | undefined {
  return findings.find((one) => one.ruleId === rule && one.message.includes(part));
}

/** First text a finding would write. */
export const written = (finding: Finding | undefined): string | undefined => finding?.fix?.edits?.[0]?.text;

export type { Triage };

export const TOKENS = `:root {
  --color-surface: #ffffff; --color-text: #16212b; --color-border: #c8d1d9; --color-brand: #0b5fbd;
  --space-1: 4px; --space-2: 8px; --space-3: 12px; --space-4: 16px; --space-5: 24px;
  --radius-sm: 4px; --radius-lg: 12px;
  --text-sm: 14px; --text-md: 16px; --text-lg: 20px;
}
`;
