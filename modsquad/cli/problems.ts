/** Prints expected problems: what, where, what next. Never a stack trace. */
import type { Problem } from "../contracts/config.ts";
import { EXIT } from "../contracts/words.ts";
import type { Io } from "./io.ts";

/** Control characters of a file or argument must not reach the terminal. */
const printable = (text: string): string =>
  text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "?");

/** One problem as text, such as `modsquad.config.yaml:3:5  risk.targt is not a known key`, and its next step. */
export function renderProblem({ what, where, next }: Problem): string {
  const place = where && !what.includes(where) ? `${where}  ` : "";
  return printable(`${place}${what}`) + (next ? `\n  next: ${printable(next)}` : "");
}

/** Writes the problems to stderr. Returns the exit code for "the run itself could not be done". */
export function printProblems(problems: readonly Problem[], io: Pick<Io, "stderr">): number {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  io.stderr.write(`meta-orch stopped: ${count}\n`);
  for (const problem of problems) io.stderr.write(`${renderProblem(problem)}\n`);
  return EXIT.usage;
}
