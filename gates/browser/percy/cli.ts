/** The Percy CLI of the project: where it is, and its local server from start to verdict. */
import { accessSync, constants } from "node:fs";
import { createServer } from "node:net";
import { delimiter, isAbsolute, join } from "node:path";
import type { ExecResult, GateContext } from "../../../modsquad/contracts/gate.ts";
import { pause, within } from "../deadline.ts";

export const INSTALL = "npm install --save-dev @percy/cli@1.32.11";

/** It starts a browser of its own when the first page comes. */
const START_MS = 60_000;
const POLL_MS = 100;
/** Uploading what is still in its queue. */
const STOP_MS = 120_000;

export interface Seat {
  exec: GateContext["exec"];
  dependenciesRoot: string;
  token: string;
  /** The browser of the run, so that Percy does not download one. */
  executable: string;
}

export interface PercyServer {
  /** PercyDOM, to be evaluated in a page. */
  domScript: string;
  send(snapshot: object): Promise<{ ok: true } | { ok: false; message: string }>;
  /** Has everything uploaded, and asks what became of the build. */
  finish(limitMs: number): Promise<Verdict>;
}

export type Verdict =
  | { kind: "same" | "changed"; build: string; message: string }
  | { kind: "lost"; message: string };

/** The program of the project, else of PATH. */
export function findPercy(dependenciesRoot: string, path = process.env.PATH ?? ""): string | null {
  const name = process.platform === "win32" ? "percy.cmd" : "percy";
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder));
  for (const folder of [join(dependenciesRoot, "node_modules/.bin"), ...folders]) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // Not there.
    }
  }
  return null;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** What it complained about, without the colours and notices it prints every time. */
export function complaintsIn({ stdout, stderr, error }: ExecResult): string[] {
  if (error) return [error];
  const lines = `${stdout}\n${stderr}`
    .replace(/\u001b\[[0-9;]*m/g, "")
    .split("\n")
    .map((line) => line.replace(/^\[percy[^\]]*\]\s*/, "").trim());
  const told = lines.filter((line) => /^(Error\b|Encountered an error|Failed|Unable|Invalid)/i.test(line));
  return [...new Set(told)];
}

async function ask(url: string, init?: RequestInit): Promise<string | null> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

/** Starts the local server and waits until it has a build. Never throws; a message says why it did not come up. */
export async function startPercy(cli: string, seat: Seat): Promise<PercyServer | { message: string }> {
  const port = await freePort();
  const env = { PERCY_TOKEN: seat.token, PERCY_BROWSER_EXECUTABLE: seat.executable };
  const options = { cwd: seat.dependenciesRoot, env };
  const ended = seat.exec(cli, ["exec:start", "--port", String(port)], options);
  let result: ExecResult | null = null;
  ended.then((value) => {
    result = value;
  });
  const base = `http://127.0.0.1:${port}/percy`;
  const until = Date.now() + START_MS;
  let build = "";
  while (build === "" && result === null && Date.now() < until) {
    await pause(POLL_MS);
    const health = await ask(`${base}/healthcheck`);
    const said = health ? (JSON.parse(health) as { build?: { id?: unknown } }) : {};
    build = String(said.build?.id ?? "");
  }
  if (result !== null) return { message: `it ended before there was a build (${complaint(result)})` };
  if (build === "") return { message: `it opened no build within ${START_MS / 1000} s` };
  const domScript = await ask(`${base}/dom.js`);
  if (!domScript) return { message: "it gave no script to read pages with" };
  return {
    domScript,
    send: async (snapshot) => {
      const body = JSON.stringify(snapshot);
      const headers = { "content-type": "application/json" };
      const answer = await ask(`${base}/snapshot`, { method: "POST", headers, body });
      return answer ? { ok: true } : { ok: false, message: "the Percy CLI did not take the snapshot" };
    },
    finish: async (limitMs) => {
      const before = Date.now();
      await ask(`${base}/stop`, { method: "POST" });
      const stopped = await within(ended, Math.min(STOP_MS, limitMs)).catch(() => null);
      if (!stopped) return { kind: "lost", message: "the Percy CLI did not finish uploading in time" };
      return verdictOf(cli, seat, options, build, stopped, limitMs - (Date.now() - before));
    },
  };
}

const complaint = (result: ExecResult) => complaintsIn(result).join("; ") || `exit code ${result.code}`;

async function verdictOf(
  cli: string,
  seat: Seat,
  options: object,
  build: string,
  stopped: ExecResult,
  limitMs: number,
): Promise<Verdict> {
  const complaints = complaintsIn(stopped);
  const address = /Finalized build #\S+:\s*(\S+)/.exec(stopped.stdout + stopped.stderr)?.[1];
  // The CLI finalizes a build whose uploads failed, and ends with 0: what it says on the way counts.
  if (stopped.code !== 0 || complaints.length > 0 || !address)
    return { kind: "lost", message: `there is no complete Percy build: ${complaint(stopped)}` };
  const args = ["build:wait", "--build", build, "--fail-on-changes", "--pass-if-approved"];
  const waited = await seat.exec(cli, args, { ...options, timeoutMs: Math.max(1000, limitMs) });
  const changes = Number(/Found (\d+) changes?/.exec(waited.stdout + waited.stderr)?.[1] ?? Number.NaN);
  if (waited.code === 0 && !Number.isNaN(changes))
    return { kind: "same", build: address, message: `Percy: no change that is not approved (${address})` };
  if (changes > 0)
    return { kind: "changed", build: address, message: `Percy found ${changes} changes: ${address}` };
  const why = waited.timedOut ? "it was not compared in time" : complaint(waited);
  return { kind: "lost", message: `Percy has no result for ${address}: ${why}` };
}
