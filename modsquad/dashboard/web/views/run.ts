/** One run, all of it at a glance. */
import type { VNode } from "preact";
import type { WireRepository, WireView } from "../../../relay/wire.ts";
import { html } from "../html.ts";
import { lookName } from "../look.ts";
import { Answer } from "../parts/answer.ts";
import { Controls } from "../parts/controls.ts";
import { Findings } from "../parts/findings.ts";
import { Gates } from "../parts/gates.ts";
import { Heat } from "../parts/heat.ts";
import { Ledger } from "../parts/ledger.ts";
import { Actions, Agents, Companions, Timeline } from "../parts/lists.ts";
import { Totals } from "../parts/totals.ts";
import { Trend } from "../parts/trend.ts";
import { Panel } from "../parts/word.ts";
import { linkTo, type Route } from "../route.ts";

interface RunProps {
  repository: WireRepository;
  view: WireView;
  route: Route;
  now: number;
}

export function RunView({ repository, view, route, now }: RunProps): VNode {
  const { findings } = view;
  const more = html`<a href=${linkTo({ view: "findings" })}>all ${findings.total.toLocaleString("en")}</a> · <a href=${linkTo({ view: "log" })}>raw log</a>`;
  return html`<main id="main">
    <${Answer} view=${view} now=${now} />
    <${Controls} repo=${repository.id} view=${view} />
    <${Totals} totals=${view.totals} />
    <div class="columns">
      <div class="wide">
        <${Gates} view=${view} route=${route} now=${now} />
        <${Actions} view=${view} />
        <${Panel} title="Findings" note=${more}>
          <${Findings} findings=${findings.worst} query=${route.query} withGate=${true} />
        </${Panel}>
        <${Heat} history=${repository.history} />
      </div>
      <div class="narrow">
        <${Trend} points=${repository.trend} look=${lookName()} />
        <${Ledger} risk=${view.risk} />
        <${Timeline} events=${view.timeline} />
        <${Agents} view=${view} />
        <${Companions} title="Reviewers" rows=${view.reviewers} />
        <${Companions} title="Extensions" rows=${view.extensions} />
        <${Notes} view=${view} />
      </div>
    </div>
  </main>`;
}

function Notes({ view }: { view: WireView }): VNode | null {
  const notes = [...view.errors, ...view.warnings];
  if (notes.length === 0) return null;
  return html`<${Panel} title="Of the run itself"><ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul></${Panel}>`;
}
