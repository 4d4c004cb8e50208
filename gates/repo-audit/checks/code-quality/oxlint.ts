/** Drives oxlint: cyclomatic complexity, depth, length and dangerous calls of JavaScript and TypeScript. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { GateContext } from "../../../../modsquad/contracts/gate.ts";
import type { QualityBounds } from "../../options.ts";

export interface LintHit {
  /** Rule without its plugin, such as "complexity". */
  rule: string;
  message: string;
  path: string;
  line: number;
}

export type LintOutcome =
  | { ok: true; hits: LintHit[]; examined: number; version: string }
  | { ok: false; failureClass: string; message: string; examined: number; version: string };

/** File names on one command line. */
const PER_RUN = 400;
const RUN_TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** It talks to nobody, and Node would read every certificate of a file first: half of its start. */
const ENVIRONMENT = { NODE_EXTRA_CA_CERTS: "" };

function configFor(bounds: QualityBounds): string {
  const rules = {
    "eslint/complexity": ["warn", { max: bounds.maxComplexity }],
    "eslint/max-depth": ["warn", bounds.maxDepth],
    "eslint/max-lines-per-function": [
      "warn",
      { max: bounds.maxFunctionLines, skipBlankLines: true, skipComments: true },
    ],
    "eslint/no-eval": "warn",
    "eslint/no-new-func": "warn",
    "eslint/no-script-url": "warn",
  };
  return JSON.stringify({ plugins: ["eslint"], categories: { correctness: "off" }, rules });
}

export interface Engine {
  bin: string;
  version: string;
}

/** The engine that is installed beside us. */
export function engine(): Engine | null {
  try {
    const require = createRequire(import.meta.url);
    const file = require.resolve("oxlint/package.json");
    const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
    const bin = path.join(path.dirname(file), "bin", "oxlint");
    return existsSync(bin) ? { bin, version } : null;
  } catch {
    return null;
  }
}

interface Report {
  diagnostics: { message: string; code?: string; filename: string; labels: { span: { line: number } }[] }[];
  number_of_files: number;
}

function parse(stdout: string): Report | null {
  try {
    const report = JSON.parse(stdout) as Report;
    return Array.isArray(report.diagnostics) && typeof report.number_of_files === "number" ? report : null;
  } catch {
    return null;
  }
}

function hitsOf(report: Report): LintHit[] {
  return report.diagnostics.map((each) => ({
    rule: /\(([\w-]+)\)$/.exec(each.code ?? "")?.[1] ?? "parse-error",
    message: each.message,
    path: each.filename.replaceAll("\\", "/"),
    line: each.labels[0]?.span.line ?? 1,
  }));
}

type Failure = Pick<Extract<LintOutcome, { ok: false }>, "failureClass" | "message">;

/**
 * The engine over files below the root, begun while others of them are still read. One run after the other: it uses
 * every core by itself. Every way in which it can fail says how many files were done.
 */
export class Linter {
  readonly #context: GateContext;
  readonly #engine: Engine | null;
  readonly #bounds: QualityBounds;
  #waiting: string[] = [];
  #given = 0;
  #examined = 0;
  readonly #hits: LintHit[] = [];
  #runs: Promise<Failure | null> = Promise.resolve(null);

  constructor(context: GateContext, engine: Engine | null, bounds: QualityBounds) {
    this.#context = context;
    this.#engine = engine;
    this.#bounds = bounds;
  }

  add(path: string): void {
    this.#given += 1;
    this.#waiting.push(path);
  }

  /** Starts as many runs as there are files for; `areAll`: no more will come. */
  begin(areAll: boolean): void {
    while (this.#waiting.length >= PER_RUN || (areAll && this.#waiting.length > 0)) {
      const batch = this.#waiting.splice(0, PER_RUN);
      this.#runs = this.#runs.then((failure) => failure ?? this.#run(batch));
    }
  }

  async #run(batch: string[]): Promise<Failure | null> {
    if (!this.#engine)
      return { failureClass: "missing-tool", message: "oxlint is not installed beside meta-orch" };
    const failed = (failureClass: string, message: string): Failure => {
      return { failureClass, message: `oxlint ${message}` };
    };
    const config = path.join(this.#context.artifactsDir, "oxlint.json");
    writeFileSync(config, configFor(this.#bounds));
    const args = [this.#engine.bin, "-c", config, "-f", "json", "--no-ignore", "--", ...batch];
    const result = await this.#context.exec(process.execPath, args, {
      cwd: this.#context.root,
      env: ENVIRONMENT,
      timeoutMs: RUN_TIMEOUT_MS,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    });
    if (result.timedOut) return failed("timeout", `was ended after ${RUN_TIMEOUT_MS / 1000} s`);
    if (result.error) return failed("missing-tool", `could not be started: ${result.error}`);
    if (result.code === null || result.code > 1)
      return failed("crashed", `ended with ${result.signal ?? result.code}`);
    const report = parse(result.stdout);
    if (!report || result.truncated) return failed("garbage", "gave an answer that cannot be read");
    this.#hits.push(...hitsOf(report));
    this.#examined += Math.min(report.number_of_files, batch.length);
    return null;
  }

  /** What was found in all of the files. */
  async outcome(): Promise<LintOutcome> {
    this.begin(true);
    const failure = await this.#runs;
    const examined = this.#examined;
    const version = this.#engine?.version ?? "none";
    if (failure) return { ok: false, ...failure, examined, version };
    if (examined < this.#given) {
      const message = `oxlint looked at ${examined} of ${this.#given} files`;
      return { ok: false, failureClass: "incomplete", message, examined, version };
    }
    return { ok: true, hits: this.#hits, examined, version };
  }
}
