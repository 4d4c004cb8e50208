/** The life of a process that runs a command: its streams, its faults and its exit code. */
import { EXIT } from "../contracts/words.ts";
import { createIo, flushed, guardOutput, type Io, type OutputHealth } from "./io.ts";

/** One line for a fault of ours; the stack only on request. */
export function reportFault(error: unknown, io: Pick<Io, "stderr" | "env">): number {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line = message.split("\n")[0];
  io.stderr.write(`meta-orch: internal fault, nothing is proven: ${line}\n`);
  if (io.env.META_ORCH_DEBUG === "1")
    io.stderr.write(`${error instanceof Error ? error.stack : "(no stack)"}\n`);
  else
    io.stderr.write(
      "  next: run it again with META_ORCH_DEBUG=1 and report what it prints, with meta-orch --version\n",
    );
  return EXIT.usage;
}

/** Sets up the streams, runs the command, and exits with its number once everything is written; `beforeExit` runs last. */
export async function liveAsProcess(
  argv: string[],
  run: (argv: string[], io: Io) => Promise<number>,
  beforeExit: () => void = () => {},
): Promise<void> {
  const io = createIo(argv);
  const health: OutputHealth = { failure: null };
  guardOutput(io.stdout, health);
  guardOutput(io.stderr, health);
  const onFault = (error: unknown) => process.exit(reportFault(error, io));
  process.on("uncaughtException", onFault);
  process.on("unhandledRejection", onFault);
  let code = await run(argv, io).catch((error: unknown) => reportFault(error, io));
  await flushed(io.stdout);
  if (health.failure) {
    io.stderr.write(
      `meta-orch: the output could not be written: ${health.failure.message}\n` +
        "  next: write it to another place; what the run came to is in modsquad/logs (meta-orch --report)\n",
    );
    code = EXIT.usage;
  }
  await flushed(io.stderr);
  beforeExit();
  process.exit(code);
}
