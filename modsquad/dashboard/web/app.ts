/** Which view the address asks for, and what to say while it cannot be shown. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { WireRepository, WireView } from "../../relay/wire.ts";
import { html } from "./html.ts";
import { look } from "./look.ts";
import { Header } from "./parts/header.ts";
import { Help } from "./parts/help.ts";
import { Loading } from "./parts/loading.ts";
import type { Route } from "./route.ts";
import { loadView, state } from "./store.ts";
import { GateView, Unknown } from "./views/gate.ts";
import { FindingsView, LogView } from "./views/lists.ts";
import { RepositoriesView, RepositoryView } from "./views/repository.ts";
import { RunView } from "./views/run.ts";

export interface AppProps {
  route: Route;
  help: boolean;
  toast: string;
  onHelp(open: boolean): void;
}

/** A clock for what is still running. */
function useNow(ticking: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [ticking]);
  return ticking ? Math.max(now, state.heardAt ?? 0) : Date.now();
}

export function App({ route, help, toast, onHelp }: AppProps): VNode {
  return html`
    <a class="skip" href="#main" onClick=${(event: Event) => {
      event.preventDefault();
      document.querySelector<HTMLElement>("#main a, #main button")?.focus();
    }}>Skip to the content</a>
    <${Header} route=${route} look=${look} onHelp=${() => onHelp(true)} />
    <${Body} route=${route} />
    <p class="toast" role="status" aria-live="polite">${toast}</p>
    ${help && html`<${Help} onClose=${() => onHelp(false)} />`}`;
}

function Body({ route }: { route: Route }): VNode {
  const { repositories } = state;
  if (repositories === null) {
    return state.connection === "connecting"
      ? html`<${Loading} title="Runs" what="Loading. Nothing is known yet." />`
      : html`<main id="main"><${Unknown} what="The state" why=${lostWhy()} /></main>`;
  }
  const repository = route.repo ? repositories.get(route.repo) : undefined;
  if (!repository) {
    return route.repo
      ? html`<main id="main"><${Unknown} what=${route.repo} why="this relay does not follow it" /></main>`
      : html`<${RepositoriesView} repositories=${[...repositories.values()]} />`;
  }
  if (!route.run) return html`<${RepositoryView} repository=${repository} route=${route} />`;
  return html`<${OneRun} key=${repository.id} repository=${repository} route=${route} />`;
}

function lostWhy(): string {
  return state.connection === "refused"
    ? "this page is signed out; open the address that meta-orch relay printed"
    : "the relay does not answer";
}

function OneRun({ repository, route }: { repository: WireRepository; route: Route }): VNode {
  const runId = route.run === "latest" ? repository.latest : route.run;
  const view = runId ? state.views.get(repository.id)?.get(runId) : undefined;
  const now = useNow(view?.life === "live" || view?.life === "stalled");
  useEffect(() => {
    if (runId) loadView(repository.id, runId);
  }, [repository.id, runId]);
  if (!runId) {
    return html`<main id="main"><section class="answer unknown"><div class="verdict"><h1><span class="glyph" aria-hidden="true">?</span>NO RUN YET</h1><p class="sentence">Nothing is known about ${repository.id}. Start a run there with: meta-orch</p></div></section></main>`;
  }
  if (!view) {
    const problem = state.problems.get(`${repository.id}/${runId}`);
    return problem
      ? html`<main id="main"><${Unknown} what="This run" why=${problem} /></main>`
      : html`<${Loading} title=${repository.id} what="Loading the run." />`;
  }
  return shown(repository, view, route, now, runId);
}

function shown(repository: WireRepository, view: WireView, route: Route, now: number, runId: string): VNode {
  const base = `/api/repositories/${repository.id}/runs/${runId}`;
  // Changes when there is more to load.
  const gate = view.gates.find(({ id }) => id === route.gate);
  const version = `${view.life} ${view.totals.ended} ${view.findings.total} ${gate?.status} ${gate?.attempt}`;
  switch (route.view) {
    case "gate":
      return html`<${GateView} path=${`${base}/gates/${route.gate}`} version=${version} route=${route} />`;
    case "findings":
      return html`<${FindingsView} path=${`${base}/findings`} version=${version} route=${route} />`;
    case "log":
      return html`<${LogView} key=${runId} path=${`${base}/log`} version=${view.now} route=${route} />`;
    case "run":
      return html`<${RunView} repository=${repository} view=${view} route=${route} now=${now} />`;
  }
}
