/** The risk rate over runs, with the target it was held against. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { VNode } from "preact";
import type { TrendPoint } from "../../view.ts";
import { dateTime, percent } from "../format.ts";
import { html } from "../html.ts";
import { linkTo } from "../route.ts";
import { Panel } from "./word.ts";

const HEIGHT = 180;

const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function axis(): Pick<uPlot.Axis, "stroke" | "grid" | "ticks" | "font"> {
  const line = { stroke: color("--line"), width: 1 };
  return {
    stroke: color("--muted"),
    grid: line,
    ticks: { ...line, size: 4 },
    font: "11px system-ui, sans-serif",
  };
}

function optionsFor(
  width: number,
  points: readonly TrendPoint[],
  open: (point: TrendPoint) => void,
): uPlot.Options {
  const fill = color("--accent-soft");
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { size: 9 }, drag: { setScale: false } },
    scales: {
      x: { time: false, range: (_plot, min, max) => [min - 0.5, max + 0.5] },
      y: { range: (_plot, _min, max) => [0, Math.max(0.1, max * 1.15)] },
    },
    axes: [
      {
        ...axis(),
        values: (_plot, ticks) =>
          ticks.map((at) => (Number.isInteger(at) ? dateTime(points[at]?.at ?? "").split(",")[0]! : "")),
        space: 70,
      },
      { ...axis(), values: (_plot, ticks) => ticks.map((value) => `${value} %`), size: 52 },
    ],
    series: [
      {},
      { stroke: color("--accent"), width: 2, fill, points: { show: true, size: 6, fill: color("--accent") } },
      { stroke: color("--warn"), width: 1.5, dash: [5, 4], points: { show: false } },
    ],
    hooks: {
      init: [
        (plot) => {
          plot.over.addEventListener("click", () => {
            const point = points[plot.cursor.idx ?? -1];
            if (point) open(point);
          });
        },
      ],
    },
  };
}

/** `look` changes when the colours do: a canvas has to be drawn again then. */
export function Trend({ points, look }: { points: readonly TrendPoint[]; look: string }): VNode {
  const box = useRef<HTMLDivElement>(null);
  const newest = points.at(-1);
  useEffect(() => {
    const element = box.current;
    if (!element || points.length < 2) return;
    const open = ({ runId }: TrendPoint) => {
      location.hash = linkTo({ run: runId });
    };
    const data: uPlot.AlignedData = [
      points.map((_, at) => at),
      points.map((point) => point.riskPct),
      points.map((point) => point.targetPct),
    ];
    const plot = new uPlot(optionsFor(element.clientWidth, points, open), data, element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [points.length, newest?.runId, newest?.riskPct, look]);
  const said = newest
    ? `Risk rate of the last ${points.length} runs, latest ${percent(newest.riskPct)}, target ${percent(newest.targetPct)}`
    : "";
  return html`<${Panel} title="Risk trend" note=${points.length > 1 ? `${points.length} runs; the dashed line is the target` : null}>
    ${points.length < 2 ? html`<p class="empty">A trend needs two finished runs of this mode and environment.</p>` : html`<div class="chart" ref=${box} role="img" aria-label=${said}></div>`}
  </${Panel}>`;
}
