/** `meta-orch --report`: the executive report of the latest run, from its journal. Nothing is executed. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ResolvedConfig } from "../contracts/config.ts";
import type { RunState } from "../contracts/run-state.ts";
import { EXIT } from "../contracts/words.ts";
import { latestJournal, readRun } from "../journal/files.ts";
import { renderText } from "../report/text.ts";
import { assess } from "../risk/assess.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import type { RunArguments } from "./usage/run.ts";

export async function rebuildReport(args: RunArguments, config: ResolvedConfig, io: Io): Promise<number> {
  const journal = latestJournal(join(config.root, "modsquad", "logs"));
  if (journal === null) {
    return printProblems(
      [{ what: "There is no run to report on.", where: config.root, next: "Run meta-orch first." }],
      io,
    );
  }
  const state = readRun(journal.path);
  const risk = assess(state);
  const exitCode = told(state, io);
  const text = args.json
    ? (await import("../report/json.ts")).renderJson(state, risk, [])
    : renderText(state, risk);
  if (args.output === undefined) {
    io.stdout.write(text);
    return exitCode;
  }
  const file = resolve(io.cwd, args.output);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    const what = `The report cannot be written: ${(error as Error).message}`;
    return printProblems([{ what, where: file, next: "Give another place with --output." }], io);
  }
  io.stderr.write(`Report written to ${file}\n`);
  return exitCode;
}

/** A report of half a run is printed, but nobody may take it for one of a whole run. */
function told(state: RunState, io: Io): number {
  const broken = state.broken.length;
  if (state.status === "finished" && broken === 0) return EXIT.safe;
  const lines = broken > 0 ? `, ${broken} broken ${broken === 1 ? "line" : "lines"}` : "";
  io.stderr.write(
    `meta-orch: the journal of this run is incomplete (${state.status}${lines}): the report proves nothing\n` +
      "  next: run meta-orch again, or continue that run with --resume\n",
  );
  return EXIT.blocked;
}
