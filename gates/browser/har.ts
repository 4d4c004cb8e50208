/** The requests of a page as HAR 1.2, without bodies and without anything that signs somebody in. */
import { VERSION } from "../../modsquad/version.ts";
import type { Visit } from "./page-check.ts";
import type { RequestRow } from "./watch.ts";

const SECRET = /^(cookie|set-cookie|authorization|proxy-authorization|x-api-key|x-csrf-token)$|token|secret/i;

function headers(all: Record<string, string>): { name: string; value: string }[] {
  return Object.entries(all).map(([name, value]) => ({
    name,
    value: SECRET.test(name) ? "(removed)" : value,
  }));
}

function entry(row: RequestRow, started: number) {
  const time = row.durationMs ?? -1;
  return {
    startedDateTime: new Date(started + row.atMs).toISOString(),
    time,
    request: {
      method: row.method,
      url: row.url,
      httpVersion: "HTTP/1.1",
      headers: headers(row.requestHeaders),
      queryString: [...new URL(row.url).searchParams].map(([name, value]) => ({ name, value })),
      cookies: [],
      headersSize: -1,
      bodySize: -1,
    },
    response: {
      status: row.status ?? 0,
      statusText: "",
      httpVersion: "HTTP/1.1",
      headers: headers(row.responseHeaders),
      cookies: [],
      content: { size: -1, mimeType: row.mimeType },
      redirectURL: row.responseHeaders.location ?? "",
      headersSize: -1,
      bodySize: -1,
      ...(row.failure ? { _error: row.failure } : {}),
    },
    cache: {},
    timings: { send: 0, wait: time, receive: 0 },
    _resourceType: row.type,
  };
}

export function toHar({ watch, browser }: Pick<Visit, "watch" | "browser">): string {
  const entries = watch.requests.map((row) => entry(row, watch.started));
  const creator = { name: "meta-orch", version: VERSION };
  const [name, version] = [browser.name.split(" ")[0]!, browser.version];
  return JSON.stringify({ log: { version: "1.2", creator, browser: { name, version }, entries } }, null, 1);
}
