/** What was exercised and what was not, and why: the evidence of this gate. Written as JSON and as JUnit XML by operation. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Artifact } from "../../modsquad/contracts/gate.ts";
import type { JsonObject } from "../../modsquad/contracts/words.ts";
import type { AuthOutcome } from "./live/auth.ts";
import type { Exercise, Told } from "./live/session.ts";
import type { NegativeOutcome } from "./negative/run.ts";
import { type Operation, SAFE } from "./types.ts";

export interface Row {
  operation: Operation;
  exercise: Exercise | undefined;
  negative: NegativeOutcome | undefined;
  auth: AuthOutcome | undefined;
  /** Why it was not tried at all. */
  skipped: string;
}

export function skippedReason(operation: Operation, disposable: boolean): string {
  if (SAFE.includes(operation.method) || disposable) return "";
  return "it changes something: only safe operations are called unless the target is disposable (gates: contract: disposable: true)";
}

const faultsOf = ({ exercise, negative, auth }: Row): Told[] => [
  ...(exercise?.faults ?? []),
  ...(negative?.faults ?? []),
  ...(auth?.faults ?? []),
];

function rowJson(row: Row): JsonObject {
  const { operation, exercise, negative, auth, skipped } = row;
  const met = new Set((exercise?.statuses ?? []).map(String));
  return {
    operation: operation.id,
    ...(operation.operationId ? { operationId: operation.operationId } : {}),
    exercised: exercise?.exercised ?? false,
    succeeded: Boolean(exercise?.good),
    ...(exercise?.exercised
      ? {}
      : { reason: skipped || exercise?.reason || "the run ended before its turn" }),
    statuses: Object.fromEntries([
      ...operation.responses.map(
        ({ status }) => [status, met.has(status) ? "exercised" : "not met"] as const,
      ),
      ...[...met]
        .filter((status) => !operation.responses.some((one) => one.status === status))
        .map((status) => [status, "not documented"] as const),
    ]),
    ...(negative
      ? {
          negative: {
            sent: negative.sent,
            refused: negative.refused,
            ...(negative.reason ? { reason: negative.reason } : {}),
          },
        }
      : {}),
    ...(auth ? { auth: { judged: auth.judged, ...(auth.reason ? { reason: auth.reason } : {}) } } : {}),
    faults: faultsOf(row).map(({ rule, verdict, message, curl, answer, pointer }) => ({
      rule,
      verdict,
      message,
      curl,
      answer,
      pointer,
    })),
  };
}

const escapeXml = (text: string) =>
  text
    .replace(/[&<>"]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter]!)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "?");

function junitCase(row: Row): string {
  const name = escapeXml(row.operation.id);
  const wrong = faultsOf(row).filter(({ verdict }) => verdict === "server wrong");
  const open = `  <testcase classname="contract" name="${name}"`;
  if (wrong.length > 0) {
    const failures = wrong.map(
      (fault) =>
        `    <failure type="${escapeXml(fault.rule)}" message="${escapeXml(fault.message)}">${escapeXml(`${fault.curl}\n\n${fault.answer}`)}</failure>`,
    );
    return `${open}>\n${failures.join("\n")}\n  </testcase>`;
  }
  if (row.exercise?.exercised) return `${open}/>`;
  const why = row.skipped || row.exercise?.reason || "not reached";
  return `${open}>\n    <skipped message="${escapeXml(why)}"/>\n  </testcase>`;
}

/** Coverage as metrics. */
export function coverageMetrics(rows: readonly Row[]): JsonObject {
  const inScope = rows.filter(({ skipped }) => skipped === "");
  const verdicts = (name: string) => rows.flatMap(faultsOf).filter(({ verdict }) => verdict === name).length;
  return {
    operations: rows.length,
    inScope: inScope.length,
    exercised: rows.filter(({ exercise }) => exercise?.exercised).length,
    succeeded: rows.filter(({ exercise }) => exercise?.good).length,
    couldNotExercise: inScope.filter(({ exercise }) => !exercise?.exercised).length,
    serverWrong: verdicts("server wrong"),
    documentWrong: verdicts("document wrong"),
    notExercised: rows
      .filter(({ exercise }) => !exercise?.exercised)
      .slice(0, 100)
      .map(({ operation, exercise, skipped }) => ({
        operation: operation.id,
        reason: skipped || exercise?.reason || "not reached",
      })),
  };
}

/** Writes the coverage table and the JUnit view. */
export async function writeCoverage(folder: string, rows: readonly Row[]): Promise<Artifact[]> {
  const table = path.join(folder, "coverage.json");
  const junit = path.join(folder, "junit.xml");
  await writeFile(
    table,
    `${JSON.stringify({ schema: "meta-orch/contract-coverage@1", operations: rows.map(rowJson) }, null, 1)}\n`,
  );
  const cases = rows.map(junitCase);
  const failures = rows.filter((row) =>
    faultsOf(row).some(({ verdict }) => verdict === "server wrong"),
  ).length;
  const skipped = rows.filter(
    (row) => !row.exercise?.exercised && !faultsOf(row).some(({ verdict }) => verdict === "server wrong"),
  ).length;
  const head = `<testsuite name="contract" tests="${rows.length}" failures="${failures}" skipped="${skipped}">`;
  await writeFile(
    junit,
    `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${cases.join("\n")}\n</testsuite>\n`,
  );
  return [
    { path: table, mediaType: "application/json", title: "Operations by status: exercised or not, and why" },
    { path: junit, mediaType: "application/xml", title: "JUnit by operation" },
  ];
}
