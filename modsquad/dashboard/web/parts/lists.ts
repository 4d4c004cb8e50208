/** The smaller lists of a run. */
import type { VNode } from "preact";
import type { WireView } from "../../../relay/wire.ts";
import type { ViewCompanion, ViewEvent } from "../../view.ts";
import { clock, GLYPHS, seconds } from "../format.ts";
import { html } from "../html.ts";
import { Panel, Word } from "./word.ts";

const EVENTS = 14;

export function Timeline({ events }: { events: readonly ViewEvent[] }): VNode {
  return html`<${Panel} title="Recent activity">
    ${
      events.length === 0
        ? html`<p class="empty">Nothing yet.</p>`
        : html`<ol class="events">${events
            .slice(0, EVENTS)
            .map(
              (event) =>
                html`<li class=${event.tone}><time>${clock(event.at)}</time><span class="glyph" aria-hidden="true">${GLYPHS[event.tone]}</span><span><b>${event.subject}</b> ${event.word} <span class="detail">${event.text}</span></span></li>`,
            )}</ol>`
    }
  </${Panel}>`;
}

export function Actions({ view }: { view: WireView }): VNode | null {
  const actions = view.nextActions.slice(0, 6);
  if (actions.length === 0) return null;
  return html`<${Panel} title="What to do next">
    <ol class="actions">${actions.map(
      (action) =>
        html`<li><b>${action.gate ?? "run"}</b> ${action.what}<p class="action">${action.how}</p></li>`,
    )}</ol>
  </${Panel}>`;
}

export function Agents({ view }: { view: WireView }): VNode {
  const { orchestrator, areas, workers } = view.agents;
  return html`<${Panel} title="Agents">
    <div class="tiers">
      <p><span class="tier">tier 0</span> orchestrator <${Word} ...${orchestrator} /></p>
      <ul><li class="tier">tier 1</li>${areas.map((area) => html`<li>${area.area} <${Word} tone=${area.tone} word=${area.readiness.toLowerCase().replace("_", " ")} /></li>`)}</ul>
      <ul><li class="tier">tier 2</li>${workers.map((worker) => html`<li>${worker.agent} <${Word} tone=${worker.tone} word=${worker.word} /></li>`)}</ul>
    </div>
  </${Panel}>`;
}

export function Companions({ title, rows }: { title: string; rows: readonly ViewCompanion[] }): VNode | null {
  if (rows.length === 0) return null;
  return html`<${Panel} title=${title}>
    <ul class="companions">${rows.map((row) => html`<li><b>${row.title || row.id}</b> <${Word} tone=${row.tone} word=${row.word} /> <span class="detail">${seconds(row.seconds)} ${row.note}</span></li>`)}</ul>
  </${Panel}>`;
}
