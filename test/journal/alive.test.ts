import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { expect, it } from "vitest";
import { processAlive, processIdentity } from "../../modsquad/journal/alive.ts";

const linux = existsSync("/proc/self/stat");

function state(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2)[0]!;
}

it("knows this very process", () => {
  expect(processAlive(process.pid, processIdentity(), hostname())).toBe(true);
});

it("sees a process while it is there and not afterwards", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  const identity = processIdentity(child.pid);
  expect(processAlive(child.pid!, identity)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(processAlive(child.pid!, identity)).toBe(false);
});

it("does not take a process of another boot for it", () => {
  expect(processAlive(process.pid, "00000000-0000-0000-0000-000000000000/1")).toBe(false);
});

it.skipIf(!linux)("does not take another process with the same id for it", () => {
  const [boot] = processIdentity().split("/");
  expect(processAlive(process.pid, `${boot}/1`)).toBe(false);
  expect(processAlive(process.pid, boot!)).toBe(true);
});

it("cannot tell of another machine", () => {
  expect(processAlive(process.pid, processIdentity(), `not-${hostname()}`)).toBeUndefined();
});

it.each([0, -1, 1.5, Number.NaN])("takes no process for %s", (pid) => {
  expect(processAlive(pid, processIdentity())).toBe(false);
});

it.skipIf(!linux)("takes a process that has ended and not been collected for gone", async () => {
  // The shell becomes `cat`, which never collects the child that the shell had started.
  const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec cat"], { stdio: ["pipe", "pipe", "ignore"] });
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  // Until then it is still the shell, which might collect it.
  while (readFileSync(`/proc/${parent.pid}/comm`, "utf8").trim() !== "cat") await new Promise(setImmediate);
  const pid = Number(line.toString());
  const identity = processIdentity(pid);
  expect(processAlive(pid, identity)).toBe(true);
  process.kill(pid, "SIGKILL");
  while (state(pid) !== "Z") await new Promise(setImmediate);
  expect(processAlive(pid, identity)).toBe(false);
  parent.kill("SIGKILL");
  await once(parent, "exit");
});
