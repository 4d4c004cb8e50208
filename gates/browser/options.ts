/** What the config section of the gate may say, and its typed form with the defaults filled in. */
import type { JsonObject } from "../../modsquad/contracts/words.ts";
import { AXE_OPTIONS } from "./axe/options.ts";
import { BRANDING_SCHEMA, type BrandingOptions, readBranding } from "./branding/options.ts";
import { LIGHTHOUSE_OPTIONS } from "./lighthouse/options.ts";
import { LIVE_DATA_SCHEMA, type LiveValue, readLiveData } from "./live-data/options.ts";
import { VISUAL_OPTIONS } from "./visual/options.ts";
import { readWedges, WEDGES_SCHEMA, type WedgeOption } from "./wedges/options.ts";

export interface PageOption {
  name: string;
  path: string;
  /** Selector that has to be visible before the page counts as loaded. */
  ready: string | null;
  /** Selector of the main content. */
  main: string | null;
  /** Milliseconds to load; null = pageTimeout. */
  timeoutMs: number | null;
}

export interface LoginOption {
  path: string;
  /** Selector of a field → what is typed. */
  fill: Record<string, string>;
  submit: string;
  /** Selector that is there only when signed in; without one, the address has to change. */
  expect: string | null;
}

export interface BrowserOptions {
  pages: PageOption[] | null;
  sitemap: string | null;
  crawl: number;
  viewports: [number, number][];
  colorSchemes: ("light" | "dark")[];
  reducedMotion: ("reduce" | "no-preference")[];
  locales: string[];
  login: LoginOption | null;
  storageState: string | null;
  executable: string | null;
  args: string[];
  pageTimeoutMs: number;
  ignoreHttpsErrors: boolean;
  branding: BrandingOptions;
  wedges: WedgeOption[];
  liveData: LiveValue[];
  /** --live-data: nothing to compare is an inability. */
  requireLiveData: boolean;
  ignore: { console: RegExp[]; requests: RegExp[] };
  /** Sections the checks read themselves. */
  axe: JsonObject;
  visual: JsonObject;
  lighthouse: JsonObject;
}

const text = (description: string, more: JsonObject = {}): JsonObject => ({
  type: "string",
  minLength: 1,
  description,
  ...more,
});
const texts = (description: string): JsonObject => ({
  type: "array",
  items: { type: "string", minLength: 1 },
  description,
});
const duration = (description: string): JsonObject =>
  text(description, {
    pattern: "^[0-9]+(\\.[0-9]+)?(ms|s)$",
    errorMessage: "must be a duration with its unit",
    examples: ["15s"],
  });
const PATH = text("Path of the page, or its whole address.", {
  pattern: "^(/|https?://)",
  errorMessage: "must be a path that begins with /, or an http address",
  examples: ["/cart"],
});
const onCheck = (description: string): JsonObject => ({
  type: "object",
  description,
  additionalProperties: false,
  properties: {},
});

/** JSON Schema of the options. */
export const OPTIONS: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    pages: {
      type: "array",
      minItems: 1,
      description:
        "Pages to look at. Default: sitemap.xml if there is one, else the links from the front page.",
      items: {
        anyOf: [
          PATH,
          {
            type: "object",
            additionalProperties: false,
            required: ["path"],
            properties: {
              path: PATH,
              name: text("Name of the page in findings. Default: its path."),
              ready: text("Selector that has to be visible before the page counts as loaded."),
              timeout: duration("How long this page may take to load. Default: pageTimeout."),
              main: text("Selector of the main content. Default: main, or the body."),
            },
          },
        ],
      },
    },
    sitemap: text("Address of the sitemap the pages are taken from.", { examples: ["/sitemap.xml"] }),
    crawl: {
      type: "integer",
      minimum: 1,
      maximum: 200,
      description: "At most this many pages are taken from the sitemap or from links. Default 20.",
    },
    viewports: {
      type: "array",
      minItems: 1,
      description: "Widths and heights in CSS pixels. Default [[1280, 800], [320, 640]].",
      items: {
        type: "array",
        minItems: 2,
        maxItems: 2,
        items: { type: "integer", minimum: 200, maximum: 7680 },
      },
    },
    colorSchemes: {
      type: "array",
      minItems: 1,
      items: { enum: ["light", "dark"] },
      description: "Colour schemes each page is looked at in. Default [light].",
    },
    reducedMotion: {
      type: "array",
      minItems: 1,
      items: { enum: ["reduce", "no-preference"] },
      description: "Motion preferences each page is looked at with. Default [no-preference].",
    },
    locales: { ...texts("Languages each page is asked for in. Default [en-US]."), minItems: 1 },
    login: {
      type: "object",
      description: "Sign in once by a form; every page is then seen signed in.",
      additionalProperties: false,
      required: ["path", "fill"],
      properties: {
        path: PATH,
        fill: {
          type: "object",
          minProperties: 1,
          description: "Selector of a field and what is typed into it. Take passwords from the environment.",
          additionalProperties: { type: "string" },
        },
        submit: text("Selector of the button. Default: the submit button of the form."),
        expect: text("Selector of something only a signed-in user sees. Default: the address has to change."),
      },
    },
    storageState: text(
      "File with cookies and local storage, as Playwright writes it. It holds secrets: do not commit it.",
    ),
    executable: text("Path of the browser. Default: CHROME_PATH, then what is installed."),
    args: texts("More arguments for the browser."),
    pageTimeout: duration("How long a page may take to load. Default 15s."),
    ignoreHttpsErrors: {
      type: "boolean",
      description: "Accept certificates nobody signed, as of a test environment. Default false.",
    },
    ignore: {
      type: "object",
      additionalProperties: false,
      description: "What is known and accepted, as regular expressions.",
      properties: {
        console: texts("Console messages."),
        requests: texts("Addresses of requests."),
      },
    },
    axe: AXE_OPTIONS,
    visual: VISUAL_OPTIONS,
    lighthouse: LIGHTHOUSE_OPTIONS,
    branding: BRANDING_SCHEMA,
    wedges: WEDGES_SCHEMA,
    liveData: LIVE_DATA_SCHEMA,
    requireLiveData: {
      type: "boolean",
      description: "Nothing to compare counts as could not check. The option --live-data sets it.",
    },
    checks: {
      type: "object",
      description: "Settings by check.",
      additionalProperties: false,
      properties: {
        render: onCheck("The page loads and nothing on it is broken."),
        axe: onCheck("Nothing keeps out people who see, hear, point or read differently."),
        visual: onCheck("The pages look as they were approved."),
        lighthouse: onCheck("Nobody waits too long, and the page follows good practice."),
        branding: onCheck("Wordmark, names, titles, favicon and colours as the design says."),
        wedges: onCheck("Declared components can be used."),
        "live-data": onCheck("Numbers on pages equal those of the API."),
      },
    },
  },
};

type Fields = Record<string, unknown>;
const list = <T>(value: unknown): T[] | null => (Array.isArray(value) ? (value as T[]) : null);
const string = (value: unknown): string | null => (typeof value === "string" ? value : null);
const object = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {};
const expressions = (value: unknown): RegExp[] => (list<string>(value) ?? []).map((one) => new RegExp(one));

const DEFAULT_CRAWL = 20;
const DEFAULT_PAGE_MS = 15_000;
const DEFAULT_VIEWPORTS: [number, number][] = [
  [1280, 800],
  [320, 640],
];

function milliseconds(value: unknown, fallback: number): number {
  const match = /^([0-9.]+)(ms|s)$/.exec(String(value ?? ""));
  return match ? Number(match[1]) * (match[2] === "s" ? 1000 : 1) : fallback;
}

function readPage(value: unknown): PageOption {
  const fields = typeof value === "string" ? { path: value } : object(value);
  const path = String(fields.path);
  return {
    path,
    name: string(fields.name) ?? path,
    ready: string(fields.ready),
    main: string(fields.main),
    timeoutMs: fields.timeout === undefined ? null : milliseconds(fields.timeout, DEFAULT_PAGE_MS),
  };
}

function readLogin(value: unknown): LoginOption | null {
  if (value === undefined) return null;
  const { path, fill, submit, expect } = object(value);
  return {
    path: String(path),
    fill: object(fill) as Record<string, string>,
    submit: string(submit) ?? "form [type=submit], form button:not([type])",
    expect: string(expect),
  };
}

/** The options with every default filled in. Throws for an expression that is none. */
export function readOptions(options: JsonObject): BrowserOptions {
  const ignore = object(options.ignore);
  return {
    pages: list(options.pages)?.map(readPage) ?? null,
    sitemap: string(options.sitemap),
    crawl: typeof options.crawl === "number" ? options.crawl : DEFAULT_CRAWL,
    viewports: list<[number, number]>(options.viewports) ?? DEFAULT_VIEWPORTS,
    colorSchemes: list(options.colorSchemes) ?? ["light"],
    reducedMotion: list(options.reducedMotion) ?? ["no-preference"],
    locales: list(options.locales) ?? ["en-US"],
    login: readLogin(options.login),
    storageState: string(options.storageState),
    executable: string(options.executable),
    args: list(options.args) ?? [],
    pageTimeoutMs: milliseconds(options.pageTimeout, DEFAULT_PAGE_MS),
    ignoreHttpsErrors: options.ignoreHttpsErrors === true,
    ignore: { console: expressions(ignore.console), requests: expressions(ignore.requests) },
    branding: readBranding(options.branding),
    wedges: readWedges(options.wedges),
    liveData: readLiveData(options.liveData),
    requireLiveData: options.requireLiveData === true,
    axe: object(options.axe) as JsonObject,
    visual: object(options.visual) as JsonObject,
    lighthouse: object(options.lighthouse) as JsonObject,
  };
}
