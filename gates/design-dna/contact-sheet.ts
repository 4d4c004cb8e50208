/** A page that shows, side by side, the colour used and the token proposed for it. */

import { hexOf, parseColor } from "./color.ts";
import type { TokenIndex } from "./dna/match.ts";
import type { PlacedIssue } from "./findings.ts";
import { atomsOf } from "./values.ts";

interface Row {
  used: string;
  token: string;
  proposed: string;
  distance: number;
  files: Map<string, number>;
  count: number;
}

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
const MAX_ROWS = 400;
const MAX_FILES = 6;

function rowsOf(issues: readonly PlacedIssue[], index: TokenIndex): Row[] {
  const rows = new Map<string, Row>();
  for (const issue of issues) {
    const best = issue.candidates[0];
    const color = atomsOf(issue.value.replace(/^.*=\s*/, "")).find((atom) => atom.color)?.color;
    const token = best && parseColor(index.byName.get(best.token)?.values[""] ?? "");
    if (issue.check !== "palette" || issue.waived || !best || !color || !token) continue;
    const key = `${hexOf(color)}\0${best.token}`;
    const row = rows.get(key) ?? {
      used: hexOf(color),
      token: best.token,
      proposed: hexOf(token),
      distance: best.distance,
      files: new Map(),
      count: 0,
    };
    row.files.set(issue.path, (row.files.get(issue.path) ?? 0) + 1);
    row.count += 1;
    rows.set(key, row);
  }
  return [...rows.values()].sort(
    (a, b) => b.count - a.count || (a.used < b.used ? -1 : a.used > b.used ? 1 : a.token < b.token ? -1 : 1),
  );
}

function filesCell(row: Row): string {
  const files = [...row.files].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const shown = files.slice(0, MAX_FILES).map(([path, count]) => `${escapeHtml(path)} (${count})`);
  return shown.join("<br>") + (files.length > MAX_FILES ? `<br>and ${files.length - MAX_FILES} more` : "");
}

/** The whole page; self-contained, the same bytes for the same findings. */
export function contactSheet(issues: readonly PlacedIssue[], index: TokenIndex): string {
  const rows = rowsOf(issues, index);
  const swatch = (color: string, label: string) =>
    `<td><span class="swatch" style="background:${color}"></span><code>${escapeHtml(label)}</code></td>`;
  const body = rows
    .slice(0, MAX_ROWS)
    .map(
      (row) =>
        `<tr>${swatch(row.used, row.used)}${swatch(row.proposed, `${row.token} ${row.proposed}`)}<td class="n">${row.distance}</td><td class="n">${row.count}</td><td>${filesCell(row)}</td></tr>`,
    )
    .join("\n");
  const rest = rows.length > MAX_ROWS ? `<p>${rows.length - MAX_ROWS} more pairs are not shown.</p>` : "";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Design DNA: colours used and tokens proposed</title>
<style>
body { margin: 2rem; font: 15px/1.5 system-ui, sans-serif; color: #1c2024; background: #fff }
table { border-collapse: collapse; width: 100% }
th, td { padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #d9dde2; text-align: left; vertical-align: top }
.swatch { display: inline-block; width: 3.5rem; height: 1.6rem; margin-right: .6rem; border: 1px solid #8b929a; border-radius: 3px; vertical-align: middle }
.n { text-align: right; font-variant-numeric: tabular-nums }
@media (prefers-color-scheme: dark) { body { color: #e6e8ea; background: #15181b } th, td { border-color: #3a4047 } }
</style></head><body>
<h1>Colours used and tokens proposed</h1>
<p>${rows.length} pairs. Distance is CIEDE2000: below 1 nobody sees it, below 2 hardly anybody.</p>
<table><thead><tr><th>Used</th><th>Proposed</th><th class="n">Distance</th><th class="n">Places</th><th>Files</th></tr></thead>
<tbody>
${body}
</tbody></table>${rest}
</body></html>
`;
}
