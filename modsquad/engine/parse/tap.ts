/** TAP 12, 13 and 14: test points, plans, subtests, SKIP and TODO, YAML diagnostics, "Bail out!". */
import { diagnosticsOf } from "./tap-diagnostics.ts";
import { plainText } from "./text.ts";
import type { Inability, ParsedTests, TestResult } from "./types.ts";

const POINT = /^(not )?ok\b(?:[ \t]+(\d{1,9})\b)?[ \t]*(?:-[ \t]*)?(.*)$/;
const PLAN = /^1\.\.(\d{1,9})[ \t]*(?:#[ \t]*(.*))?$/;
const BAIL = /^Bail out!\s*(.*)$/i;
const DIRECTIVE = /(?:^|\s)#\s*(skip|todo)\b\S*\s*(.*)$/i;
const INDENT = 4;

interface Level {
  /** Names of the subtests around this one. */
  suite: string;
  plan: number | null;
  skipAll: string | null;
  points: number;
  highest: number;
  /** The subtest just read, waiting for the point that sums it up. */
  child: { failed: number; total: number } | null;
  failed: number;
  total: number;
  /** "# Subtest: name" seen just before the next level. */
  nextName: string | null;
}

const newLevel = (suite: string): Level => ({
  suite,
  plan: null,
  skipAll: null,
  points: 0,
  highest: 0,
  child: null,
  failed: 0,
  total: 0,
  nextName: null,
});

class TapReader {
  readonly results: TestResult[] = [];
  readonly #levels: Level[] = [newLevel("")];
  #inability: Inability | null = null;
  /** Diagnostics of the last point, and where its YAML block is indented to. */
  #notes: string[] = [];
  #yamlIndent: number | null = null;
  #last: TestResult | null = null;
  /** A YAML block belongs to the point right before it. */
  #yamlMayFollow = false;

  get top(): Level {
    return this.#levels[0]!;
  }

  line(raw: string): void {
    const indent = raw.length - raw.trimStart().length;
    const text = raw.trim();
    if (this.#yamlIndent !== null) {
      if (text === "..." && indent <= this.#yamlIndent) this.#yamlIndent = null;
      else this.#notes.push(raw.slice(Math.min(indent, this.#yamlIndent)));
      return;
    }
    if (text === "---" && this.#yamlMayFollow) {
      this.#yamlIndent = indent;
      return;
    }
    if (text.startsWith("#")) {
      this.#comment(text, indent);
      return;
    }
    const depth = indent / INDENT;
    if (!Number.isInteger(depth) || depth > this.#levels.length) return;
    this.#structure(text, depth);
  }

  #comment(text: string, indent: number): void {
    const name = /^#\s*Subtest:?\s*(.*)$/i.exec(text)?.[1];
    if (name === undefined) {
      if (this.#last) this.#notes.push(text.replace(/^#\s?/, ""));
      return;
    }
    const depth = Math.floor(indent / INDENT);
    // At the indent of its parent it names the subtest to come. One level further in it names either that
    // level itself (when nobody has yet) or one inside it.
    if (depth === this.#levels.length && this.#levels.at(-1)!.nextName !== null) this.#openLevel();
    this.#levels[Math.min(depth, this.#levels.length - 1)]!.nextName = name;
  }

  #structure(text: string, depth: number): void {
    const bail = BAIL.exec(text);
    if (bail) {
      this.#finishPoint();
      const why = bail[1] ? `: ${bail[1]}` : "";
      this.#inability ??= { failureClass: "bail-out", message: `The tests gave up (Bail out!)${why}.` };
      return;
    }
    const point = POINT.exec(text);
    const plan = point ? null : PLAN.exec(text);
    if (!point && !plan) return;
    this.#finishPoint();
    this.#goTo(depth);
    const level = this.#levels.at(-1)!;
    if (plan) {
      if (level.plan !== null) this.#malformed("it has two plans");
      level.plan = Number(plan[1]);
      level.skipAll = plan[2] ?? null;
    } else if (point) this.#point(level, point);
  }

  #goTo(depth: number): void {
    while (this.#levels.length - 1 > depth) this.#closeLevel();
    if (this.#levels.length - 1 < depth) this.#openLevel();
  }

  #openLevel(): void {
    const parent = this.#levels.at(-1)!;
    const name = parent.nextName ?? "";
    parent.nextName = null;
    this.#levels.push(newLevel([parent.suite, name].filter((part) => part !== "").join(" > ")));
  }

  #closeLevel(): void {
    const level = this.#levels.pop()!;
    this.#check(level, `subtest ${JSON.stringify(level.suite)}`);
    const parent = this.#levels.at(-1)!;
    parent.child = { failed: level.failed, total: level.total };
    parent.failed += level.failed;
    parent.total += level.total;
  }

  #check(level: Level, where: string): void {
    if (level.child !== null) this.#malformed(`${where} ends in the middle of a subtest`);
    if (level.plan !== null && level.plan !== level.points && this.#inability === null) {
      this.#inability = {
        failureClass: "incomplete",
        message: `The plan of ${where} is ${level.plan} tests, but ${level.points} reported: the others never ran or the output is cut off.`,
      };
    }
  }

  #malformed(what: string): void {
    this.#inability ??= { failureClass: "malformed", message: `The TAP output is not valid: ${what}.` };
  }

  #point(level: Level, match: RegExpExecArray): void {
    const [, not, number, rest = ""] = match;
    level.points += 1;
    level.nextName = null;
    this.#yamlMayFollow = true;
    level.highest = Math.max(level.highest, Number(number ?? level.points));
    const directive = DIRECTIVE.exec(rest)?.[1]?.toLowerCase();
    const name = rest.replace(DIRECTIVE, "").replaceAll("\\#", "#").trim();
    const sumUp = level.child;
    level.child = null;
    const failed = not !== undefined && directive !== "todo";
    // A point that only repeats what its subtest said is not one more result.
    if (sumUp && sumUp.total > 0 && (!failed || sumUp.failed > 0)) {
      this.#last = null;
      return;
    }
    const skipped = (directive === "skip" && !failed) || (directive === "todo" && not !== undefined);
    const result: TestResult = {
      suite: level.suite,
      name: name || `test ${number ?? level.points}`,
      outcome: failed ? "failed" : skipped ? "skipped" : "passed",
      message: "",
      details: "",
    };
    level.total += 1;
    if (failed) level.failed += 1;
    this.results.push(result);
    this.#last = result;
  }

  /** Gives the last point the diagnostics read since. */
  #finishPoint(): void {
    if (this.#last?.outcome === "failed") Object.assign(this.#last, diagnosticsOf(this.#notes));
    this.#last = null;
    this.#yamlMayFollow = false;
    this.#notes = [];
  }

  end(): ParsedTests {
    if (this.#yamlIndent !== null) this.#malformed("it ends inside a YAML block");
    this.#finishPoint();
    while (this.#levels.length > 1) this.#closeLevel();
    const { plan, skipAll, points, highest } = this.top;
    if (points > 0 && plan === null) this.#malformed("it has no plan (1..N), so the end may be missing");
    else if (plan !== null && highest > plan)
      this.#malformed(`test ${highest} is beyond the plan 1..${plan}`);
    this.#check(this.top, "the run");
    if (plan === 0 && points === 0 && this.#inability === null) {
      const why = skipAll ? ` (${skipAll})` : "";
      this.#inability = {
        failureClass: "no-results",
        message: `The plan is 1..0: no test was to run${why}.`,
      };
    }
    return { results: this.results, inability: this.#inability };
  }
}

/** Reads TAP; lines that are none are ignored, as the format asks. Never throws. */
export function parseTap(text: string): ParsedTests {
  const reader = new TapReader();
  for (const line of plainText(text).split("\n")) reader.line(line.replaceAll("\t", "    "));
  return reader.end();
}
