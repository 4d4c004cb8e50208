/** Prometheus text format. Labels name repositories and gates, never runs: a new run makes no new series. */
import type { ViewGate } from "../dashboard/view.ts";
import type { Repository } from "./repository.ts";

const WORDS = [
  "APPROVED",
  "HOLD",
  "BLOCKED",
  "CANCELLED",
  "CRASHED",
  "STALLED",
  "RUNNING",
  "UNKNOWN",
] as const;

interface Sample {
  labels: Record<string, string>;
  value: number;
}

interface Family {
  name: string;
  help: string;
  samples: Sample[];
}

const escapeLabel = (text: string) =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

function render({ name, help, samples }: Family): string {
  const lines = samples.map(({ labels, value }) => {
    const inside = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
    return `${name}{${inside.join(",")}} ${value}\n`;
  });
  return samples.length === 0 ? "" : `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

/** Ratios in [0, 1] and seconds, as Prometheus has them. */
export function renderMetrics(repositories: readonly Repository[]): string {
  const up: Sample[] = [];
  const risk: Sample[] = [];
  const target: Sample[] = [];
  const verdict: Sample[] = [];
  const finished: Sample[] = [];
  const seconds: Sample[] = [];
  const ok: Sample[] = [];
  const findings: Sample[] = [];
  for (const { id, latest } of repositories) {
    const repo = { repo: id };
    const seen = latest()?.view ?? null;
    up.push({ labels: repo, value: seen ? 1 : 0 });
    if (!seen) continue;
    if (seen.risk) {
      risk.push({ labels: repo, value: seen.risk.riskPct / 100 });
      target.push({ labels: repo, value: seen.risk.targetPct / 100 });
    }
    for (const word of WORDS)
      verdict.push({
        labels: { ...repo, verdict: word.toLowerCase() },
        value: seen.answer.word === word ? 1 : 0,
      });
    const ended = Date.parse(seen.run?.finishedAt ?? "");
    if (!Number.isNaN(ended)) finished.push({ labels: repo, value: ended / 1000 });
    for (const gate of seen.gates) {
      const labels = { ...repo, gate: gate.id };
      if (gate.seconds !== null) seconds.push({ labels, value: gate.seconds });
      ok.push({ labels, value: isPass(gate) ? 1 : 0 });
      findings.push({ labels, value: gate.findings });
    }
  }
  const families: Family[] = [
    { name: "meta_orch_repository_has_run", help: "1 when a run of the repository is known.", samples: up },
    { name: "meta_orch_risk_ratio", help: "Risk rate of the latest run, 0 to 1.", samples: risk },
    { name: "meta_orch_risk_target_ratio", help: "Risk target of the latest run, 0 to 1.", samples: target },
    { name: "meta_orch_verdict", help: "1 for the word that describes the latest run.", samples: verdict },
    { name: "meta_orch_run_finished_seconds", help: "Unix time the latest run ended.", samples: finished },
    {
      name: "meta_orch_gate_duration_seconds",
      help: "Duration of a gate in the latest run.",
      samples: seconds,
    },
    { name: "meta_orch_gate_passed", help: "1 when a gate of the latest run completed.", samples: ok },
    { name: "meta_orch_gate_findings", help: "Findings of a gate in the latest run.", samples: findings },
  ];
  return families.map(render).join("");
}

/** Only a gate that came to its end without failing; what could not check has not passed. */
function isPass(gate: ViewGate): boolean {
  return gate.status === "completed";
}
