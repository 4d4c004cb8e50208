/**
 * SARIF 2.1.0. Results become findings by their level; whether the gate fails is left to the engine, which
 * knows the baseline. A clean report is believed only when it lists what was analysed: a scan of nothing
 * looks the same otherwise.
 */
import type { CheckResult, Finding, GateResult } from "../../contracts/gate.ts";
import type { Json, JsonObject } from "../../contracts/words.ts";
import { brokenOff } from "./ending.ts";
import { exitCodeFinding } from "./exit-code.ts";
import { asArray, asObject, asText, at } from "./json.ts";
import { reportTextOf } from "./report-source.ts";
import { findingOf, isFailing, isSuppressed } from "./sarif-finding.ts";
import { clip, fingerprintOf } from "./text.ts";
import type { CommandOutput, Inability } from "./types.ts";

const MAX_FINDINGS = 5000;

interface ParsedSarif {
  findings: Finding[];
  /** Results looked at, passing and suppressed ones included. */
  results: number;
  suppressed: number;
  /** Files the reports list as analysed. */
  artifacts: number;
  tool: { tool: string; version: string };
  inability: Inability | null;
}

function parseJson(text: string): Json | undefined {
  const start = text.indexOf("{");
  const end = text.lastIndexOf("}");
  // A report on stdout may stand between banners.
  for (const candidate of [text.replace(/^\ufeff/, ""), text.slice(start, end + 1)]) {
    try {
      return JSON.parse(candidate) as Json;
    } catch {
      // The next candidate, then "malformed".
    }
  }
  return undefined;
}

const malformed = (message: string): Inability => ({ failureClass: "malformed", message });

/** What the tool says went wrong with the analysis itself. */
function toolError(run: JsonObject): Inability | null {
  for (const invocation of asArray(run.invocations)) {
    const notes = [
      ...asArray(at(invocation, "toolExecutionNotifications")),
      ...asArray(at(invocation, "toolConfigurationNotifications")),
    ];
    const loud = notes.find((note) => at(note, "level") === "error");
    if (at(invocation, "executionSuccessful") !== false) continue;
    const why = asText(at(loud, "message", "text")) ?? asText(at(invocation, "exitCodeDescription"));
    return {
      failureClass: "tool-error",
      message: `The tool reports that its run failed${why ? `: ${clip(why, 300)}` : ""}.`,
    };
  }
  return null;
}

function readRuns(runs: JsonObject[], output: CommandOutput): ParsedSarif {
  const seen = new Map<string, number>();
  const parsed: ParsedSarif = {
    findings: [],
    results: 0,
    suppressed: 0,
    artifacts: 0,
    tool: { tool: "sarif", version: "2.1.0" },
    inability: null,
  };
  for (const run of runs) {
    const driver = at(run, "tool", "driver");
    const version = asText(at(driver, "semanticVersion")) ?? asText(at(driver, "version"));
    parsed.tool = { tool: asText(at(driver, "name")) ?? "sarif", version: version ?? "unknown" };
    parsed.inability ??= toolError(run);
    parsed.artifacts += asArray(run.artifacts).length;
    for (const entry of asArray(run.results)) {
      const result = asObject(entry);
      if (!result) continue;
      parsed.results += 1;
      if (!isFailing(result)) continue;
      if (isSuppressed(result)) {
        parsed.suppressed += 1;
        continue;
      }
      const finding = findingOf(result, run, output);
      const before = seen.get(finding.fingerprint) ?? 0;
      seen.set(finding.fingerprint, before + 1);
      // The same thing said twice in one file is two findings, or a baseline would hide every further one.
      if (before > 0) finding.fingerprint = fingerprintOf(finding.fingerprint, String(before));
      parsed.findings.push(finding);
    }
  }
  return parsed;
}

const EMPTY: Omit<ParsedSarif, "inability"> = {
  findings: [],
  results: 0,
  suppressed: 0,
  artifacts: 0,
  tool: { tool: "sarif", version: "2.1.0" },
};

function read(text: string, output: CommandOutput): ParsedSarif {
  if (text.trim() === "")
    return { ...EMPTY, inability: { failureClass: "no-results", message: "The SARIF report is empty." } };
  const root = asObject(parseJson(text));
  if (!root)
    return { ...EMPTY, inability: malformed("The SARIF report is not a JSON object. It may be cut off.") };
  if (!Array.isArray(root.runs))
    return { ...EMPTY, inability: malformed('Not a SARIF report: it has no "runs" array.') };
  if (asText(root.version) !== "2.1.0") {
    const version = JSON.stringify(root.version ?? null);
    return {
      ...EMPTY,
      inability: malformed(`SARIF version ${version} is not supported: have the tool write 2.1.0.`),
    };
  }
  const runs = root.runs.map(asObject).filter((run) => run !== undefined);
  return readRuns(runs, output);
}

function judge(
  parsed: ParsedSarif,
  output: CommandOutput,
  examined: number,
): Omit<CheckResult, "id" | "planned" | "examined" | "evidence"> {
  const inability = brokenOff(output) ?? parsed.inability;
  if (inability) return { status: "errored", ...inability };
  if (examined === 0) {
    return {
      status: "errored",
      failureClass: "no-results",
      message:
        "The SARIF report holds no result and does not list the files it analysed (runs[].artifacts), so a clean scan " +
        "cannot be told from one that looked at nothing. Have the tool list its artifacts, or use parse: exit-code.",
    };
  }
  const high = parsed.findings.filter((finding) => finding.severity === "high").length;
  if (output.code !== 0 && high === 0) {
    return {
      status: "failed",
      failureClass: "exit-code",
      message: `Exit code ${output.code} although no result is an error.`,
    };
  }
  const open = parsed.findings.length;
  const suppressed = parsed.suppressed > 0 ? `, ${parsed.suppressed} suppressed` : "";
  const files = parsed.artifacts > 0 ? `, ${parsed.artifacts} files analysed` : "";
  return { status: "passed", message: `${open} results open${suppressed}${files}.` };
}

/** Reads a SARIF report. Never throws; what cannot be read is errored. */
export function parseSarif(output: CommandOutput): GateResult {
  const source = reportTextOf(output);
  const parsed = source.ok ? read(source.text, output) : { ...EMPTY, inability: source.inability };
  const examined = parsed.results + parsed.artifacts;
  const verdict = judge(parsed, output, examined);
  const findings = parsed.findings.slice(0, MAX_FINDINGS);
  if (verdict.failureClass === "exit-code")
    findings.push(exitCodeFinding(output, "results", verdict.message.slice(0, -1)));
  const metrics = {
    format: "sarif",
    exitCode: output.code,
    results: { total: parsed.results, open: parsed.findings.length, suppressed: parsed.suppressed },
    artifacts: parsed.artifacts,
    dropped: parsed.findings.length - Math.min(parsed.findings.length, MAX_FINDINGS),
  };
  const check: CheckResult = {
    id: "results",
    ...verdict,
    planned: examined,
    examined,
    evidence: parsed.tool,
  };
  return { checks: [check], findings, metrics, artifacts: [] };
}
