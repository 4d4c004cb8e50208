/** What a command may touch of the outside world, so that tests can hand it something else. */

export interface Io {
  stdin: NodeJS.ReadableStream;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
  /** Width to lay text out for: the terminal's, or 100 when there is none. */
  columns: number;
  /** True when stdout is a terminal. */
  isTTY: boolean;
  /** Whether stdout may carry colour. */
  color: boolean;
  env: NodeJS.ProcessEnv;
  /** Absolute. */
  cwd: string;
}

const COLUMNS_WITHOUT_TERMINAL = 100;

/**
 * --no-color, then NO_COLOR (when not empty), then FORCE_COLOR ("0" and "false" mean no), then TERM=dumb,
 * then whether stdout is a terminal.
 */
export function wantsColor(argv: readonly string[], env: NodeJS.ProcessEnv, isTTY: boolean): boolean {
  if (beforeTerminator(argv).includes("--no-color")) return false;
  if (env.NO_COLOR) return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if (env.TERM === "dumb") return false;
  return isTTY;
}

/** The arguments up to a lone "--". */
export function beforeTerminator(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return end < 0 ? argv : argv.slice(0, end);
}

/** Set when output could not be written for a reason other than a reader that went away. */
export interface OutputHealth {
  failure: Error | null;
}

/**
 * A reader that closes the pipe early (`meta-orch list | head -1`) is no fault: what follows is dropped and
 * the exit code stays. Any other write error, such as a full disk, is kept for the caller to report.
 */
export function guardOutput(stream: NodeJS.WritableStream, health: OutputHealth): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") health.failure ??= error;
  });
}

/** Resolves when everything written so far has left the process, or cannot any more and its error was emitted. */
export async function flushed(stream: NodeJS.WritableStream): Promise<void> {
  if (stream.writable) await new Promise<void>((done) => stream.write("", () => done()));
  await new Promise((done) => setImmediate(done));
}

/** The Io of a process. */
export function createIo(argv: readonly string[], from: NodeJS.Process = process): Io {
  const isTTY = from.stdout.isTTY === true;
  return {
    // Opened by who reads it: merely touching process.stdin costs time.
    get stdin() {
      return from.stdin;
    },
    stdout: from.stdout,
    stderr: from.stderr,
    columns: (isTTY && from.stdout.columns) || COLUMNS_WITHOUT_TERMINAL,
    isTTY,
    color: wantsColor(argv, from.env, isTTY),
    env: from.env,
    cwd: from.cwd(),
  };
}
