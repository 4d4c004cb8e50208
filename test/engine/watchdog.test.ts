import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RUN_MARK } from "../../modsquad/engine/marks.ts";
import { groupAlive } from "../../modsquad/engine/process-group.ts";

const HANGS_ON = "trap '' TERM INT HUP; echo up; while :; do sleep 600; done";

/** A process group; resolves when it is up. */
async function group(script: string, env: Record<string, string>) {
  const child = spawn("/bin/sh", ["-c", script], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: process.env.PATH ?? "", ...env },
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return { pid: child.pid as number, gone };
}

/** Starts a watchdog for the groups in its arguments, lets go of the last one if told to, and waits to be killed. */
const RUNNER = `
import { startWatchdog } from "./modsquad/engine/watchdog.ts";
const [runId, watched, released] = process.argv.slice(2);
const watchdog = startWatchdog(runId, 100);
for (const group of watched.split(",").filter(Boolean)) watchdog.watch(Number(group));
if (released) watchdog.release(Number(released));
process.send("ready");
process.on("message", () => { watchdog.close(); process.disconnect(); });
`;

let dir: string;
let program: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "meta-orch-watchdog-"));
  program = join(dir, "runner.mjs");
  await build({
    stdin: { contents: RUNNER, resolveDir: process.cwd() },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: program,
  });
});
afterAll(() => rmSync(dir, { recursive: true }));

/** A runner with its watchdog at work. */
async function runner(runId: string, watched: number[], released?: number) {
  const args = [program, runId, watched.join(), ...(released ? [String(released)] : [])];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise((resolve) => child.once("message", resolve));
  return { child, gone };
}

/** Ends what a test found alive, as it should be. */
async function release(one: { pid: number; gone: Promise<void> }): Promise<void> {
  expect(groupAlive(one.pid)).toBe(true);
  process.kill(-one.pid, "SIGKILL");
  await one.gone;
}

describe.skipIf(process.platform !== "linux")("the watchdog", () => {
  it("ends what is listed when the runner dies, even what ignores signals, and nothing that was released", async () => {
    const runId = randomUUID();
    const [listed, released] = [await group(HANGS_ON, {}), await group(HANGS_ON, {})];
    const { child } = await runner(runId, [listed.pid, released.pid], released.pid);
    child.kill("SIGKILL");
    await listed.gone;
    await release(released);
  });

  it("finds what left its group by the mark in its environment", async () => {
    const runId = randomUUID();
    const stray = await group(HANGS_ON, { [RUN_MARK]: runId });
    const other = await group(HANGS_ON, { [RUN_MARK]: randomUUID() });
    const { child } = await runner(runId, []);
    child.kill("SIGKILL");
    await stray.gone;
    await release(other);
  });

  it("leaves everything alone when the run ends in good order", async () => {
    const runId = randomUUID();
    const left = await group(HANGS_ON, { [RUN_MARK]: runId });
    const { child, gone } = await runner(runId, [left.pid]);
    child.send("close");
    await gone;
    // Once the watchdog is gone too, nobody is there who could still end it.
    while (watchdogOf(runId)) await new Promise((resolve) => setTimeout(resolve, 10));
    await release(left);
  });
});

/** True while the watchdog of a run is there. */
function watchdogOf(runId: string): boolean {
  return readdirSync("/proc").some((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "latin1");
      return line.includes("meta-orch-watchdog") && line.includes(runId);
    } catch {
      return false;
    }
  });
}
