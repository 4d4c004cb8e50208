/** Services as a table for people. */
import type { rowOf } from "./live.ts";

type Row = ReturnType<typeof rowOf>;

const COLUMNS: [title: string, cell: (row: Row) => string][] = [
  ["SERVICE", (row) => row.service],
  ["PROBE", (row) => row.kind],
  ["STATUS", (row) => row.status],
  ["CLASS", (row) => row.class ?? "-"],
  ["HERE", (row) => (row.expected ? (row.optional ? "optional" : "expected") : "not expected")],
  ["MS", (row) => row.ms.toFixed(1)],
  ["ADDRESS", (row) => row.address || "-"],
  ["FROM", (row) => row.source],
];

/** Columns as wide as their widest cell. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))];
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  return `${text.join("\n")}\n`;
}
