/** Any command: exit code, and what it prints. */
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { healthy, type Ill, ill, type Probe, type ProbeContext } from "../types.ts";
import { assertJson } from "./json.ts";

const MAX_OUTPUT = 1024 * 1024;
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

const lastLine = (text: string) => (text.trim().split("\n").at(-1) ?? "").slice(0, 200);

/** Runs a shell command; its output, or why there is none. */
export async function runCommand(
  command: string,
  context: ProbeContext,
  wantedCode = 0,
): Promise<string | Ill> {
  const shown = command.length > 80 ? `${command.slice(0, 79)}…` : command;
  context.tried.push(`run ${shown}`);
  const [shell, ...flags] = process.platform === "win32" ? ["cmd.exe", "/d", "/s", "/c"] : ["/bin/sh", "-c"];
  const done = await context.exec(shell!, [...flags, command], {
    cwd: context.root,
    timeoutMs: context.timeoutMs,
    maxOutputBytes: MAX_OUTPUT,
  });
  if (done.timedOut) return ill("timeout", `${shown} did not end in time`, "Find what it waits for.");
  if (done.error !== undefined)
    return ill("missing-tool", `${shell} cannot be started (${done.error})`, "Install it.");
  if (done.signal !== null)
    return ill("crashed", `${shown} was ended by ${done.signal}`, "Look into its output.");
  if (done.code === wantedCode) return done.stdout;
  const said = lastLine(done.stderr) || lastLine(done.stdout);
  const words = `${shown} ended with ${done.code}${said === "" ? "" : `: ${said}`}`;
  if (done.code === NOT_FOUND) return ill("missing-tool", words, "Install the program, or correct its name.");
  if (done.code === NOT_EXECUTABLE) return ill("misconfigured", words, "Make it executable: chmod +x.");
  return ill("unhealthy", words, "Run it by hand and look at its output.");
}

export const probeCommand: Probe = async (service, context) => {
  const expect = (service.settings.expect ?? {}) as JsonObject;
  const code = typeof expect.exitCode === "number" ? expect.exitCode : 0;
  const output = await runCommand(service.subject, context, code);
  if (typeof output !== "string") return output;
  if (typeof expect.text === "string" && !output.includes(expect.text)) {
    const message = `the output does not contain ${JSON.stringify(expect.text)}, it ends with ${JSON.stringify(lastLine(output))}`;
    return ill("unhealthy", message, "Run it by hand and look at its output.");
  }
  if (expect.json !== undefined) {
    const wrong = await assertJson(output, expect.json as JsonObject);
    if (wrong)
      return ill(
        wrong.isConfig ? "misconfigured" : "unhealthy",
        wrong.message,
        "Run it by hand and look at its output.",
      );
  }
  return healthy(`ended with ${code}`);
};
