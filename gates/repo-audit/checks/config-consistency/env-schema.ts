/** Variables that a schema in the same file judges: `NAME: process.env.NAME` beside `NAME: z.string().optional()`. */

/** The entry of a schema is not longer than this, UTF-16 units. */
const LONGEST = 2000;
const MAY_BE_ABSENT = /\b(?:optional|default|nullish|nullable|catch|prefault|exactOptional)\s*\(/;
const VALIDATOR = /^(?:z|v|t|yup|joi|S|type)\b/i;
const OPEN = "([{";
const CLOSE = ")]}";

/** What stands from here to the end of the entry of an object, be it several lines. */
function entryAt(code: string, from: number): string {
  let depth = 0;
  const last = Math.min(code.length, from + LONGEST);
  for (let at = from; at < last; at += 1) {
    const character = code[at]!;
    if (OPEN.includes(character)) depth += 1;
    else if (CLOSE.includes(character)) depth -= 1;
    if (depth < 0 || (depth === 0 && character === ",")) return code.slice(from, at);
  }
  return code.slice(from, last);
}

/**
 * Whether the variable that is read at `start` only fills an entry of its own name, and the schema of the same file
 * lets it be absent or is written somewhere else, so that nobody can tell.
 */
export function mayBeAbsentBySchema(code: string, name: string, start: number): boolean {
  const own = new RegExp(`\\b${name}["'\`]?\\s*:\\s*$`);
  if (!own.test(code.slice(Math.max(0, start - name.length - 80), start))) return false;
  const entry = new RegExp(`\\b${name}["'\`]?\\s*:\\s*(?!\\s|process\\.env|import\\.meta\\.env)`, "g");
  for (const match of code.matchAll(entry)) {
    const said = entryAt(code, match.index + match[0].length);
    if (MAY_BE_ABSENT.test(said) || !VALIDATOR.test(said)) return true;
  }
  return false;
}
