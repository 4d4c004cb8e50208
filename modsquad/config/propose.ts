/** The text of the config that `meta-orch init` proposes: every line with the reason it is there. Pure. */
import type { PlannedGate } from "../contracts/run-state.ts";
import type { ProposedCommand } from "./stack.ts";

export interface Proposal {
  /** Gates of the product with what detection said about them here. */
  gates: readonly Pick<PlannedGate, "id" | "decision" | "reason">[];
  commands: readonly ProposedCommand[];
  /** Programs of the commands that are not on PATH here. */
  missing: ReadonlySet<string>;
}

/** The risk target of a repository without debt, percent. */
export const DEFAULT_TARGET = 0.5;

const TARGET = `# The highest risk rate, in percent, that may ship. This is the default, written down so that it is reviewed.
risk: { target: ${DEFAULT_TARGET} }
`;

const HEAD = `# yaml-language-server: $schema=./node_modules/meta-orch/schema/config.schema.json
# Proposed by "meta-orch init" from what it saw here. Every line is yours to change.

${TARGET}`;

/** The proposed config with a target that the findings of today, which are in the baseline, stay below. */
export function withTarget(proposed: string, target: number): string {
  return proposed.replace(
    TARGET,
    `# The highest risk rate, in percent, that may ship. The default is ${DEFAULT_TARGET}; the findings in the baseline alone
# weigh more than that, each at a tenth, and old debt must not block new work. Lower this as they are repaired.
risk: { target: ${target} }
`,
  );
}

/** One line of a comment, whatever the text holds. */
const comment = (text: string): string => text.replaceAll(/\s+/g, " ").slice(0, 160);

export function proposeConfig({ gates, commands, missing }: Proposal): string {
  const parts = [HEAD];
  const applying = gates.filter(({ decision }) => decision === "run");
  if (applying.length > 0) {
    parts.push("# These gates apply and need no line here:");
    for (const { id, reason } of applying) parts.push(`#   ${id}: ${comment(reason)}`);
    parts.push("");
  }
  parts.push(...commandLines(commands, missing), ...restLines(gates));
  return `${parts.join("\n").trimEnd()}\n`;
}

/** Commands run in full mode: they need installed packages, which the staged snapshot of quick mode has not. */
function commandLines(commands: readonly ProposedCommand[], missing: ReadonlySet<string>): string[] {
  if (commands.length === 0) return [];
  const usable = commands.some(({ program }) => !missing.has(program));
  const lines = [
    "# Commands of this repository that check it already. They run in full mode: they need installed packages,",
    "# which the staged snapshot of quick mode does not have.",
    usable ? "gates:" : "# gates:",
  ];
  for (const { id, run, program, reason } of commands) {
    const off = missing.has(program) ? "# " : "";
    const why = missing.has(program) ? `; off because ${program} is not on PATH here` : "";
    lines.push(
      `  # ${comment(reason)}${why}`,
      `  ${off}${id}: { run: ${JSON.stringify(run)}, modes: [full] }`,
    );
  }
  return [...lines, ""];
}

function restLines(gates: Proposal["gates"]): string[] {
  const others = gates.filter(({ decision }) => decision === "not_applicable");
  if (others.length === 0) return [];
  const lines = [
    "# These saw nothing to do here. In full mode each counts as missing until somebody confirms it: take the #",
    "# off the lines that are true, and off the first one.",
    "# notApplicable:",
  ];
  for (const { id, reason } of others) lines.push(`#   ${id}: ${JSON.stringify(comment(reason))}`);
  return lines;
}
