/**
 * The rules of the risk model a second time, as literally and slowly as they are written, to hold the
 * real one against: Shapley by all orders, no shared code, no cleverness.
 */
import defaults from "../../modsquad/risk/policy-defaults.json" with { type: "json" };
import type { FindingState, OptionsOf, RunOf } from "./arbitrary.ts";

type Numbers = Record<string, number>;
interface Policy {
  [key: string]: unknown;
  lambda: Numbers;
  hazard: Numbers;
  power: Record<string, Numbers>;
  checks: Record<string, Numbers>;
  ttl_hours: Numbers;
  quick_gates: string[];
  quick_checks: Record<string, string[]>;
}

interface Item {
  gate: string;
  reason: string;
  mu: number;
  findings: FindingState[];
}

const num = (policy: Policy, key: string) => policy[key] as number;
const pct = (m: number) => 100 * (1 - Math.exp(-m));
const add = (values: number[]) => values.reduce((a, b) => a + b, 0);

function merge(base: unknown, over: unknown): unknown {
  const plain = (v: unknown) => typeof v === "object" && v !== null && !Array.isArray(v);
  if (!plain(base) || !plain(over)) return over;
  const out = { ...(base as object) } as Record<string, unknown>;
  for (const [key, value] of Object.entries(over as object))
    out[key] = key in out ? merge(out[key], value) : value;
  return out;
}

function orders(names: string[]): string[][] {
  if (names.length === 0) return [[]];
  return names.flatMap((name) =>
    orders(names.filter((other) => other !== name)).map((rest) => [name, ...rest]),
  );
}

export function reference(runs: Record<string, RunOf>, options: OptionsOf) {
  const policy = merge(defaults, options.policy ?? {}) as Policy;
  const { mode = "full", env = "ci", today = 0, na = [], scope, waivers = [], history, diff } = options;
  const builtIn = ["repo-audit", "live-flows", "design-dna", "browser", "contract", "infra-health"];
  const required = options.required ?? [...builtIn, ...Object.keys(runs)];
  const gates = [...new Set([...required, ...Object.keys(runs)])].filter((gate) => !na.includes(gate));

  const row = (gate: string): Numbers =>
    policy.power[gate] ?? { [`custom:${gate}`]: num(policy, "custom_gate_power") };
  const classes = new Set(Object.keys(policy.lambda));
  for (const gate of gates) for (const c of Object.keys(row(gate))) classes.add(c);
  const lambda = (c: string) => {
    const prior = policy.lambda[c] ?? num(policy, "custom_class_lambda");
    if (!history) return prior;
    return Math.max((prior * 30 + (history.k[c] ?? 0)) / (30 + (history.T[c] ?? 0)), prior);
  };
  const hazard = (f: FindingState) => policy.hazard[f.severity]! * (f.baseline ? 0.1 : 1) * (f.count ?? 1);

  const deferred = (gate: string) => {
    if (gate in runs) return false;
    return (
      (mode === "quick" && !policy.quick_gates.includes(gate)) ||
      (scope !== undefined && !scope.includes(gate))
    );
  };
  const failed = (gate: string) => {
    const run = runs[gate];
    if (!run) return false;
    if (run.status === "fail") return true;
    return (run.findings ?? []).some((f) => !f.baseline && ["critical", "high"].includes(f.severity));
  };
  const inScope = (gate: string, check: string) => {
    if (mode !== "quick" || !policy.quick_checks[gate]) return true;
    return policy.quick_checks[gate].includes(check);
  };

  function factorsOf(gate: string): Numbers {
    if (deferred(gate)) return { deferred: 0 };
    const run: RunOf = runs[gate] ?? { status: "missing" };
    if (run.checks && Object.keys(run.checks).length === 0) return { "not-run:missing": 0 };
    if (failed(gate)) return { failed: 0 };
    const unable = ["error", "timeout", "skipped", "cancelled", "missing", "stale"];
    if (!run.checks && unable.includes(run.status)) return { [`not-run:${run.status}`]: 0 };
    const factors: Numbers = {};
    const retain = num(policy, "flaky_retain");
    let flaky = 1;
    if (run.checks) {
      const reported = run.checks;
      const list = policy.checks[gate] ?? Object.fromEntries(Object.keys(reported).map((id) => [id, 1]));
      const scoped = Object.keys(list).filter((id) => inScope(gate, id));
      const weight = add(scoped.map((id) => list[id]!));
      const ran = scoped.filter((id) => ["pass", "warn"].includes(reported[id]?.status ?? "missing"));
      const part = (id: string) => list[id]! * (reported[id]!.coverage ?? 1);
      const done = add(ran.map(part));
      factors["checks-not-run"] = weight > 0 ? done / weight : 0;
      if (done > 0) flaky = add(ran.map((id) => part(id) * retain ** (reported[id]!.retries ?? 0))) / done;
      factors.deferred = weight / add(Object.values(list));
    }
    factors.flaky = flaky * retain ** (run.retries ?? 0);
    const ttl = policy.ttl_hours[gate] ?? 24;
    if (run.same_digest === false) factors["stale:inputs-changed"] = 0;
    else if (run.age_h !== undefined && run.age_h > ttl)
      factors["stale:aged"] = 2 ** -((run.age_h - ttl) / ttl);
    const open = add((run.findings ?? []).map(hazard));
    const stopped = add([...classes].map((c) => lambda(c) * (row(gate)[c] ?? 0)));
    if (open > 0) factors["open-findings"] = Math.exp(-open / stopped);
    for (const key of Object.keys(factors)) if (factors[key]! > 1 - 1e-12) delete factors[key];
    return factors;
  }

  const factors = new Map(gates.map((gate) => [gate, factorsOf(gate)]));
  const evidence = (gate: string) => Object.values(factors.get(gate)!).reduce((a, b) => a * b, 1);
  const verification = (gate: string) =>
    Object.entries(factors.get(gate)!).reduce(
      (a, [r, f]) => (["open-findings", "deferred"].includes(r) ? a : a * f),
      1,
    );

  let x = 1;
  if (diff) {
    const term = (b: number, v: number, ref: number) => b * (Math.log(1 + v) - Math.log(1 + ref));
    const size = term(0.493, diff.la, 12) + term(0.0486, diff.ld, 4) + term(0.2194, diff.nf, 2);
    x = Math.min(Math.max(Math.exp(size), 1), 3);
  }

  const rho = num(policy, "common_cause");
  const survive = (c: string, e: (gate: string) => number) => {
    const terms = gates.filter((gate) => (row(gate)[c] ?? 0) > 0).map((gate) => 1 - row(gate)[c]! * e(gate));
    if (terms.length === 0) return 1;
    return (1 - rho) * terms.reduce((a, b) => a * b, 1) + rho * Math.min(...terms);
  };

  // Shapley by definition: over all orders, what a gate adds when it loses its evidence next.
  const losses = new Map<string, number>(gates.map((gate) => [gate, 0]));
  for (const c of classes) {
    const losing = gates.filter((g) => (row(g)[c] ?? 0) > 0 && evidence(g) < 1);
    const all = orders(losing);
    const seen = new Map<string, number>();
    const value = (lost: string[]) => {
      const key = [...lost].sort().join();
      if (!seen.has(key))
        seen.set(
          key,
          survive(c, (g) => (lost.includes(g) ? evidence(g) : 1)),
        );
      return seen.get(key)!;
    };
    for (const order of all) {
      for (const [i, gate] of order.entries()) {
        const added = value(order.slice(0, i + 1)) - value(order.slice(0, i));
        losses.set(gate, losses.get(gate)! + (lambda(c) * x * added) / all.length);
      }
    }
  }

  const items: Item[] = [];
  for (const gate of gates) {
    const loss = losses.get(gate)!;
    const own = factors.get(gate)!;
    const zero = Object.keys(own)
      .filter((r) => own[r] === 0)
      .sort()[0];
    const logs = add(Object.values(own).map((f) => -Math.log(f)));
    for (const [reason, factor] of Object.entries(own)) {
      const share = zero === undefined ? -Math.log(factor) / logs : reason === zero ? 1 : 0;
      const findings = reason === "open-findings" ? (runs[gate]?.findings ?? []) : [];
      if (loss * share > 0) items.push({ gate, reason, mu: loss * share, findings });
    }
    if (!failed(gate)) continue;
    const findings = runs[gate]!.findings ?? [];
    for (const f of findings)
      items.push({ gate, reason: `finding:${f.severity}`, mu: hazard(f), findings: [f] });
    const rest = policy.hazard.medium! - add(findings.map(hazard));
    if (rest > 0) items.push({ gate, reason: "finding:unspecified", mu: rest, findings: [] });
  }

  const live = waivers.filter((w) => w.expires >= today && (w.env === undefined || w.env === env));
  const waivable = (item: Item) => {
    if (["finding:critical", "failed", "deferred"].includes(item.reason)) return 0;
    const hits = live.filter((w) => w.gate === item.gate && item.reason.startsWith(w.why ?? ""));
    if (hits.some((w) => w.finding === undefined)) return item.mu;
    const ids = hits.map((w) => w.finding);
    const named = item.findings.filter((f) => f.id !== undefined && ids.includes(f.id));
    if (named.length === 0) return 0;
    if (item.reason !== "open-findings") return item.mu;
    return (item.mu * add(named.map(hazard))) / add(item.findings.map(hazard));
  };
  const mu = add(items.map((item) => item.mu));
  const waivedMu = Math.min(add(items.map(waivable)), -Math.log(1 - num(policy, "waiver_cap_pct") / 100));
  const deferredMu = add(items.filter((item) => item.reason === "deferred").map((item) => item.mu));
  const release = pct(mu - waivedMu);
  const narrow = pct(Math.max(0, mu - waivedMu - deferredMu));
  const risk = mode === "quick" || scope !== undefined ? narrow : release;
  const floor = add([...classes].map((c) => lambda(c) * x * survive(c, () => 1)));

  const excused = (gate: string) =>
    live.some((w) => w.gate === gate && w.why === undefined && w.finding === undefined);
  const judged = gates.filter((gate) => !failed(gate) && !deferred(gate) && !excused(gate));
  const unable = judged.some((gate) => {
    if (!required.includes(gate)) return false;
    const run = runs[gate];
    if (["error", "timeout", "cancelled"].includes(run?.status ?? "missing")) return true;
    if (verification(gate) === 0) return true;
    return Object.entries(run?.checks ?? {}).some(
      ([id, c]) => inScope(gate, id) && ["error", "timeout"].includes(c.status),
    );
  });
  const critical = gates.some(failed) || risk > num(policy, "critical_pct");
  const blocked = critical || risk > num(policy, "target_pct") || unable;
  const warnings =
    gates.filter((g) => runs[g]?.status === "warn").length + waivers.filter((w) => w.expires < today).length;
  const warning =
    risk > Math.min(num(policy, "target_pct"), num(policy, "warn_pct")) ||
    warnings > num(policy, "max_warnings") ||
    blocked ||
    judged.some((gate) => verification(gate) <= 0.5);
  const contrib: Numbers = {};
  for (const item of items) {
    const key = `${item.gate}|${item.reason}`;
    contrib[key] = (contrib[key] ?? 0) + (pct(mu) * item.mu) / mu;
  }
  return {
    risk,
    release,
    waived: pct(mu) - release,
    deferred: release - narrow,
    totalAvoidable: pct(mu),
    floor: pct(floor),
    total: pct(mu + floor),
    x,
    contrib,
    verdict: critical ? "CRITICAL" : warning ? "WARNING" : waivedMu > 0 ? "PASS_WITH_WAIVERS" : "PASS",
    exit: blocked ? 1 : 0,
    margins: [num(policy, "target_pct"), num(policy, "warn_pct"), num(policy, "critical_pct")].map(
      (l) => risk - l,
    ),
  };
}
