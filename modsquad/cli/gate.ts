/** `meta-orch gate ID`: one gate alone, its result as JSON. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { loadConfig } from "../config/load.ts";
import { EXIT } from "../contracts/words.ts";
import { prepare } from "../engine/prepare.ts";
import { run } from "../engine/run.ts";
import { trapSignals } from "../engine/signals.ts";
import { gateReport } from "../report/gate-json.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import type { GateArguments } from "./usage/gate.ts";

export async function gateCommand(args: GateArguments, io: Io): Promise<number> {
  const loaded = await loadConfig({
    repo: args.repo,
    configFile: args.config,
    env: args.env,
    mode: args.mode,
    baseUrl: args.baseUrl,
    liveData: args.liveData,
    gates: [args.gate],
    cwd: io.cwd,
    processEnv: io.env,
  });
  if (!loaded.ok) return printProblems(loaded.problems, io);
  const config = loaded.value;
  let force = () => {};
  const trap = trapSignals(() => force());
  const plan = {
    config,
    mode: args.mode,
    gates: [args.gate],
    skips: [],
    checks: args.checks,
    processEnv: io.env,
  };
  const prepared = await prepare(plan);
  if (!prepared.ok) return printProblems(prepared.problems, io);
  if (prepared.value.jobs.length === 0) {
    prepared.value.workspace.release();
    const planned = prepared.value.gates.find((gate) => gate.id === args.gate);
    const what = `The gate ${args.gate} would check nothing here: ${planned?.reason ?? "not planned"}`;
    return printProblems([{ what, next: "meta-orch list shows what each gate needs." }], io);
  }
  const result = await run(
    {
      ...plan,
      command: ["meta-orch", "gate", ...args.argv],
      concurrency: 1,
      failMode: "continue",
      timeoutMs: args.timeoutMs ?? config.run.timeoutMs,
      useCache: true,
      resumed: null,
      signal: trap.signal,
      onStart: (_header, forceAll) => {
        force = forceAll;
      },
      onWait: (sentence) => void io.stderr.write(`meta-orch: ${sentence}\n`),
      onTask: () => {},
    },
    prepared.value,
  );
  trap.release();
  if (!result.ok) {
    const code = printProblems(result.problems, io);
    return trap.exitCode() ?? code;
  }
  const { state } = result.value;
  const task = state.tasks.find((one) => one.taskId === args.gate);
  if (!task) throw new Error(`the journal has no task "${args.gate}"`);
  const text = `${JSON.stringify(gateReport(state.header.runId, task), null, 2)}\n`;
  if (args.output === undefined) io.stdout.write(text);
  else {
    const file = resolve(io.cwd, args.output);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    } catch (error) {
      const what = `The result cannot be written: ${(error as Error).message}`;
      return printProblems([{ what, where: file, next: "Give another place with --output." }], io);
    }
  }
  return trap.exitCode() ?? (task.status === "completed" ? EXIT.safe : EXIT.blocked);
}
