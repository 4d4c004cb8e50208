/** A list of findings, however long: only the rows in sight exist. */

import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { FindingSummary } from "../../view.ts";
import { matcher } from "../filter.ts";
import { count } from "../format.ts";
import { classes, html } from "../html.ts";

const ROW = 52;
/** Rows beyond the edges, so that scrolling shows no gap. */
const SPARE = 8;

const TONES = { critical: "bad", high: "bad", medium: "warn", low: "quiet", info: "quiet" } as const;

/** What the keys do while a list is shown. */
export interface ListControl {
  move(by: number | "first" | "last"): void;
  open(): void;
  /** False when there was nothing to close. */
  close(): boolean;
  text(): string | null;
}

let control: ListControl | null = null;
export const listControl = (): ListControl | null => control;

export function shownFindings(findings: readonly FindingSummary[], query: string): FindingSummary[] {
  if (query.trim() === "") return [...findings];
  const fits = matcher(query);
  return findings.filter(({ gate, ruleId, severity, message, place, isNew, waiver }) =>
    fits({
      gate,
      rule: ruleId,
      severity,
      message,
      place,
      new: isNew ? "yes" : "no",
      waived: waiver ? "yes" : "no",
    }),
  );
}

/** A finding as a person would paste it. */
export function findingText(finding: FindingSummary): string {
  const { severity, ruleId, message, place, fix, fingerprint } = finding;
  return [`${severity} ${ruleId}`, place, message, fix && `fix: ${fix}`, fingerprint]
    .filter(Boolean)
    .join("\n");
}

interface FindingsProps {
  findings: readonly FindingSummary[];
  query: string;
  /** Whether the gate is told on each row. */
  withGate: boolean;
}

export function Findings({ findings, query, withGate }: FindingsProps): VNode {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [selected, setSelected] = useState(0);
  const [opened, setOpened] = useState<FindingSummary | null>(null);
  const shown = shownFindings(findings, query);
  const at = Math.min(selected, Math.max(0, shown.length - 1));
  // What the next key works on: keys may come faster than the page is drawn.
  const now = useRef({ at, opened });
  now.current = { at, opened };
  const show = (finding: FindingSummary | null) => {
    now.current.opened = finding;
    setOpened(finding);
  };

  const select = (index: number) => {
    const next = Math.max(0, Math.min(shown.length - 1, index));
    now.current.at = next;
    setSelected(next);
    const element = box.current;
    if (!element) return;
    element.focus({ preventScroll: true });
    if (next * ROW < element.scrollTop) element.scrollTop = next * ROW;
    else if ((next + 1) * ROW > element.scrollTop + element.clientHeight)
      element.scrollTop = (next + 1) * ROW - element.clientHeight;
  };

  useLayoutEffect(() => {
    control = {
      move: (by) => select(by === "first" ? 0 : by === "last" ? shown.length - 1 : now.current.at + by),
      open: () => show(shown[now.current.at] ?? null),
      close: () => {
        const open = now.current.opened !== null;
        show(null);
        return open;
      },
      text: () => {
        const finding = shown[now.current.at];
        return finding ? findingText(finding) : null;
      },
    };
    return () => {
      control = null;
    };
  });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [shown.length === 0]);

  if (shown.length === 0)
    return html`<p class="empty">${findings.length === 0 ? "Nothing was found." : `None of ${count(findings.length, "finding")} fits the filter.`}</p>`;
  const first = Math.max(0, Math.floor(top / ROW) - SPARE);
  const last = Math.min(shown.length, Math.ceil((top + height) / ROW) + SPARE);
  return html`<div class="findings">
    <p class="note" role="status">${count(shown.length, "finding")}${shown.length < findings.length ? ` of ${findings.length.toLocaleString("en")}` : ""}</p>
    <div class="window" style=${{ height: `${shown.length * ROW + 2}px` }} ref=${box} tabindex="0" role="listbox" aria-label="Findings" aria-activedescendant=${`finding-${at}`}
      onScroll=${(event: Event) => setTop((event.target as HTMLElement).scrollTop)}>
      <div role="presentation" class="spacer" style=${{ height: `${shown.length * ROW}px` }}>
        ${shown.slice(first, last).map((finding, offset) => {
          const index = first + offset;
          return html`<${Row} key=${index} finding=${finding} index=${index} total=${shown.length} selected=${index === at} withGate=${withGate}
            onPick=${() => {
              now.current.at = index;
              setSelected(index);
              show(finding);
            }} />`;
        })}
      </div>
    </div>
    ${opened && html`<${Detail} finding=${opened} onClose=${() => show(null)} />`}
  </div>`;
}

interface RowProps {
  finding: FindingSummary;
  index: number;
  total: number;
  selected: boolean;
  withGate: boolean;
  onPick(): void;
}

function Row({ finding, index, total, selected, withGate, onPick }: RowProps): VNode {
  const tone = finding.waiver ? "quiet" : TONES[finding.severity];
  return html`<div role="option" id=${`finding-${index}`} aria-selected=${selected} aria-setsize=${total} aria-posinset=${index + 1}
    class=${classes("finding", tone, selected && "selected")} style=${{ top: `${index * ROW}px` }} onClick=${onPick}>
    <span class=${`severity ${tone}`}>${finding.severity}</span>
    <span class="message">${finding.message}</span>
    <span class="place">${withGate ? `${finding.gate} · ` : ""}${finding.ruleId}${finding.place ? ` · ${finding.place}` : ""}${finding.isNew ? " · new" : ""}${finding.waiver ? " · waived" : ""}${finding.count > 1 ? ` · ${finding.count} times` : ""}</span>
  </div>`;
}

function Detail({ finding, onClose }: { finding: FindingSummary; onClose(): void }): VNode {
  const facts: [string, string][] = [
    ["severity", `${finding.severity}${finding.isNew ? ", new" : ", known before"}`],
    ["rule", finding.ruleId],
    ["where", finding.place],
    ["fix", finding.fix],
    ["waiver", finding.waiver ?? ""],
    ["fingerprint", finding.fingerprint],
  ];
  return html`<aside class="finding-detail" aria-label="Finding">
    <header><h3>${finding.ruleId}</h3><button type="button" onClick=${onClose}>Close</button></header>
    <p class="whole">${finding.message}</p>
    <dl class="facts">${facts.filter(([, text]) => text !== "").map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>
  </aside>`;
}
