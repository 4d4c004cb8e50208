/** `meta-orch run`: what can be typed, and what it means. */
import type { FailMode, Result } from "../../contracts/config.ts";
import { MODES, type Mode } from "../../contracts/words.ts";
import type { View } from "../../git/view.ts";
import type { OptionTable } from "../option-parser.ts";
import { type Elsewhere, Options, PLACE, type PlaceArguments, type Usage } from "./options.ts";

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

const FAIL_MODES: readonly FailMode[] = ["continue", "no-new", "kill"];

const options: OptionTable = {
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
};

export function parseRunArguments(argv: readonly string[], elsewhere?: Elsewhere): Result<RunArguments> {
  const typed = new Options(argv, options, elsewhere);
  if (!typed.flag("why")) typed.noWords("run");
  typed.notBoth("quiet", "verbose", "one asks for less, the other for more");
  typed.notBoth("plan", "report", "one looks ahead, the other back");
  typed.notBoth("why", "report", "each prints the latest run in its own way");
  typed.notBoth("resume", "watch", "one ends a run, the other never ends");
  if (typed.text("output") !== undefined && !typed.flag("report")) {
    typed.problem(
      "--output",
      "--output belongs to --report",
      "Add --report, or use meta-orch gate ID --output FILE.",
    );
  }
  typed.notBoth("work-tree", "since", "each says what to compare with");
  typed.notBoth("work-tree", "range", "a range judges a commit");
  typed.notBoth("since", "range", "a range has its start already");
  const gates = typed.list("gate");
  const skips = typed.list("skip");
  for (const id of gates) {
    if (skips.includes(id))
      typed.problem(
        "--skip",
        `The gate "${id}" is asked for and skipped at once`,
        "Leave it out of --gate or out of --skip.",
      );
  }
  return typed.result({
    mode: typed.text<Mode>("mode") ?? "full",
    view: typed.view(),
    all: typed.flag("all"),
    riskTarget: typed.number("risk-target"),
    gates,
    skips,
    ...typed.place(),
    baseUrl: typed.baseUrl(),
    liveData: typed.liveData((gates.length === 0 || gates.includes("browser")) && !skips.includes("browser")),
    concurrency: typed.number("concurrency"),
    timeoutMs: typed.number("timeout"),
    failMode: typed.text<FailMode>("fail-mode"),
    json: typed.flag("json"),
    quiet: typed.flag("quiet"),
    verbose: typed.flag("verbose"),
    ...(typed.flag("no-color") ? { color: false as const } : {}),
    plan: typed.flag("plan"),
    report: typed.flag("report"),
    why: typed.flag("why") ? typed.words : null,
    resume: typed.flag("resume"),
    watch: typed.flag("watch"),
    useCache: !typed.flag("no-cache"),
    output: typed.text("output"),
    argv: [...argv],
  });
}

export const RUN: Usage<RunArguments> = {
  name: "run",
  summary: "run the gates and say whether the change is safe to ship (the default)",
  group: "Validate",
  options,
  parse: parseRunArguments,
  help: () => `meta-orch: one command that says whether a change is safe to ship

Usage
  meta-orch [run] [options]
  meta-orch COMMAND [options]

{commands}

What to run
  --mode quick|full     quick judges what is staged, full the work tree (default full)
  --gate ID...          only these gates; the verdict then covers only them
  --skip ID...          not these gates; in full mode they count as not run
  --work-tree           judge the work tree as it is; with quick mode against HEAD
  --since REF           judge the work tree against where it left this branch, tag or commit
  --range A..B          judge the commit B against where it left A
  --all                 nothing counts as old, and quick mode leaves out no gate
  --plan                show what would run, in which order and why; run nothing

How strict
  --risk-target N       highest risk rate in percent that may ship (default 0.5)
  --fail-mode MODE      after a failed gate: continue, no-new (start nothing more) or kill
  --timeout DURATION    longest the whole run may take, such as 90s or 10m
  --concurrency N       gates at once (default: the number of cores, at least 2)
  --no-cache            run every gate, even where the same inputs gave a result before

Again
  --resume              continue the latest unfinished run: what finished and has not changed stays
  --watch               run again what a change affects, until Ctrl-C

{place}
  --base-url URL        where the product under test answers
  --live-data           numbers on pages have to be compared with the API that feeds them

Output
  --json                print one summary as JSON on stdout, nothing else there
  --quiet, --verbose    less or more on the way
  --no-color            no colour; NO_COLOR and FORCE_COLOR are honoured too
  --why [GATE...]       why each gate of the latest run ran, was cached or did not run; run nothing
  --report              rebuild the executive report from the latest run; run nothing
  --output FILE         with --report: write it to this file

  -h, --help            this help; with a command, that command's
  -V, --version         print the version

Examples
  meta-orch                                        validate everything before a deploy
  meta-orch --mode quick                           guard a commit: judge what is staged
  meta-orch --gate repo-audit live-flows           two gates only
  meta-orch --base-url https://preview.example.com --risk-target 0.5
  meta-orch --plan                                 what would run, and why
  meta-orch doctor --fix                           install what the gates miss

{exits}
`,
};
