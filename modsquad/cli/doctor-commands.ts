/** Which program a command gate starts, as far as its command line tells without a shell. */

const ASSIGNMENTS = /^\s*(?:[A-Za-z_][A-Za-z0-9_]*=(?:"[^"]*"|'[^']*'|[^\s"'$`;&|()<>]*)\s+)*/;
const PROGRAM = /^[A-Za-z0-9_./@+-]+/;

/** Words the shell itself understands. */
const SHELL_WORDS = new Set(
  "alias bg break case cd command continue do done echo elif else eval exec exit export false fi for if kill printf pwd read return set shift test then time trap true type ulimit umask unset until wait while".split(
    " ",
  ),
);

/** The first program of a command line, or null when only a shell could tell. */
export function programOf(commandLine: string): string | null {
  const rest = commandLine.slice(ASSIGNMENTS.exec(commandLine)?.[0].length ?? 0);
  const word = PROGRAM.exec(rest)?.[0];
  if (word === undefined || SHELL_WORDS.has(word)) return null;
  const next = rest.slice(word.length, word.length + 1);
  return next === "" || /[\s;&|<>]/.test(next) ? word : null;
}
