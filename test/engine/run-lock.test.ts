import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { takeLock } from "../../modsquad/engine/run-lock.ts";
import { processIdentity } from "../../modsquad/journal/alive.ts";

/** Called with the target before the next link is made: where another process may come in between. */
let beforeLink: (target: string) => void = () => {};
vi.mock("node:fs", async (importActual) => {
  const actual = await importActual<typeof import("node:fs")>();
  const linkSync: typeof actual.linkSync = (from, to) => {
    beforeLink(String(to));
    actual.linkSync(from, to);
  };
  return { ...actual, linkSync };
});

let logs: string;
beforeEach(() => {
  logs = mkdtempSync(join(tmpdir(), "meta-orch-lock-"));
});
afterEach(() => rmSync(logs, { recursive: true }));

const lockFile = () => join(logs, "run.lock");
const dead = (id: string) => ({
  ...{ id, pid: process.pid, identity: "another-boot/1", host: hostname() },
  ...{ since: "2026-11-21T12:00:00Z", mode: "full" },
});
const leave = (file: string, holder: object) => writeFileSync(file, JSON.stringify(holder));

async function take(fields: { waitMs?: number; signal?: AbortSignal } = {}) {
  const told: string[] = [];
  const signal = new AbortController().signal;
  const request = { logs, mode: "quick", waitMs: 0, signal, onWait: (one: string) => told.push(one) };
  return { lock: await takeLock({ ...request, ...fields }), told };
}

async function taken() {
  const { lock } = await take();
  if (!lock.ok) throw new Error(lock.problems[0]?.what);
  return lock.value;
}

const problemOf = (lock: Awaited<ReturnType<typeof take>>["lock"]) => (lock.ok ? null : lock.problems[0]);

describe("takeLock", () => {
  it("is taken, names its holder, and leaves nothing behind", async () => {
    const lock = await taken();
    expect(JSON.parse(readFileSync(lockFile(), "utf8"))).toMatchObject({ pid: process.pid, mode: "quick" });
    lock.release();
    expect(readdirSync(logs)).toEqual([]);
  });

  it("gives up with the name of a holder that is alive", async () => {
    leave(lockFile(), { ...dead("x"), identity: processIdentity() });
    const { lock, told } = await take({ waitMs: 30 });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(`waiting for a full run (process ${process.pid} on ${hostname()}, since 2026`);
    expect(problemOf(lock)?.what).toMatch(/This tree is busy: a full run \(process \d+/);
    expect(problemOf(lock)?.next).toMatch(/Wait for that run/);
    expect(existsSync(lockFile())).toBe(true);
  });

  it("leaves the lock of another machine alone: nobody can tell from here", async () => {
    leave(lockFile(), { ...dead("x"), host: "elsewhere" });
    expect(problemOf((await take()).lock)?.what).toMatch(/on elsewhere/);
  });

  it("does not guess about a lock it cannot read", async () => {
    writeFileSync(lockFile(), "");
    expect(problemOf((await take()).lock)?.next).toMatch(/delete the file/);
  });

  it("is taken once the holder lets go", async () => {
    const first = await taken();
    const second = takeLock({
      logs,
      mode: "full",
      waitMs: 60_000,
      signal: new AbortController().signal,
      onWait: () => first.release(),
    });
    expect((await second).ok).toBe(true);
  });

  it("stops waiting when it is told to", async () => {
    await taken();
    const stop = new AbortController();
    const signal = stop.signal;
    const waiting = takeLock({ logs, mode: "full", waitMs: 60_000, signal, onWait: () => stop.abort() });
    expect((await waiting).ok).toBe(false);
  });

  it("takes over from the dead, and from those who died after taking over", async () => {
    leave(lockFile(), dead("one"));
    leave(`${lockFile()}.after-one`, dead("two"));
    const lock = await taken();
    expect((await take()).lock.ok).toBe(false);
    lock.release();
    expect(readdirSync(logs)).toEqual([]);
    (await taken()).release();
  });

  it("notices that the dead holder's lock passed to somebody else while it was looking", async () => {
    leave(lockFile(), dead("one"));
    beforeLink = (target) => {
      if (!target.endsWith(".after-one")) return;
      beforeLink = () => {};
      // Another run takes over, ends, and a third one takes the free lock.
      rmSync(lockFile());
      leave(lockFile(), { ...dead("third"), identity: processIdentity() });
    };
    expect(problemOf((await take()).lock)?.what).toMatch(/This tree is busy/);
    expect(JSON.parse(readFileSync(lockFile(), "utf8")).id).toBe("third");
    expect(readdirSync(logs)).toEqual(["run.lock"]);
  });

  it("says where it could not be written", async () => {
    const file = join(logs, "file");
    writeFileSync(file, "");
    const signal = new AbortController().signal;
    const lock = await takeLock({
      logs: join(file, "logs"),
      mode: "full",
      waitMs: 0,
      signal,
      onWait: () => {},
    });
    expect(lock).toMatchObject({ ok: false, problems: [{ next: "Make the folder writable." }] });
  });
});

/** Waits for "go", takes the lock, fails if somebody else is inside, and lets go. */
const CONTENDER = `
import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { takeLock } from "./modsquad/engine/run-lock.ts";
const [logs, inside, go] = process.argv.slice(2);
process.send("ready");
while (!existsSync(go));
const lock = await takeLock({ logs, mode: "full", waitMs: 20_000, signal: new AbortController().signal, onWait: () => {} });
if (!lock.ok) process.exit(2);
try { mkdirSync(inside); } catch { process.exit(1); }
await new Promise((resolve) => setTimeout(resolve, 5));
rmdirSync(inside);
lock.value.release();
`;

describe("several runs at once", () => {
  it("after a holder that died, one after the other and never two", async () => {
    const program = join(logs, "contender.mjs");
    await build({
      stdin: { contents: CONTENDER, resolveDir: process.cwd() },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: program,
    });
    for (let round = 0; round < 4; round += 1) {
      const dir = join(logs, `logs-${round}`);
      const go = join(logs, `go-${round}`);
      mkdirSync(dir);
      leave(join(dir, "run.lock"), dead(`round-${round}`));
      const contenders = Array.from({ length: 4 }, () =>
        spawn(process.execPath, [program, dir, join(logs, "inside"), go], { stdio: ["ignore", 1, 2, "ipc"] }),
      );
      const codes = contenders.map((one) => new Promise((resolve) => one.once("exit", resolve)));
      await Promise.all(contenders.map((one) => new Promise((resolve) => one.once("message", resolve))));
      writeFileSync(go, "");
      expect(await Promise.all(codes)).toEqual([0, 0, 0, 0]);
      expect(readdirSync(dir)).toEqual([]);
    }
  });
});
