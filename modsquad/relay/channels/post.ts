/**
 * One POST to an address from a config. It follows no redirect and never speaks to link-local addresses, where clouds
 * keep their credentials; the address that was checked is the one that is spoken to.
 */
import { lookup } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { VERSION } from "../../version.ts";
import type { Outgoing } from "./message.ts";

const TIMEOUT_MS = 5000;
const MAX_ANSWER = 16 * 1024;

const forbidden = new BlockList();
forbidden.addSubnet("169.254.0.0", 16, "ipv4");
forbidden.addSubnet("0.0.0.0", 8, "ipv4");
forbidden.addAddress("100.100.100.200", "ipv4");
forbidden.addSubnet("fe80::", 10, "ipv6");
forbidden.addAddress("fd00:ec2::254", "ipv6");
forbidden.addAddress("::", "ipv6");

/** True for an address no message may go to. IPv4 in IPv6 clothes counts as IPv4. */
export function isForbidden(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && forbidden.check(address, version === 4 ? "ipv4" : "ipv6");
}

const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "", 0);
    const bad = addresses.find(({ address }) => isForbidden(address));
    if (bad) return callback(new Error("leads to an address no message may go to"), "", 0);
    if (options.all) return callback(null, addresses as never);
    callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};

export type Reply =
  | { kind: "taken" }
  /** It may work later. `afterMs` is what the service asked for, or null; without an answer it may have been taken. */
  | { kind: "later"; why: string; afterMs: number | null; answered: boolean }
  /** It will never work. */
  | { kind: "refused"; why: string };

/** Milliseconds of a Retry-After header (seconds or a date) or of Discord's body, or null. */
export function retryAfter(header: string | undefined, body: string, nowMs: number): number | null {
  if (header !== undefined && /^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header ?? "");
  if (!Number.isNaN(date)) return Math.max(0, date - nowMs);
  const told = /"retry_after"\s*:\s*(\d+(?:\.\d+)?)/.exec(body)?.[1];
  return told === undefined ? null : Number(told) * 1000;
}

/** Never rejects; no text of it holds the address. */
export function post(url: URL, { body, headers }: Outgoing): Promise<Reply> {
  return new Promise((resolve) => {
    if (isForbidden(url.hostname.replace(/^\[|\]$/g, "")))
      return resolve({ kind: "refused", why: "the address is one no message may go to" });
    const request = url.protocol === "https:" ? requestHttps : requestHttp;
    const later = (why: string) => resolve({ kind: "later", why, afterMs: null, answered: false });
    const sent = request(
      url,
      {
        method: "POST",
        lookup: guardedLookup,
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          ...headers,
          "content-length": Buffer.byteLength(body),
          "user-agent": `meta-orch/${VERSION}`,
        },
      },
      (response) => {
        let answer = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          if (answer.length < MAX_ANSWER) answer += chunk;
        });
        response.on("error", () => later("the answer broke off"));
        response.on("end", () =>
          resolve(replyOf(response.statusCode ?? 0, response.headers["retry-after"], answer)),
        );
      },
    );
    sent.on("error", (error: NodeJS.ErrnoException) => later(whyOf(error)));
    sent.end(body);
  });
}

function whyOf(error: NodeJS.ErrnoException): string {
  if (error.name === "AbortError" || error.name === "TimeoutError")
    return `no answer in ${TIMEOUT_MS / 1000} s`;
  return error.code ?? "the connection failed";
}

function replyOf(status: number, header: string | undefined, body: string): Reply {
  if (status >= 200 && status < 300) return { kind: "taken" };
  const why = `it answered ${status}`;
  if (status === 408 || status === 429 || status >= 500)
    return { kind: "later", why, afterMs: retryAfter(header, body, Date.now()), answered: true };
  return { kind: "refused", why };
}
