/** The gates of a run: how each ended, when it ran, what it costs. */
import type { VNode } from "preact";
import type { WireView } from "../../../relay/wire.ts";
import { urgency } from "../../view/tone.ts";
import type { ViewGate } from "../../view.ts";
import { matcher } from "../filter.ts";
import { count, percent, seconds } from "../format.ts";
import { classes, html } from "../html.ts";
import { linkTo, type Route } from "../route.ts";
import { Panel, Word } from "./word.ts";

export function shownGates(view: WireView, { query, failuresFirst }: Route): ViewGate[] {
  const fits = matcher(query);
  const gates = view.gates.filter(({ id, title, word, agent, detail, status }) =>
    fits({ gate: id, title, status: `${word} ${status}`, agent, detail }),
  );
  if (!failuresFirst) return gates;
  return gates.toSorted((a, b) => urgency(a.tone) - urgency(b.tone));
}

/** The stretch of time the bars are drawn on, milliseconds since the epoch. */
function stretch(view: WireView, now: number): { from: number; to: number } {
  const from = Date.parse(view.run?.startedAt ?? "");
  const ends = view.gates.map((gate) => Date.parse(gate.endedAt ?? "")).filter((end) => !Number.isNaN(end));
  const to =
    view.life === "live" ? now : Math.max(...ends, Date.parse(view.run?.finishedAt ?? "") || 0, from);
  return { from, to: Math.max(to, from + 100) };
}

export function Gates({ view, route, now }: { view: WireView; route: Route; now: number }): VNode {
  const shown = shownGates(view, route);
  const gates = shown.filter((gate) => gate.status !== "not_applicable");
  const others = shown.filter((gate) => gate.status === "not_applicable");
  const span = stretch(view, now);
  const path = view.criticalPath;
  const note = path
    ? `critical path ${path.steps.map((step) => step.id).join(" → ")}, ${seconds(path.wallSeconds)}${path.wonBackSeconds >= 1 ? `; ${seconds(path.wonBackSeconds)} could be won back` : ""}`
    : null;
  return html`<${Panel} title="Gates" note=${note}>
    ${
      gates.length === 0
        ? html`<p class="empty">${route.query ? "No gate fits the filter." : "The plan runs no gate."}</p>`
        : html`<div class="table-box"><table class="gates">
          <thead><tr><th scope="col">Gate</th><th scope="col">Result</th><th scope="col" class="when">When</th><th scope="col" class="number">Took</th><th scope="col" class="number">Findings</th><th scope="col" class="number">Risk</th></tr></thead>
          <tbody>${gates.map((gate) => html`<${GateRow} key=${gate.id} gate=${gate} span=${span} now=${now} live=${view.life === "live"} />`)}</tbody>
        </table></div>`
    }
    ${others.length > 0 && html`<${NotApplicable} gates=${others} />`}
  </${Panel}>`;
}

function NotApplicable({ gates }: { gates: readonly ViewGate[] }): VNode {
  return html`<details class="why"><summary>${count(gates.length, "gate does", "gates do")} not apply</summary>
    <ul>${gates.map(({ id, reason }) => html`<li><a href=${linkTo({ view: "gate", gate: id })}>${id}</a> <span class="detail">${reason}</span></li>`)}</ul>
  </details>`;
}

interface RowProps {
  gate: ViewGate;
  span: { from: number; to: number };
  now: number;
  live: boolean;
}

function GateRow({ gate, span, now, live }: RowProps): VNode {
  const running = live && gate.status === "in_progress";
  const took = running && gate.startedAt ? (now - Date.parse(gate.startedAt)) / 1000 : gate.seconds;
  const about = gate.reason || gate.detail;
  return html`<tr>
    <th scope="row"><a data-item href=${linkTo({ view: "gate", gate: gate.id })}>${gate.id}</a><span class="about">${about}</span></th>
    <td><${Word} tone=${gate.tone} word=${gate.word} />${gate.attempt > 1 && html`<span class="tag">attempt ${gate.attempt}</span>`}${gate.cached && html`<span class="tag">cached</span>`}</td>
    <td class="when"><${Bar} gate=${gate} span=${span} now=${now} running=${running} /></td>
    <td class="number">${gate.cached ? "cached" : seconds(took)}</td>
    <td class="number">${gate.findings || "–"}</td>
    <td class="number">${gate.riskPct > 0 ? percent(gate.riskPct) : "–"}</td>
  </tr>`;
}

function Bar({ gate, span, now, running }: Omit<RowProps, "live"> & { running: boolean }): VNode | null {
  const start = Date.parse(gate.startedAt ?? "");
  const end = running ? now : Date.parse(gate.endedAt ?? "");
  if (Number.isNaN(start) || Number.isNaN(end) || gate.cached) return html`<div class="track"></div>`;
  const total = span.to - span.from;
  const left = Math.max(0, Math.min(100, (100 * (start - span.from)) / total));
  const width = Math.max(0.6, Math.min(100 - left, (100 * (end - start)) / total));
  const { progress } = gate;
  const label = running && progress ? `${progress.label} ${progress.done}/${progress.total}` : "";
  return html`<div class="track" title=${label || undefined}>
    <div class=${classes("bar", gate.tone, gate.onCriticalPath && "critical")} style=${{ left: `${left}%`, width: `${width}%` }}></div>
    ${label && html`<span class="progress">${label}</span>`}
  </div>`;
}
