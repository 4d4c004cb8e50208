/** Copying that works over ssh: the terminal is asked to put the text on its clipboard, and a file has it too. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureOutputDirectory, fileProblem } from "../../journal/directory.ts";

/** Most bytes of text common terminals accept in one request. */
const CLIPBOARD_BYTES = 74_000;
const FILE = "dashboard_copy.txt";

export interface Copied {
  /** The OSC 52 request, or "" when the text is too long for one. */
  sequence: string;
  /** What to tell the person. */
  message: string;
}

/** Copies clean text; `root` is the root of the repository. */
export function copyText(text: string, root: string): Copied {
  const bytes = Buffer.from(text);
  const sequence = bytes.length <= CLIPBOARD_BYTES ? `\x1b]52;c;${bytes.toString("base64")}\x07` : "";
  const clipboard = sequence === "" ? "too long for the clipboard; " : "copied; ";
  return { sequence, message: clipboard + written(text, join(root, "reports")) };
}

function written(text: string, folder: string): string {
  const made = ensureOutputDirectory(folder);
  if (!made.ok) return `no file: ${made.problems[0]?.what}`;
  const path = join(folder, FILE);
  try {
    writeFileSync(path, text.endsWith("\n") ? text : `${text}\n`);
    return `in reports/${FILE} too`;
  } catch (error) {
    return `no file: ${fileProblem("reports", path, error).what}`;
  }
}
