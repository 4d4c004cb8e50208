/** What a status means for the reader. Whatever could not be checked is never `good`. */
import { unreachable } from "../../contracts/words.ts";
import type { GateStatus } from "../../report/gate-view.ts";
import type { Tone } from "./types.ts";

export function toneOf(status: GateStatus, warnings: boolean): Tone {
  switch (status) {
    case "completed":
      return warnings ? "warn" : "good";
    case "failed":
      return "bad";
    case "errored":
    case "timed_out":
    case "missing":
      return "unknown";
    case "cancelled":
      return "warn";
    case "in_progress":
      return "busy";
    case "skipped":
    case "not_applicable":
    case "pending":
      return "quiet";
    default:
      return unreachable(status);
  }
}

const WORST_FIRST: readonly Tone[] = ["bad", "unknown", "warn", "busy", "quiet", "good"];

/** How urgent a tone is: 0 comes first. */
export function urgency(tone: Tone): number {
  return WORST_FIRST.indexOf(tone);
}
