/** Reads .env files and their examples. */
import { folderOf, isEnvExample } from "../../paths.ts";
import type { SourceFile } from "../../source.ts";
import type { EnvFile } from "./facts.ts";

const LINE = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=([^\r\n]*)/gm;
const COMMENTED = /^[ \t]*#+[ \t]*(?:export[ \t]+)?([A-Z][A-Z0-9_]{2,})[ \t]*=/gm;

/** Value without quotes and trailing comment, and where it begins within the raw text. */
function unquote(raw: string): { value: string; start: number } {
  const lead = raw.length - raw.trimStart().length;
  const text = raw.trim();
  const quoted = /^(["'`])(.*?)\1/.exec(text);
  if (quoted) return { value: quoted[2]!, start: lead + 1 };
  return { value: text.replace(/\s+#.*$/, ""), start: lead };
}

export function readEnvFile(file: SourceFile): EnvFile {
  const { text, path } = file;
  const entries: EnvFile["entries"] = [];
  for (const match of text.matchAll(LINE)) {
    const name = match[1]!;
    const nameStart = match.index + match[0].indexOf(name);
    const rawStart = match.index + match[0].length - match[2]!.length;
    const { value, start } = unquote(match[2]!);
    const lineEnd = text.indexOf("\n", match.index);
    entries.push({
      name,
      value,
      place: { file, start: nameStart, end: nameStart + name.length },
      valuePlace: { file, start: rawStart + start, end: rawStart + start + value.length },
      line: { file, start: match.index, end: lineEnd === -1 ? text.length : lineEnd + 1 },
    });
  }
  return {
    path,
    folder: folderOf(path),
    example: isEnvExample(path),
    entries,
    mentioned: new Set([...text.matchAll(COMMENTED)].map((match) => match[1]!)),
    text: { file, start: 0, end: text.length },
  };
}
