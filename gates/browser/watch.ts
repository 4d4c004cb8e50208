/** Records what happens on a page from the moment it exists: console, errors, requests, and what gets in the way. */
import type { ConsoleMessage, Page, Request, Response } from "playwright-core";

/** A document beyond this is not examined further: every later step would take minutes. Bytes. */
export const MAX_DOCUMENT_BYTES = 10 * 1024 * 1024;
/** Navigations of a page by itself before it counts as a loop. */
export const MAX_NAVIGATIONS = 6;
/** Records beyond this are counted, not kept. */
const MAX_ROWS = 2000;
/** Types that stay open for as long as the page does. */
const ENDLESS = new Set(["websocket", "eventsource", "media", "ping"]);

export interface ConsoleRow {
  type: string;
  text: string;
  url: string;
  /** From 1; 0 when unknown. */
  line: number;
  atMs: number;
}

export interface RequestRow {
  url: string;
  method: string;
  /** "document", "script", "stylesheet", "image", "font", "fetch", "xhr" ... */
  type: string;
  /** True for the document of the page itself. */
  isPage: boolean;
  /** null while there is no answer. */
  status: number | null;
  mimeType: string;
  /** As the network says it, such as "net::ERR_FAILED". */
  failure: string | null;
  atMs: number;
  durationMs: number | null;
  requestHeaders: Record<string, string>;
  responseHeaders: Record<string, string>;
}

export interface ErrorRow {
  name: string;
  message: string;
  stack: string;
}

export class PageWatch {
  readonly console: ConsoleRow[] = [];
  readonly errors: ErrorRow[] = [];
  readonly requests: RequestRow[] = [];
  /** "alert: text" */
  readonly dialogs: string[] = [];
  readonly downloads: string[] = [];
  readonly popups: string[] = [];
  /** Navigations the page itself started or that were asked for, redirects not counted. */
  navigations = 0;
  documentBytes = 0;
  crashed = false;
  readonly started = Date.now();
  private readonly open = new Map<Request, RequestRow>();
  private lastActivity = Date.now();
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => this.onConsole(message));
    page.on("pageerror", (error) => {
      if (this.errors.length < MAX_ROWS)
        this.errors.push({ name: error.name, message: error.message, stack: error.stack ?? "" });
    });
    page.on("request", (request) => this.onRequest(request));
    page.on("response", (response) => this.onResponse(response));
    page.on("requestfinished", (request) => this.onEnd(request, null));
    page.on("requestfailed", (request) => this.onEnd(request, request.failure()?.errorText ?? "failed"));
    page.on("dialog", (dialog) => {
      if (this.dialogs.length < MAX_ROWS) this.dialogs.push(`${dialog.type()}: ${dialog.message()}`);
      dialog.dismiss().catch(() => {});
    });
    page.on("download", (download) => {
      this.downloads.push(download.url());
      download.cancel().catch(() => {});
    });
    page.on("popup", (popup) => {
      this.popups.push(popup.url());
      popup.close().catch(() => {});
    });
    page.on("crash", () => {
      this.crashed = true;
    });
  }

  /** Counts the bytes of the document as they arrive, and stops the page when there are too many. */
  async limitDocument(): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page);
    const documents = new Set<string>();
    session.on("Network.responseReceived", ({ requestId, type }) => {
      if (type === "Document") documents.add(requestId);
    });
    session.on("Network.dataReceived", ({ requestId, dataLength }) => {
      if (!documents.has(requestId)) return;
      this.documentBytes += dataLength;
      if (this.isTooHeavy) session.send("Page.stopLoading").catch(() => {});
    });
    await session.send("Network.enable");
  }

  get isTooHeavy(): boolean {
    return this.documentBytes > MAX_DOCUMENT_BYTES;
  }

  /** What the latest document of the page was answered with. */
  get pageStatus(): number | null {
    return this.requests.findLast((row) => row.isPage)?.status ?? null;
  }

  /** Addresses that have not been answered in full, those that never end left out. */
  pending(): string[] {
    return [...this.open.values()].filter(isAwaited).map((row) => row.url);
  }

  /** Milliseconds since the last request began or ended; 0 while one is open. */
  quietMs(): number {
    return this.pending().length > 0 ? 0 : Date.now() - this.lastActivity;
  }

  private onConsole(message: ConsoleMessage): void {
    if (this.console.length >= MAX_ROWS) return;
    const { url, lineNumber } = message.location();
    const text = message.text().slice(0, 2000);
    this.console.push({ type: message.type(), text, url, line: url ? lineNumber + 1 : 0, atMs: this.at() });
  }

  private onRequest(request: Request): void {
    this.lastActivity = Date.now();
    const isPage = isPageDocument(request, this.page);
    if (isPage && request.redirectedFrom() === null) this.navigations += 1;
    if (this.requests.length >= MAX_ROWS || request.url().startsWith("data:")) return;
    const row: RequestRow = {
      url: request.url(),
      method: request.method(),
      type: request.resourceType(),
      isPage,
      status: null,
      mimeType: "",
      failure: null,
      atMs: this.at(),
      durationMs: null,
      requestHeaders: request.headers(),
      responseHeaders: {},
    };
    this.requests.push(row);
    this.open.set(request, row);
  }

  private onResponse(response: Response): void {
    const row = this.open.get(response.request());
    if (!row) return;
    row.status = response.status();
    row.responseHeaders = response.headers();
    row.mimeType = (row.responseHeaders["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
  }

  private onEnd(request: Request, failure: string | null): void {
    this.lastActivity = Date.now();
    const row = this.open.get(request);
    if (!row) return;
    row.failure = failure;
    row.durationMs = this.at() - row.atMs;
    this.open.delete(request);
  }

  private at(): number {
    return Date.now() - this.started;
  }
}

/** A document that has begun to arrive is no longer waited for by anybody else. */
function isAwaited({ type, isPage, status }: RequestRow): boolean {
  return !ENDLESS.has(type) && !(isPage && status !== null);
}

/** Requests of service workers have no frame, and asking for one throws. */
function isPageDocument(request: Request, page: Page): boolean {
  if (!request.isNavigationRequest()) return false;
  try {
    return request.frame() === page.mainFrame();
  } catch {
    return false;
  }
}
