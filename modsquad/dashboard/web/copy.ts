/** What is shown, as clean text to paste. */
import { percent, seconds } from "./format.ts";
import { listControl } from "./parts/findings.ts";
import type { Route } from "./route.ts";
import { state } from "./store.ts";

/** The selected finding in a list, else the run. */
export function textHere(route: Route): string | null {
  const inList = document.activeElement?.getAttribute("role") === "listbox" || route.view !== "run";
  const finding = inList ? listControl()?.text() : null;
  return finding ?? runText(route);
}

function runText(route: Route): string | null {
  const repository = state.repositories?.get(route.repo ?? "");
  const runId = route.run === null || route.run === "latest" ? repository?.latest : route.run;
  const view = repository && runId ? state.views.get(repository.id)?.get(runId) : undefined;
  if (!view?.run) return null;
  const { answer, risk, run } = view;
  return [
    `${answer.word} ${repository?.id} ${run.runId}`,
    answer.text,
    risk ? `risk rate ${percent(risk.riskPct)}, target ${percent(risk.targetPct)}` : "risk rate unknown",
    ...view.gates.map(
      (gate) => `${gate.id}: ${gate.word}, ${seconds(gate.seconds)}${gate.reason ? `, ${gate.reason}` : ""}`,
    ),
  ].join("\n");
}
