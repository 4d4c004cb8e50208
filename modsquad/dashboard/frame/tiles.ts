/** The head of the dashboard and its figures: what, how far, how risky, since when. */
import { duration, limit, percent } from "../../report/numbers.ts";
import { readPct } from "../view/answer.ts";
import type { DashboardView, Tone, TrendPoint } from "../view.ts";
import { type Block, block, type ChartPlace, headed } from "./block.ts";
import { glyph } from "./palette.ts";
import { barPieces } from "./panes.ts";
import { columnsOf, fitText, fold, type Line, type Look, type Piece, type Style, say } from "./text.ts";

const LIFE_STYLE: Record<DashboardView["life"], Tone> = {
  live: "busy",
  stalled: "unknown",
  crashed: "bad",
  done: "quiet",
  unknown: "unknown",
};

/** Repository and run at the left, life at the right. */
export function titleLine(view: DashboardView, width: number, look: Look): Line {
  const life = `${view.life}, ${view.lifeText}`;
  const lifePieces: Piece[] = [
    [`${glyph(LIFE_STYLE[view.life], look)} `, LIFE_STYLE[view.life]],
    [life, LIFE_STYLE[view.life]],
  ];
  const room = width - columnsOf(life) - 4;
  const dot = look.unicode ? " · " : " - ";
  const { run } = view;
  const name = say(run?.repository || "meta-orch", look, 60);
  const facts = run === null ? [] : [run.branch, run.commit?.slice(0, 8), `${run.mode} mode`, run.env];
  const rest = facts.filter(Boolean).map((fact) => say(String(fact), look, 60));
  if (room < columnsOf(name))
    return [lifePieces[0]!, [fitText(life, width - 2, look), LIFE_STYLE[view.life]]];
  return [
    [name, "strong"],
    [fitText(rest.map((fact) => dot + fact).join(""), room - columnsOf(name), look), "quiet"],
    ["  ", "plain"],
    ...lifePieces,
  ];
}

/** The answer: one word and one sentence, folded to at most `height` lines. */
export function answerLines(view: DashboardView, width: number, height: number, look: Look): Line[] {
  const { word, tone, text, exitCode } = view.answer;
  const exit = exitCode === null ? "" : ` (exit ${exitCode})`;
  const head: Piece[] = [
    [`${glyph(tone, look)} ${word}`, tone],
    [exit, "quiet"],
  ];
  const used = columnsOf(`x ${word}${exit}`) + 2;
  const sentence = say(text, look);
  if (width - used < 24)
    return [head, ...fold(sentence, width).map((one): Line => [[one, "plain"]])].slice(0, height);
  const folded = fold(sentence, width - used);
  if (folded.length > height)
    folded[height - 1] = fitText(`${folded[height - 1]} ${folded[height]}`, width - used, look);
  return folded.slice(0, height).map((one, i): Line => {
    if (i === 0) return [...head, [`  ${one}`, "plain"]];
    return [[" ".repeat(used) + one, "plain"]];
  });
}

interface Count {
  n: number;
  word: string;
  tone: Tone;
}

/** The statuses that occur, worst first; they sum to the total printed beside them. */
export function counts(view: DashboardView): Count[] {
  const { totals } = view;
  const all: Count[] = [
    { n: totals.failed, word: "failed", tone: "bad" },
    { n: totals.errored, word: "errored", tone: "unknown" },
    { n: totals.timedOut, word: "timed out", tone: "unknown" },
    { n: totals.missing, word: "missing", tone: "unknown" },
    { n: totals.cancelled, word: "cancelled", tone: "warn" },
    { n: totals.warned, word: "warnings", tone: "warn" },
    { n: totals.active, word: "running", tone: "busy" },
    { n: totals.pending, word: "waiting", tone: "quiet" },
    { n: totals.passed, word: "passed", tone: "good" },
    { n: totals.skipped, word: "skipped", tone: "quiet" },
    { n: totals.notApplicable, word: "not applicable", tone: "quiet" },
  ];
  return all.filter((one) => one.n > 0);
}

export function countPieces(view: DashboardView, look: Look): Piece[] {
  return counts(view).flatMap(({ n, word, tone }, i): Piece[] => [
    [i > 0 ? "  " : "", "plain"],
    [`${glyph(tone, look)} ${n} ${word}`, tone],
  ]);
}

/** "67 %  6 of 9 gates ended"; nothing is counted before the whole journal is. */
export function completionText(view: DashboardView): string {
  const { ended, planned, completionPct } = view.totals;
  if (view.run === null) return "unknown";
  if (view.loading) return `counting, ${readPct(view.loading)} % read`;
  return planned === 0
    ? "no gate is planned"
    : `${Math.floor(completionPct)} %  ${ended} of ${planned} gates ended`;
}

/** What the bar shows, in [0, 1]: how much of the run is done, or of a large journal is read. */
export function completionShare(view: DashboardView): number {
  return (view.loading ? readPct(view.loading) : view.totals.completionPct) / 100;
}

export function completionTone(view: DashboardView): Tone {
  if (view.loading) return "busy";
  const worst = counts(view)[0]?.tone ?? "quiet";
  return worst === "quiet" && view.totals.ended > 0 ? "good" : worst;
}

/** How far, and how many of what. */
export function completionTile(
  view: DashboardView,
  width: number,
  height: number,
  look: Look,
  chart: boolean,
): Block {
  const list = counts(view).map(
    ({ n, word, tone }): Line => [
      [`${glyph(tone, look)} `, tone],
      [`${String(n).padStart(3)} ${word}`, tone === "quiet" ? "quiet" : "plain"],
    ],
  );
  const donut = chart && width >= 34 && height >= 7;
  const lines: Line[] = donut
    ? besideChart(list, 20)
    : [barPieces(completionShare(view), width, completionTone(view), look), ...list];
  const places: ChartPlace[] = donut
    ? [{ id: "completion", left: 0, top: 0, width: 18, height: height - 1 }]
    : [];
  const title = `Progress  ${completionText(view)}`;
  return headed({ title }, block(lines, width, height - 1, places), look);
}

function besideChart(lines: Line[], indent: number): Line[] {
  return lines.map((line) => [[" ".repeat(indent), "plain"], ...line]);
}

/** Where the scale of the risk ends, percent: room for the critical line, and for the rate itself. */
export function riskScale(risk: NonNullable<DashboardView["risk"]>): number {
  return Math.max(risk.criticalPct * 1.5, Math.min(100, risk.riskPct * 1.1), 0.01);
}

export function riskText(view: DashboardView): string {
  const { risk } = view;
  if (view.loading) return "counting";
  return risk === null ? "unknown" : `${percent(risk.riskPct)}${risk.provisional ? " so far" : ""}`;
}

/** The rate on a scale with its two lines. */
export function riskTile(
  view: DashboardView,
  width: number,
  height: number,
  look: Look,
  chart: boolean,
): Block {
  const { risk } = view;
  const title = `Risk rate  ${riskText(view)}`;
  if (risk === null) return headed({ title }, block([], width, height - 1), look);
  const gauge = chart && width >= 24 && height >= 7;
  const scale = riskScale(risk);
  const bar: Line[] = gauge ? [[], []] : [barPieces(risk.riskPct / scale, width, risk.tone, look)];
  const lines: Line[] = [
    ...bar,
    gauge ? [[" ", "plain"], ...markLine(risk, scale, width - 5, look)] : markLine(risk, scale, width, look),
    ...riskFacts(view, width, look),
  ];
  const places: ChartPlace[] = gauge ? [{ id: "risk", left: 0, top: 0, width, height: 2 }] : [];
  return headed({ title }, block(lines, width, height - 1, places), look);
}

/** Marks below the bar where the target and the critical line are. */
function markLine(risk: NonNullable<DashboardView["risk"]>, scale: number, width: number, look: Look): Line {
  const at = (pct: number) => Math.min(width - 1, Math.round((pct / scale) * (width - 1)));
  const [target, critical] = [at(risk.targetPct), at(risk.criticalPct)];
  const mark = look.unicode ? "▲" : "^";
  if (critical <= target) return [[" ".repeat(target) + mark, "warn"]];
  return [
    [" ".repeat(target) + mark, "warn"],
    [" ".repeat(critical - target - 1), "plain"],
    [mark, "bad"],
  ];
}

function riskFacts(view: DashboardView, width: number, look: Look): Line[] {
  const risk = view.risk!;
  const [low, high] = risk.intervalPct;
  const best = risk.steps[0];
  const facts: [string, Style][] = [
    [`90 % interval ${low} to ${high} %   floor ${percent(risk.floorPct)}`, "quiet"],
  ];
  if (risk.waivedPct > 0) facts.push([`waived ${percent(risk.waivedPct)}`, "quiet"]);
  if (risk.deferredPct > 0) facts.push([`left to a full run ${percent(risk.deferredPct)}`, "quiet"]);
  if (best) {
    const arrow = look.unicode ? "→" : "->";
    facts.push([`repair ${say(best.gates.join(" + "), look)} ${arrow} ${percent(best.riskPct)}`, "quiet"]);
  }
  const mark = look.unicode ? "▲" : "^";
  const limits: Line = [
    [mark, "warn"],
    [` target ${limit(risk.targetPct)}   `, "plain"],
    [mark, "bad"],
    [` critical ${limit(risk.criticalPct)}`, "plain"],
  ];
  return [limits, ...facts.map(([text, style]): Line => [[fitText(text, width, look), style]])];
}

const TREND_STYLE = { APPROVED: "good", HOLD: "warn", BLOCKED: "bad" } as const;
const EIGHTHS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** The rate over the last runs of this mode and environment, a column each. */
export function trendTile(
  view: DashboardView,
  width: number,
  height: number,
  look: Look,
  chart: boolean,
): Block {
  const { trend } = view;
  const label = trend.length === 1 ? "1 run" : `${trend.length} runs`;
  const rows = height - 1;
  const drawn = chart && trend.length >= 2 && width >= 30 && rows >= 6;
  const lines = trend.length === 0 ? [noTrend(view, look)] : trendColumns(trend, width, rows, look);
  const places: ChartPlace[] = drawn ? [{ id: "trend", left: 0, top: 0, width, height: rows }] : [];
  return headed(
    { title: "Risk over runs", note: label },
    block(drawn ? [] : lines, width, rows, places),
    look,
  );
}

function noTrend(view: DashboardView, look: Look): Line {
  if (view.trendProblem !== null) return [[`unknown: ${say(view.trendProblem, look)}`, "unknown"]];
  return [["no finished run of this mode yet", "quiet"]];
}

function trendColumns(trend: readonly TrendPoint[], width: number, height: number, look: Look): Line[] {
  const step = width >= trend.length * 2 ? 2 : 1;
  const points = trend.slice(-Math.floor(width / step));
  const most = Math.max(...points.map((point) => Math.max(point.riskPct, point.targetPct)), 0.01);
  const lines: Line[] = [];
  for (let row = height - 1; row >= 0; row--) {
    lines.push(
      points.map((point): Piece => {
        const filled = Math.max(0, Math.min(8, Math.round((point.riskPct / most) * height * 8) - row * 8));
        const least = row === 0 && filled === 0 ? 1 : filled;
        const cell = look.unicode ? EIGHTHS[least]! : least >= 4 ? "#" : least > 0 ? "_" : " ";
        return [cell + " ".repeat(step - 1), TREND_STYLE[point.readiness]];
      }),
    );
  }
  return lines;
}

/** One line per tier, and who reviews and extends. */
export function agentLines(view: DashboardView, width: number, look: Look): Line[] {
  const { orchestrator, areas, workers } = view.agents;
  const lines: Line[] = [
    [
      ["tier 0  ", "quiet"],
      [`${glyph(orchestrator.tone, look)} orchestrator ${orchestrator.word}`, orchestrator.tone],
    ],
    [
      ["tier 1  ", "quiet"],
      ...spread(
        areas.map(({ area, tone }) => ({ name: area, tone })),
        width - 8,
        look,
      ),
    ],
    [
      ["tier 2  ", "quiet"],
      ...spread(
        workers.map(({ agent, tone }) => ({ name: agent, tone })),
        width - 8,
        look,
      ),
    ],
  ];
  const mesh = view.reviewers.map(({ id, tone }) => ({ name: id, tone }));
  lines.push([["review  ", "quiet"], ...spread(mesh, width - 8, look, "no reviewer has spoken")]);
  const extensions = view.extensions.map(({ id, tone }) => ({ name: id, tone }));
  lines.push([["extend  ", "quiet"], ...spread(extensions, width - 8, look, "no extension ran")]);
  return lines;
}

/** As many as fitText, worst first, and how many more there are. */
function spread(
  all: readonly { name: string; tone: Tone }[],
  width: number,
  look: Look,
  none = "unknown",
): Piece[] {
  if (all.length === 0) return [[none, "quiet"]];
  const pieces: Piece[] = [];
  let left = width;
  for (const [i, { name, tone }] of byUrgency(all).entries()) {
    const text = `${glyph(tone, look)} ${say(name, look, 40)}  `;
    const more = `+${all.length - i} more`;
    if (columnsOf(text) > left - (i < all.length - 1 ? more.length : 0)) {
      pieces.push([more, "quiet"]);
      break;
    }
    pieces.push([text, tone === "good" || tone === "quiet" ? "quiet" : tone]);
    left -= columnsOf(text);
  }
  return pieces;
}

function byUrgency<T extends { tone: Tone }>(all: readonly T[]): T[] {
  const order: Tone[] = ["bad", "unknown", "warn", "busy", "good", "quiet"];
  return order.flatMap((tone) => all.filter((one) => one.tone === tone));
}

/** What decided how long the run took. */
export function pathLine(view: DashboardView, width: number, look: Look): Line {
  const path = view.criticalPath;
  if (path === null) return [["no gate has ended yet", "quiet"]];
  const arrow = look.unicode ? " → " : " -> ";
  const steps = path.steps.slice(-8).map((step) => `${say(step.id, look, 40)} ${duration(step.seconds)}`);
  const won = path.wonBackSeconds >= 0.1 ? `   could win back ${duration(path.wonBackSeconds)}` : "";
  return [[fitText(steps.join(arrow) + won, width, look), "plain"]];
}

/** Errors and warnings of the run, as many as fit on a line. */
export function alertLine(view: DashboardView, width: number, look: Look): Line {
  const { errors, warnings } = view.totals;
  const first = view.errors[0] ?? view.warnings[0] ?? "";
  const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? "" : "s"}`;
  return [
    [plural(errors, "error"), errors > 0 ? "bad" : "quiet"],
    [", ", "quiet"],
    [plural(warnings, "warning"), warnings > 0 ? "warn" : "quiet"],
    [first === "" ? "" : `  ${fitText(say(first, look), Math.max(0, width - 26), look)}`, "plain"],
  ];
}
