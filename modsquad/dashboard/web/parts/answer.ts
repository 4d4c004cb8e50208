/** The top of a run: one word, why, and the risk rate on its scale. */
import type { VNode } from "preact";
import type { WireView } from "../../../relay/wire.ts";
import type { Tone, ViewRisk } from "../../view.ts";
import { dateTime, GLYPHS, percent, seconds } from "../format.ts";
import { html } from "../html.ts";
import { state } from "../store.ts";

/** While nothing is heard, the word is what was last known, and says so. */
export function Answer({ view, now }: { view: WireView; now: number }): VNode {
  const { answer, run } = view;
  const stale = state.connection !== "open" && view.life !== "done";
  const tone: Tone = stale ? "unknown" : answer.tone;
  const word = stale ? "UNKNOWN" : answer.word;
  const text = stale ? `The relay does not answer. Last known: ${answer.word}. ${answer.text}` : answer.text;
  const more = answer.why.filter((why) => why.toLowerCase() !== text.toLowerCase());
  return html`<section class=${`answer ${tone}`} aria-label="Answer">
    <div class="verdict">
      <h1><span class="glyph" aria-hidden="true">${GLYPHS[tone]}</span>${word}</h1>
      <p class="sentence">${text}</p>
      ${
        more.length > 0 &&
        html`<details class="why"><summary>${more.length === 1 ? "One more reason" : `${more.length} more reasons`}</summary>
          <ul>${more.map((why) => html`<li>${why}</li>`)}</ul></details>`
      }
      ${view.problem && html`<p class="problem">${view.problem}</p>`}
      ${run && html`<${Facts} view=${view} now=${now} />`}
    </div>
    ${view.risk ? html`<${RiskScale} risk=${view.risk} />` : html`<div class="risk"><p class="rate">unknown</p><p class="label">risk rate</p></div>`}
  </section>`;
}

function Facts({ view, now }: { view: WireView; now: number }): VNode | null {
  const { run, life } = view;
  if (!run) return null;
  const running = life === "live" && state.connection === "open";
  const took = running ? Math.max(0, now - Date.parse(run.startedAt)) / 1000 : run.seconds;
  const facts: [string, string][] = [
    ["repository", run.repository],
    ["branch", run.branch ?? "none"],
    ["commit", run.commit?.slice(0, 10) ?? "none"],
    ["mode", run.scope ? `${run.mode}, only ${run.scope.join(", ")}` : run.mode],
    ["environment", run.env],
    ["started", dateTime(run.startedAt)],
    [running ? "running for" : "took", seconds(took)],
    ["host", run.host],
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Where a rate lies on the scale, percent of its width: a square root, since small rates matter most. */
function place(pct: number, top: number): number {
  return 100 * Math.sqrt(Math.min(1, pct / top));
}

function RiskScale({ risk }: { risk: ViewRisk }): VNode {
  const { riskPct, targetPct, criticalPct } = risk;
  const top = Math.max(criticalPct * 1.5, riskPct * 1.1);
  const at = (pct: number) => `${place(pct, top)}%`;
  const [low, high] = risk.intervalPct;
  const over =
    riskPct > targetPct
      ? `over the target of ${percent(targetPct)}`
      : `within the target of ${percent(targetPct)}`;
  return html`<div class="risk">
    <p class="rate">${percent(riskPct)}</p>
    <p class="label">risk rate${risk.provisional ? " if it ended now" : ""}, ${over}</p>
    <div class="scale" role="img" aria-label=${`Risk rate ${percent(riskPct)}, target ${percent(targetPct)}, critical ${percent(criticalPct)}`}>
      <div class=${`fill ${risk.tone}`} style=${{ width: at(riskPct) }}></div>
      <div class="range" style=${{ left: at(low), width: `${place(high, top) - place(low, top)}%` }}></div>
      <div class="mark target" style=${{ left: at(targetPct) }}></div>
      <div class="mark critical" style=${{ left: at(criticalPct) }}></div>
    </div>
    <div class="scale-labels" aria-hidden="true">
      <span>target ${percent(targetPct)}</span>
      <span class="critical">critical ${percent(criticalPct)}</span>
    </div>
    <p class="label small">90 % between ${percent(low)} and ${percent(high)}; not in it: floor ${percent(risk.floorPct)}${risk.waivedPct > 0 ? `, waived ${percent(risk.waivedPct)}` : ""}${risk.deferredPct > 0 ? `, deferred ${percent(risk.deferredPct)}` : ""}</p>
  </div>`;
}
