/** Reports: every format by its name, and the one way they reach the disk. */
import type { Problem } from "../contracts/config.ts";
import type { RiskReport } from "../contracts/risk.ts";
import type { RunState } from "../contracts/run-state.ts";
import type { ReportFormat } from "./format.ts";
import { gateReports } from "./gate-json.ts";
import { jsonReport } from "./json.ts";
import { textReport } from "./text.ts";
import { type ReportFile, type WriteOutcome, writeFiles } from "./write.ts";

export const FORMATS: Record<string, ReportFormat> = {
  text: textReport,
  json: jsonReport,
};

/**
 * Writes the named formats and one result file per gate below `<root>/reports/`. Give it the final state of
 * the run: what is written is a function of `state` and `risk` alone. Never throws for what a disk or a
 * configuration can do; a name that is no format of this build is a problem and the others are still written.
 */
export function writeReports(root: string, names: string[], state: RunState, risk: RiskReport): WriteOutcome {
  const problems: Problem[] = [];
  const formats = [...new Set(names)].flatMap((name) => {
    const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
    if (!format) problems.push(unknownFormat(name));
    return format ?? [];
  });
  const gates = distinctGateFiles(state, new Set(formats.map((format) => format.file(state))), problems);
  const paths = [...formats.map((format) => format.file(state)), ...gates.map(({ file }) => file)];
  const rendered = formats.map((format) => ({
    file: format.file(state),
    content: format.render(state, risk, paths),
  }));
  const outcome = writeFiles(root, [...rendered, ...gates]);
  return { written: outcome.written, problems: [...problems, ...outcome.problems] };
}

function unknownFormat(name: string): Problem {
  return {
    what: `there is no report format "${name}"`,
    where: "reports",
    next: `use one or more of: ${Object.keys(FORMATS).join(", ")}`,
  };
}

/** The gates' files, leaving out any whose name another report of this run already has. */
function distinctGateFiles(state: RunState, taken: Set<string>, problems: Problem[]): ReportFile[] {
  const files: ReportFile[] = [];
  for (const { gate, file, report } of gateReports(state)) {
    if (taken.has(file)) {
      const next = "give the gate a report name of its own";
      problems.push({ what: `${file} already belongs to another report`, where: gate, next });
      continue;
    }
    taken.add(file);
    files.push({ file, content: `${JSON.stringify(report, null, 2)}\n` });
  }
  return files;
}
