/** Every run heard of, newest first. */
import type { VNode } from "preact";
import { urgency } from "../../view/tone.ts";
import type { ViewRunRow } from "../../view.ts";
import { matcher } from "../filter.ts";
import { dateTime, percent, seconds } from "../format.ts";
import { html } from "../html.ts";
import { linkTo, type Route } from "../route.ts";
import { Panel, Word } from "./word.ts";

export function shownRuns(runs: readonly ViewRunRow[], { query, failuresFirst }: Route): ViewRunRow[] {
  const fits = matcher(query);
  const shown = runs.filter(({ runId, mode, env, branch, commit, word }) =>
    fits({ run: runId, mode, env, branch: branch ?? "", commit: commit ?? "", status: word }),
  );
  return failuresFirst ? shown.toSorted((a, b) => urgency(a.tone) - urgency(b.tone)) : shown;
}

export function Runs({ runs, route }: { runs: readonly ViewRunRow[]; route: Route }): VNode {
  const shown = shownRuns(runs, route);
  return html`<${Panel} title="Runs" note=${`${shown.length} of ${runs.length}`}>
    ${
      shown.length === 0
        ? html`<p class="empty">${runs.length === 0 ? "No run yet. Start one with: meta-orch" : "No run fits the filter."}</p>`
        : html`<div class="table-box"><table>
          <thead><tr><th scope="col">Started</th><th scope="col">Answer</th><th scope="col" class="number">Risk</th><th scope="col" class="number">Took</th><th scope="col">Branch</th><th scope="col">Mode</th></tr></thead>
          <tbody>${shown.map(
            (run) => html`<tr key=${run.runId}>
              <th scope="row"><a data-item href=${linkTo({ run: run.runId })}>${dateTime(run.startedAt)}</a></th>
              <td><${Word} tone=${run.tone} word=${run.word} /></td>
              <td class="number">${run.riskPct === null ? "unknown" : percent(run.riskPct)}</td>
              <td class="number">${seconds(run.seconds)}</td>
              <td>${run.branch ?? "–"} <span class="about">${run.commit?.slice(0, 8) ?? ""}</span></td>
              <td>${run.mode}<span class="about">${run.env}</span></td>
            </tr>`,
          )}</tbody>
        </table></div>`
    }
  </${Panel}>`;
}
