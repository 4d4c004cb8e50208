/** Progress of a run on the terminal, and the summary that stays there. */
import { type Look, supportsUnicode } from "./look.ts";
import { PlainProgress } from "./plain.ts";
import { TtyProgress } from "./tty.ts";
import type { Progress, ProgressOptions } from "./types.ts";

export { renderSummary, type SummaryOptions } from "./summary.ts";
export type { Clock, OutputStream, Progress, ProgressGate, ProgressIo, ProgressOptions } from "./types.ts";

const SILENT: Progress = { onPlan() {}, onRecord() {}, onFinish() {}, stop() {} };

/** The view for this terminal. It writes to `io.out` only and decides nothing. */
export function createProgress(options: ProgressOptions): Progress {
  const unicode = options.unicode ?? supportsUnicode(process.env, process.platform);
  const look: Look = { color: options.color, unicode };
  switch (options.kind) {
    case "tty":
      return new TtyProgress(options.io, options.columns, look);
    case "plain":
      return new PlainProgress(options.io, look);
    case "silent":
      return SILENT;
  }
}
