/** How findings of this gate are made: one form, one fingerprint, no secret in clear. */
import { createHash } from "node:crypto";
import type { Finding, Fix } from "../../modsquad/contracts/gate.ts";
import { SEVERITIES, type Severity } from "../../modsquad/contracts/words.ts";
import { REASONS, type RuleId } from "./rules.ts";
import { locate, type Place, type SourceFile } from "./source.ts";

/** First 16 hex digits of the sha-256 of the parts; parts are content, never positions. */
export function fingerprint(...parts: string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);
}

/** A secret as it may be shown: its first 4 characters and a short hash that tells two of them apart. */
export function redact(secret: string): string {
  const hash = createHash("sha256").update(secret).digest("hex").slice(0, 8);
  return `${secret.slice(0, 4)}…[sha256 ${hash}]`;
}

interface FindingInput {
  ruleId: RuleId;
  severity: Severity;
  /** What is wrong; the reason of the rule is put behind it. */
  message: string;
  /** What the fingerprint is made of besides the rule. */
  identity: string[];
  place: Place | { path: string };
  defectClass?: string;
  effort?: number;
  fix?: Fix;
  count?: number;
}

export function makeFinding(input: FindingInput): Finding {
  const reason = REASONS[input.ruleId];
  const finding: Finding = {
    ruleId: input.ruleId,
    severity: input.severity,
    message: reason ? `${input.message.replace(/\.$/, "")}: ${reason}` : input.message,
    fingerprint: fingerprint(input.ruleId, ...input.identity),
    location: "file" in input.place ? locate(input.place) : { path: input.place.path, line: 1 },
  };
  if (input.defectClass) finding.defectClass = input.defectClass;
  if (input.effort) finding.effort = input.effort;
  if (input.fix) finding.fix = input.fix;
  if (input.count && input.count > 1) finding.count = input.count;
  return finding;
}

/** The worst first, then by place: one order whatever was looked at first. */
export function byPlace(a: Finding, b: Finding): number {
  const rank = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  if (rank !== 0) return rank;
  const [left, right] = [a.location?.path ?? "", b.location?.path ?? ""];
  if (left !== right) return left < right ? -1 : 1;
  const lines = (a.location?.line ?? 0) - (b.location?.line ?? 0);
  if (lines !== 0) return lines;
  if (a.ruleId !== b.ruleId) return a.ruleId < b.ruleId ? -1 : 1;
  return (a.location?.column ?? 0) - (b.location?.column ?? 0) || (a.fingerprint < b.fingerprint ? -1 : 1);
}

/** One finding for each fingerprint: several places of it are counted, not repeated. Those given stay as they are. */
export function counted(findings: Finding[]): Finding[] {
  const byPrint = new Map<string, Finding>();
  for (const finding of findings) {
    const known = byPrint.get(finding.fingerprint);
    if (known) known.count = (known.count ?? 1) + 1;
    else byPrint.set(finding.fingerprint, { ...finding });
  }
  return [...byPrint.values()];
}

/** A fix that replaces exactly one place. */
export function replaceFix(description: string, place: Place, text: string): Fix {
  const { file, start, end } = place;
  return { description, edits: [{ path: file.path, start, end, text }] };
}

/** For sed, between bars. */
const sedPattern = (text: string): string => text.replace(/[\\.*[\]^$|]/g, "\\$&");
const sedText = (text: string): string => text.replace(/[\\&|]/g, "\\$&");

/** A fix that somebody has to look at first: not applied by itself, but with the command that writes it. */
export function suggestFix(description: string, { file, start, end }: Place, text: string): Fix {
  const old = file.text.slice(start, end);
  if (old === "" || `${old}${text}`.includes("\n"))
    return { description: `${description} Write \`${text.replace(/\s+/g, " ")}\`.` };
  const { start: lineStart } = file.lineAround(start);
  // The same text may stand before it on its line: sed counts.
  const nth = file.text.slice(lineStart, start).split(old).length;
  const script = `${file.position(start).line}s|${sedPattern(old)}|${sedText(text)}|${nth > 1 ? nth : ""}`;
  return { description, command: `sed -i ${shellQuote(script)} ${shellQuote(file.path)}` };
}

/** Likewise: a line of its own above a line, indented as that one is. */
export function suggestLine(description: string, file: SourceFile, line: number, text: string): Fix {
  const start = file.lineStarts[line - 1] ?? file.text.length;
  const indent = /^[ \t]*/.exec(file.text.slice(start, start + 200))![0];
  const script = `${line}i\\${indent}${text}`;
  return { description, command: `sed -i ${shellQuote(script)} ${shellQuote(file.path)}` };
}

const STAR = /(["'`])\*\1/;
const ANY_ORIGIN = /(\borigin["']?\s*:\s*)true\b/;

/** Names one origin where all are allowed: the front end's, when its port is known. */
export function originFix(description: string, { file, start, end }: Place, port?: number): Fix {
  const origin = port === undefined ? "https://app.example.com" : `http://localhost:${port}`;
  const text = file.text.slice(start, end);
  const star = STAR.exec(text);
  const any = ANY_ORIGIN.exec(text);
  const found = star ?? any;
  if (!found) return { description: `${description} Write \`${origin}\` for each of them.` };
  const place = { file, start: start + found.index, end: start + found.index + found[0].length };
  return suggestFix(description, place, star ? `${star[1]}${origin}${star[1]}` : `${any![1]}["${origin}"]`);
}

/** Quotes an argument for a POSIX shell command a person may copy. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
