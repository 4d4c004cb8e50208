/** A relay on a folder of its own, journals written into it, and clients that can say anything. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { processIdentity } from "../../modsquad/journal/alive.ts";
import { runRecord, taskRecord } from "../../modsquad/journal/record.ts";
import { createRedactor } from "../../modsquad/journal/redact.ts";
import { type JournalWriter, openJournal } from "../../modsquad/journal/write.ts";
import { type Relay, type RelayOptions, startRelay } from "../../modsquad/relay/index.ts";
import { header, task } from "../journal/support.ts";

export interface Answered {
  status: number;
  headers: IncomingMessage["headers"];
  body: string;
}

/** A folder with modsquad/logs. */
export function root(name = "shop"): string {
  const dir = mkdtempSync(join(tmpdir(), "meta-orch-relay-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, name, "modsquad", "logs"), { recursive: true });
  return join(dir, name);
}

export async function relayOn(roots: string[], more: Partial<RelayOptions> = {}): Promise<Relay> {
  const started = await startRelay({ roots, port: 0, host: "127.0.0.1", allowControl: false, ...more });
  if (!started.ok) throw new Error(JSON.stringify(started.problems));
  onTestFinished(() => started.value.close());
  return started.value;
}

/** A run in progress in `root`, of this very process unless `pid` says otherwise. */
export function runIn(dir: string, runId = "run-1", gates = ["repo-audit", "live-flows"]) {
  const startedAt = new Date().toISOString();
  const opened = openJournal({
    dir: join(dir, "modsquad", "logs"),
    runId,
    startedAt,
    redactor: createRedactor([]),
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
  const writer: JournalWriter = opened.value;
  onTestFinished(() => void writer.close());
  const whole = header({
    runId,
    startedAt,
    root: dir,
    pid: process.pid,
    bootId: processIdentity(),
    host: hostname(),
    gates: gates.map((id) => ({ ...header().gates[0]!, id, title: `Title of ${id}` })),
  });
  const append = (record: Parameters<JournalWriter["append"]>[0]) => {
    const written = writer.append(record);
    if (!written.ok) throw new Error(JSON.stringify(written.problems));
  };
  append(runRecord({ status: "in_progress", startTime: startedAt, header: whole }));
  return {
    path: writer.path,
    header: whole,
    append,
    task: (id: string, fields: Parameters<typeof task>[1] = {}) => append(taskRecord(task(id, fields))),
    end: (exitCode: number) =>
      append(
        runRecord({
          status: exitCode === 0 ? "completed" : "failed",
          startTime: startedAt,
          endTime: new Date().toISOString(),
          durationSeconds: 1,
          header: whole,
          metrics: { exit_code: exitCode },
        }),
      ),
  };
}

export interface Ask {
  method?: string;
  path?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
}

/** One request with exactly these headers; the token only where it is said. */
export function ask(relay: Pick<Relay, "url">, { method = "GET", path = "/", headers = {}, body }: Ask) {
  const { hostname: host, port } = new URL(relay.url);
  return new Promise<Answered>((resolve, reject) => {
    const sent = request({ host, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

export const bearer = (relay: Pick<Relay, "token">) => ({ authorization: `Bearer ${relay.token}` });

/** Bytes as they are on a connection of their own; resolves with what came back once it is closed. */
export function raw(relay: Pick<Relay, "url">, bytes: string, timeoutMs = 20_000): Promise<string> {
  const { hostname: host, port } = new URL(relay.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host, () => socket.write(bytes));
    let text = "";
    const timer = setTimeout(() => reject(new Error(`still open, said: ${text.slice(0, 200)}`)), timeoutMs);
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(text);
    });
  });
}

export interface WireMessage {
  seq: number;
  epoch: string;
  type: string;
  repo: string;
  runId: string;
  reason?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into all kinds of messages
  data: any;
}

export interface Listener {
  messages: WireMessage[];
  when(fits: (message: WireMessage) => boolean): Promise<WireMessage>;
  close(): void;
}

function listener(close: () => void): Listener & { tell(text: string): void } {
  const messages: WireMessage[] = [];
  const waiting: (() => void)[] = [];
  return {
    messages,
    close,
    tell(text) {
      messages.push(JSON.parse(text));
      for (const wake of waiting.splice(0)) wake();
    },
    async when(fits) {
      for (;;) {
        const found = messages.find(fits);
        if (found) return found;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}

/** Follows over WebSocket. */
export async function overSocket(relay: Relay, query = ""): Promise<Listener> {
  const socket = new WebSocket(`${relay.url.replace("http", "ws")}/ws${query}`, { headers: bearer(relay) });
  const heard = listener(() => socket.terminate());
  socket.on("message", (data) => heard.tell(String(data)));
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  onTestFinished(() => heard.close());
  return heard;
}

/** Follows server-sent events. `lastEventId` as a browser that comes back sends it. */
export function overEvents(relay: Relay, query = "", lastEventId?: string): Promise<Listener> {
  const { hostname: host, port } = new URL(relay.url);
  const headers = { ...bearer(relay), ...(lastEventId && { "last-event-id": lastEventId }) };
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path: `/events${query}`, headers, agent: false }, (response) => {
      const heard = listener(() => sent.destroy());
      onTestFinished(() => heard.close());
      let rest = "";
      response.setEncoding("utf8");
      response.on("error", () => {});
      response.on("data", (chunk) => {
        rest += chunk;
        for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
          const data = /^data: (.*)$/m.exec(rest.slice(0, end))?.[1];
          rest = rest.slice(end + 2);
          if (data !== undefined) heard.tell(data);
        }
      });
      resolve(heard);
    });
    sent.on("error", reject);
    sent.end();
  });
}
