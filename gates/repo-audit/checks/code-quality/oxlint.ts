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

/** Runs the engine over files below the root. Every way in which it can fail says how many files were done. */
export async function lint(
  context: GateContext,
  found: Engine | null,
  files: string[],
  bounds: QualityBounds,
): Promise<LintOutcome> {
  if (!found) {
    const message = "oxlint is not installed beside meta-orch";
    return { ok: false, failureClass: "missing-tool", message, examined: 0, version: "none" };
  }
  const { bin, version } = found;
  const config = path.join(context.artifactsDir, "oxlint.json");
  writeFileSync(config, configFor(bounds));
  const hits: LintHit[] = [];
  let examined = 0;
  for (let at = 0; at < files.length; at += PER_RUN) {
    const batch = files.slice(at, at + PER_RUN);
    const args = [bin, "-c", config, "-f", "json", "--no-ignore", "--", ...batch];
    const limits = { cwd: context.root, timeoutMs: RUN_TIMEOUT_MS, maxOutputBytes: MAX_OUTPUT_BYTES };
    const result = await context.exec(process.execPath, args, limits);
    const failed = (failureClass: string, message: string): LintOutcome => {
      return { ok: false, failureClass, message: `oxlint ${message}`, examined, version };
    };
    if (result.timedOut) return failed("timeout", `was ended after ${RUN_TIMEOUT_MS / 1000} s`);
    if (result.error) return failed("missing-tool", `could not be started: ${result.error}`);
    if (result.code === null || result.code > 1)
      return failed("crashed", `ended with ${result.signal ?? result.code}`);
    const report = parse(result.stdout);
    if (!report || result.truncated) return failed("garbage", "gave an answer that cannot be read");
    hits.push(...hitsOf(report));
    examined += Math.min(report.number_of_files, batch.length);
  }
  if (examined < files.length) {
    const message = `oxlint looked at ${examined} of ${files.length} files`;
    return { ok: false, failureClass: "incomplete", message, examined, version };
  }
  return { ok: true, hits, examined, version };
}
