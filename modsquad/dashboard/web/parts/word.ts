/** A state as glyph, word and colour: none of them alone. */
import type { VNode } from "preact";
import type { Tone } from "../../view.ts";
import { GLYPHS } from "../format.ts";
import { html } from "../html.ts";

export function Word({ tone, word }: { tone: Tone; word: string }): VNode {
  return html`<span class=${`word ${tone}`}><span class="glyph" aria-hidden="true">${GLYPHS[tone]}</span>${word}</span>`;
}

export function Panel({ title, note, children, id }: PanelProps): VNode {
  return html`<section class="panel" aria-label=${title} id=${id}>
    <header><h2>${title}</h2>${note ? html`<p class="note">${note}</p>` : null}</header>
    ${children}
  </section>`;
}

interface PanelProps {
  title: string;
  note?: unknown;
  id?: string;
  children?: unknown;
}
