/** The browser belongs to the run: what becomes of the gate when the browser dies, and of the browser when the run does. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { discoverBrowser } from "../../../gates/browser/discover.ts";
import browser from "../../../gates/browser/index.ts";
import { GUARD, openBrowser } from "../../../gates/browser/session.ts";
import { folderWith } from "../../config/temporary.ts";
import { scratch } from "../../e2e/scratch.ts";
import { makeExec, runGate } from "../run-gate.ts";

const found = discoverBrowser({ configured: null, root: "/", env: process.env, platform: process.platform });
const CHROMIUM = found.ok ? found.path : "";

/** A program that takes the place of the browser. */
function program(script: string): string {
  const folder = folderWith({ browser: `#!/bin/sh\n${script}\n` }, { git: false });
  chmodSync(join(folder, "browser"), 0o755);
  return join(folder, "browser");
}

let url: string;
let onRequest: (path: string) => void = () => {};
const server = createServer((request, response) => {
  onRequest(request.url ?? "");
  if (request.url === "/never") return;
  response
    .writeHead(200, { "content-type": "text/html" })
    .end("<!doctype html><title>x</title><main>Here</main>");
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const look = (options: object) =>
  runGate(browser, folderWith({ "index.html": "" }, { git: false }), {
    baseUrl: url,
    checks: ["render"],
    options: { viewports: [[800, 600]], ...options } as never,
  });

describe("without a browser to use", () => {
  it.each([
    [
      "none",
      "/nowhere/chromium",
      "missing-browser",
      /executable in the config names no program: \/nowhere\/chromium/,
    ],
    [
      "one that crashes",
      program("echo 'no usable sandbox' >&2; exit 3"),
      "browser-crashed",
      /exit code 3: no usable sandbox/,
    ],
  ])("%s: errored, and what to do", async (_name, executable, failureClass, message) => {
    const { checks, findings } = await look({ pages: ["/"], executable });
    expect(checks).toMatchObject([{ id: "render", status: "errored", examined: 0, failureClass }]);
    expect(checks[0]!.message).toMatch(message);
    expect(findings[0]!.fix?.description).toContain("meta-orch doctor --fix");
  });

  it("one that dies while it works: what was not seen is errored", async () => {
    const folder = folderWith({}, { git: false });
    const pid = join(folder, "pid");
    const executable = program(`echo $$ > ${pid}\nexec ${CHROMIUM} "$@"`);
    onRequest = (path) => {
      if (path === "/never") process.kill(Number(readFileSync(pid, "utf8")), "SIGKILL");
    };
    const { checks } = await look({ pages: ["/never", "/after", "/later"], executable });
    onRequest = () => {};
    expect(checks.map(({ status }) => status)).toEqual(["errored"]);
    expect(checks[0]).toMatchObject({ planned: 3, examined: 0, failureClass: "browser-crashed" });
  });
});

/** Every process whose parent, or a parent of that, is this one. */
function below(pid: number): { pid: number; args: string }[] {
  const rows = execFileSync("ps", ["-eo", "pid,ppid,args"], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, own, parent, args]) => ({ pid: Number(own), parent: Number(parent), args: args! }));
  const children = (of: number): { pid: number; args: string }[] =>
    rows.filter(({ parent }) => parent === of).flatMap((row) => [row, ...children(row.pid)]);
  return children(pid);
}

describe.skipIf(process.platform === "win32")("a browser that does not work", () => {
  it("whose tab crashes: the page was not looked at", async () => {
    const folder = folderWith({}, { git: false });
    const pid = join(folder, "pid");
    const executable = program(`echo $$ > ${pid}\nexec ${CHROMIUM} "$@"`);
    onRequest = (path) => {
      if (path !== "/never") return;
      for (const one of below(Number(readFileSync(pid, "utf8"))))
        if (one.args.includes("--type=renderer")) process.kill(one.pid, "SIGKILL");
    };
    const { checks, findings } = await look({ pages: ["/never"], executable });
    onRequest = () => {};
    expect(checks).toMatchObject([{ status: "errored", examined: 0, failureClass: "page-crashed" }]);
    expect(findings).toMatchObject([{ ruleId: "render/page-crashed", target: "/never" }]);
  });

  it("that hangs at its start is given up in its deadline, and its profile goes with it", async () => {
    const abort = new AbortController();
    const exec = makeExec(tmpdir(), abort.signal);
    const started: [profile: string, ended: Promise<unknown>][] = [];
    const watched: typeof exec = (file, args, options) => {
      const ended = exec(file, args, options);
      started.push([args[4]!, ended]);
      return ended;
    };
    const { signal } = abort;
    const opening = await openBrowser({ exec: watched, signal }, program("exec sleep 600"), [], 300);
    abort.abort();
    const [[profile, ended]] = started as [[string, Promise<unknown>]];
    await ended;
    expect(existsSync(profile)).toBe(false);
    expect(opening).toMatchObject({ ok: false, class: "browser-hangs" });
    expect(opening).toHaveProperty("message", expect.stringContaining("no DevTools port within 0.3 s"));
  });
});

describe.skipIf(process.platform === "win32")("the guard of a browser", () => {
  it("ends it when the process that wanted it is gone and nobody else can tell", async () => {
    const temporary = mkdtempSync(join(tmpdir(), "guard-"));
    const profile = join(temporary, "profile");
    mkdirSync(profile);
    const owner = spawn("sleep", ["600"]);
    const ownerEnded = once(owner, "exit");
    const line = [program("exec sleep 600"), `--user-data-dir=${profile}`];
    const guard = spawn("/bin/sh", ["-c", GUARD, "guard", String(owner.pid), profile, ...line]);
    const ended = once(guard, "exit");
    owner.kill("SIGKILL");
    await ownerEnded;
    expect(await ended).toEqual([137, null]);
    expect(await untilGone(temporary)).toEqual([]);
    rmSync(temporary, { recursive: true });
  });
});

/** Processes and profiles that carry this folder for temporary files. */
function left(temporary: string): string[] {
  const pids = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(temporary) && !line.includes("ps -eo"));
  return [...pids, ...readdirSync(temporary)];
}

async function untilGone(temporary: string): Promise<string[]> {
  for (let tries = 0; tries < 100 && left(temporary).length > 0; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 100));
  return left(temporary);
}

describe.skipIf(process.platform === "win32")("the browser never outlives the run", () => {
  it.each([
    ["the run is killed", "SIGKILL", "60s"],
    ["the run is interrupted", "SIGINT", "60s"],
    ["the gate's time is over", null, "3s"],
  ] as const)(
    "%s",
    async (_name, signal, timeout) => {
      const repo = scratch({
        "index.html": "<main>x</main>",
        ".gitignore": "tmp/\n",
        "modsquad.config.yaml": `gates:\n  browser: { timeout: ${timeout}, pages: ["/never"], pageTimeout: 50s }\n`,
      });
      const temporary = join(repo.dir, "tmp");
      mkdirSync(temporary);
      const asked = new Promise<void>((resolve) => {
        onRequest = (path) => path === "/never" && resolve();
      });
      const { child, ended } = repo.start(["gate", "browser", "--base-url", url, "--check", "render"], {
        TMPDIR: temporary,
      });
      if (signal) {
        await asked;
        expect(left(temporary).length).toBeGreaterThan(1);
        child.kill(signal);
      }
      const { code } = await ended;
      expect(code).not.toBe(0);
      expect(await untilGone(temporary)).toEqual([]);
      expect(existsSync(temporary)).toBe(true);
    },
    60_000,
  );
});
