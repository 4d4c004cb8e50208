/** How a process ended, and whether that alone means nothing could be checked. */
import { constants } from "node:os";
import { outputTail } from "./text.ts";
import type { CommandOutput, Inability } from "./types.ts";

const OUT_OF_MEMORY =
  "SIGKILL often means the system ran out of memory: give the machine or container more, or run with less parallelism";

/** Signals a shell reports as 128 + number when they end the command it ran. */
const FATAL = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGILL",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGKILL",
  "SIGSEGV",
  "SIGPIPE",
  "SIGTERM",
] as const;

function signalOfCode(code: number): string | null {
  return FATAL.find((name) => constants.signals[name] === code - 128) ?? null;
}

function withTail(message: string, output: CommandOutput): string {
  const tail = outputTail(output.stdout, output.stderr, 5);
  return tail === "" ? message : `${message}\nLast output:\n${tail}`;
}

/** Why the command itself could not do its work, or null when it ran to an end of its own. */
export function brokenOff(output: CommandOutput): Inability | null {
  const say = (failureClass: string, message: string) => ({
    failureClass,
    message: withTail(message, output),
  });
  if (output.timedOut) return say("timeout", "The command did not end in time and was stopped.");
  if (output.error !== undefined) {
    return say(
      "missing-tool",
      `The command could not be started (${output.error}): check that its program is installed.`,
    );
  }
  if (output.code === 127) {
    return say(
      "missing-tool",
      "Exit code 127: the shell did not find a program of this command. Install it or add it to PATH.",
    );
  }
  if (output.code === 126) {
    return say(
      "missing-tool",
      "Exit code 126: the program was found but may not be executed. Check its permissions (chmod +x).",
    );
  }
  const signal = output.signal ?? (output.code === null ? "an unknown signal" : signalOfCode(output.code));
  if (signal === null) return null;
  const hint = signal === "SIGKILL" ? ` ${OUT_OF_MEMORY}.` : "";
  const how = output.code === null ? "" : ` (exit code ${output.code})`;
  return say("killed", `The command was ended by ${signal}${how} before it was done.${hint}`);
}
