/** Every gate counted once: a bar, and the numbers behind it. */
import type { VNode } from "preact";
import type { Tone, ViewTotals } from "../../view.ts";
import { count, GLYPHS } from "../format.ts";
import { html } from "../html.ts";

const PARTS: readonly (readonly [key: keyof ViewTotals, word: string, tone: Tone])[] = [
  ["failed", "failed", "bad"],
  ["errored", "could not check", "unknown"],
  ["timedOut", "timed out", "unknown"],
  ["missing", "missing", "unknown"],
  ["cancelled", "cancelled", "warn"],
  ["skipped", "skipped", "warn"],
  ["warned", "with warnings", "warn"],
  ["passed", "passed", "good"],
  ["active", "running", "busy"],
  ["pending", "pending", "quiet"],
  ["notApplicable", "not applicable", "quiet"],
];

export function Totals({ totals }: { totals: ViewTotals }): VNode {
  const parts = PARTS.filter(([key]) => totals[key] > 0);
  return html`<section class="totals" aria-label="Totals">
    <div class="bar" role="img" aria-label=${parts.map(([key, word]) => `${totals[key]} ${word}`).join(", ")}>
      ${parts.filter(([key]) => key !== "notApplicable").map(([key, , tone]) => html`<span class=${`part ${tone} ${key}`} style=${{ flexGrow: totals[key] }}></span>`)}
    </div>
    <ul class="legend">
      ${parts.map(
        ([key, word, tone]) =>
          html`<li class=${tone}><span class="glyph" aria-hidden="true">${GLYPHS[tone]}</span><b>${totals[key]}</b> ${word}</li>`,
      )}
      <li class="sum">${totals.ended} of ${count(totals.planned, "gate")} ended, ${Math.floor(totals.completionPct)} %</li>
    </ul>
  </section>`;
}
