/** What every command's usage is made of: its shape, the options many share, and typed access to what was typed. */
import { isHttpUrl } from "../../config/base-url.ts";
import type { Problem, Result } from "../../contracts/config.ts";
import { parseRange, type View } from "../../git/view.ts";
import { didYouMean } from "../../suggest.ts";
import { type OptionTable, type ParsedOptions, parseOptions } from "../option-parser.ts";

/** Option name → another command that has it, or null. */
export type Elsewhere = (name: string) => string | null;

/** What can be typed after a command's name, and its help. */
export interface Usage<T> {
  name: string;
  summary: string;
  group: "Validate" | "Look" | "Set up" | "Explain";
  /** Parser, suggestions and the test of the help read it. */
  options: OptionTable;
  parse(argv: readonly string[], elsewhere?: Elsewhere): Result<T>;
  /** At most 100 columns; {place} and {exits} stand for PLACE_HELP and EXIT_CODES. */
  help(): string;
}

export interface PlaceArguments {
  config?: string;
  repo?: string;
  env?: string;
}

export const PLACE: OptionTable = {
  config: { kind: "text" },
  repo: { kind: "text" },
  env: { kind: "text" },
  "no-color": { kind: "flag" },
};

export const PLACE_HELP = `Where
  --repo PATH           judge another repository; its own config is used
  --config FILE         use this config file instead of modsquad.config.yaml, .yml, .json or .mjs
  --env NAME            workstation, ci, staging, production or one your config mentions
                        (default: ci when CI is set, else workstation)`;

export const EXIT_CODES = `Exit codes
  0  safe to ship                  2        the run itself could not be done: usage, config, fault
  1  blocked                       130 143  interrupted; never 0 (129 when the terminal went away)`;

/** Typed access to what was parsed. */
export class Options {
  readonly problems: Problem[];
  private readonly parsed: ParsedOptions;

  constructor(argv: readonly string[], table: OptionTable, elsewhere: Elsewhere = () => null) {
    this.parsed = parseOptions(argv, table, elsewhere);
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
