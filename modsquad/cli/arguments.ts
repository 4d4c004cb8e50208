/** The options of each command, and their typed form. */
import { isHttpUrl } from "../config/base-url.ts";
import type { FailMode, Problem, Result } from "../contracts/config.ts";
import { MODES, type Mode } from "../contracts/words.ts";
import { PALETTES, type Palette } from "../dashboard/frame/palette.ts";
import { parseRange, type View } from "../git/view.ts";
import { didYouMean } from "../suggest.ts";
import { type OptionTable, type ParsedOptions, parseOptions } from "./option-parser.ts";

/** Options of every command that looks at a repository. */
export interface PlaceArguments {
  config?: string;
  repo?: string;
  env?: string;
}

export interface RunArguments extends PlaceArguments {
  mode: Mode;
  /** null = what the mode judges. */
  view: View | null;
  /** --all: nothing counts as old, and every check runs. */
  all: boolean;
  /** Percent. */
  riskTarget?: number;
  /** --gate: gate ids, in the order given; empty = all. */
  gates: string[];
  skips: string[];
  baseUrl?: string;
  /** --live-data: numbers on pages have to be compared with the API that feeds them. */
  liveData: boolean;
  concurrency?: number;
  timeoutMs?: number;
  failMode?: FailMode;
  json: boolean;
  quiet: boolean;
  verbose: boolean;
  /** False with --no-color; undefined = decide from the terminal (see Io.color). */
  color?: false;
  plan: boolean;
  report: boolean;
  /** --why: gates to explain, empty = all; null = not asked. */
  why: string[] | null;
  resume: boolean;
  watch: boolean;
  /** False with --no-cache. */
  useCache: boolean;
  output?: string;
  /** As typed, without the program's name: for "how to reproduce". */
  argv: string[];
}

export interface GateArguments extends PlaceArguments {
  gate: string;
  /** --check; null = all checks of the mode. */
  checks: string[] | null;
  mode: Mode;
  baseUrl?: string;
  liveData: boolean;
  timeoutMs?: number;
  output?: string;
  quiet: boolean;
  verbose: boolean;
  argv: string[];
}

export interface ListArguments extends PlaceArguments {
  baseUrl?: string;
  json: boolean;
}

export interface DoctorArguments extends PlaceArguments {
  fix: boolean;
  json: boolean;
}

export interface HookArguments extends PlaceArguments {
  /** pushed: what the pre-push hook calls, with the refs on stdin. */
  action: "install" | "uninstall" | "status" | "pushed";
  /** Hooks to install; empty = all. */
  names: HookName[];
  /** The remote that is pushed to. */
  remote?: string;
  json: boolean;
}

export interface RelayArguments {
  /** --repo: folders to follow; empty = this one. */
  repos: string[];
  env?: string;
  /** 0 = a free one. */
  port: number;
  host: string;
  allowControl: boolean;
  allowRemote: boolean;
  /** --name: names this relay may be called by. */
  names: string[];
  json: boolean;
}

export interface DashboardArguments extends PlaceArguments {
  once: boolean;
  /** Between two pictures; undefined = whenever something changes. */
  refreshSeconds?: number;
  /** Run id, or its beginning. */
  run?: string;
  followAll: boolean;
  palette: Palette;
  /** Size of the picture with --once. */
  columns?: number;
  rows?: number;
  /** False with --no-color. */
  color?: false;
}

export interface BaselineArguments extends PlaceArguments {
  action: "create" | "update" | "status";
  /** Gate ids; empty = all that apply. */
  gates: string[];
  acceptNew: boolean;
  reason?: string;
  baseUrl?: string;
  json: boolean;
}

export interface WaiveArguments extends PlaceArguments {
  /** A gate id, a fingerprint, or "gate:fingerprint". */
  subject: string;
  owner: string;
  reason: string;
  /** YYYY-MM-DD. */
  until: string;
  why?: string;
}

export interface WaiversArguments extends PlaceArguments {
  action: "list" | "expire";
  /** Gates or fingerprints to end; empty = those past their day. */
  subjects: string[];
  json: boolean;
}

export interface InitArguments extends PlaceArguments {
  /** undefined = ask a person at a terminal. */
  hook?: boolean;
}

export interface FixArguments extends PlaceArguments {
  gates: string[];
  apply: boolean;
}

const FAIL_MODES: readonly FailMode[] = ["continue", "no-new", "kill"];

const PLACE: OptionTable = {
  config: { kind: "text" },
  repo: { kind: "text" },
  env: { kind: "text" },
  "no-color": { kind: "flag" },
};

/** Command → its options. One place: parser, suggestions and the test of the help read it. */
export const OPTIONS = {
  run: {
    mode: { kind: "choice", of: MODES },
    "risk-target": { kind: "percent" },
    gate: { kind: "list" },
    skip: { kind: "list" },
    "work-tree": { kind: "flag" },
    since: { kind: "text" },
    range: { kind: "text" },
    all: { kind: "flag" },
    ...PLACE,
    "base-url": { kind: "text" },
    "live-data": { kind: "flag" },
    concurrency: { kind: "count", min: 1, max: 256 },
    timeout: { kind: "duration" },
    "fail-mode": { kind: "choice", of: FAIL_MODES },
    json: { kind: "flag" },
    quiet: { kind: "flag" },
    verbose: { kind: "flag" },
    plan: { kind: "flag" },
    report: { kind: "flag" },
    why: { kind: "flag" },
    resume: { kind: "flag" },
    watch: { kind: "flag" },
    "no-cache": { kind: "flag" },
    output: { kind: "text" },
  },
  gate: {
    check: { kind: "list" },
    mode: { kind: "choice", of: MODES },
    ...PLACE,
    "base-url": { kind: "text" },
    "live-data": { kind: "flag" },
    timeout: { kind: "duration" },
    output: { kind: "text" },
    quiet: { kind: "flag" },
    verbose: { kind: "flag" },
  },
  list: { ...PLACE, "base-url": { kind: "text" }, json: { kind: "flag" } },
  doctor: { fix: { kind: "flag" }, ...PLACE, json: { kind: "flag" } },
  hook: { repo: { kind: "text" }, json: { kind: "flag" } },
  relay: {
    repo: { kind: "list" },
    env: { kind: "text" },
    port: { kind: "count", min: 0, max: 65_535 },
    host: { kind: "text" },
    name: { kind: "list" },
    "allow-control": { kind: "flag" },
    "allow-remote": { kind: "flag" },
    json: { kind: "flag" },
    "no-color": { kind: "flag" },
  },
  dashboard: {
    once: { kind: "flag" },
    refresh: { kind: "count", min: 1, max: 3600 },
    run: { kind: "text" },
    "follow-all": { kind: "flag" },
    palette: { kind: "choice", of: PALETTES },
    columns: { kind: "count", min: 1, max: 1000 },
    rows: { kind: "count", min: 1, max: 1000 },
    repo: { kind: "text" },
    "no-color": { kind: "flag" },
  },
  baseline: {
    gate: { kind: "list" },
    "accept-new": { kind: "flag" },
    reason: { kind: "text" },
    ...PLACE,
    "base-url": { kind: "text" },
    json: { kind: "flag" },
  },
  waive: {
    owner: { kind: "text" },
    reason: { kind: "text" },
    until: { kind: "text" },
    why: { kind: "text" },
    ...PLACE,
  },
  waivers: { ...PLACE, json: { kind: "flag" } },
  fix: { gate: { kind: "list" }, apply: { kind: "flag" }, ...PLACE },
  init: { hook: { kind: "flag" }, "no-hook": { kind: "flag" }, repo: { kind: "text" } },
} satisfies Record<string, OptionTable>;

type CommandName = keyof typeof OPTIONS;

/** Typed access to what was parsed. */
class Options {
  readonly problems: Problem[];
  private readonly parsed: ParsedOptions;

  constructor(argv: readonly string[], command: CommandName) {
    const elsewhere = (name: string) =>
      (Object.keys(OPTIONS) as CommandName[]).find(
        (other) => other !== command && Object.hasOwn(OPTIONS[other], name),
      ) ?? null;
    this.parsed = parseOptions(argv, OPTIONS[command], elsewhere);
    this.problems = this.parsed.problems;
  }

  get words(): string[] {
    return this.parsed.positionals;
  }
  flag(name: string): boolean {
    return this.parsed.values.get(name) === true;
  }
  text<T extends string = string>(name: string): T | undefined {
    return this.parsed.values.get(name) as T | undefined;
  }
  number(name: string): number | undefined {
    return this.parsed.values.get(name) as number | undefined;
  }
  list(name: string): string[] {
    return (this.parsed.values.get(name) ?? []) as string[];
  }
  place(): PlaceArguments {
    return { config: this.text("config"), repo: this.text("repo"), env: this.text("env") };
  }
  problem(where: string, what: string, next: string): void {
    this.problems.push({ what, where, next });
  }

  noWords(command: string): void {
    const [first] = this.words;
    if (first === undefined) return;
    this.problem(
      first,
      `The word "${first}" is not expected here`,
      `A command comes first: meta-orch ${command} [options]. meta-orch --help lists them.`,
    );
  }
  /** Complains about a word that is none of those a command takes at this place. */
  oneOf(command: string, word: string | undefined, known: readonly string[]): void {
    if (word !== undefined && known.includes(word)) return;
    const what =
      word === undefined
        ? `meta-orch ${command} needs a word after it`
        : `meta-orch ${command} does not know "${word}"`;
    this.problem(
      word ?? command,
      what,
      `${word === undefined ? "" : didYouMean(word, known)}Write meta-orch ${command} ${known.join("|")}.`,
    );
  }
  baseUrl(): string | undefined {
    const url = this.text("base-url");
    if (url !== undefined && !isHttpUrl(url)) {
      this.problem(
        "--base-url",
        `--base-url must be an http or https URL, not "${url}"`,
        'Write for example "http://127.0.0.1:3000".',
      );
    }
    return url;
  }
  view(): View | null {
    const since = this.text("since");
    if (since !== undefined) return { kind: "since", ref: since };
    const range = this.text("range");
    if (range === undefined) return this.flag("work-tree") ? { kind: "work-tree" } : null;
    const view = parseRange(range);
    if (view === null) {
      const what = `--range must be two commits with two dots between them, not "${range}"`;
      this.problem("--range", what, "Write for example --range origin/main..HEAD.");
    }
    return view;
  }
  /** The comparison is the browser's, which has to run then. */
  liveData(runsBrowser: boolean): boolean {
    const asked = this.flag("live-data");
    const quick = this.text("mode") === "quick";
    if (asked && (quick || !runsBrowser)) {
      this.problem(
        "--live-data",
        `--live-data is a comparison the gate browser makes, which does not run ${quick ? "in quick mode" : "here"}`,
        "Leave out --live-data, or run the gate browser in full mode.",
      );
    }
    return asked;
  }
  notBoth(one: string, other: string, why: string): void {
    if (this.parsed.values.has(one) && this.parsed.values.has(other)) {
      this.problem(
        `--${one}`,
        `--${one} and --${other} exclude each other: ${why}`,
        `Leave one of them out.`,
      );
    }
  }
  result<T>(value: T): Result<T> {
    return this.problems.length > 0 ? { ok: false, problems: this.problems } : { ok: true, value };
  }
}

export function parseRunArguments(argv: readonly string[]): Result<RunArguments> {
  const options = new Options(argv, "run");
  if (!options.flag("why")) options.noWords("run");
  options.notBoth("quiet", "verbose", "one asks for less, the other for more");
  options.notBoth("plan", "report", "one looks ahead, the other back");
  options.notBoth("why", "report", "each prints the latest run in its own way");
  options.notBoth("resume", "watch", "one ends a run, the other never ends");
  if (options.text("output") !== undefined && !options.flag("report")) {
    options.problem(
      "--output",
      "--output belongs to --report",
      "Add --report, or use meta-orch gate ID --output FILE.",
    );
  }
  options.notBoth("work-tree", "since", "each says what to compare with");
  options.notBoth("work-tree", "range", "a range judges a commit");
  options.notBoth("since", "range", "a range has its start already");
  const gates = options.list("gate");
  const skips = options.list("skip");
  for (const id of gates) {
    if (skips.includes(id))
      options.problem(
        "--skip",
        `The gate "${id}" is asked for and skipped at once`,
        "Leave it out of --gate or out of --skip.",
      );
  }
  return options.result({
    mode: options.text<Mode>("mode") ?? "full",
    view: options.view(),
    all: options.flag("all"),
    riskTarget: options.number("risk-target"),
    gates,
    skips,
    ...options.place(),
    baseUrl: options.baseUrl(),
    liveData: options.liveData(
      (gates.length === 0 || gates.includes("browser")) && !skips.includes("browser"),
    ),
    concurrency: options.number("concurrency"),
    timeoutMs: options.number("timeout"),
    failMode: options.text<FailMode>("fail-mode"),
    json: options.flag("json"),
    quiet: options.flag("quiet"),
    verbose: options.flag("verbose"),
    ...(options.flag("no-color") ? { color: false as const } : {}),
    plan: options.flag("plan"),
    report: options.flag("report"),
    why: options.flag("why") ? options.words : null,
    resume: options.flag("resume"),
    watch: options.flag("watch"),
    useCache: !options.flag("no-cache"),
    output: options.text("output"),
    argv: [...argv],
  });
}

export function parseGateArguments(argv: readonly string[]): Result<GateArguments> {
  const options = new Options(argv, "gate");
  const [gate, ...more] = options.words;
  if (gate === undefined) {
    options.problem(
      "gate",
      "meta-orch gate needs the id of a gate",
      "Write the id first: meta-orch gate repo-audit [--check ID]. meta-orch list shows the gates.",
    );
  }
  if (more.length > 0)
    options.problem(
      more[0]!,
      "meta-orch gate takes one gate at a time",
      "For several: meta-orch run --gate a b.",
    );
  options.notBoth("quiet", "verbose", "one asks for less, the other for more");
  const checks = options.list("check");
  return options.result({
    gate: gate ?? "",
    checks: checks.length > 0 ? checks : null,
    mode: options.text<Mode>("mode") ?? "full",
    ...options.place(),
    baseUrl: options.baseUrl(),
    liveData: options.liveData(gate === undefined || gate === "browser"),
    timeoutMs: options.number("timeout"),
    output: options.text("output"),
    quiet: options.flag("quiet"),
    verbose: options.flag("verbose"),
    argv: [...argv],
  });
}

export function parseListArguments(argv: readonly string[]): Result<ListArguments> {
  const options = new Options(argv, "list");
  options.noWords("list");
  return options.result({ ...options.place(), baseUrl: options.baseUrl(), json: options.flag("json") });
}

export function parseDoctorArguments(argv: readonly string[]): Result<DoctorArguments> {
  const options = new Options(argv, "doctor");
  options.noWords("doctor");
  return options.result({ ...options.place(), fix: options.flag("fix"), json: options.flag("json") });
}

const HOOK_ACTIONS = ["install", "uninstall", "status"] as const;
const HOOK_NAMES = ["pre-commit", "pre-push"] as const;
export type HookName = (typeof HOOK_NAMES)[number];

export function parseHookArguments(argv: readonly string[]): Result<HookArguments> {
  const options = new Options(argv, "hook");
  const [action, ...names] = options.words;
  if (action === "pushed") {
    return options.result({
      action,
      names: [],
      remote: names[0] ?? "origin",
      ...options.place(),
      json: false,
    });
  }
  options.oneOf("hook", action, HOOK_ACTIONS);
  for (const name of names) options.oneOf("hook install", name, HOOK_NAMES);
  if (names.length > 0 && action !== "install")
    options.problem(names[0]!, `meta-orch hook ${action} is for all hooks`, "Leave the names out.");
  return options.result({
    action: action as HookArguments["action"],
    names: names as HookName[],
    ...options.place(),
    json: options.flag("json"),
  });
}

export function parseRelayArguments(argv: readonly string[]): Result<RelayArguments> {
  const options = new Options(argv, "relay");
  options.noWords("relay");
  return options.result({
    repos: options.list("repo"),
    env: options.text("env"),
    port: options.number("port") ?? 0,
    host: options.text("host") ?? "127.0.0.1",
    allowControl: options.flag("allow-control"),
    allowRemote: options.flag("allow-remote"),
    names: options.list("name"),
    json: options.flag("json"),
  });
}

export function parseDashboardArguments(argv: readonly string[]): Result<DashboardArguments> {
  const options = new Options(argv, "dashboard");
  options.noWords("dashboard");
  options.notBoth("once", "refresh", "one shows a single picture, the other many");
  options.notBoth("run", "follow-all", "one stays with a run, the other moves on to each new one");
  return options.result({
    ...options.place(),
    once: options.flag("once"),
    refreshSeconds: options.number("refresh"),
    run: options.text("run"),
    followAll: options.flag("follow-all"),
    palette: options.text<Palette>("palette") ?? "default",
    columns: options.number("columns"),
    rows: options.number("rows"),
    ...(options.flag("no-color") ? { color: false as const } : {}),
  });
}

const BASELINE_ACTIONS = ["create", "update", "status"] as const;

export function parseBaselineArguments(argv: readonly string[]): Result<BaselineArguments> {
  const options = new Options(argv, "baseline");
  const [action, ...more] = options.words;
  options.oneOf("baseline", action, BASELINE_ACTIONS);
  if (more.length > 0)
    options.problem(more[0]!, `The word "${more[0]}" is not expected here`, "Leave it out.");
  const acceptNew = options.flag("accept-new");
  const reason = options.text("reason");
  if (acceptNew && action !== "update")
    options.problem("--accept-new", "--accept-new belongs to meta-orch baseline update", "Write update.");
  if (acceptNew !== (reason !== undefined)) {
    const what = acceptNew ? "--accept-new needs a --reason" : "--reason goes with --accept-new";
    options.problem("--reason", what, 'Write --accept-new --reason "why these may stay".');
  }
  return options.result({
    action: action as BaselineArguments["action"],
    gates: options.list("gate"),
    acceptNew,
    reason,
    ...options.place(),
    baseUrl: options.baseUrl(),
    json: options.flag("json"),
  });
}

export function parseWaiveArguments(argv: readonly string[]): Result<WaiveArguments> {
  const options = new Options(argv, "waive");
  const [subject, ...more] = options.words;
  if (subject === undefined) {
    const next = "Write meta-orch waive GATE or GATE:FINGERPRINT; reports show the fingerprints.";
    options.problem("waive", "meta-orch waive needs a gate or a fingerprint", next);
  }
  if (more.length > 0)
    options.problem(
      more[0]!,
      "meta-orch waive takes one gate or fingerprint at a time",
      "Quote a reason of several words.",
    );
  const wanted = { owner: "ana", reason: '"why it is acceptable"', until: "2026-12-01" };
  for (const [name, example] of Object.entries(wanted)) {
    if (options.text(name) !== undefined) continue;
    options.problem(`--${name}`, `A waiver needs --${name}`, `Add for example --${name} ${example}.`);
  }
  return options.result({
    subject: subject ?? "",
    owner: options.text("owner") ?? "",
    reason: options.text("reason") ?? "",
    until: options.text("until") ?? "",
    why: options.text("why"),
    ...options.place(),
  });
}

export function parseWaiversArguments(argv: readonly string[]): Result<WaiversArguments> {
  const options = new Options(argv, "waivers");
  const [action, ...subjects] = options.words;
  options.oneOf("waivers", action, ["list", "expire"]);
  if (action === "list" && subjects.length > 0)
    options.problem(subjects[0]!, "meta-orch waivers list is for all waivers", "Leave the names out.");
  return options.result({
    action: action as WaiversArguments["action"],
    subjects,
    ...options.place(),
    json: options.flag("json"),
  });
}

export function parseFixArguments(argv: readonly string[]): Result<FixArguments> {
  const options = new Options(argv, "fix");
  options.noWords("fix");
  return options.result({ gates: options.list("gate"), apply: options.flag("apply"), ...options.place() });
}

export function parseInitArguments(argv: readonly string[]): Result<InitArguments> {
  const options = new Options(argv, "init");
  options.noWords("init");
  options.notBoth("hook", "no-hook", "one installs the hooks, the other does not");
  const chosen = options.flag("hook") ? true : options.flag("no-hook") ? false : undefined;
  return options.result({ ...(chosen === undefined ? {} : { hook: chosen }), ...options.place() });
}
