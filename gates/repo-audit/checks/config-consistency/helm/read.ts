/** Collects the files of Helm charts; they are judged together, since a template says little without its values. */
import type { SourceFile } from "../../../source.ts";
import type { Facts } from "../facts.ts";

export interface ChartFile {
  kind: "chart" | "values" | "template";
  /** Folder of the chart. */
  folder: string;
  file: SourceFile;
}

/** Larger ones are generated. UTF-16 units. */
const MAX_LENGTH = 128 * 1024;

const PARTS: [RegExp, ChartFile["kind"]][] = [
  [/^(?:(.*)\/)?Chart\.ya?ml$/, "chart"],
  [/^(?:(.*)\/)?values[\w.-]*\.ya?ml$/, "values"],
  [/^(?:(.*)\/)?templates\/.+\.(?:ya?ml|tpl)$/, "template"],
];

export function readChart(file: SourceFile, facts: Facts): void {
  for (const [pattern, kind] of PARTS) {
    const match = pattern.exec(file.path);
    if (!match || file.text.length > MAX_LENGTH) continue;
    if (kind === "template" && !file.text.includes("{{")) return;
    facts.charts.push({ kind, folder: match[1] ?? "", file });
    return;
  }
}
