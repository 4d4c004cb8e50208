/**
 * The dashboard as lines of text, for any size of terminal. Pure: the same view and options give the same lines.
 * It degrades by steps: three columns, two, one, a box of the essentials, a single line. It never refuses.
 */
import { above, type Block, beside, block, type ChartPlace, emptyLine, headed } from "./frame/block.ts";
import { PALETTES, type Palette, paintLine } from "./frame/palette.ts";
import { barPieces, paneBlock } from "./frame/panes.ts";
import { fitText, type Line, type Look, say } from "./frame/text.ts";
import {
  agentLines,
  alertLine,
  answerLines,
  completionShare,
  completionText,
  completionTile,
  completionTone,
  countPieces,
  pathLine,
  riskScale,
  riskText,
  riskTile,
  titleLine,
  trendTile,
} from "./frame/tiles.ts";
import { PANE_IDS, type PaneId, STILL, type Ui } from "./frame/ui.ts";
import type { DashboardView } from "./view.ts";

export { PALETTES, type Palette };

export interface FrameOptions extends Look {
  /** Of the terminal, at least 1. */
  columns: number;
  rows: number;
  palette?: Palette;
  ui?: Ui;
  /** Leave room for charts that the caller draws itself. */
  charts?: boolean;
}

/** Lines and the places of charts, before they are painted. */
export interface Composition {
  lines: Line[];
  charts: ChartPlace[];
  /** The panes on the screen, in the order Tab goes through them. */
  panes: readonly PaneId[];
}

/** Exactly `rows` lines of at most `columns` columns. */
export function frame(view: DashboardView, options: FrameOptions): string[] {
  return compose(view, options).lines.map((line) => paintLine(line, options, options.palette ?? "default"));
}

interface Sheet {
  view: DashboardView;
  look: Look;
  ui: Ui;
  width: number;
  height: number;
  charts: boolean;
}

export function compose(view: DashboardView, options: FrameOptions): Composition {
  const columns = Math.max(1, Math.floor(options.columns));
  const rows = Math.max(1, Math.floor(options.rows));
  const look = { colour: options.colour, unicode: options.unicode };
  const sheet: Sheet = {
    view,
    look,
    ui: options.ui ?? STILL,
    width: columns,
    height: rows,
    charts: options.charts ?? false,
  };
  const small = smallSheet(sheet);
  if (small) return { ...small, lines: block(small.lines, columns, rows).lines };
  return panesSheet(sheet);
}

interface Made {
  lines: readonly Line[];
  charts: ChartPlace[];
  panes: readonly PaneId[];
}

/** What is shown without panes, or with one of them; null where there is room for several. */
function smallSheet(sheet: Sheet): Made | null {
  const { width, height, ui } = sheet;
  if (ui.page !== null) return pageSheet(sheet);
  if (width < 20 || height < 5) return lineSheet(sheet);
  if (width < 60 || height < 16) return boxSheet(sheet);
  return null;
}

const MARGIN: Line = [[" ", "plain"]];

/** Blocks between two margins. They are as wide as they should be: no line is measured again. */
function panesSheet(sheet: Sheet): Composition {
  const { width, height } = sheet;
  const inner = { ...sheet, width: width - 2 };
  const { body, panes } =
    width >= 160 && height >= 45 ? wide(inner) : width >= 100 && height >= 30 ? two(inner) : one(inner);
  const lines = body.lines.slice(0, height).map((line): Line => [...MARGIN, ...line, ...MARGIN]);
  while (lines.length < height) lines.push(emptyLine(width));
  const charts = body.charts.map((chart) => ({ ...chart, left: chart.left + 1 }));
  return { lines, charts, panes };
}

/** A few columns or rows: the word, then what fits. */
function lineSheet({ view, look, width }: Sheet): Made {
  const { answer, totals } = view;
  const [head] = answerLines(view, Math.max(width, 60), 1, look);
  const short = answerLines({ ...view, answer: { ...answer, text: "", exitCode: null } }, width, 1, look)[0]!;
  const open = totals.failed + totals.errored + totals.timedOut + totals.missing;
  const ended = view.loading ? "counting" : `${totals.ended}/${totals.planned} ended`;
  const lines: Line[] = [
    width < 40 ? short : head!,
    [[view.run === null ? "" : ended, "plain"]],
    [[open > 0 ? `${open} not ok` : "", "bad"]],
    [[`risk ${riskText(view)}`, "plain"]],
  ];
  return { lines, charts: [], panes: [] };
}

/** The essentials in one column: answer, how far, how risky, and the gates that need somebody; Tab for the rest. */
function boxSheet(sheet: Sheet): Made {
  const { view, look, width, height, ui } = sheet;
  const barWidth = Math.min(16, width >> 2);
  const head: Line[] = [
    titleLine(view, width, look),
    ...answerLines(view, width, height >= 10 ? 2 : 1, look),
    [
      ...barPieces(completionShare(view), barWidth, completionTone(view), look),
      [` ${completionText(view)}`, "plain"],
    ],
    [
      ["risk ", "quiet"],
      [riskText(view), view.risk?.tone ?? "unknown"],
    ],
  ];
  const foot = ui.interactive ? [footer(sheet)] : [];
  const list = paneBlock(
    view,
    ui.interactive ? ui.pane : "gates",
    { width, height: Math.max(1, height - head.length - foot.length) },
    look,
    ui,
  );
  return { lines: [...head, ...list.lines, ...foot], charts: [], panes: PANE_IDS };
}

interface Laid {
  body: Block;
  panes: readonly PaneId[];
}

function headBlock({ view, look, width }: Sheet, height: number): Block {
  return block(
    [titleLine(view, width, look), [], ...answerLines(view, width, height - 3, look)],
    width,
    height,
  );
}

const GAP = 3;

/** From 60×16: one column. */
function one(sheet: Sheet): Laid {
  const { view, look, width, height, ui } = sheet;
  const head = headBlock(sheet, 5);
  const figures = block(figureLines(sheet), width, 3);
  const rest = height - 5 - 3 - 1 - 1;
  const lower = rest >= 12 ? Math.floor(rest * 0.4) : 0;
  const second: PaneId = ui.interactive && ui.pane !== "gates" ? ui.pane : secondPane(view);
  const parts = [
    head,
    figures,
    gap(width),
    paneBlock(view, "gates", { width, height: rest - lower }, look, ui),
  ];
  if (lower > 0) parts.push(gap(width), paneBlock(view, second, { width, height: lower - 1 }, look, ui));
  parts.push(block([footer(sheet)], width, 1));
  return { body: above(parts), panes: PANE_IDS };
}

/** While it runs, what happens; once it is done, what it costs. */
function secondPane(view: DashboardView): PaneId {
  return view.life === "live" || (view.risk?.ledger.length ?? 0) === 0 ? "timeline" : "ledger";
}

function gap(width: number): Block {
  return block([], width, 1);
}

/** Progress and risk as a line each, and the counts. */
function figureLines({ view, look, width }: Sheet): Line[] {
  const barWidth = Math.min(24, width >> 2);
  const { risk } = view;
  const share = risk === null ? 0 : risk.riskPct / riskScale(risk);
  const limits = risk === null ? "" : `   target ${risk.targetPct} %   critical ${risk.criticalPct} %`;
  return [
    [
      ["progress  ", "quiet"],
      ...barPieces(completionShare(view), barWidth, completionTone(view), look),
      [`  ${completionText(view)}`, "plain"],
    ],
    [
      ["risk      ", "quiet"],
      ...barPieces(share, barWidth, risk?.tone ?? "unknown", look),
      [`  ${riskText(view)}`, risk?.tone ?? "unknown"],
      [limits, "quiet"],
    ],
    [["gates     ", "quiet"], ...countPieces(view, look)],
  ];
}

/** The three figures side by side. */
function tiles({ view, look, width, charts }: Sheet, height: number): Block {
  const first = Math.floor((width - 2 * GAP) * 0.34);
  const second = Math.floor((width - 2 * GAP) * 0.33);
  const third = width - 2 * GAP - first - second;
  return beside(
    [
      completionTile(view, first, height, look, charts),
      riskTile(view, second, height, look, charts),
      trendTile(view, third, height, look, charts),
    ],
    GAP,
  );
}

/** Agents, critical path, and what went wrong with the run itself. */
function people({ view, look, width }: Sheet): Block {
  const half = Math.floor((width - GAP) / 2);
  const right = width - GAP - half;
  const agents = headed({ title: "Agents" }, block(agentLines(view, half, look), half, 5), look);
  const path = headed({ title: "Critical path" }, block([pathLine(view, right, look)], right, 1), look);
  const note = view.problem === null ? alertLine(view, right, look) : problemLine(view.problem, look);
  const alerts = headed({ title: "Errors and warnings" }, block([note], right, 1), look);
  return beside([agents, above([path, gap(right), alerts])], GAP);
}

function problemLine(problem: string, look: Look): Line {
  return [[say(problem, look), "unknown"]];
}

/** From 100×30: figures, gates beside ledger and activity. */
function two(sheet: Sheet): Laid {
  const { view, look, width, height, ui } = sheet;
  const tileHeight = height >= 36 ? 9 : 7;
  const rest = height - 4 - tileHeight - 1 - 1 - 6 - 1 - 1;
  const left = Math.floor((width - GAP) * 0.58);
  const right = width - GAP - left;
  const findings = Math.max(4, Math.min(Math.floor(rest * 0.6), rest - view.gates.length - 3));
  const ledger = Math.max(4, Math.floor(rest * 0.45));
  const pane = (id: PaneId, paneWidth: number, paneHeight: number) =>
    paneBlock(view, id, { width: paneWidth, height: paneHeight }, look, ui);
  const lower: PaneId = ui.interactive && ui.pane === "runs" ? "runs" : "timeline";
  const body = above([
    headBlock(sheet, 4),
    tiles(sheet, tileHeight),
    gap(width),
    beside(
      [
        above([pane("gates", left, rest - findings - 1), gap(left), pane("findings", left, findings)]),
        above([pane("ledger", right, ledger), gap(right), logPane(sheet, lower, right, rest - ledger - 1)]),
      ],
      GAP,
    ),
    gap(width),
    people(sheet),
    gap(width),
    block([footer(sheet)], width, 1),
  ]);
  return { body, panes: PANE_IDS };
}

/** From 160×45: a column for the runs and what happens. */
function wide(sheet: Sheet): Laid {
  const { view, look, width, height, ui } = sheet;
  const tileHeight = 11;
  const rest = height - 4 - tileHeight - 1 - 1 - 6 - 1 - 1;
  const left = Math.floor((width - 2 * GAP) * 0.42);
  const middle = Math.floor((width - 2 * GAP) * 0.32);
  const right = width - 2 * GAP - left - middle;
  const runs = Math.floor(rest * 0.35);
  const ledger = Math.floor(rest * 0.5);
  const pane = (id: PaneId, paneWidth: number, paneHeight: number) =>
    paneBlock(view, id, { width: paneWidth, height: paneHeight }, look, ui);
  const body = above([
    headBlock(sheet, 4),
    tiles(sheet, tileHeight),
    gap(width),
    beside(
      [
        pane("gates", left, rest),
        above([pane("findings", middle, rest - ledger - 1), gap(middle), pane("ledger", middle, ledger)]),
        above([logPane(sheet, "timeline", right, rest - runs - 1), gap(right), pane("runs", right, runs)]),
      ],
      GAP,
    ),
    gap(width),
    people(sheet),
    gap(width),
    block([footer(sheet)], width, 1),
  ]);
  return { body, panes: PANE_IDS };
}

/** The activity; drawn by the log of the terminal where there is one and nobody moves in it. */
function logPane(sheet: Sheet, id: PaneId, width: number, height: number): Block {
  const { view, look, ui, charts } = sheet;
  const made = paneBlock(view, id, { width, height }, look, ui);
  if (!charts || id !== "timeline" || ui.pane === id) return made;
  return { ...made, charts: [{ id: "log", left: 0, top: 1, width, height: height - 1 }] };
}

const KEYS = "? help   / filter   Tab pane   Enter open   f failures first   r run again   y copy   q quit";
const FEW_KEYS = "? help  / filter  Enter open  q quit";

function footer({ view, look, ui, width }: Sheet): Line {
  if (!ui.interactive) return [[say(view.run === null ? "" : `run ${view.run.runId}`, look), "quiet"]];
  const cursor = look.unicode ? "▏" : "_";
  if (ui.typing)
    return [
      [`/${say(ui.filter, look, 60)}${cursor}`, "strong"],
      ["   Enter keep   Esc clear", "quiet"],
    ];
  if (ui.message !== "") return [[fitText(say(ui.message, look), width, look), "strong"]];
  const filter = ui.filter === "" ? "" : `filter "${say(ui.filter, look, 30)}"   `;
  return [
    [filter, "strong"],
    [width >= 90 ? KEYS : FEW_KEYS, "quiet"],
  ];
}

/** Full-screen text without borders, so that a selection with the mouse copies the text and nothing else. */
function pageSheet({ ui, look, width, height }: Sheet): Made {
  const page = ui.page!;
  const rows = height - 1;
  const lines: Line[] = page.lines.slice(page.top, page.top + rows).map((text) => [[text, "plain"]]);
  while (lines.length < rows) lines.push([]);
  const place =
    page.lines.length > rows
      ? `  ${page.top + 1}-${Math.min(page.lines.length, page.top + rows)} of ${page.lines.length}`
      : "";
  const keys =
    ui.message === "" ? `${say(page.title, look, 80)}${place}   y copy   Esc back` : say(ui.message, look);
  return { lines: [...lines, [[fitText(keys, width, look), "quiet"]]], charts: [], panes: [] };
}
