/** What a command left behind, and what a parser makes of it. */
import type { CommandConfig } from "../../contracts/config.ts";

export type OutputFormat = CommandConfig["parse"];

export interface CommandOutput {
  format: OutputFormat;
  gateId: string;
  /** The command as configured: how a person runs it again. */
  command: string;
  /** Absolute root of the repository, used only to make places relative. */
  root: string;
  stdout: string;
  stderr: string;
  /** Exit code; null when a signal ended the process or it could not be started. */
  code: number | null;
  signal?: string | null;
  /** Set when the process could not be started, such as "ENOENT". */
  error?: string;
  timedOut?: boolean;
  /** True when output beyond the limit was dropped. */
  truncated?: boolean;
  /** The report file as configured, relative to root. Absent: the report is read from stdout. */
  reportPath?: string;
  /** Its text; null when it is absent or cannot be read. */
  reportText?: string | null;
  /** Its modification time and the start of the command, milliseconds since the epoch. */
  reportMtimeMs?: number | null;
  startedMs?: number;
}

/** Why something could not be checked: one word for machines, a sentence for people. */
export interface Inability {
  failureClass: string;
  message: string;
}

export type Outcome = "passed" | "failed" | "skipped";

export interface TestResult {
  /** Enclosing suites and class, outermost first, joined by " > ". */
  suite: string;
  name: string;
  outcome: Outcome;
  /** What went wrong, in the test's own words; "" otherwise. */
  message: string;
  /** The longer story: stack, diff. */
  details: string;
  file?: string;
  line?: number;
  /** It failed first and passed on a rerun. */
  flaky?: boolean;
}

/** What a test format yields. `inability` may come with results: those that were there before it broke off. */
export interface ParsedTests {
  results: TestResult[];
  inability: Inability | null;
  /** Results the report says it has, when it says so. */
  declared?: number;
  /** Failures the report says it has, when it says so. */
  declaredFailures?: number;
}
