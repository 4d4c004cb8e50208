import { describe, expect, it } from "vitest";
import { type PaneId, STILL, type Ui } from "../../modsquad/dashboard/frame/ui.ts";
import { pressed } from "../../modsquad/dashboard/terminal/keys.ts";
import { view } from "../../modsquad/dashboard/view.ts";
import { at } from "../report/build-state.ts";
import { blockedRun } from "../report/storefront-run.ts";

const { state, risk } = blockedRun();
const shown = view({ latest: state, risk, now: Date.parse(at(25)), alive: undefined });
const PANES: PaneId[] = ["gates", "findings", "ledger"];

/** Types these keys: one character each, or a name in angle brackets. */
function type(keys: string, from: Partial<Ui> = {}): { ui: Ui; actions: string[] } {
  let ui: Ui = { ...STILL, interactive: true, ...from };
  const actions: string[] = [];
  for (const [, name, char] of keys.matchAll(/<([^>]+)>|(.)/g)) {
    const after = pressed({ char, name: name ?? char! }, ui, { view: shown, panes: PANES, rows: 24 });
    ui = after.ui;
    if (after.action) actions.push(after.action);
  }
  return { ui, actions };
}

describe("keys", () => {
  it.each([
    ["jj", 2],
    ["<down><down>k", 1],
    ["kkk", 0],
    ["G", shown.gates.length - 1],
    ["Gg", 0],
    ["<pagedown><pagedown><pagedown>", shown.gates.length - 1],
  ])("%s moves to row %d", (keys, row) => {
    expect(type(keys).ui.chosen.gates).toBe(row);
  });

  it("Tab goes round the panes on the screen", () => {
    expect(type("<tab>").ui.pane).toBe("findings");
    expect(type("<S-tab>").ui.pane).toBe("ledger");
    expect(type("<tab><tab><tab>").ui.pane).toBe("gates");
  });

  it("/ filters while typed, Enter keeps it, Esc clears it; keys are letters meanwhile", () => {
    expect(type("/quit<enter>").ui).toMatchObject({ filter: "quit", typing: false });
    expect(type("/quit").actions).toEqual([]);
    expect(type("/ab<backspace>").ui.filter).toBe("a");
    expect(type("/ab<enter><escape>").ui.filter).toBe("");
  });

  it("f turns between failures first and the order of the plan", () => {
    expect(type("f").ui.failuresFirst).toBe(false);
    expect(type("ff").ui.failuresFirst).toBe(true);
  });

  it.each([
    ["q", ["quit"]],
    ["<C-c>", ["interrupt"]],
    ["<C-z>", ["suspend"]],
    ["<enter>", ["open"]],
    ["?", ["help"]],
    ["r", ["run-gate"]],
    ["y", ["copy"]],
    ["/<C-c>", ["interrupt"]],
  ])("%s asks for %j", (keys, actions) => {
    expect(type(keys).actions).toEqual(actions);
  });

  it("moves in an open page and goes back with Esc or q", () => {
    const page = { title: "", lines: Array.from({ length: 100 }, (_, i) => String(i)), top: 0 };
    expect(type("jj", { page }).ui.page?.top).toBe(2);
    expect(type("G", { page }).ui.page?.top).toBe(100 - 23);
    expect(type("q", { page })).toMatchObject({ ui: { page: null }, actions: [] });
  });
});
