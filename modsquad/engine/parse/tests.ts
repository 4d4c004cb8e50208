/** Turns test results into a gate result: every failing test a finding, zero tests never a pass. */
import type { CheckResult, Finding, GateResult } from "../../contracts/gate.ts";
import { brokenOff } from "./ending.ts";
import { EVIDENCE_VERSION, exitCodeFinding } from "./exit-code.ts";
import { placeIn, relativePath } from "./place.ts";
import { reportTextOf } from "./report-source.ts";
import { clip, fingerprintOf, outputTail, stableText } from "./text.ts";
import type { CommandOutput, Inability, ParsedTests, TestResult } from "./types.ts";

/** Beyond this many failing tests one more finding stands for the rest: nobody reads further. */
const MAX_FINDINGS = 500;
const MAX_MESSAGE = 2000;

function locate(test: TestResult, root: string): Finding["location"] {
  const hinted = placeIn(`${test.message}\n${test.details}`, root);
  const path = test.file ? relativePath(test.file, root) : null;
  if (path === null) return hinted ?? undefined;
  if (test.line && test.line > 0) return { path, line: test.line };
  return hinted?.path === path ? hinted : { path, line: 1 };
}

function findingOf(test: TestResult, output: CommandOutput): Finding {
  const name = test.suite === "" ? test.name : `${test.suite} > ${test.name}`;
  // The first line is what summaries show: the message itself, then the story it is part of.
  const story = test.details.startsWith(test.message) ? test.details : `${test.message}\n${test.details}`;
  const finding: Finding = {
    ruleId: "results/failed-test",
    severity: "high",
    message: clip(story.trim() === "" ? `${name} failed` : `${name}: ${story.trim()}`, MAX_MESSAGE),
    fingerprint: fingerprintOf("test", test.suite, test.name, stableText(test.message, output.root)),
    target: clip(name, 300),
    fix: { description: "Make the test pass, then run the command again.", command: output.command },
  };
  const location = locate(test, output.root);
  return location ? { ...finding, location } : finding;
}

/** One finding per failing test; equal ones (the cases of a parametrised test) are counted together. */
function findingsOf(failed: TestResult[], output: CommandOutput): Finding[] {
  const byFingerprint = new Map<string, Finding>();
  let beyond = 0;
  for (const test of failed) {
    const finding = findingOf(test, output);
    const twin = byFingerprint.get(finding.fingerprint);
    if (twin) twin.count = (twin.count ?? 1) + 1;
    else if (byFingerprint.size < MAX_FINDINGS) byFingerprint.set(finding.fingerprint, finding);
    else beyond += 1;
  }
  const findings = [...byFingerprint.values()];
  if (beyond === 0) return findings;
  findings.push({
    ruleId: "results/more-failed-tests",
    severity: "high",
    message: `${beyond} more tests failed; the first ${MAX_FINDINGS} are listed.`,
    fingerprint: fingerprintOf("more-failed-tests", output.gateId),
    count: beyond,
    fix: { description: "Fix the listed ones first, then run the command again.", command: output.command },
  });
  return findings;
}

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

interface Judged {
  status: CheckResult["status"];
  failureClass?: string;
  message: string;
  /** A failure that belongs to no test. */
  extra?: Finding;
}

function judge(output: CommandOutput, parsed: ParsedTests, inability: Inability | null): Judged {
  const { results, declared = 0, declaredFailures = 0 } = parsed;
  const failed = results.filter((test) => test.outcome === "failed").length;
  const skipped = results.filter((test) => test.outcome === "skipped").length;
  if (inability) return { status: "errored", ...inability };
  if (results.length === 0)
    return { status: "errored", failureClass: "no-results", message: noResults(output) };
  if (failed > 0) {
    return {
      status: "failed",
      failureClass: "test-failed",
      message: `${failed} of ${plural(results.length, "result")} failed.`,
    };
  }
  if (declaredFailures > 0) {
    const message = `The report counts ${plural(declaredFailures, "failure")} but names none of them.`;
    return {
      status: "failed",
      failureClass: "test-failed",
      message,
      extra: exitCodeFinding(output, "results", message.slice(0, -1)),
    };
  }
  if (skipped === results.length) {
    const message = `All ${plural(results.length, "result")} were skipped: nothing was checked.`;
    return { status: "errored", failureClass: "no-results", message };
  }
  if (declared > results.length) {
    const message = `The report announces ${plural(declared, "test")} and holds ${results.length}: the others never reported.`;
    return { status: "errored", failureClass: "incomplete", message };
  }
  const left = skipped > 0 ? ` ${skipped} skipped.` : "";
  if (output.code !== 0) {
    const sentence = `Exit code ${output.code} although all ${plural(results.length, "result")} passed`;
    return {
      status: "failed",
      failureClass: "exit-code",
      message: `${sentence}.`,
      extra: exitCodeFinding(output, "results", sentence),
    };
  }
  return {
    status: "passed",
    message: `${results.length - skipped} of ${plural(results.length, "result")} passed.${left}`,
  };
}

function noResults(output: CommandOutput): string {
  const where = output.reportPath ?? "what the command printed";
  const tail = outputTail(output.stdout, output.stderr, 5);
  const end = tail === "" ? "" : `\nLast output:\n${tail}`;
  return `No ${output.format} result was found in ${where}: nothing was checked. Check parse: and report: in the config.${end}`;
}

/** Reads the report with `parse` and judges it together with how the process ended. */
export function parseTests(output: CommandOutput, parse: (text: string) => ParsedTests): GateResult {
  const source = reportTextOf(output);
  const parsed: ParsedTests = source.ok ? parse(source.text) : { results: [], inability: source.inability };
  const inability = brokenOff(output) ?? parsed.inability;
  const { extra, ...verdict } = judge(output, parsed, inability);
  const { results } = parsed;
  const count = (outcome: TestResult["outcome"]) => results.filter((test) => test.outcome === outcome).length;
  const flaky = results.filter((test) => test.flaky).length;
  const check: CheckResult = {
    id: "results",
    ...verdict,
    planned: Math.max(results.length, parsed.declared ?? 0),
    examined: results.length - count("skipped"),
    evidence: { tool: output.format, version: EVIDENCE_VERSION },
  };
  if (flaky > 0) check.retries = 1;
  const findings = findingsOf(
    results.filter((test) => test.outcome === "failed"),
    output,
  );
  if (extra) findings.push(extra);
  const metrics = {
    format: output.format,
    exitCode: output.code,
    results: {
      total: results.length,
      passed: count("passed"),
      failed: count("failed"),
      skipped: count("skipped"),
      flaky,
    },
  };
  return { checks: [check], findings, metrics, artifacts: [] };
}
