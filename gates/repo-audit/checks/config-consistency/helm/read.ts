/** Collects the files of Helm charts; they are judged together, since a template says little without its values. */
import type { SourceFile } from "../../../source.ts";
import type { Facts } from "../facts.ts";

export interface ChartFile {
  /** "long": too long to be read. */
  kind: "chart" | "values" | "template" | "long";
  /** Folder of the chart. */
  folder: string;
  file: SourceFile;
}

/** Larger ones are generated. UTF-16 units. */
const MAX_LENGTH = 128 * 1024;

const PARTS: [RegExp, Exclude<ChartFile["kind"], "long">][] = [
  [/^(?:(.*)\/)?Chart\.ya?ml$/, "chart"],
  [/^(?:(.*)\/)?values[\w.-]*\.ya?ml$/, "values"],
  [/^(?:(.*)\/)?templates\/.+\.(?:ya?ml|tpl)$/, "template"],
];

export function readChart(file: SourceFile, facts: Facts): void {
  for (const [pattern, kind] of PARTS) {
    const match = pattern.exec(file.path);
    if (!match) continue;
    if (kind === "template" && !file.text.includes("{{")) return;
    const read = file.text.length > MAX_LENGTH ? "long" : kind;
    facts.charts.push({ kind: read, folder: match[1] ?? "", file });
    return;
  }
}
