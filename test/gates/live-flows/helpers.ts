/** Real servers on random ports, and the gate run against them. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { afterEach } from "vitest";
import gate from "../../../gates/live-flows/index.ts";
import type {
  CheckResult,
  Finding,
  GateContext,
  GateResult,
  RepoView,
} from "../../../modsquad/contracts/gate.ts";

export interface TestServer {
  url: string;
  port: number;
  /** "GET /path" of every request, in order. */
  seen: string[];
  close(): Promise<void>;
}

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function listen(server: Server, seen: string[], scheme = "http"): Promise<TestServer> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const handle: TestServer = {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  open.push(handle);
  return handle;
}

/** An HTTP server with this handler. */
export function serve(handler: RequestListener): Promise<TestServer> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    handler(request, response);
  });
  return listen(server, seen);
}

/** Any net.Server, such as an https one. */
export const serveWith = (server: Server, scheme: string) => listen(server, [], scheme);

/** A server that gets raw sockets. */
export const serveTcp = (onSocket: (socket: Socket) => void) => listen(createTcpServer(onSocket), []);

/** A port nobody listens on: one that was just given back. */
export async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(value));
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

export type Routes = Record<string, (request: IncomingMessage, response: ServerResponse) => void>;

/** A server of routes such as "GET /path"; anything else is 404. Queries are not part of the route. */
export const serveRoutes = (routes: Routes) =>
  serve((request, response) => {
    const route = routes[`${request.method} ${request.url?.split("?")[0]}`];
    if (route) route(request, response);
    else json(response, { error: "not found" }, 404);
  });

export interface Latch {
  promise: Promise<void>;
  release(): void;
}

export function latch(): Latch {
  let release = () => {};
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, release };
}

export function context(over: Partial<GateContext> = {}): GateContext {
  return {
    runId: "run",
    mode: "full",
    env: "ci",
    root: tmpdir(),
    dependenciesRoot: tmpdir(),
    files: [],
    changed: null,
    base: null,
    options: {},
    checks: ["flows"],
    upstream: {},
    history: [],
    secrets: {},
    artifactsDir: tmpdir(),
    signal: new AbortController().signal,
    exec: () => Promise.reject(new Error("this gate starts no process")),
    progress: () => {},
    ...over,
  };
}

export interface Outcome extends GateResult {
  check(target?: string): CheckResult;
  /** Rule ids in order. */
  rules: string[];
  finding(rule: string): Finding;
}

export async function runGate(over: Partial<GateContext>): Promise<Outcome> {
  const result = await gate.run(context(over));
  // As through the worker's door.
  const plain = JSON.parse(JSON.stringify(result)) as GateResult;
  return {
    ...plain,
    check: (target) => {
      const found = plain.checks.find((one) => target === undefined || one.target === target);
      if (!found) throw new Error(`no check for ${target}: ${JSON.stringify(plain.checks)}`);
      return found;
    },
    rules: plain.findings.map((finding) => finding.ruleId),
    finding: (rule) => {
      const found = plain.findings.find((one) => one.ruleId === rule);
      if (!found) throw new Error(`no finding ${rule}: ${JSON.stringify(plain.findings)}`);
      return found;
    },
  };
}

/** Runs one flow against a base URL; without a warm-up, so that the server sees this flow alone. */
export const runFlow = (baseUrl: string, flow: object, over: Partial<GateContext> = {}) =>
  runGate({ baseUrl, options: { warmUp: false, flows: [{ name: "flow", ...flow }] } as never, ...over });

/** A repository of these files, as `detect` sees it. */
export function repository(files: Record<string, string>, over: Partial<RepoView> = {}): RepoView {
  return {
    root: "/repo",
    files: Object.entries(files).map(([path, text]) => ({
      path,
      oid: "",
      mode: "100644",
      size: text.length,
    })),
    mode: "full",
    env: "ci",
    options: {},
    readText: async (path) => files[path] ?? null,
    ...over,
  };
}
