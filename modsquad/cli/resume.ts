/** `meta-orch --resume`: the latest run, if it never finished, goes on where it stopped. */
import { join } from "node:path";
import { type LoadRequest, loadConfig } from "../config/load.ts";
import type { ResolvedConfig } from "../contracts/config.ts";
import { latestJournal, readRun } from "../journal/files.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import { execute } from "./run.ts";
import { parseRunArguments, type RunArguments } from "./usage/run.ts";

/** The options are those of the unfinished run: continuing it with others would be another run. */
export async function resume(args: RunArguments, config: ResolvedConfig, io: Io): Promise<number> {
  const journal = latestJournal(join(config.root, "modsquad", "logs"));
  const state = journal && readRun(journal.path);
  if (!state || state.header.runId === "") {
    return printProblems(
      [{ what: "There is no run to resume.", where: config.root, next: "Run meta-orch without --resume." }],
      io,
    );
  }
  if (state.status === "finished") {
    const what = `The latest run ${state.header.runId} finished; there is nothing to resume.`;
    return printProblems(
      [{ what, next: "Run meta-orch without --resume; unchanged file-based gates come from the cache." }],
      io,
    );
  }
  if (state.status === "running") {
    const what = `The latest run ${state.header.runId} is still running (process ${state.header.pid}).`;
    return printProblems([{ what, next: "Wait for it, or stop it first." }], io);
  }
  if (state.header.command[1] === "gate") {
    const what = `The latest run ${state.header.runId} was \`${state.header.command.join(" ")}\`: one gate alone is not resumed.`;
    return printProblems([{ what, next: "Run that command again." }], io);
  }
  const original = parseRunArguments(state.header.command.slice(1).filter((word) => word !== "--resume"));
  if (!original.ok) return printProblems(original.problems, io);
  const { repo, config: file, json, quiet, verbose, color } = args;
  // Kept in the new header, so that a resumed run can be resumed again.
  const argv = [...original.value.argv, "--resume"];
  const merged: RunArguments = { ...original.value, repo, config: file, json, quiet, verbose, color, argv };
  const request: LoadRequest = {
    repo,
    configFile: file ?? original.value.config,
    env: state.header.env,
    mode: merged.mode,
    baseUrl: args.baseUrl ?? merged.baseUrl,
    riskTarget: merged.riskTarget,
    gates: merged.gates,
    skips: merged.skips,
    cwd: io.cwd,
    processEnv: io.env,
  };
  const loaded = await loadConfig(request);
  if (!loaded.ok) return printProblems(loaded.problems, io);
  return execute(merged, loaded.value, request, io, state);
}
