/**
 * blessed-contrib's gauge, donut, line and log behind one door. What has to be known about them: a value of 1 or
 * less is a fraction to them, so they are only given fractions; their canvas has the size it had when attached, so
 * a new size is a new attach; and they throw on a canvas without room, so they are not shown in small places.
 */
import type { Widgets } from "blessed";
import createLine from "blessed-contrib/lib/widget/charts/line.js";
import createDonut from "blessed-contrib/lib/widget/donut.js";
import createGauge from "blessed-contrib/lib/widget/gauge.js";
import createLog, { type ContribWidget } from "blessed-contrib/lib/widget/log.js";
import type { ChartPlace } from "../frame/block.ts";
import { codeOf, glyph, type Palette } from "../frame/palette.ts";
import { fitText, type Look, say } from "../frame/text.ts";
import { completionShare, completionTone, riskScale } from "../frame/tiles.ts";
import type { DashboardView, Tone } from "../view.ts";

type ChartId = ChartPlace["id"];

/** Smallest width and height in which each of them draws anything sensible. */
const LEAST: Record<ChartId, [number, number]> = {
  completion: [16, 6],
  risk: [20, 2],
  trend: [30, 6],
  log: [20, 2],
};

const MAX_POINTS = 40;
const SGR_NAMES: Record<string, string> = {
  "32": "green",
  "94": "blue",
  "33": "yellow",
  "1;31": "red",
  "35": "magenta",
  "36": "cyan",
  "90": "white",
  "1": "white",
};

interface Shown {
  widget: ContribWidget;
  place: string;
  data: string;
}

export class Charts {
  readonly #screen: Widgets.Screen;
  readonly #palette: Palette;
  readonly #shown = new Map<ChartId, Shown>();

  constructor(screen: Widgets.Screen, palette: Palette) {
    this.#screen = screen;
    this.#palette = palette;
  }

  /** Shows these charts in these places, and no others. */
  show(places: readonly ChartPlace[], view: DashboardView): void {
    const roomy = places.filter(({ id, width, height }) => width >= LEAST[id][0] && height >= LEAST[id][1]);
    for (const [id, { widget }] of this.#shown) {
      if (!roomy.some((place) => place.id === id)) widget.hide();
    }
    for (const place of roomy) this.#draw(place, view);
  }

  #draw(place: ChartPlace, view: DashboardView): void {
    const known = this.#shown.get(place.id) ?? this.#create(place);
    const { widget } = known;
    const where = `${place.left},${place.top},${place.width},${place.height}`;
    if (known.place !== where) {
      Object.assign(widget.position, {
        left: place.left,
        top: place.top,
        width: place.width,
        height: place.height,
      });
      known.place = where;
      known.data = "";
      widget.emit("attach");
    }
    widget.show();
    const data = this.#data(place, view);
    const key = JSON.stringify(data);
    if (key === known.data) return;
    known.data = key;
    this.#set(place.id, widget, data);
  }

  #create(place: ChartPlace): Shown {
    const { id, left, top, width, height } = place;
    const common = { left, top, width, height, parent: this.#screen, tags: false };
    const widget = WIDGETS[id](common, Math.min(width * 2 - 6, height * 4 - 12) / 2);
    const shown = { widget, place: "", data: "" };
    this.#shown.set(id, shown);
    return shown;
  }

  #set(id: ChartId, widget: ContribWidget, data: ChartData): void {
    if (data.kind === "log") {
      widget.logLines = data.lines;
      widget.setItems(data.lines);
      return;
    }
    if (id === "risk") {
      // The gauge draws from its third row on; what is left of the scale has a colour of its own.
      widget.ctx?.save();
      widget.ctx?.translate(0, -2);
      widget.setData(data.value);
      widget.ctx?.restore();
      return;
    }
    widget.setData(data.value);
  }

  #colour(tone: Tone): string {
    return SGR_NAMES[codeOf(tone, this.#palette)] ?? "white";
  }

  #data({ id, width, height }: ChartPlace, view: DashboardView): ChartData {
    switch (id) {
      case "completion": {
        const percent = completionShare(view);
        return { kind: "chart", value: [{ percent, label: "", color: this.#colour(completionTone(view)) }] };
      }
      case "risk": {
        const { risk } = view;
        const share = risk === null ? 0 : Math.min(1, risk.riskPct / riskScale(risk));
        return {
          kind: "chart",
          value: [
            { percent: share, stroke: this.#colour(risk?.tone ?? "unknown") },
            { percent: 1 - share, stroke: "black" },
          ],
        };
      }
      case "trend":
        return { kind: "chart", value: this.#trend(view, width) };
      case "log":
        return { kind: "log", lines: this.#log(view, width, height) };
    }
  }

  #trend({ trend, risk }: DashboardView, width: number): object[] {
    const points = trend.slice(-Math.min(MAX_POINTS, Math.max(2, width >> 1)));
    const oneDay = points[0]?.at.slice(0, 10) === points.at(-1)?.at.slice(0, 10);
    const x = points.map(({ at }) => (oneDay ? at.slice(11, 16) : at.slice(5, 10)));
    const target = risk?.targetPct ?? points.at(-1)?.targetPct ?? 0;
    return [
      { x, y: points.map(() => target), style: { line: this.#colour("warn") } },
      { x, y: points.map((point) => point.riskPct), style: { line: this.#colour("busy") } },
    ];
  }

  #log({ timeline }: DashboardView, width: number, height: number): string[] {
    const look: Look = { colour: true, unicode: true };
    return timeline.slice(0, height).map(({ at, subject, word, tone, text }) => {
      const head = subject === "" ? word : `${say(subject, look, 80)} ${word}`;
      const line = fitText(`${head}  ${say(text, look)}`, Math.max(1, width - 11), look);
      const code = codeOf(tone, this.#palette);
      const mark = code === "" ? glyph(tone, look) : `\x1b[${code}m${glyph(tone, look)}\x1b[0m`;
      return `${at.slice(11, 19)} ${mark} ${line}`;
    });
  }
}

type ChartData = { kind: "chart"; value: unknown } | { kind: "log"; lines: string[] };

const WIDGETS: Record<ChartId, (common: Record<string, unknown>, radius: number) => ContribWidget> = {
  completion: (common, radius) =>
    createDonut({ ...common, radius, arcWidth: 3, yPadding: 0, remainColor: "black", data: [] }),
  risk: (common) => createGauge({ ...common, showLabel: false, stack: [{ percent: 0, stroke: "black" }] }),
  trend: (common) =>
    createLine({
      ...common,
      numYLabels: 3,
      xPadding: 4,
      style: { line: "cyan", text: "white", baseline: "white" },
    }),
  log: (common) => createLog({ ...common, bufferLength: 100, interactive: false }),
};
