/** One gate in full: what it checked, what it could not, everything it found. */

import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ViewGateDetail } from "../../view/detail.ts";
import { percent, seconds } from "../format.ts";
import { html } from "../html.ts";
import { Findings } from "../parts/findings.ts";
import { Loading } from "../parts/loading.ts";
import { Panel, Word } from "../parts/word.ts";
import type { Route } from "../route.ts";
import { load } from "../store.ts";

const CHECK_TONES = { passed: "good", failed: "bad", errored: "bad", skipped: "warn" } as const;

/** `version` changes when the gate has something new to say. */
export function GateView({ path, version, route }: { path: string; version: string; route: Route }): VNode {
  const gate = useLoaded<ViewGateDetail>(path, version);
  if (gate === null) return html`<${Loading} title=${route.gate} what="Loading the gate." />`;
  if (typeof gate === "string")
    return html`<main id="main"><${Unknown} what=${`What ${route.gate} did`} why=${gate} /></main>`;
  return html`<main id="main">
    <section class="gate-head"><h1>${gate.id} <${Word} tone=${gate.tone} word=${gate.word} /></h1><p>${gate.title}. ${gate.reason || gate.detail}</p></section>
    <div class="columns">
      <div class="wide">
        <${Panel} title="Findings"><${Findings} findings=${gate.findingList} query=${route.query} withGate=${false} /></${Panel}>
      </div>
      <div class="narrow">
        <${Checks} gate=${gate} />
        <${Texts} title="Errors" texts=${gate.errors} />
        <${Texts} title="Warnings" texts=${gate.warnings} />
        <${About} gate=${gate} />
      </div>
    </div>
  </main>`;
}

export function Unknown({ what, why }: { what: string; why: string }): VNode {
  return html`<section class="answer unknown"><div class="verdict"><h1><span class="glyph" aria-hidden="true">?</span>UNKNOWN</h1><p class="sentence">${what} could not be loaded: ${why}.</p></div></section>`;
}

/** Null while it loads; a string is why it cannot be had. */
export function useLoaded<T>(path: string, version: string): T | string | null {
  const [loaded, setLoaded] = useState<{ path: string; value: T | string } | null>(null);
  useEffect(() => {
    let current = true;
    load<T>(path).then((value) => {
      if (current) setLoaded({ path, value });
    });
    return () => {
      current = false;
    };
  }, [path, version]);
  return loaded?.path === path ? loaded.value : null;
}

function Checks({ gate }: { gate: ViewGateDetail }): VNode {
  return html`<${Panel} title="Checks" note=${`${gate.checks.length}`}>
    ${
      gate.checks.length === 0
        ? html`<p class="empty">It reported no check.</p>`
        : html`<ul class="checks">${gate.checks.map(
            (check) =>
              html`<li><span><b>${check.id}</b>${check.target ? ` ${check.target}` : ""} <span class="detail">${check.message}</span></span><span class="number"><${Word} tone=${CHECK_TONES[check.status]} word=${check.status} /><span class="about">${check.examined} of ${check.planned}</span></span></li>`,
          )}</ul>`
    }
  </${Panel}>`;
}

function Texts({ title, texts }: { title: string; texts: readonly string[] }): VNode | null {
  return texts.length === 0
    ? null
    : html`<${Panel} title=${title}><ul class="notes">${texts.map((text) => html`<li>${text}</li>`)}</ul></${Panel}>`;
}

function About({ gate }: { gate: ViewGateDetail }): VNode {
  const facts: [string, string][] = [
    ["why it runs", gate.decision],
    ["agent", gate.agent],
    ["areas", gate.areas.join(", ")],
    ["took", seconds(gate.seconds)],
    ["expected", seconds(gate.expectedSeconds)],
    ["attempt", String(gate.attempt)],
    ["needs", gate.needs.join(", ")],
    ["costs", percent(gate.riskPct)],
    ["command", gate.command ?? ""],
    ["report", gate.report],
    ...gate.artifacts.map((artifact): [string, string] => ["artifact", artifact.path]),
  ];
  return html`<${Panel} title="About"><dl class="facts tall">${facts.filter(([, text]) => text !== "").map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl></${Panel}>`;
}
