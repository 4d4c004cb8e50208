/**
 * Who may ask. Listening on the loopback interface is not enough: any web page the user visits can send requests
 * there, by a name that resolves to it (DNS rebinding), as a form, as a WebSocket. So every request has to name an
 * expected host, come from our own page or from no page at all, and show the token.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

export interface Identity {
  port: number;
  /** Given in the URL once, or as a bearer token. */
  token: string;
  /** What the cookie holds; a browser never keeps the token itself. */
  session: string;
  /** Names and addresses this relay may be called by, without port, lower case. */
  hosts: ReadonlySet<string>;
  /** Listening beyond this machine: then every literal address will do, since none can be rebound. */
  anyAddress: boolean;
}

export interface Asked {
  method: string;
  headers: IncomingHttpHeaders;
  /** `?token=` of a path that takes one there, else null. */
  queryToken: string | null;
  upgrade: boolean;
}

export type Verdict =
  | { ok: true; by: "token" | "cookie" | "query" }
  | { ok: false; status: number; reason: string };

const refuse = (status: number, reason: string): Verdict => ({ ok: false, status, reason });

/** Cookies do not tell ports apart, so the port is part of the name. */
export function cookieName(port: number): string {
  return `meta_orch_${port}`;
}

/** Equal in constant time, whatever the lengths. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function hostOf(header: string | undefined): { name: string; port: number } | null {
  const found = /^(\[[0-9a-f:.]+\]|[^:[\]/@\s]+)(?::(\d{1,5}))?$/i.exec(header ?? "");
  if (!found) return null;
  return { name: found[1]!.replace(/^\[|\]$/g, "").toLowerCase(), port: Number(found[2] ?? 80) };
}

function isOurHost(header: string | undefined, { port, hosts, anyAddress }: Identity): boolean {
  const host = hostOf(header);
  if (!host || host.port !== port) return false;
  return hosts.has(host.name) || (anyAddress && isIP(host.name) !== 0);
}

/** What a browser tells of the page behind the request; programs send none of it. */
function refusedPage({ method, headers, upgrade }: Asked): Verdict | null {
  const { origin, host } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return refuse(403, "another origin");
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return refuse(403, "another site");
  const writes = method !== "GET" && method !== "HEAD";
  if (writes && site === "none") return refuse(403, "no page of ours");
  if ((writes || upgrade) && headers.cookie !== undefined && origin === undefined && !headers.authorization)
    return refuse(403, "no origin");
  return null;
}

function cookieOf(headers: IncomingHttpHeaders, name: string): string | null {
  for (const part of (headers.cookie ?? "").split(";")) {
    const [key, ...value] = part.trim().split("=");
    if (key === name) return value.join("=");
  }
  return null;
}

/** Whether the host is ours and the page behind the request, if any, is too: all that is asked of an open path. */
export function checkPlace(asked: Asked, identity: Identity): Verdict | null {
  if (!isOurHost(asked.headers.host, identity)) return refuse(421, "no such host here");
  return refusedPage(asked);
}

/** The whole check of a request that needs the token. */
export function check(asked: Asked, identity: Identity): Verdict {
  const refused = checkPlace(asked, identity);
  if (refused) return refused;
  const { authorization } = asked.headers;
  if (authorization !== undefined) {
    const given = /^Bearer ([\w-]{1,200})$/.exec(authorization)?.[1];
    return given !== undefined && sameSecret(given, identity.token)
      ? { ok: true, by: "token" }
      : refuse(401, "wrong token");
  }
  if (asked.queryToken !== null) {
    return sameSecret(asked.queryToken, identity.token)
      ? { ok: true, by: "query" }
      : refuse(401, "wrong token");
  }
  const cookie = cookieOf(asked.headers, cookieName(identity.port));
  if (cookie !== null && sameSecret(cookie, identity.session)) return { ok: true, by: "cookie" };
  return refuse(401, "no token");
}

/** On every answer. Scripts and styles come from files of ours only; nothing may frame, embed or cache us. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
  "Cache-Control": "no-store",
};
