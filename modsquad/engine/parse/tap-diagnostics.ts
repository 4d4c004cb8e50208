/** What a failed TAP point says about itself, in a YAML block or in comments after it. */
import type { TestResult } from "./types.ts";

/** The indented lines that follow a `key: |` or `key: >` line. */
function blockAfter(lines: string[], index: number): string {
  const own = lines[index]!.length - lines[index]!.trimStart().length;
  const block: string[] = [];
  for (const line of lines.slice(index + 1)) {
    if (line.trim() !== "" && line.length - line.trimStart().length <= own) break;
    block.push(line.trim());
  }
  return block.join("\n").trim();
}

/** Without quotes, and without colours written as escapes inside them. */
const unquote = (value: string) =>
  value.replace(/^(['"])(.*)\1$/s, "$2").replace(/\\(?:x1b|u001b|e)\[[0-9;]*m/gi, "");

/** Value of the first of the keys present, at any depth; "" when there is none. */
function firstValue(lines: string[], ...keys: string[]): string {
  for (const key of keys) {
    const index = lines.findIndex((line) => line.trimStart().startsWith(`${key}:`));
    if (index < 0) continue;
    const value = lines[index]!.slice(lines[index]!.indexOf(":") + 1).trim();
    const text = /^[|>][+-]?\d?$/.test(value) ? blockAfter(lines, index) : unquote(value);
    if (text !== "") return text;
  }
  return "";
}

const PLACE = /^(.{1,400}?):(\d{1,7})(?::\d{1,7})?$/;

/** Message, story and place from the lines after a failed point. */
export function diagnosticsOf(lines: string[]): Pick<TestResult, "message" | "details" | "file" | "line"> {
  const message =
    firstValue(lines, "error", "message") || (lines.find((line) => line.trim() !== "")?.trim() ?? "");
  const details = lines
    .filter((line) => !line.trimStart().startsWith("duration_ms:"))
    .join("\n")
    .trim();
  const at = PLACE.exec(firstValue(lines, "location", "at"));
  if (at) return { message, details, file: at[1], line: Number(at[2]) };
  const file = firstValue(lines, "file");
  const line = Number(firstValue(lines, "line", "lineNumber"));
  return file !== "" && line > 0 ? { message, details, file, line } : { message, details };
}
