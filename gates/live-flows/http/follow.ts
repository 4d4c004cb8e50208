/** Redirects: followed within the flow's own host, refused to any other unless the config allows it. */
import { isIP } from "node:net";
import type { CookieJar } from "../cookies.ts";
import { isSensitiveName, type Secrets } from "../secrets.ts";
import type { Hop, Phases, Redirects, TransportFailure } from "../types.ts";
import type { Deadline } from "./deadline.ts";
import type { Lane, Sent, Wire } from "./lane.ts";
import { isPrivateAddress } from "./private.ts";

const REDIRECT = new Set([301, 302, 303, 307, 308]);

/** The same host, or the same name asked securely. */
function isSameHost(from: URL, to: URL): boolean {
  if (from.hostname !== to.hostname) return false;
  const upgrade = from.protocol === "http:" && to.protocol === "https:" && from.port === "" && to.port === "";
  return upgrade || (from.port === to.port && from.protocol === to.protocol);
}

function addUp(one: Phases, other: Phases): Phases {
  return {
    dns: one.dns + other.dns,
    tcp: one.tcp + other.tcp,
    tls: one.tls + other.tls,
    firstByte: one.firstByte + other.firstByte,
    body: one.body + other.body,
    total: one.total + other.total,
  };
}

function without(headers: Record<string, string>, drop: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !drop(name)));
}

/** The request a redirect asks for: some turn into a GET, and credentials stay on their host. */
function nextWire(wire: Wire, status: number, to: URL): Wire {
  const asGet = status === 303 ? wire.method !== "head" : status <= 302 && wire.method === "post";
  const sameHost = isSameHost(wire.url, to);
  const drop = (name: string) =>
    (asGet && name.startsWith("content-")) || (!sameHost && isSensitiveName(name));
  return {
    method: asGet ? "get" : wire.method,
    url: to,
    headers: without(wire.headers, drop),
    body: asGet ? null : wire.body,
  };
}

export interface Cookies {
  jar: CookieJar;
  secrets: Secrets;
}

/** The request with the cookies that belong to its URL, beside those it declares itself. */
export function withCookies(wire: Wire, { jar }: Cookies): Wire {
  const kept = jar.header(wire.url);
  if (kept === null) return wire;
  const declared = wire.headers.cookie;
  return { ...wire, headers: { ...wire.headers, cookie: declared ? `${declared}; ${kept}` : kept } };
}

/** An allowed host that a public service sends us to must be public too, unless the config names its address. */
function mustBePublic(lane: Lane, from: URL, to: URL, redirects: Redirects): boolean {
  if (isSameHost(from, to) || !lane.isPublic(from.origin)) return false;
  const literal = isIP(to.hostname.replace(/^\[|\]$/g, "")) !== 0;
  return !(literal && (redirects.hosts.includes(to.host) || redirects.hosts.includes(to.hostname)));
}

const shownTarget = (from: URL, to: URL) =>
  from.origin === to.origin ? `${to.pathname}${to.search}` : to.href;

function targetOf(location: string | undefined, from: URL): URL | null {
  if (!location || !URL.canParse(location, from.href)) return null;
  const to = new URL(location, from);
  to.hash = "";
  return to.protocol === "http:" || to.protocol === "https:" ? to : null;
}

/** Sends a request and goes where its answers point, at most `redirects.limit` times. Phases add up. */
export async function sendFollowing(
  lane: Lane,
  first: Wire,
  redirects: Redirects,
  deadline: Deadline,
  cookies: Cookies,
): Promise<Sent> {
  const seen = new Set<string>();
  let wire = first;
  let spent: Phases | null = null;
  let reset = false;
  const chain: Hop[] = [];
  for (let hops = 0; ; hops += 1) {
    const sent = await lane.send(withCookies(wire, cookies), deadline);
    if (!sent.ok) return sent;
    const { answer } = sent;
    cookies.jar.store(wire.url, answer.headers["set-cookie"] ?? [], cookies.secrets);
    spent = spent ? addUp(spent, answer.phases) : answer.phases;
    reset ||= answer.keepAliveReset;
    const to = REDIRECT.has(answer.status) ? targetOf(answer.headers.location?.[0], wire.url) : null;
    const asIs: Sent = {
      ok: true,
      answer: { ...answer, phases: spent, hops: chain, keepAliveReset: reset },
    };
    if (!to || redirects.limit === 0) return asIs;
    const refuse = (kind: TransportFailure["class"], message: string): Sent => {
      const { origin } = first.url;
      const failure: TransportFailure = {
        class: kind,
        origin,
        message,
        beforeConnection: false,
        elapsedMs: spent!.total,
      };
      return { ok: false, failure };
    };
    const allowed = redirects.hosts.includes(to.host) || redirects.hosts.includes(to.hostname);
    if (!isSameHost(first.url, to) && !allowed) {
      if (redirects.otherHost === "stop") return asIs;
      return refuse("redirect-host", `redirects to another host, ${to.host}, which was not followed`);
    }
    const guarded = mustBePublic(lane, first.url, to, redirects);
    if (guarded && isPrivateAddress(to.hostname)) {
      const message = `redirects to the private address ${to.host}, which was not followed`;
      return refuse("redirect-private", message);
    }
    chain.push({ status: answer.status, to: shownTarget(first.url, to) });
    seen.add(`${wire.method} ${wire.url.href}`);
    wire = { ...nextWire(wire, answer.status, to), ...(guarded ? { publicOnly: true } : {}) };
    if (seen.has(`${wire.method} ${wire.url.href}`)) {
      return refuse(
        "redirect-loop",
        `redirects in a circle: ${to.pathname} leads back to itself after ${hops + 1} hops`,
      );
    }
    if (hops + 1 > redirects.limit) {
      return refuse("redirect-loop", `redirects more than ${redirects.limit} times, last to ${to.pathname}`);
    }
  }
}
