/** Starts the page: address, keys, connection, and one redraw a frame however much arrives. */
import { render } from "preact";
import { App } from "./app.ts";
import { connect } from "./connect.ts";
import { textHere } from "./copy.ts";
import { html } from "./html.ts";
import { listenToKeys, moveFocus } from "./keys.ts";
import { startLook } from "./look.ts";
import { request } from "./parts/controls.ts";
import { listControl } from "./parts/findings.ts";
import { here, replaceRoute, upFrom } from "./route.ts";
import { onChange, state } from "./store.ts";
import "./style.css";

const TOAST_MS = 4000;
const root = document.getElementById("app")!;
let help = false;
let toast = "";
let toastTimer = 0;
let drawing = 0;

/** Of one repository the latest run is shown first; the address says so. */
function settle(): void {
  const only = state.repositories?.size === 1 ? [...state.repositories.keys()][0] : undefined;
  if (only !== undefined && here().repo === null) replaceRoute({ repo: only, run: "latest" });
}

function draw(): void {
  drawing = 0;
  settle();
  const onHelp = (open: boolean) => {
    help = open;
    redraw();
  };
  render(html`<${App} route=${here()} help=${help} toast=${toast} onHelp=${onHelp} />`, root);
}

function redraw(): void {
  if (drawing === 0) drawing = requestAnimationFrame(draw);
}

function say(text: string): void {
  toast = text;
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => {
    toast = "";
    redraw();
  }, TOAST_MS);
  redraw();
}

/** In a list of findings the keys move in it; elsewhere over links. */
function inList(): ReturnType<typeof listControl> {
  const focused = document.activeElement?.getAttribute("role") === "listbox";
  return focused || here().view === "gate" || here().view === "findings" ? listControl() : null;
}

async function copy(): Promise<void> {
  const text = textHere(here());
  if (text === null) return;
  try {
    await navigator.clipboard.writeText(text);
    say("Copied");
  } catch {
    say("The browser does not let this page copy");
  }
}

async function runAgain(): Promise<void> {
  const { repo, gate } = here();
  const link = document.activeElement instanceof HTMLAnchorElement ? document.activeElement.hash : "";
  const wanted = gate ?? /\/gates\/([\w.-]+)/.exec(link)?.[1];
  const repository = state.repositories?.get(repo ?? "");
  if (!wanted || !repository?.latest) return say("Select a gate first");
  if (!state.allowControl) return say("This relay only looks: start it with --allow-control");
  say(await request(repository.id, repository.latest, "run-gate", wanted));
}

function back(): void {
  if (inList()?.close()) return;
  const up = upFrom(here());
  if (up !== null) location.hash = up;
}

root.replaceChildren();
startLook(redraw);
onChange(redraw);
window.addEventListener("hashchange", redraw);
listenToKeys({
  help: () => {
    help = true;
    redraw();
  },
  filter: () => document.getElementById("filter")?.focus(),
  move: (by) => (inList() ?? { move: moveFocus }).move(by),
  edge: (which) => (inList() ?? { move: moveFocus }).move(which),
  open: () => inList()?.open(),
  back,
  failuresFirst: () => replaceRoute({ failuresFirst: !here().failuresFirst }),
  copy,
  runAgain,
});
draw();
connect();
