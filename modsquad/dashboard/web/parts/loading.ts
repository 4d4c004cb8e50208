/** What stands in a view's place until its data is there: it has the view's heading, so that the page always has one. */
import type { VNode } from "preact";
import { html } from "../html.ts";

export function Loading({ title, what }: { title: string; what: string }): VNode {
  return html`<main id="main"><h1 class="title">${title}</h1><p class="empty" role="status">${what}</p></main>`;
}
