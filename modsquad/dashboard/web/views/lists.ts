/** All findings of a run, and its raw log. */

import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { FindingSummary } from "../../view.ts";
import { matcher } from "../filter.ts";
import { html } from "../html.ts";
import { Findings } from "../parts/findings.ts";
import { Loading } from "../parts/loading.ts";
import { Panel } from "../parts/word.ts";
import type { Route } from "../route.ts";
import { load } from "../store.ts";
import { Unknown, useLoaded } from "./gate.ts";

export function FindingsView({
  path,
  version,
  route,
}: {
  path: string;
  version: string;
  route: Route;
}): VNode {
  const findings = useLoaded<FindingSummary[]>(path, version);
  if (findings === null) return html`<${Loading} title="Findings" what="Loading the findings." />`;
  if (typeof findings === "string")
    return html`<main id="main"><${Unknown} what="What was found" why=${findings} /></main>`;
  return html`<main id="main"><h1 class="title">Findings</h1><${Panel} title="All findings"><${Findings} findings=${findings} query=${route.query} withGate=${true} /></${Panel}></main>`;
}

interface Slice {
  start: number;
  end: number;
  size: number;
  lines: string[];
}

/** The end of the log first; earlier lines on request, new ones as they come. */
export function LogView({ path, version, route }: { path: string; version: string; route: Route }): VNode {
  const [log, setLog] = useState<Slice | null>(null);
  const [problem, setProblem] = useState("");
  const known = useRef<Slice | null>(null);
  const keep = (slice: Slice) => {
    known.current = slice;
    setLog(slice);
  };
  useEffect(() => {
    const before = known.current;
    load<Slice>(before ? `${path}?after=${before.end}` : path).then((slice) => {
      if (typeof slice === "string") setProblem(slice);
      else keep(before ? { ...slice, start: before.start, lines: [...before.lines, ...slice.lines] } : slice);
    });
  }, [path, version]);
  if (!log)
    return problem
      ? html`<main id="main"><${Unknown} what="The log" why=${problem} /></main>`
      : html`<${Loading} title="Raw log" what="Loading the log." />`;
  const earlier = async () => {
    const slice = await load<Slice>(`${path}?before=${log.start}`);
    if (typeof slice === "string") setProblem(slice);
    else keep({ ...log, start: slice.start, lines: [...slice.lines, ...log.lines] });
  };
  const fits = matcher(route.query);
  const lines = route.query ? log.lines.filter((line) => fits({ line })) : log.lines;
  return html`<main id="main"><h1 class="title">Raw log</h1>
    <${Panel} title="Lines of the journal" note=${`${lines.length} lines, bytes ${log.start.toLocaleString("en")} to ${log.end.toLocaleString("en")} of ${log.size.toLocaleString("en")}${problem ? `; ${problem}` : ""}`}>
      ${log.start > 0 && html`<button type="button" onClick=${earlier}>Earlier lines</button>`}
      <ol class="log" tabindex="0" aria-label="Lines">${lines.map((line) => html`<li>${line}</li>`)}</ol>
    </${Panel}>
  </main>`;
}
