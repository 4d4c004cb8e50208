// The kill matrix: every way a run can end early × every way a gate can refuse to. Shared by the test suite
// (one cell per event) and by `npm run prove kill-matrix` (all of them).
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const SHAPES = {
  plain: "sleep 600",
  "background grandchild": "sleep 600 & sleep 600",
  "ignores signals": "trap '' TERM INT HUP; while :; do sleep 600; done",
  "leaves its group": "setsid sleep 600 & (setsid sh -c 'sleep 600 & sleep 600' &) ; sleep 600",
  "forks every 200 ms": "while :; do sleep 600 & sleep 0.2; done",
};

/** Event → how to deliver it to the runner, and what must come of it. */
export const EVENTS = {
  "SIGINT to pid": { send: (pid) => process.kill(pid, "SIGINT"), exit: 130 },
  "Ctrl-C to group": { send: (pid) => process.kill(-pid, "SIGINT"), exit: 130 },
  SIGTERM: { send: (pid) => process.kill(pid, "SIGTERM"), exit: 143 },
  SIGHUP: { send: (pid) => process.kill(pid, "SIGHUP"), exit: 129 },
  "SIGKILL of the runner": { send: (pid) => process.kill(pid, "SIGKILL"), exit: null },
  "gate timeout": { send: () => {}, exit: 1, timeout: "500ms", dueAfterMs: 200, status: "timed_out" },
};

/** Grace between TERM and KILL plus what the issue allows on top, milliseconds. */
export const LIMIT_MS = 2500;
const POLL_MS = 20;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(holds, limitMs) {
  const from = performance.now();
  while (!holds()) {
    if (performance.now() - from > limitMs) return false;
    await pause(POLL_MS);
  }
  return true;
}

/** Process ids whose environment carries the mark, zombies left out. */
export function marked(mark) {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      if (!readFileSync(`/proc/${pid}/environ`, "latin1").includes(mark)) return false;
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      return !"ZX".includes(stat.slice(stat.lastIndexOf(")") + 2)[0]);
    } catch {
      return false;
    }
  });
}

/** Runs one cell. Resolves to what was seen: survivors, exit code, seconds from the event to the last process's end. */
export async function killCell(binary, eventName, shapeName) {
  const event = EVENTS[eventName];
  const dir = mkdtempSync(join(tmpdir(), "meta-orch-kill-"));
  const mark = `KILL_MARK=${randomUUID()}`;
  const started = join(dir, "started");
  const script = join(dir, "gate.sh");
  writeFileSync(script, `echo $$ > ${started}\n${SHAPES[shapeName]}\n`);
  const config = {
    required: ["victim"],
    gates: {
      victim: { run: `sh ${script}`, env: "inherit", ...(event.timeout ? { timeout: event.timeout } : {}) },
    },
  };
  writeFileSync(join(dir, "modsquad.config.json"), JSON.stringify(config));
  const runner = spawn(process.execPath, [binary, "--mode", "full", "--gate", "victim", "--repo", dir], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, KILL_MARK: mark.slice("KILL_MARK=".length) },
  });
  let output = "";
  runner.stdout.on("data", (chunk) => (output += chunk));
  runner.stderr.on("data", (chunk) => (output += chunk));
  const ended = new Promise((resolve) => runner.once("exit", (code) => resolve(code)));
  const up = await until(() => existsSync(started) && readFileSync(started, "utf8") !== "", 10_000);
  // Let the shape become what it is: the forker fork, the trap be set.
  await pause(300);
  // A timeout is due when what the pause left of it is over.
  const at = performance.now() + (event.dueAfterMs ?? 0);
  if (up) event.send(runner.pid);
  const code = await ended;
  await until(() => marked(mark).length === 0, LIMIT_MS + 2000);
  const ms = performance.now() - at;
  const survivors = marked(mark);
  for (const pid of survivors) process.kill(Number(pid), "SIGKILL");
  const journal = existsSync(join(dir, "modsquad/logs"))
    ? readdirSync(join(dir, "modsquad/logs")).find((name) => name.startsWith("execution_log_"))
    : undefined;
  const last = journal ? lastStatus(join(dir, "modsquad/logs", journal)) : null;
  rmSync(dir, { recursive: true, force: true });
  const faults = [
    ...(up ? [] : [`the gate never started: ${output.slice(-300)}`]),
    ...(survivors.length > 0 ? [`${survivors.length} survivors`] : []),
    ...(code === event.exit ? [] : [`exit ${code}, expected ${event.exit}`]),
    ...(event.status && last !== event.status ? [`task ended ${last}, expected ${event.status}`] : []),
  ];
  return { eventName, shapeName, survivors: survivors.length, code, ms: Math.round(ms), faults };
}

function lastStatus(file) {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  const records = lines.map((line) => JSON.parse(line)).filter((record) => record.task_id === "victim");
  return records.at(-1)?.status ?? null;
}
