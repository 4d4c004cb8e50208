/**
 * JUnit XML as its many writers produce it. There is no official schema: suites nest or not, counts are
 * optional, and terminals' escape codes end up in messages, where XML allows none of them.
 */
import { SaxesParser, type SaxesTagPlain } from "saxes";
import { plainText } from "./text.ts";
import type { Outcome, ParsedTests, TestResult } from "./types.ts";

interface Case {
  suite: string;
  tag: SaxesTagPlain;
  outcome: Outcome;
  message: string;
  text: string;
  flaky: boolean;
  /** Expected to fail, as some runners mark tests yet to be written. */
  todo: boolean;
}

interface Counts {
  tests?: number;
  failures?: number;
}

interface Suite {
  name: string;
  file?: string;
}

const FAILING = new Set(["failure", "error"]);
const SKIPPING = new Set(["skipped", "disabled", "ignored"]);
/** Surefire's words for a test that failed and passed when run again. */
const FLAKY = new Set(["flakyFailure", "flakyError"]);
/** Values of status= and result= for tests a filter left out. */
const NOT_RUN = /^(notrun|suppressed|skipped|disabled|ignored)$/i;

/** Makes the text acceptable to XML: escapes become characters, then escape codes and control characters go. */
function clean(text: string): string {
  const decoded = text.replace(
    /&#(?:x0*([0-9a-f]{1,2})|0*(\d{1,2}));/gi,
    (whole, hex?: string, dec?: string) => {
      const code = hex ? Number.parseInt(hex, 16) : Number(dec);
      return code < 32 && ![9, 10, 13].includes(code) ? String.fromCharCode(code) : whole;
    },
  );
  // pytest writes them its own way: #x1B for the escape character.
  const characters = decoded.replace(/#x(0[0-8BCEF]|1[0-9A-F])(?![0-9A-Fa-f;])/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return plainText(characters)
    .replace(/[\ufffe\uffff]/g, "")
    .replace(/^\ufeff/, "")
    .trim();
}

/** Commands print banners around a report on stdout: keep what lies between its first and its last tag. */
function cutOut(text: string): string {
  const start = text.search(/<\?xml\b|<testsuites?\b/);
  if (start < 0) return text;
  const end = Math.max(text.lastIndexOf("</testsuites>"), text.lastIndexOf("</testsuite>"));
  if (end < start) return text.slice(start);
  return text.slice(start, text.indexOf(">", end) + 1);
}

const numberOf = (value: string | undefined) => {
  const parsed = value === undefined ? Number.NaN : Number(value);
  return Number.isInteger(parsed) && parsed >= 0 ? parsed : undefined;
};

function addCounts(counts: Counts, tests?: string, failures?: string, errors?: string): void {
  const all = numberOf(tests);
  if (all !== undefined) counts.tests = (counts.tests ?? 0) + all;
  const bad = (numberOf(failures) ?? 0) + (numberOf(errors) ?? 0);
  if (failures !== undefined || errors !== undefined) counts.failures = (counts.failures ?? 0) + bad;
}

class Reader {
  readonly results: TestResult[] = [];
  error: string | null = null;
  root: string | null = null;
  readonly #ofRoot: Counts = {};
  readonly #ofSuites: Counts = {};
  readonly #suites: Suite[] = [];
  readonly #open: string[] = [];
  #case: Case | null = null;
  #failureDepth = 0;

  openTag(tag: SaxesTagPlain): void {
    this.#open.push(tag.name);
    this.root ??= tag.name;
    if (tag.name === "testsuite" || tag.name === "testsuites") this.#openSuite(tag);
    else if (tag.name === "testcase") this.#openCase(tag);
    else if (this.#case) this.#openInCase(this.#case, tag);
  }

  #openSuite(tag: SaxesTagPlain): void {
    const { name, tests, failures, errors, file } = tag.attributes;
    const depth = this.#suites.length;
    // Suites further in are part of the sum of those around them.
    if (depth === 0) addCounts(this.#ofRoot, tests, failures, errors);
    else if (depth === 1 && this.root === "testsuites") addCounts(this.#ofSuites, tests, failures, errors);
    this.#suites.push({ name: name ?? "", file });
  }

  /** Results the report says it holds; the root may leave the counts to the suites below it. */
  get declared(): Counts {
    return {
      tests: this.#ofRoot.tests ?? this.#ofSuites.tests,
      failures: this.#ofRoot.failures ?? this.#ofSuites.failures,
    };
  }

  #openCase(tag: SaxesTagPlain): void {
    const names = this.#suites.map((suite) => suite.name).filter((name) => name !== "");
    const { status, result } = tag.attributes;
    const left = NOT_RUN.test(status ?? "") || NOT_RUN.test(result ?? "");
    this.#case = {
      suite: names.join(" > "),
      tag,
      outcome: left ? "skipped" : "passed",
      message: "",
      text: "",
      flaky: false,
      todo: false,
    };
  }

  #openInCase(test: Case, tag: SaxesTagPlain): void {
    if (FAILING.has(tag.name) && !test.todo) {
      test.outcome = "failed";
      const { message, type } = tag.attributes;
      if (test.message === "") test.message = message || type || "";
      this.#failureDepth = this.#open.length;
    } else if (SKIPPING.has(tag.name) && test.outcome === "passed") {
      test.outcome = "skipped";
      test.todo = tag.attributes.type === "todo";
    } else if (FLAKY.has(tag.name)) {
      test.flaky = true;
    }
  }

  text(text: string): void {
    if (this.#case && this.#failureDepth > 0) this.#case.text += text;
  }

  closeTag(): void {
    const name = this.#open.pop();
    if (this.#open.length < this.#failureDepth) this.#failureDepth = 0;
    if (name === "testsuite" || name === "testsuites") this.#suites.pop();
    if (name === "testcase" && this.#case) {
      this.results.push(this.#finish(this.#case));
      this.#case = null;
    }
  }

  #finish(test: Case): TestResult {
    const { name, classname, file, line } = test.tag.attributes;
    const details = test.text.trim();
    const suiteFile = this.#suites.at(-1)?.file;
    const suites = classname && !test.suite.endsWith(classname) ? [test.suite, classname] : [test.suite];
    const result: TestResult = {
      suite: suites.filter((part) => part !== "").join(" > "),
      name: name ?? "(no name)",
      outcome: test.outcome,
      message: test.message.trim() || (details.split("\n", 1)[0] ?? ""),
      details,
    };
    const path = file || suiteFile;
    if (path) result.file = path;
    const at = numberOf(line);
    if (file && at) result.line = at;
    if (test.flaky && test.outcome === "passed") result.flaky = true;
    return result;
  }
}

/** Reads a JUnit XML report. Never throws: text that is none yields `inability` "malformed". */
export function parseJunit(text: string): ParsedTests {
  const xml = cutOut(clean(text));
  const reader = new Reader();
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    reader.error ??= error.message;
  });
  parser.on("opentag", (tag) => reader.openTag(tag));
  parser.on("text", (part) => reader.text(part));
  parser.on("cdata", (part) => reader.text(part));
  parser.on("closetag", () => reader.closeTag());
  parser.write(xml).close();
  const { results, declared } = reader;
  const inability = junitProblem(xml, reader);
  return { results, declared: declared.tests, declaredFailures: declared.failures, inability };
}

function junitProblem(xml: string, reader: Reader): ParsedTests["inability"] {
  if (xml === "") return { failureClass: "no-results", message: "The JUnit report is empty." };
  if (reader.root !== null && reader.root !== "testsuites" && reader.root !== "testsuite") {
    return {
      failureClass: "malformed",
      message: `Not a JUnit report: it starts with <${reader.root}>, not with <testsuites> or <testsuite>.`,
    };
  }
  if (reader.error !== null) {
    return {
      failureClass: "malformed",
      message: `The JUnit report is not well-formed XML (${reader.error}). It may be cut off: did the command end early?`,
    };
  }
  return null;
}
