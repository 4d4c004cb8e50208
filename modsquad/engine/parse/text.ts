/** Text as commands print it: escape codes, noise, far too long. */
import { createHash } from "node:crypto";
import { stripVTControlCharacters } from "node:util";

/** Removes escape sequences and control characters; keeps tab and newline, turns CRLF and lone CR into newline. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, "\n")
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "");
}

/** At most `max` characters, the cut marked. */
export function clip(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 3)}...`;
}

/** The last `count` non-empty lines, escape codes removed. */
export function lastLines(text: string, count: number): string[] {
  const lines = plainText(text)
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
  return lines.slice(-count);
}

/**
 * The end of what a command printed, at most `count` lines. The streams arrive without a common order,
 * so stdout comes first; each stream gives up room the other does not need.
 */
export function outputTail(stdout: string, stderr: string, count: number): string {
  const errors = lastLines(stderr, count);
  const room = Math.max(count - errors.length, Math.ceil(count / 2));
  const out = lastLines(stdout, room);
  return [...out, ...errors.slice(-(count - out.length))].map((line) => clip(line, 400)).join("\n");
}

/** A message without what changes from run to run: numbers, addresses, the place of the checkout, spacing. */
export function stableText(text: string, root: string): string {
  const rootless = root.length > 1 ? text.replaceAll(root, "") : text;
  return plainText(rootless)
    .replace(/0x[0-9a-f]+/gi, "#")
    .replace(/\d+(?:\.\d+)?/g, "#")
    .replace(/\s+/g, " ")
    .trim();
}

/** 16 hex digits that depend on the parts and their order alone. */
export function fingerprintOf(...parts: string[]): string {
  return createHash("sha256").update(parts.join("\u0000")).digest("hex").slice(0, 16);
}
