/// <reference lib="dom" />
/** Brings a page to rest within a deadline, or says in one word and one sentence why it cannot. */
import type { Page } from "playwright-core";
import { DeadlineError, pause, within } from "./deadline.ts";
import { MAX_DOCUMENT_BYTES, MAX_NAVIGATIONS, type PageWatch } from "./watch.ts";

/** Without a request for this long a page is at rest; network idleness is not waited for. Milliseconds. */
const QUIET_MS = 100;
/** A page that keeps asking is looked at anyway after this long. */
const MAX_QUIET_MS = 3000;
const POLL_MS = 20;
const CRASH_MS = 150;
/** More than a sign-in with a detour needs. */
const FEW_NAVIGATIONS = 3;

export interface LoadRequest {
  url: string;
  ready: string | null;
  timeoutMs: number;
  /** Any page is good enough: a crawl leaves out what is no page. */
  isGuess: boolean;
}

export type Load =
  | { kind: "loaded"; status: number; ms: number }
  /** An address that is no page; only for guesses. */
  | { kind: "not-a-page"; mimeType: string }
  | { kind: "broken"; status: "failed" | "errored"; class: string; message: string; advice: string };

type Broken = Extract<Load, { kind: "broken" }>;

const UNREACHABLE: Record<string, string> = {
  ERR_CONNECTION_REFUSED: "refused",
  ERR_NAME_NOT_RESOLVED: "dns",
  ERR_ADDRESS_UNREACHABLE: "unreachable",
  ERR_CONNECTION_TIMED_OUT: "unreachable",
  ERR_INTERNET_DISCONNECTED: "unreachable",
  ERR_PROXY_CONNECTION_FAILED: "proxy",
};

const failed = (kind: string, message: string, advice: string): Broken => ({
  kind: "broken",
  status: "failed",
  class: kind,
  message,
  advice,
});
const errored = (kind: string, message: string, advice: string): Broken => ({
  ...failed(kind, message, advice),
  status: "errored",
});

/** Runs in the page: lazy pictures are wanted too, fonts have to be there, layout has to be done. */
async function settleInPage(): Promise<void> {
  for (const picture of document.querySelectorAll<HTMLImageElement>("img[loading=lazy]")) {
    picture.loading = "eager";
  }
  const limit = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  await Promise.race([document.fonts?.ready, limit(2000)]);
  const frames = new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  await Promise.race([frames, limit(500)]);
}

/** Never throws and never takes longer than its deadline plus what is needed to say so. */
export async function loadPage(page: Page, watch: PageWatch, request: LoadRequest): Promise<Load> {
  const started = Date.now();
  const left = () => Math.max(1, started + request.timeoutMs - Date.now());
  try {
    const response = await within(
      page.goto(request.url, { waitUntil: "load", timeout: left() }),
      left() + 500,
    );
    if (watch.isTooHeavy) return tooHeavy(watch);
    const status = response?.status() ?? 200;
    if (status >= 400) {
      if (request.isGuess && status === 404) return { kind: "not-a-page", mimeType: "404" };
      return failed(
        "http-status",
        `answers ${status}`,
        "Make the page answer 200, or leave it out of pages.",
      );
    }
    const mimeType = (response?.headers()["content-type"] ?? "text/html").split(";")[0]!.trim();
    if (!/html/i.test(mimeType)) {
      if (request.isGuess) return { kind: "not-a-page", mimeType };
      return failed("not-html", `is ${mimeType}, not a page`, "Name an address that answers HTML.");
    }
    await rest(page, watch, request, left);
    return { kind: "loaded", status, ms: Date.now() - started };
  } catch (error) {
    // A tab that crashes aborts its navigation first, and says why a moment later.
    if (/ERR_ABORTED/.test((error as Error).message)) await pause(CRASH_MS);
    return explain(error as Error, watch, request);
  }
}

class NotReady extends Error {}
class Loop extends Error {}

/** Until the page has been still for a moment and has not moved on to another document meanwhile. */
async function rest(page: Page, watch: PageWatch, request: LoadRequest, left: () => number): Promise<void> {
  for (;;) {
    const { navigations } = watch;
    await settle(page, watch, left);
    if (request.ready) {
      const wanted = page.locator(request.ready).first().waitFor({ state: "visible", timeout: left() });
      await wanted.catch(() => {
        throw new NotReady();
      });
    }
    await untilQuiet(watch, Math.min(left(), MAX_QUIET_MS));
    if (watch.navigations === navigations) return;
  }
}

/** Repeated when the page moves on to another document while it is waited for. */
async function settle(page: Page, watch: PageWatch, left: () => number): Promise<void> {
  for (;;) {
    if (watch.navigations > MAX_NAVIGATIONS) throw new Loop();
    try {
      await page.waitForLoadState("load", { timeout: left() });
      await within(page.evaluate(settleInPage), left());
      return;
    } catch (error) {
      if (!/context was destroyed|navigat|frame was detached/i.test((error as Error).message)) throw error;
      if (left() <= 1) throw new DeadlineError(0);
      await pause(POLL_MS);
    }
  }
}

async function untilQuiet(watch: PageWatch, maxMs: number): Promise<void> {
  const until = Date.now() + maxMs;
  while (watch.quietMs() < QUIET_MS && Date.now() < until) await pause(POLL_MS);
}

function tooHeavy(watch: PageWatch): Load {
  const mib = (bytes: number) => Math.round(bytes / 2 ** 20);
  return failed(
    "too-heavy",
    `its document is larger than ${mib(MAX_DOCUMENT_BYTES)} MiB (stopped after ${mib(watch.documentBytes)})`,
    "Split the page, or load what is below the fold when it is needed.",
  );
}

function explain(error: Error, watch: PageWatch, request: LoadRequest): Load {
  const { message } = error;
  const isLate = error.name === "TimeoutError" || error instanceof DeadlineError;
  if (watch.isTooHeavy) return tooHeavy(watch);
  if (watch.crashed || /page crashed/i.test(message))
    return errored(
      "page-crashed",
      "crashed the tab of the browser",
      "Open it by hand with the memory panel of the developer tools.",
    );
  if (/has been closed|browser.*(closed|disconnected)/i.test(message))
    return errored(
      "browser-crashed",
      "could not be looked at: the browser is gone",
      "Run again; if it stays, try another browser with CHROME_PATH.",
    );
  if (error instanceof NotReady)
    return failed(
      "not-ready",
      `${request.ready} did not become visible within ${secondsOf(request)}`,
      "Find out what the page waits for, or correct ready: in the config.",
    );
  const isRestless = isLate || /interrupted/i.test(message);
  if (error instanceof Loop || (isRestless && watch.navigations > FEW_NAVIGATIONS))
    return failed(
      "redirect-loop",
      `moved on to another address ${watch.navigations} times and never came to rest`,
      "Break the circle of redirects in the page's scripts or meta refresh.",
    );
  if (/download is starting/i.test(message) || watch.downloads.length > 0) {
    if (request.isGuess) return { kind: "not-a-page", mimeType: "a download" };
    return failed(
      "download",
      watch.navigations > 1 ? "starts a download while it loads" : "is a download, not a page",
      "Send it without content-disposition: attachment, or leave it out of pages.",
    );
  }
  if (isLate) return timedOut(watch, request);
  return networkFault(message, watch, request);
}

/** What the network said, as a class and a sentence. */
function networkFault(message: string, watch: PageWatch, request: LoadRequest): Load {
  const code = /net::(ERR_[A-Z0-9_]+)/.exec(message)?.[1];
  const unreachable = code && UNREACHABLE[code];
  if (unreachable)
    return errored(
      unreachable,
      `cannot be reached (${code})`,
      "Start the product before the run, or correct --base-url.",
    );
  if (code === "ERR_TOO_MANY_REDIRECTS")
    return failed("redirect-loop", "redirects in a circle", "Break the circle: curl -sIL shows each step.");
  // An error without a body has no document of its own, so that Chromium shows one of its pages instead.
  if (code === "ERR_HTTP_RESPONSE_CODE_FAILURE") return badStatus(watch.pageStatus ?? 0, request);
  if (code?.startsWith("ERR_CERT") || code?.startsWith("ERR_SSL"))
    return failed(
      "tls",
      `has a certificate the browser refuses (${code})`,
      "Renew or correct the certificate of the host, or set ignoreHttpsErrors for a test environment.",
    );
  if (code === "ERR_ABORTED")
    return failed(
      "no-page",
      "answers without a page (204, or the navigation was aborted)",
      "Answer with a document, or leave the page out.",
    );
  if (code)
    return failed(
      "no-answer",
      `cannot be loaded (${code})`,
      "Ask it with curl -v and mend what breaks the connection.",
    );
  return errored(
    "cannot-load",
    `cannot be loaded: ${message.split("\n")[0]}`,
    "Open the page by hand in the same browser; the first words of the message say which step failed.",
  );
}

function badStatus(status: number, request: LoadRequest): Load {
  if (request.isGuess && status === 404) return { kind: "not-a-page", mimeType: "404" };
  return failed("http-status", `answers ${status}`, "Make the page answer 200, or leave it out of pages.");
}

const secondsOf = (request: LoadRequest) => `${Number((request.timeoutMs / 1000).toFixed(1))} s`;

/** Names what the page waits for: nobody can mend a bare timeout. */
function timedOut(watch: PageWatch, request: LoadRequest): Load {
  const waiting = watch.pending();
  const dialogs =
    watch.dialogs.length > 0 ? `; it opened ${watch.dialogs.length} dialogs (${watch.dialogs[0]})` : "";
  const what =
    waiting.length > 0
      ? `still waiting for ${waiting.slice(0, 3).join(", ")}`
      : "its own scripts keep it busy, or its document never ends";
  return failed(
    "timeout",
    `did not load within ${secondsOf(request)}: ${what}${dialogs}`,
    "Make it answer, load it after the page (defer, async), or raise pageTimeout.",
  );
}
