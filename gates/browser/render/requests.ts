/** Findings from the network: what the page wanted and did not get. */
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { browserFinding } from "../findings.ts";
import type { Visit } from "../page-check.ts";
import type { RequestRow } from "../watch.ts";

/** Without these a page is not what was built. */
const ESSENTIAL = new Set(["document", "script", "stylesheet", "font", "fetch", "xhr"]);

function isLocal(url: URL): boolean {
  return /^(localhost|127\.|\[::1\]|.*\.localhost$)/.test(url.hostname);
}

/** An encrypted page that asks for something unencrypted. */
function isMixed(page: URL, row: RequestRow): boolean {
  const url = new URL(row.url);
  return page.protocol === "https:" && url.protocol === "http:" && !isLocal(url);
}

/** What a page or its browser calls off by itself, when a stream ends or a search is typed on. */
const CALLED_OFF = new Set([
  "fetch",
  "xhr",
  "media",
  "eventsource",
  "websocket",
  "ping",
  "document",
  "other",
]);

/** A script or style that is called off on a page that stays was refused: it came as something else. */
function isCalledOff(row: RequestRow, moved: boolean): boolean {
  return row.failure === "net::ERR_ABORTED" && (moved || CALLED_OFF.has(row.type));
}

function finding(visit: Visit, row: RequestRow, rule: string, what: string, fix: string): Finding {
  const foreign = new URL(row.url).origin !== new URL(visit.url).origin;
  const path = visit.sourceOf(row.url);
  return browserFinding({
    rule: `render/${rule}`,
    // A picture of somebody else's server may be missing where there is no internet.
    severity: foreign && !ESSENTIAL.has(row.type) ? "medium" : "high",
    page: visit.name,
    message: `${visit.name}: the ${row.type} ${row.url} ${what}`,
    subject: `${row.method} ${row.url}`,
    defectClass: row.type === "fetch" || row.type === "xhr" ? "flow" : "ui",
    effort: 15,
    fix: { description: fix },
    ...(path ? { location: { path, line: 1 } } : {}),
  });
}

export interface RequestFault {
  url: string;
  finding: Finding;
}

/** `told`: addresses another finding is about already. */
export function requestFaults(visit: Visit, told: ReadonlySet<string>): RequestFault[] {
  const page = new URL(visit.url);
  const { ignore } = visit.options;
  const moved = visit.watch.navigations > 1;
  const faults: RequestFault[] = [];
  for (const row of visit.watch.requests) {
    if (row.isPage || told.has(row.url) || !/^(https?|wss?):/.test(row.url)) continue;
    if (ignore.requests.some((one) => one.test(row.url))) continue;
    const fault = faultOf(page, row, moved);
    if (fault) faults.push({ url: row.url, finding: finding(visit, row, ...fault) });
  }
  return faults;
}

/** Rule, what happened, how to mend it; null when nothing is wrong. */
function faultOf(page: URL, row: RequestRow, moved: boolean): [string, string, string] | null {
  const { pathname } = new URL(row.url);
  if (isMixed(page, row)) {
    const fix = `Ask for ${row.url.replace(/^http:/, "https:")} instead.`;
    return ["mixed-content", "is not encrypted on an encrypted page", fix];
  }
  if (row.status !== null && row.status >= 400) {
    const fix =
      row.status >= 500
        ? `The server breaks on ${row.method} ${pathname}: look into its log.`
        : `Correct the address ${pathname} where the page asks for it, or serve it.`;
    return ["bad-status", `answers ${row.status}`, fix];
  }
  if (row.failure === null || isCalledOff(row, moved)) return null;
  if (row.failure === "net::ERR_ABORTED") {
    const fix = `Serve ${pathname} with the content type of a ${row.type}, or take out what asks for it: curl -i ${row.url} shows what comes.`;
    return ["failed-request", `was refused by the browser: what is served there is no ${row.type}`, fix];
  }
  const fix = `Open ${row.url} by itself; ${row.failure} tells what the network said. If it is expected, list it under ignore: requests: in the config.`;
  return ["failed-request", `failed with ${row.failure}`, fix];
}
