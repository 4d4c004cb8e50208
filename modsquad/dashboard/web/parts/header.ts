/** The line at the top: where one is, whether the page is live, the filter, the look. */
import type { VNode } from "preact";
import { clock } from "../format.ts";
import { html } from "../html.ts";
import { type Look, PALETTES, setLook, THEMES } from "../look.ts";
import { linkTo, type Route, replaceRoute } from "../route.ts";
import { state } from "../store.ts";

const CONNECTION = {
  connecting: ["busy", "connecting"],
  open: ["good", "live"],
  lost: ["unknown", "not connected"],
  refused: ["bad", "signed out"],
} as const;

export function Header({ route, look, onHelp }: { route: Route; look: Look; onHelp(): void }): VNode {
  const [tone, word] = CONNECTION[state.connection];
  const since =
    state.connection !== "open" && state.heardAt
      ? `, as of ${clock(new Date(state.heardAt).toISOString())}`
      : "";
  return html`<header class="top">
    <nav aria-label="Place"><${Crumbs} route=${route} /></nav>
    <label class="filter"><span class="hidden">Filter</span><input id="filter" type="search" placeholder="Filter  /" autocomplete="off" spellcheck=${false} value=${route.query}
      onInput=${(event: Event) => replaceRoute({ query: (event.target as HTMLInputElement).value })} /></label>
    <p class=${`connection ${tone}`} role="status"><span class="light" aria-hidden="true"></span>${word}${since}</p>
    <label class="choice"><span class="hidden">Theme</span><select onChange=${(event: Event) => setLook({ theme: (event.target as HTMLSelectElement).value as Look["theme"] })}>${THEMES.map((theme) => html`<option value=${theme} selected=${theme === look.theme}>${theme}</option>`)}</select></label>
    <label class="choice"><span class="hidden">Colours</span><select onChange=${(event: Event) => setLook({ palette: (event.target as HTMLSelectElement).value as Look["palette"] })}>${PALETTES.map((palette) => html`<option value=${palette} selected=${palette === look.palette}>${palette}</option>`)}</select></label>
    <button type="button" class="plain" onClick=${onHelp} aria-label="Keys">?</button>
  </header>`;
}

function Crumbs({ route }: { route: Route }): VNode {
  const several = (state.repositories?.size ?? 0) > 1;
  const crumbs: [text: string, href: string | null][] = [
    ["meta-orch", several ? linkTo({ repo: null, run: null }) : null],
  ];
  if (route.repo) crumbs.push([route.repo, linkTo({ run: null })]);
  if (route.run) crumbs.push([route.run === "latest" ? "latest run" : route.run, linkTo({})]);
  if (route.view === "gate" && route.gate) crumbs.push([route.gate, null]);
  else if (route.view !== "run") crumbs.push([route.view, null]);
  return html`<ol>${crumbs.map(([text, href], at) => html`<li class=${at === 0 ? "brand" : ""}>${href ? html`<a href=${href}>${text}</a>` : html`<span>${text}</span>`}</li>`)}</ol>`;
}
