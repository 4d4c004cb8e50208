/** Gates by runs: which ones keep failing, at a glance. */
import type { VNode } from "preact";
import type { WireHistoryRun } from "../../../relay/wire.ts";
import { toneOf } from "../../view/tone.ts";
import { dateTime, GLYPHS } from "../format.ts";
import { html } from "../html.ts";
import { linkTo } from "../route.ts";
import { Panel } from "./word.ts";

const COLUMNS = 40;

type Cell = WireHistoryRun["gates"][string] | undefined;

function wordOf(cell: Cell): string {
  if (!cell) return "not part of the run";
  const word = cell.status === "errored" ? "could not check" : cell.status.replaceAll("_", " ");
  return `${word}${cell.warnings ? " with warnings" : ""}${cell.cached ? ", cached" : ""}`;
}

export function Heat({ history }: { history: readonly WireHistoryRun[] }): VNode {
  const runs = history.slice(-COLUMNS).reverse();
  const gates = [...new Set(runs.flatMap((run) => Object.keys(run.gates)))];
  return html`<${Panel} title="Gates by runs" note=${runs.length > 0 ? `the last ${runs.length} finished runs, newest first` : null}>
    ${
      runs.length === 0
        ? html`<p class="empty">No run has finished yet.</p>`
        : html`<div class="table-box" tabindex="0" role="region" aria-label="Gates by runs, scrollable"><table class="heat">
          <thead><tr><th scope="col"><span class="hidden">Gate</span></th>${runs.map(
            (run) =>
              html`<th scope="col"><a class="dot" href=${linkTo({ run: run.runId })} title=${`${dateTime(run.finishedAt)}, ${run.mode}, ${run.env}`}><span class="hidden">${dateTime(run.finishedAt)}</span></a></th>`,
          )}</tr></thead>
          <tbody>${gates.map(
            (gate) =>
              html`<tr><th scope="row">${gate}</th>${runs.map((run) => {
                const cell = run.gates[gate];
                const tone = cell ? toneOf(cell.status, cell.warnings) : null;
                const title = `${gate}, ${dateTime(run.finishedAt)}: ${wordOf(cell)}`;
                return html`<td title=${title}><span class=${tone ? `cell ${tone}` : "cell none"}><span aria-hidden="true">${tone ? GLYPHS[tone] : ""}</span><span class="hidden">${wordOf(cell)}</span></span></td>`;
              })}</tr>`,
          )}</tbody>
        </table></div>`
    }
  </${Panel}>`;
}
