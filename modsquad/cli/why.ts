/** `meta-orch --why [GATE]`: every decision of the latest run, from its journal. Nothing is executed. */
import { join } from "node:path";
import type { ResolvedConfig } from "../contracts/config.ts";
import { EXIT } from "../contracts/words.ts";
import { explainRun } from "../engine/explain-run.ts";
import { latestJournal, readRun } from "../journal/files.ts";
import { didYouMean } from "../suggest.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import type { RunArguments } from "./usage/run.ts";

export function explainLatest(args: RunArguments, config: ResolvedConfig, io: Io): number {
  const journal = latestJournal(join(config.root, "modsquad", "logs"));
  if (journal === null) {
    const what = "There is no run to explain.";
    return printProblems(
      [{ what, where: config.root, next: "Run meta-orch first, or ask --plan what it would do." }],
      io,
    );
  }
  const explained = explainRun(readRun(journal.path));
  const known = explained.map(({ gate }) => gate);
  const unknown = (args.why ?? []).filter((gate) => !known.includes(gate));
  if (unknown.length > 0) {
    return printProblems(
      unknown.map((gate) => ({
        what: `The latest run knows no gate "${gate}".`,
        where: "--why",
        next: `${didYouMean(gate, known)}Its gates: ${known.join(", ")}.`,
      })),
      io,
    );
  }
  const asked =
    args.why && args.why.length > 0 ? explained.filter(({ gate }) => args.why?.includes(gate)) : explained;
  if (args.json) {
    io.stdout.write(`${JSON.stringify(asked, null, 2)}\n`);
    return EXIT.safe;
  }
  const width = Math.max(...asked.map(({ gate }) => gate.length), 8) + 2;
  for (const { gate, decision, because, changed } of asked) {
    io.stdout.write(`${gate.padEnd(width)}${decision}: ${because}\n`);
    for (const input of changed) io.stdout.write(`${"".padEnd(width)}  changed: ${input}\n`);
  }
  return EXIT.safe;
}
