/** Requests to a live run, when the relay passes them on. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { WireView } from "../../../relay/wire.ts";
import { html } from "../html.ts";
import { state } from "../store.ts";

/** Sends a request; the sentence says what became of it. */
export async function request(repo: string, runId: string, wanted: string, gate?: string): Promise<string> {
  try {
    const response = await fetch(`/api/repositories/${repo}/control`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ request: wanted, runId, ...(gate && { gate }) }),
    });
    if (response.ok) return `${wanted} was asked for`;
    const { error } = (await response.json()) as { error?: string };
    return `${wanted} was refused: ${error ?? response.status}`;
  } catch {
    return `${wanted} was not sent: the relay does not answer`;
  }
}

export function Controls({ repo, view }: { repo: string; view: WireView }): VNode | null {
  const [said, setSaid] = useState("");
  const runId = view.run?.runId;
  if (!state.allowControl || !runId || (view.life !== "live" && view.life !== "stalled")) return null;
  const last = view.answers.at(-1);
  const button = (wanted: string, label: string) =>
    html`<button type="button" onClick=${async () => setSaid(await request(repo, runId, wanted))}>${label}</button>`;
  return html`<section class="controls" aria-label="Requests">
    ${button("pause", "Pause")}${button("resume", "Resume")}${button("stop", "Stop")}${button("review", "Review")}
    <p class="note" role="status">${said}${last ? ` ${last.accepted ? "Accepted" : "Refused"}: ${last.reason}` : ""}</p>
  </section>`;
}
