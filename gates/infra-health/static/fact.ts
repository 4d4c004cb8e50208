/** What a static rule finds, before it is a finding of the gate. */
import type { Finding, FixEdit } from "../../../modsquad/contracts/gate.ts";
import type { Severity } from "../../../modsquad/contracts/words.ts";

export interface Disagreement {
  rule: string;
  severity: Severity;
  message: string;
  /** What it is about, for the fingerprint: names, never places. */
  about: string[];
  file: { path: string; text: string } | null;
  /** UTF-16 offset in the file. */
  at: number;
  fix: NonNullable<Finding["fix"]>;
}

/** An edit that replaces `old` by `text` after `at` in the file; none when it is not there as written. */
export function replaceAfter(
  file: { path: string; text: string },
  at: number,
  old: string,
  text: string,
): FixEdit[] | undefined {
  const lineEnd = file.text.indexOf("\n", at);
  const start = old === "" ? -1 : file.text.indexOf(old, at);
  if (start < 0 || (lineEnd >= 0 && start > lineEnd)) return undefined;
  return [{ path: file.path, start, end: start + old.length, text }];
}

export const append = (file: { path: string; text: string }, text: string): FixEdit[] => {
  const gap = file.text === "" || file.text.endsWith("\n") ? "" : "\n";
  return [{ path: file.path, start: file.text.length, end: file.text.length, text: `${gap}${text}` }];
};

/** The edit, or the command that shows the place when there is no edit. */
export function fixOf(
  description: string,
  edits: FixEdit[] | undefined,
  command: string,
): NonNullable<Finding["fix"]> {
  return edits ? { description, edits } : { description, command };
}
