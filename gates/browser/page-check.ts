/** What a check of the browser gate sees of one page in one variant, and what it answers. */
import type { BrowserContext, Page } from "playwright-core";
import type { Artifact, CheckResult, Finding, GateContext } from "../../modsquad/contracts/gate.ts";
import type { CheckStatus, JsonObject } from "../../modsquad/contracts/words.ts";
import type { BrowserOptions } from "./options.ts";
import type { PageWatch } from "./watch.ts";

/** How a page is looked at. */
export interface Variant {
  /** Short and stable, for file names and baselines, such as "320x640-dark". */
  id: string;
  /** CSS pixels. */
  viewport: { width: number; height: number };
  colorScheme: "light" | "dark";
  reducedMotion: "reduce" | "no-preference";
  /** BCP 47, such as "en-US". */
  locale: string;
}

/** The one browser of the run. */
export interface BrowserHandle {
  /** DevTools port on 127.0.0.1: what Lighthouse connects to. */
  port: number;
  /** As the browser says it, such as "156.0.7204.49". */
  version: string;
  /** "Chromium", "Chrome" or "Edge" followed by its version. */
  name: string;
  executablePath: string;
}

export interface Visit {
  /** Name of the page, its path unless the config names it. */
  name: string;
  /** The name as a part of a file name: "home", "products-spy-slice". */
  slug: string;
  url: string;
  variant: Variant;
  /** True in one variant per page: for checks that look at a page once. */
  isFirstVariant: boolean;
  /** Loaded and settled. A check that changes more than focus and scroll position opens a page of its own. */
  page: Page;
  /** Has the cookies and storage of the signed-in state; a new page in it is another tab of the same user. */
  context: BrowserContext;
  /** An empty page in a context of its own in which nothing changes by itself; always the same one. */
  still(): Promise<Page>;
  browser: BrowserHandle;
  /** What has happened on the page since it was opened. */
  watch: PageWatch;
  /** Milliseconds from asking for the page until it was at rest. */
  loadMs: number;
  /** Selector of the main content, if the config names one. */
  main: string | null;
  /** Milliseconds left for this page in this variant; never negative. */
  remainingMs(): number;
  /** Aborts when the gate has to end. */
  signal: AbortSignal;
  options: BrowserOptions;
  /** Keeps a file beside the reports; resolves with its path. */
  saveArtifact(name: string, bytes: Uint8Array | string, mediaType: string, title: string): Promise<string>;
  /** What is being judged; read-only. */
  root: string;
  /** Tracked files, relative to root. */
  files: GateContext["files"];
  /** Bytes of a file below root, or null. */
  readFile(path: string): Promise<Uint8Array | null>;
  /** Where in the repository an address served by the product comes from, if a file can be told. */
  sourceOf(url: string): string | null;
  exec: GateContext["exec"];
  env: string;
}

export interface PageOutcome {
  status: CheckStatus;
  findings: Finding[];
  /** One sentence; of the outcomes of a check the worst is shown. */
  message: string;
  /** One word for why it failed or could not run. */
  failureClass?: string;
  metrics?: JsonObject;
  artifacts?: Artifact[];
}

export interface PageCheck {
  id: string;
  evidence: CheckResult["evidence"];
  /** Whether this page in this variant is examined at all; what it refuses is not planned. */
  wants(visit: Visit): boolean;
  /** What it says when it wanted no page at all. Default: skipped. */
  whenUnwanted?(options: BrowserOptions): Pick<PageOutcome, "status" | "failureClass" | "message">;
  /** Opens a page of its own and leaves this one alone: looks at the same time as the others. */
  apart?: boolean;
  /** Asks for the still page: it is opened while the page itself loads. */
  still?: boolean;
  /** Looks alone: after all others, one page at a time, for what is measured in time. */
  alone?: boolean;
  /** Never hangs: bounded by visit.remainingMs(). What it throws is an errored outcome. */
  run(visit: Visit): Promise<PageOutcome>;
  /** The verdict on all pages that passed, when it is known only after the last; null leaves theirs. Never throws. */
  end?(limitMs: number): Promise<PageOutcome | null>;
}
