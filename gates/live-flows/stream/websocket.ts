/** A WebSocket, opened, read, pinged and closed. */
import type { IncomingMessage } from "node:http";
import type { Json } from "../../../modsquad/contracts/words.ts";
import type { Wrong } from "../assert.ts";
import { startDeadline } from "../http/deadline.ts";
import { failureOf, timeoutOf } from "../http/failure.ts";
import { headerLists, type Wire } from "../http/lane.ts";
import type { Answer, StreamSpec, TransportFailure } from "../types.ts";
import { showMs } from "../units.ts";
import { type Collected, Collector } from "./collector.ts";
import { streamWrong } from "./judge.ts";

const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const MAX_ERROR_BODY = 4096;
/** How long a service may take to answer our closing. */
const CLOSE_MS = 2000;
const NORMAL = new Set([1000, 1001, 1005]);

type Socket = import("ws").WebSocket;

export interface SocketRead {
  answer: Answer;
  /** Null when the service did not switch protocols. */
  collected: Collected | null;
  wrongs: Wrong[];
}

export type SocketOpened = { ok: true; read: SocketRead } | { ok: false; failure: TransportFailure };

/** Headers a WebSocket client sets itself. */
const OWN = new Set(["accept-encoding", "connection", "upgrade"]);

const addressOf = (url: URL) => {
  const address = new URL(url);
  address.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return address;
};

const messageOf = (value: Json) => (typeof value === "string" ? value : JSON.stringify(value));

function once(ms: number, signal: AbortSignal, subscribe: (done: () => void) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (happened: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      resolve(happened);
    };
    const cancel = () => end(false);
    const timer = setTimeout(() => setImmediate(() => end(false)), ms);
    signal.addEventListener("abort", cancel, { once: true });
    subscribe(() => end(true));
  });
}

async function checkPong(socket: Socket, ms: number, signal: AbortSignal): Promise<Wrong | null> {
  const answered = await once(ms, signal, (done) => {
    socket.once("pong", done);
    socket.ping();
  });
  if (answered) return null;
  const advice = "Answer pings: without it clients and proxies take the connection for dead.";
  return streamWrong("no-pong", "", `a pong within ${showMs(ms)}`, "none", advice);
}

async function checkClose(socket: Socket, signal: AbortSignal): Promise<Wrong | null> {
  let code = 1006;
  await once(CLOSE_MS, signal, (done) => {
    socket.once("close", (given) => {
      code = given;
      done();
    });
    socket.close(1000);
  });
  if (NORMAL.has(code)) return null;
  const advice = "Answer a close frame with one, then end the connection.";
  const got = code === 1006 ? "no close frame" : `close code ${code}`;
  return streamWrong("stream-close", "", "a clean close", got, advice);
}

function answerOf(url: URL, response: IncomingMessage, body: Uint8Array, total: number): Answer {
  return {
    url: url.href,
    status: response.statusCode ?? 0,
    headers: headerLists(response.headers),
    body,
    size: body.length,
    phases: { dns: 0, tcp: 0, tls: 0, firstByte: total, body: 0, total },
    receivedAt: Date.now(),
    certificate: null,
    hops: [],
    keepAliveReset: false,
  };
}

type Handshake =
  | { kind: "open"; answer: Answer }
  | { kind: "refused"; answer: Answer }
  | { kind: "error"; error: Error };

/** Waits for the answer to the upgrade. `onUpgrade` runs before any message can be missed. */
function handshake(socket: Socket, url: URL, start: number, onUpgrade: () => void): Promise<Handshake> {
  return new Promise((resolve) => {
    let answer: Answer | null = null;
    socket.once("upgrade", (response) => {
      answer = answerOf(url, response, new Uint8Array(), performance.now() - start);
    });
    socket.once("open", () => {
      onUpgrade();
      resolve({ kind: "open", answer: answer! });
    });
    socket.once("unexpected-response", (request, response) => {
      const total = performance.now() - start;
      const chunks: Buffer[] = [];
      const finish = () => {
        request.destroy();
        resolve({
          kind: "refused",
          answer: answerOf(url, response, Buffer.concat(chunks).subarray(0, MAX_ERROR_BODY), total),
        });
      };
      response.on("data", (chunk: Buffer) => {
        if (chunks.reduce((sum, one) => sum + one.length, 0) < MAX_ERROR_BODY) chunks.push(chunk);
      });
      response.once("end", finish);
      response.once("error", finish);
    });
    socket.on("error", (error) => resolve({ kind: "error", error }));
  });
}

/** Whether the connection of a failed handshake was ever made is not told: a code says it. */
const wasConnected = (error: Error) =>
  (error as NodeJS.ErrnoException).syscall !== "connect" &&
  (error as NodeJS.ErrnoException).syscall !== "getaddrinfo";

function collect(socket: Socket, spec: StreamSpec, askedAt: number, signal: AbortSignal): Collector {
  const collector = new Collector({ ...spec, type: null }, spec.events, askedAt, signal);
  socket.on("message", (data, binary) => {
    const text = binary ? Buffer.from(data as Buffer).toString("base64") : String(data);
    collector.push({ at: performance.now(), data: text, id: null, type: "message" });
  });
  socket.once("close", (code, reason) =>
    collector.end(
      code === 1006
        ? "the connection was lost"
        : `the service closed it with ${code}${reason.length > 0 ? ` ${reason}` : ""}`,
    ),
  );
  for (const message of spec.send) socket.send(messageOf(message));
  return collector;
}

/** Opens, reads `spec.events` messages, and tests ping and closing where they are asked for. */
export async function readWebSocket(
  { url, headers }: Wire,
  spec: StreamSpec,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<SocketOpened> {
  const { WebSocket } = await import("ws");
  const opening = startDeadline(timeoutMs, signal);
  const start = performance.now();
  const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.has(name)));
  const socket = new WebSocket(addressOf(url), {
    headers: sent,
    followRedirects: false,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handshakeTimeout: 0,
  });
  const stop = () => socket.terminate();
  opening.signal.addEventListener("abort", stop, { once: true });
  if (opening.signal.aborted) stop();
  let collector: Collector | null = null;
  try {
    const shaken = await handshake(socket, url, start, () => {
      collector = collect(socket, spec, start, signal);
    });
    if (shaken.kind === "error") {
      const elapsedMs = performance.now() - start;
      const stage = wasConnected(shaken.error) ? "first byte" : "connect";
      if (signal.aborted)
        return {
          ok: false,
          failure: { ...failureOf(shaken.error, stage, url.origin, elapsedMs), class: "cancelled" },
        };
      if (opening.expired())
        return { ok: false, failure: timeoutOf("first byte", url.origin, timeoutMs, elapsedMs) };
      return { ok: false, failure: failureOf(shaken.error, stage, url.origin, elapsedMs) };
    }
    opening.end();
    if (shaken.kind === "refused")
      return { ok: true, read: { answer: shaken.answer, collected: null, wrongs: [] } };
    const collected = await collector!.done;
    const wrongs: (Wrong | null)[] = [];
    const alive = collected.ending.kind === "enough" && socket.readyState === WebSocket.OPEN;
    if (alive && spec.pongMs !== null) wrongs.push(await checkPong(socket, spec.pongMs, signal));
    if (alive && spec.closes) wrongs.push(await checkClose(socket, signal));
    return {
      ok: true,
      read: { answer: shaken.answer, collected, wrongs: wrongs.filter((one) => one !== null) },
    };
  } finally {
    opening.end();
    opening.signal.removeEventListener("abort", stop);
    socket.terminate();
  }
}
