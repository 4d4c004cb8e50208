/** Halstead volume and lines of code of Python, by its tokens: names and literals are operands, all else operators. */
import { codeLines } from "./maintainability.ts";

const TOKEN =
  /(#[^\n]*)|([rRbBuUfF]{0,2}(?:"""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'))|(\d[\w.]*|\.\d[\w.]*)|([^\W\d]\w*)|(\*\*=?|\/\/=?|<<=?|>>=?|->|:=|[-+*/%@&|^<>=!]=|[-+*/%@&|^~<>=.([{])/g;

const KEYWORDS = new Set(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case".split(
    " ",
  ),
);

/** A text in triple quotes that nothing is done with: a comment in all but name. */
function isDocumentation(text: string, start: number, token: string): boolean {
  if (!/^[rRuU]?(?:"""|''')/.test(token)) return false;
  const before = text.slice(Math.max(0, start - 200), start).trimEnd();
  return !/[([{,=+\-*/%|&<>\\]$|\b(?:return|in|and|or|not|yield|else)$/.test(before);
}

export interface PythonVolume {
  volume: number;
  lines: number;
}

/** A pair of brackets counts once; commas, colons and line ends do not. */
export function pythonVolume(text: string): PythonVolume {
  const seen = new Set<string>();
  const comments: { start: number; end: number }[] = [];
  let length = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, comment, string, number, name] = match;
    if (comment !== undefined || isDocumentation(text, match.index, token)) {
      comments.push({ start: match.index, end: match.index + token.length });
      continue;
    }
    const isOperand =
      string !== undefined || number !== undefined || (name !== undefined && !KEYWORDS.has(name));
    length += 1;
    seen.add(`${isOperand ? "=" : "!"}${token}`);
  }
  const volume = seen.size < 2 ? 0 : length * Math.log2(seen.size);
  return { volume, lines: codeLines(text, comments) };
}
