/**
 * Ops Relay: follows the journals of one or many repositories and tells people (web page), machines (WebSocket,
 * server-sent events, Prometheus) and channels (Slack and the like) what happens. It reads journals; requests to
 * engines it writes to control.jsonl, and only when it was started with that permission.
 */
import { createHmac, randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { basename } from "node:path";
import type { Problem, Result } from "../contracts/config.ts";
import { VERSION } from "../version.ts";
import type { Evaluated } from "./followed-run.ts";
import type { Identity } from "./guard.ts";
import { createHub, eventId, type Hub, type HubLimits } from "./hub.ts";
import { loadPage } from "./page.ts";
import { followRepository, type Repository, viewOf } from "./repository.ts";
import { createRelayServer, REQUEST_MS } from "./server.ts";
import type { WireSnapshot } from "./wire.ts";

const TICK_MS = 1000;
/** Hosts that only this machine reaches. */
const LOOPBACK = ["127.0.0.1", "localhost", "::1"];

export interface RelayOptions {
  /** Absolute roots of the repositories, at least one. */
  roots: readonly string[];
  /** 0 = a free one. */
  port: number;
  host: string;
  allowControl: boolean;
  /** Names this relay may be called by beside its address. */
  names?: readonly string[];
  /** At least 32 characters; random when absent. */
  token?: string;
  /** Told of every change of a run. */
  onChange?(repository: Repository, evaluated: Evaluated): void;
  limits?: HubLimits;
  requestMs?: number;
  now?(): number;
}

export interface Relay {
  /** Such as "http://127.0.0.1:40213", without the token. */
  url: string;
  token: string;
  hub: Hub;
  repositories: ReadonlyMap<string, Repository>;
  close(): Promise<void>;
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host) || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Short names for folders, told apart by a number where they are the same. */
export function repositoryIds(roots: readonly string[]): string[] {
  const used = new Map<string, number>();
  return roots.map((root) => {
    const name =
      basename(root)
        .replaceAll(/[^\w.-]+/g, "-")
        .replace(/^\.+/, "") || "repository";
    const times = (used.get(name) ?? 0) + 1;
    used.set(name, times);
    return times === 1 ? name : `${name}-${times}`;
  });
}

function listenProblem(error: NodeJS.ErrnoException, { host, port }: RelayOptions): Problem {
  const what = `The relay cannot listen on ${host}:${port}: ${error.code ?? error.message}`;
  const next: Record<string, string> = {
    EADDRINUSE: "Another program has that port: name another one with --port, or leave --port out.",
    EACCES: "Ports below 1024 need more rights: name another one with --port.",
    EADDRNOTAVAIL: "This machine has no such address: name one of its own with --host.",
  };
  return { what, where: "meta-orch relay", next: next[error.code ?? ""] ?? "Check --host and --port." };
}

/** Starts to follow and to listen. Problem: the port or the host cannot be had. */
export async function startRelay(options: RelayOptions): Promise<Result<Relay>> {
  const now = options.now ?? Date.now;
  const hub = createHub(options.limits);
  const end = new AbortController();
  const repositories = new Map<string, Repository>();

  const snapshot = (reason: "start" | "missed"): string => {
    const data: WireSnapshot = {
      version: VERSION,
      allowControl: options.allowControl,
      repositories: [...repositories.values()].map((one) => ({
        ...one.describe(),
        view: viewOf(one.latest()),
      })),
    };
    const { seq, epoch } = hub;
    const ts = new Date(now()).toISOString();
    return JSON.stringify({ seq, epoch, id: eventId(epoch, seq), ts, type: "snapshot", reason, data });
  };
  const token = options.token ?? randomBytes(24).toString("base64url");
  const identity: Identity = {
    port: options.port,
    token,
    // A relay that comes back with the same token knows the browsers that had entered.
    session: createHmac("sha256", token).update("session").digest("base64url"),
    hosts: new Set(
      [...LOOPBACK, options.host, hostname(), ...(options.names ?? [])].map((name) => name.toLowerCase()),
    ),
    anyAddress: !isLoopback(options.host),
  };
  const { allowControl } = options;
  const api = { hub, page: loadPage(), repositories, allowControl, snapshot, now };
  const server = createRelayServer({
    api,
    identity: () => identity,
    requestMs: options.requestMs ?? REQUEST_MS,
  });
  const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    server.http.once("error", resolve);
    server.http.listen({ port: options.port, host: options.host }, () => resolve(null));
  });
  if (failure) return { ok: false, problems: [listenProblem(failure, options)] };
  identity.port = (server.http.address() as AddressInfo).port;

  const ids = repositoryIds(options.roots);
  for (const [at, root] of options.roots.entries()) {
    const id = ids[at]!;
    const onChange = options.onChange ?? (() => {});
    repositories.set(id, followRepository({ id, root, hub, signal: end.signal, now, onChange }));
  }
  const timer = setInterval(() => {
    for (const repository of repositories.values()) repository.tick();
  }, TICK_MS);
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    ok: true,
    value: {
      url: `http://${host === "0.0.0.0" || host === "[::]" ? "127.0.0.1" : host}:${identity.port}`,
      token: identity.token,
      hub,
      repositories,
      async close() {
        clearInterval(timer);
        end.abort();
        await Promise.all([server.close(), ...[...repositories.values()].map((one) => one.done)]);
      },
    },
  };
}
