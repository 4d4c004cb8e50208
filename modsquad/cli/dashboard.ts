/** `meta-orch dashboard`: what the run is doing, seen as it happens. */
import { join } from "node:path";
import { findRoot } from "../config/root.ts";
import { EXIT } from "../contracts/words.ts";
import { type FrameOptions, frame } from "../dashboard/frame.ts";
import { openSource, type Source, type SourceOptions } from "../dashboard/source.ts";
import type { DashboardView } from "../dashboard/view.ts";
import { type Io, wantsColor } from "./io.ts";
import { printProblems } from "./problems.ts";
import { supportsUnicode } from "./progress/look.ts";
import type { DashboardArguments } from "./usage/dashboard.ts";

type Sized = NodeJS.WritableStream & { columns?: number; rows?: number };

/** Lines of a picture where no terminal says how many there are. */
const ROWS = 40;

export async function dashboardCommand(args: DashboardArguments, io: Io): Promise<number> {
  const root = await findRoot(args.repo ?? ".", undefined, io.cwd, io.env);
  if (!root.ok) return printProblems(root.problems, io);
  const logs = join(root.value.root, "modsquad", "logs");
  const where = { logs, run: args.run, followAll: args.followAll };
  const look = {
    colour: args.color === false ? false : wantsColor([], io.env, io.isTTY),
    unicode: supportsUnicode(io.env, process.platform),
  };
  const keys = io.isTTY && (io.stdin as NodeJS.ReadStream).isTTY === true && io.env.TERM !== "dumb";
  if (args.once || !keys)
    return printOnce(where, { ...look, palette: args.palette, ...sizeOf(io, args) }, io);
  const { runSession } = await import("../dashboard/terminal/session.ts");
  const stop = new AbortController();
  const open = (onChange: () => void): Source => openSource({ ...where, onChange, signal: stop.signal });
  const { code, view } = await runSession({
    input: io.stdin as NodeJS.ReadStream,
    output: io.stdout as NodeJS.WriteStream,
    term: io.env.TERM ?? "",
    look,
    palette: args.palette,
    logs,
    root: root.value.root,
    refreshMs: args.refreshSeconds === undefined ? null : args.refreshSeconds * 1000,
    open,
  });
  stop.abort();
  const room = (io.stdout as Sized).rows ?? ROWS;
  const rows = Math.max(1, Math.min(SUMMARY_ROWS, room - 2));
  const summary = frame(view, { ...look, palette: args.palette, columns: io.columns, rows });
  io.stdout.write(`${withoutBlankEnd(summary).join("\n")}\n`);
  return code;
}

/** Rows of what stays in the terminal, where it has them: answer, figures, and the gates that need somebody. */
const SUMMARY_ROWS = 15;

/** One picture of the latest run. Exit code 0 when there was one to show, 2 when nothing could be loaded. */
async function printOnce(
  where: Omit<SourceOptions, "onChange" | "signal">,
  options: FrameOptions,
  io: Io,
): Promise<number> {
  const view = await readWhole(where);
  io.stdout.write(`${withoutBlankEnd(frame(view, options)).join("\n")}\n`);
  if (view.run !== null && view.life !== "unknown") return EXIT.safe;
  const next =
    where.run === undefined ? "Run meta-orch first." : "meta-orch dashboard shows the runs there are.";
  return printProblems([{ what: view.problem ?? "Nothing could be loaded", next }], io);
}

/** The view once the journal has been read to the end it has now. */
function readWhole(where: Omit<SourceOptions, "onChange" | "signal">): Promise<DashboardView> {
  const stop = new AbortController();
  return new Promise((resolve) => {
    const source = openSource({ ...where, onChange: () => {}, signal: stop.signal, pollMs: 1000 });
    const look = () => {
      const view = source.view();
      if (view.loading !== null) return setTimeout(look, 100);
      stop.abort();
      return resolve(view);
    };
    // Other runs for the list are read a moment later than the run itself.
    setTimeout(look, 300);
  });
}

function sizeOf(io: Io, args: DashboardArguments): { columns: number; rows: number } {
  const { rows } = io.stdout as Sized;
  const lines = Number(io.env.LINES);
  return {
    columns: args.columns ?? io.columns,
    rows: args.rows ?? (io.isTTY && rows ? rows - 1 : lines > 0 ? lines : ROWS),
  };
}

function withoutBlankEnd(lines: readonly string[]): string[] {
  const last = lines.findLastIndex((line) => line.replace(/\x1b\[[\d;]*m/g, "").trim() !== "");
  return lines.slice(0, last + 1);
}
