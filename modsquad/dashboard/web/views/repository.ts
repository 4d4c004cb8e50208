/** The runs of a repository; and all repositories when there are several. */
import type { VNode } from "preact";
import type { WireRepository } from "../../../relay/wire.ts";
import { percent } from "../format.ts";
import { html } from "../html.ts";
import { lookName } from "../look.ts";
import { Heat } from "../parts/heat.ts";
import { Runs } from "../parts/runs.ts";
import { Trend } from "../parts/trend.ts";
import { Panel, Word } from "../parts/word.ts";
import { linkTo, type Route } from "../route.ts";
import { state } from "../store.ts";

export function RepositoryView({ repository, route }: { repository: WireRepository; route: Route }): VNode {
  return html`<main id="main">
    <h1 class="title">${repository.id}</h1>
    ${repository.problem && html`<p class="problem">${repository.problem}</p>`}
    <div class="columns">
      <div class="wide"><${Runs} runs=${repository.runs} route=${route} /></div>
      <div class="narrow"><${Trend} points=${repository.trend} look=${lookName()} /></div>
    </div>
    <${Heat} history=${repository.history} />
  </main>`;
}

export function RepositoriesView({ repositories }: { repositories: readonly WireRepository[] }): VNode {
  return html`<main id="main">
    <h1 class="title">Repositories</h1>
    <${Panel} title="Latest runs">
      <div class="table-box"><table>
        <thead><tr><th scope="col">Repository</th><th scope="col">Answer</th><th scope="col" class="number">Risk</th><th scope="col">Why</th></tr></thead>
        <tbody>${repositories.map(({ id, latest }) => {
          const view = latest ? state.views.get(id)?.get(latest) : undefined;
          return html`<tr key=${id}>
            <th scope="row"><a data-item href=${linkTo({ repo: id, run: "latest" })}>${id}</a></th>
            <td><${Word} tone=${view?.answer.tone ?? "unknown"} word=${view?.answer.word ?? "no run yet"} /></td>
            <td class="number">${view?.risk ? percent(view.risk.riskPct) : "unknown"}</td>
            <td>${view?.answer.text ?? ""}</td>
          </tr>`;
        })}</tbody>
      </table></div>
    </${Panel}>
  </main>`;
}
