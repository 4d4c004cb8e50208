/** `meta-orch audit secrets --history A..B [--min SEVERITY] [--json]`. */
import { parseArgs } from "node:util";
import { SEVERITIES, type Severity } from "../../../modsquad/contracts/words.ts";
import { type HistoryFinding, type HistoryScan, scanHistory } from "./scan.ts";

const HELP = `Usage: meta-orch audit secrets --history A..B [options]

Looks for credentials in every line that the commits of a range added, also in those that
later commits took out again. Values are shown as their first four characters and a hash.

  --history A..B   commits to look at: main..HEAD, v1.0..v2.0, or HEAD for all there are
  --min SEVERITY   least severity that is listed and counts: ${SEVERITIES.join(", ")}
                   (default medium)
  --json           one object on stdout

Exit codes: 0 none found, 1 found, 2 the range or the command was not understood.
`;

interface Values {
  history?: string;
  min: string;
  json: boolean;
  help: boolean;
}

function readValues(args: string[]): Values {
  const { values } = parseArgs({
    args,
    options: {
      history: { type: "string" },
      min: { type: "string", default: "medium" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (!(SEVERITIES as readonly string[]).includes(values.min)) {
    throw new Error(`--min ${values.min}: expected one of ${SEVERITIES.join(", ")}`);
  }
  return values;
}

const SHORT_COMMIT = 10;

function render({ commits, files, bytes }: HistoryScan, findings: HistoryFinding[]): string {
  const lines = findings.map(({ severity, ruleId, commit, path, line, message, commits: added }) => {
    const again = added > 1 ? ` (added by ${added} commits)` : "";
    return `${severity.padEnd(8)} ${commit.slice(0, SHORT_COMMIT)} ${path}:${line}  ${ruleId}\n         ${message}${again}`;
  });
  const megabytes = (bytes / 1e6).toFixed(1);
  const count = findings.length === 0 ? "Nothing found" : `${findings.length} found`;
  lines.push(`${count} in ${commits} commits, ${files} changed files, ${megabytes} MB of added lines.`);
  if (findings.length > 0)
    lines.push(
      "Taking a value out of the newest commit does not take it out of the history: revoke each one first.",
    );
  return `${lines.join("\n")}\n`;
}

/** 0 = none, 1 = found, 2 = usage or a range git does not know. */
export async function secretsCommand(args: string[], cwd: string): Promise<number> {
  let values: Values;
  try {
    values = readValues(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (!values.history) {
    process.stderr.write(`--history is missing: say which commits to look at.\n\n${HELP}`);
    return 2;
  }
  let scan: HistoryScan;
  try {
    scan = await scanHistory(cwd, values.history);
  } catch (error) {
    process.stderr.write(
      `The commits of ${values.history} cannot be read: ${(error as Error).message}\nGive a range git log understands, such as main..HEAD.\n`,
    );
    return 2;
  }
  const least = SEVERITIES.indexOf(values.min as Severity);
  const rank = (finding: HistoryFinding): number => SEVERITIES.indexOf(finding.severity);
  const findings = scan.findings.filter((each) => rank(each) <= least).sort((a, b) => rank(a) - rank(b));
  process.stdout.write(
    values.json ? `${JSON.stringify({ ...scan, findings }, null, 2)}\n` : render(scan, findings),
  );
  return findings.length > 0 ? 1 : 0;
}
