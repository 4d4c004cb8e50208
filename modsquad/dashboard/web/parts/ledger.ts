/** The ledger as a waterfall: each line begins where the one before ended, and the last is the sum. */
import type { VNode } from "preact";
import type { LedgerLine } from "../../../contracts/risk.ts";
import type { ViewRisk } from "../../view.ts";
import { percent } from "../format.ts";
import { html } from "../html.ts";
import { linkTo } from "../route.ts";
import { Panel } from "./word.ts";

const LINES = 12;

interface Step {
  line: LedgerLine;
  from: number;
}

/** The largest lines one by one, the rest as one. */
function stepsOf(ledger: readonly LedgerLine[]): Step[] {
  const sorted = ledger.toSorted((a, b) => b.pct - a.pct);
  const head = sorted.slice(0, LINES);
  const rest = sorted.slice(LINES);
  if (rest.length > 0) {
    const pct = rest.reduce((sum, line) => sum + line.pct, 0);
    head.push({
      gate: "",
      reason: "rest",
      pct,
      printed: percent(pct),
      detail: `${rest.length} smaller lines`,
      action: "",
    });
  }
  let from = 0;
  return head.map((line) => {
    const step = { line, from };
    from += line.pct;
    return step;
  });
}

export function Ledger({ risk }: { risk: ViewRisk | null }): VNode {
  if (!risk)
    return html`<${Panel} title="Ledger"><p class="empty">The risk of this run is not known.</p></${Panel}>`;
  const steps = stepsOf(risk.ledger);
  const total = risk.totalAvoidablePct || 1;
  const at = (pct: number) => `${Math.min(100, (100 * pct) / total)}%`;
  return html`<${Panel} title="Ledger" note="what the risk is made of">
    ${
      steps.length === 0
        ? html`<p class="empty">Nothing avoidable is left.</p>`
        : html`<ol class="waterfall">${steps.map(
            ({ line, from }) => html`<li>
              <div class="what"><span>${line.gate ? html`<a href=${linkTo({ view: "gate", gate: line.gate })}>${line.gate}</a> ` : ""}<span class="detail">${line.detail}</span></span><b>${line.printed}</b></div>
              <div class="fall" aria-hidden="true"><div style=${{ left: at(from), width: at(line.pct) }}></div></div>
              ${line.action && html`<p class="action">${line.action}</p>`}
            </li>`,
          )}
          <li class="total"><div class="what"><span>all that can be avoided</span><b>${percent(risk.totalAvoidablePct)}</b></div></li></ol>`
    }
  </${Panel}>`;
}
