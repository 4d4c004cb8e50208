// What the relay's benchmark and proof share: a journal that grows, a relay on it, clients that check every number.
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";

const BINARY = fileURLToPath(new URL("../../dist/meta-orch.js", import.meta.url));

/** Value below which `share` of them lie. */
export const quantile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

/** A folder with an empty modsquad/logs; `remove` when done. */
export function scratchRepository(name = "shop") {
  const parent = mkdtempSync(join(tmpdir(), "meta-orch-relay-"));
  const root = join(parent, name);
  mkdirSync(join(root, "modsquad", "logs"), { recursive: true });
  return { root, remove: () => rmSync(parent, { recursive: true, force: true }) };
}

/** A journal in `root` whose records are task lines, written by this process. */
export function growingJournal(root) {
  const started = new Date();
  const stamp = started.toISOString().replace(/[-:]|\.\d+/g, "");
  const path = join(root, "modsquad", "logs", `execution_log_${stamp}_${process.pid}_0a0a0a0a.jsonl`);
  let seq = 0;
  const line = (fields) => {
    seq += 1;
    const now = new Date().toISOString();
    const record = {
      task_id: "gate",
      agent: "gate",
      phase: "VALIDATION",
      description: "A gate",
      status: "completed",
      start_time: now,
      end_time: now,
      duration_seconds: 0.1,
      dependencies: [],
      errors: [],
      warnings: [],
      metrics: { status: "passed", written_at: Date.now() },
      kind: "task",
      run_id: "load",
      seq,
      ts: now,
      attempt: 1,
      tier: 2,
      worker: "local",
      checks: [],
      findings: [],
      ...fields,
    };
    return `${JSON.stringify(record)}\n`;
  };
  return {
    path,
    host: hostname(),
    /** Appends `count` records in one write. */
    write(count = 1, fields = {}) {
      appendFileSync(path, Array.from({ length: count }, () => line(fields)).join(""));
    },
  };
}

/** The built relay as a process of its own. */
export async function startRelay(root, more = [], env = {}) {
  const child = spawn(process.execPath, [BINARY, "relay", "--json", "--repo", root, ...more], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let said = "";
  let complained = "";
  child.stderr.on("data", (chunk) => {
    complained += chunk;
  });
  await new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      said += chunk;
      if (said.includes("\n")) resolve();
    });
    child.on("exit", (code) => reject(new Error(`the relay ended with ${code}: ${complained}`)));
  });
  const { url, token } = JSON.parse(said);
  const end = (signal = "SIGTERM") =>
    new Promise((resolve) => {
      child.removeAllListeners("exit");
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.on("exit", resolve);
      child.kill(signal);
    });
  return { url, token, pid: child.pid, end, complaints: () => complained };
}

/** CPU milliseconds a process has used. */
export function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/**
 * A client over "ws" or "sse". It keeps the last id, counts gaps, duplicates and snapshots, and calls `onMessage`.
 * `since` is an id ("epoch-seq").
 */
export async function follow({ url, token }, way, { since, onMessage = () => {} } = {}) {
  const seen = { records: 0, gaps: 0, duplicates: 0, snapshots: 0, last: null, id: since ?? null };
  if (since) seen.last = Number(since.split("-")[1]);
  const take = (text) => {
    const message = JSON.parse(text);
    if (message.type === "snapshot") seen.snapshots += 1;
    else if (seen.last !== null) {
      if (message.seq > seen.last + 1) seen.gaps += message.seq - seen.last - 1;
      if (message.seq <= seen.last) seen.duplicates += 1;
    }
    seen.last = message.seq;
    seen.id = `${message.epoch}-${message.seq}`;
    if (message.type === "record") seen.records += 1;
    onMessage(message);
  };
  const headers = { authorization: `Bearer ${token}` };
  if (way === "ws") {
    const query = since ? `?since=${since}` : "";
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws${query}`, { headers });
    socket.on("message", (data) => take(String(data)));
    socket.on("error", () => {});
    await new Promise((resolve) => socket.once("open", resolve));
    return { seen, close: () => socket.terminate() };
  }
  if (since) headers["last-event-id"] = since;
  const sent = request(`${url}/events`, { headers, agent: false });
  sent.on("error", () => {});
  const response = await new Promise((resolve) => {
    sent.once("response", resolve);
    sent.end();
  });
  let rest = "";
  response.setEncoding("utf8");
  response.on("error", () => {});
  response.on("data", (chunk) => {
    rest += chunk;
    const events = rest.split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const at = event.indexOf("data: ");
      if (at >= 0) take(event.slice(at + 6));
    }
  });
  return { seen, close: () => sent.destroy() };
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves when `is()` holds, false when it did not within the time. */
export async function until(is, timeoutMs) {
  const end = performance.now() + timeoutMs;
  while (!is()) {
    if (performance.now() > end) return false;
    await sleep(20);
  }
  return true;
}

/** Writes `perSecond` records a second, in ten writes each, for `seconds`. */
export async function pour(journal, perSecond, seconds) {
  const from = performance.now();
  for (let tick = 0; tick < seconds * 10; tick += 1) {
    journal.write(perSecond / 10);
    await sleep(Math.max(0, from + (tick + 1) * 100 - performance.now()));
  }
}

/** Milliseconds from the write of a record to its arrival, one record at a time, by way. */
export async function gateEndDelays(relay, journal, times) {
  const delays = { ws: [], sse: [] };
  const clients = [];
  for (const way of Object.keys(delays)) {
    const onMessage = ({ type, data }) => {
      if (type === "record") delays[way].push(Date.now() - data.metrics.written_at);
    };
    clients.push(await follow(relay, way, { onMessage }));
  }
  await sleep(300);
  for (let at = 0; at < times; at += 1) {
    journal.write();
    await sleep(50);
  }
  await until(() => delays.ws.length >= times && delays.sse.length >= times, 10_000);
  for (const client of clients) client.close();
  return delays;
}
