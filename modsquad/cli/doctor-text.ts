/** The doctor's report for people. */
import type { DoctorReport, ToolReport } from "./doctor.ts";
import { renderProblem } from "./problems.ts";

const users = (tool: ToolReport): string => tool.neededBy.join(", ");

function renderTool(tool: ToolReport, fixing: boolean): string[] {
  if (tool.state === "found") {
    return [
      `  ok       ${tool.title}${tool.version ? ` ${tool.version}` : ""}  ${tool.path}  (${users(tool)})`,
    ];
  }
  const weight = tool.required ? "MISSING " : "optional";
  const lines = [`  ${weight} ${tool.title}  ${tool.required ? "needed" : "used"} by ${users(tool)}`];
  if (tool.note) lines.push(`           ${tool.note}`);
  if (tool.install) {
    const who = tool.fixable && !fixing ? "  (meta-orch doctor --fix runs it)" : "";
    lines.push(`           install: ${tool.install}${who}`);
  } else lines.push(`           ${tool.manual}`);
  return lines;
}

/** `fixing`: the hint at --fix is left out. */
export function renderDoctor(report: DoctorReport, fixing: boolean): string {
  const here = report.tools.filter((tool) => tool.neededBy.length > 0);
  const elsewhere = report.tools.filter((tool) => tool.neededBy.length === 0);
  const node = report.node.ok
    ? `  ok       Node.js ${report.node.version}`
    : `  MISSING  Node.js ${report.node.needs}; this is ${report.node.version}\n           Install a newer one from https://nodejs.org`;
  const config =
    report.problems.length > 0 ? "problems" : (report.configFile ?? "none, each gate detects for itself");
  const missing = here.filter((tool) => tool.state === "missing");
  const required = missing.filter((tool) => tool.required).length;
  return [
    `meta-orch ${report.version} on ${report.system}`,
    `config: ${config}`,
    ...report.problems.map((problem) => renderProblem(problem).replaceAll(/^/gm, "  ")),
    "",
    node,
    ...here.flatMap((tool) => renderTool(tool, fixing)),
    ...(elsewhere.length > 0
      ? ["", `Not used by the gates here: ${elsewhere.map((tool) => tool.title).join(", ")}.`]
      : []),
    "",
    report.ok
      ? `Nothing required is missing${missing.length > 0 ? `; optional and missing: ${missing.length}` : ""}.`
      : `To mend: ${[required > 0 || !report.node.ok ? `${required + (report.node.ok ? 0 : 1)} required missing` : "", report.problems.length > 0 ? `${report.problems.length} in the config` : ""].filter(Boolean).join(", ")}.`,
    "",
  ].join("\n");
}
