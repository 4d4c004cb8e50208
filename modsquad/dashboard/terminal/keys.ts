/** What a key does to what is shown. Pure: a new Ui, and at most one thing to do outside of it. */
import { rowsOf } from "../frame/panes.ts";
import type { PaneId, Ui } from "../frame/ui.ts";
import type { DashboardView } from "../view.ts";
import type { Key } from "./screen.ts";

export type Action = "quit" | "interrupt" | "suspend" | "open" | "help" | "run-gate" | "copy" | null;

export interface KeyContext {
  view: DashboardView;
  /** In the order Tab goes through them; empty on a small terminal. */
  panes: readonly PaneId[];
  rows: number;
}

export function pressed(key: Key, ui: Ui, context: KeyContext): { ui: Ui; action: Action } {
  if (key.name === "C-c") return { ui, action: "interrupt" };
  if (key.name === "C-z") return { ui, action: "suspend" };
  const fresh = { ...ui, message: "" };
  if (ui.typing) return { ui: typed(key, fresh), action: null };
  if (ui.page !== null) return onPage(key, fresh, context);
  switch (key.name) {
    case "q":
      return { ui: fresh, action: "quit" };
    case "escape":
      return { ui: { ...fresh, filter: "" }, action: null };
    case "tab":
      return { ui: turned(fresh, context, 1), action: null };
    case "S-tab":
      return { ui: turned(fresh, context, -1), action: null };
    case "f":
      return { ui: { ...fresh, failuresFirst: !ui.failuresFirst, pane: "gates", chosen: {} }, action: null };
    case "enter":
    case "return":
    case "right":
      return { ui: fresh, action: "open" };
    case "r":
      return { ui: fresh, action: "run-gate" };
    case "y":
      return { ui: fresh, action: "copy" };
  }
  if (key.char === "?") return { ui: fresh, action: "help" };
  if (key.char === "/") return { ui: { ...fresh, typing: true }, action: null };
  const count = rowsOf(context.view, ui.pane, ui).length;
  const row = moved(key, ui.chosen[ui.pane] ?? 0, count, Math.max(1, context.rows >> 1));
  return { ui: { ...fresh, chosen: { ...ui.chosen, [ui.pane]: row } }, action: null };
}

function typed(key: Key, ui: Ui): Ui {
  switch (key.name) {
    case "enter":
    case "return":
      return { ...ui, typing: false };
    case "escape":
      return { ...ui, typing: false, filter: "" };
    case "backspace":
      return { ...ui, filter: [...ui.filter].slice(0, -1).join(""), chosen: {} };
  }
  const { char } = key;
  if (char === undefined || char < " " || char === "\x7f") return ui;
  return { ...ui, filter: ui.filter + char, chosen: {} };
}

function onPage(key: Key, ui: Ui, { rows }: KeyContext): { ui: Ui; action: Action } {
  const page = ui.page!;
  if (key.name === "escape" || key.name === "q" || key.name === "left")
    return { ui: { ...ui, page: null }, action: null };
  if (key.name === "y") return { ui, action: "copy" };
  if (key.name === "r") return { ui, action: "run-gate" };
  const room = Math.max(1, rows - 1);
  const last = Math.max(0, page.lines.length - room);
  const top = Math.min(last, moved(key, page.top, page.lines.length, room));
  return { ui: { ...ui, page: { ...page, top } }, action: null };
}

/** The row after a key that moves; any other key leaves it. */
function moved(key: Key, row: number, count: number, page: number): number {
  const to = (wanted: number) => Math.max(0, Math.min(count - 1, wanted));
  if (key.char === "G") return to(count - 1);
  switch (key.name) {
    case "down":
    case "j":
      return to(row + 1);
    case "up":
    case "k":
      return to(row - 1);
    case "pagedown":
    case "C-d":
      return to(row + page);
    case "pageup":
    case "C-u":
      return to(row - page);
    case "home":
    case "g":
      return 0;
    case "end":
      return to(count - 1);
  }
  return to(row);
}

function turned(ui: Ui, { panes }: KeyContext, by: number): Ui {
  if (panes.length === 0) return ui;
  const at = Math.max(0, panes.indexOf(ui.pane));
  return { ...ui, pane: panes[(at + by + panes.length) % panes.length]! };
}
