/** What to migrate first: files by violations, reach and churn, split into shares of equal work. */
import { effortOf, type PlacedIssue } from "./findings.ts";
import type { ModuleGraph } from "./graph.ts";

const WEIGHT = { critical: 8, high: 5, medium: 3, low: 1, info: 0.2 } as const;

export interface TriageInput {
  paths: readonly string[];
  issues: readonly PlacedIssue[];
  graph: ModuleGraph;
  /** Commits among the last 500 that touched a path. */
  churn: ReadonlyMap<string, number>;
  isArchived(path: string): boolean;
  /** False when imports resolve too badly to say what is unreachable. */
  reachabilityKnown: boolean;
  shards: number;
}

export interface TriageFile {
  path: string;
  status: "active" | "archived";
  score: number;
  violations: number;
  waived: number;
  reach: number;
  churn: number;
  effortMinutes: number;
  shard: number;
  issues: {
    check: string;
    rule: string;
    severity: string;
    line: number;
    column: number;
    property: string;
    value: string;
    waived: boolean;
    candidates: { token: string; text: string; distance: number }[];
  }[];
}

export interface Triage {
  schema: "meta-orch/design-triage@1";
  order: string;
  totals: {
    files: number;
    active: number;
    archived: number;
    reachabilityKnown: boolean;
    filesWithViolations: number;
    violations: number;
    waived: number;
    effortMinutes: number;
    byCheck: Record<string, number>;
  };
  shards: { shard: number; files: number; effortMinutes: number }[];
  files: TriageFile[];
  archived: string[];
}

const byScore = (a: TriageFile, b: TriageFile) =>
  Number(a.status === "archived") - Number(b.status === "archived") ||
  b.score - a.score ||
  (a.path < b.path ? -1 : 1);

function fileOf(path: string, issues: readonly PlacedIssue[], input: TriageInput): TriageFile {
  const open = issues.filter((issue) => !issue.waived);
  const reach = input.graph.reach(path);
  const churn = input.churn.get(path) ?? 0;
  const weight = open.reduce((sum, issue) => sum + WEIGHT[issue.severity], 0);
  return {
    path,
    status: input.isArchived(path) ? "archived" : "active",
    score: Math.round(weight * Math.log2(2 + reach) * Math.log2(2 + churn) * 100) / 100,
    violations: open.length,
    waived: issues.length - open.length,
    reach,
    churn,
    effortMinutes: open.reduce((sum, issue) => sum + effortOf(issue), 0),
    shard: 1,
    issues: issues.map((issue) => ({
      check: issue.check,
      rule: issue.rule,
      severity: issue.severity,
      line: issue.line,
      column: issue.column,
      property: issue.prop,
      value: issue.value,
      waived: issue.waived === true,
      candidates: issue.candidates,
    })),
  };
}

/** Largest first onto the lightest share (Graham 1969): never more than a third above the best possible. */
export function share(files: TriageFile[], shards: number): Triage["shards"] {
  const shares = Array.from({ length: shards }, (_, at) => ({ shard: at + 1, files: 0, effortMinutes: 0 }));
  const largest = [...files].sort((a, b) => b.effortMinutes - a.effortMinutes || (a.path < b.path ? -1 : 1));
  for (const file of largest) {
    const lightest = shares.reduce((least, one) => (one.effortMinutes < least.effortMinutes ? one : least));
    lightest.files += 1;
    lightest.effortMinutes += file.effortMinutes;
    file.shard = lightest.shard;
  }
  return shares;
}

/** Builds the triage; the same input gives the same bytes. */
export function buildTriage(input: TriageInput): Triage {
  const byPath = new Map<string, PlacedIssue[]>();
  for (const issue of input.issues) {
    const list = byPath.get(issue.path);
    if (list) list.push(issue);
    else byPath.set(issue.path, [issue]);
  }
  const files = [...byPath].map(([path, issues]) => fileOf(path, issues, input)).sort(byScore);
  const active = files.filter((file) => file.status === "active" && file.violations > 0);
  const shards = share(active, input.shards);
  const archived = input.paths.filter((path) => input.isArchived(path));
  const byCheck: Record<string, number> = {};
  for (const issue of input.issues) if (!issue.waived) byCheck[issue.check] = (byCheck[issue.check] ?? 0) + 1;
  return {
    schema: "meta-orch/design-triage@1",
    order: "active before archived, then score = weighted violations × log2(2 + reach) × log2(2 + churn)",
    totals: {
      files: input.paths.length,
      active: input.paths.length - archived.length,
      archived: archived.length,
      reachabilityKnown: input.reachabilityKnown,
      filesWithViolations: files.filter((file) => file.violations > 0).length,
      violations: files.reduce((sum, file) => sum + file.violations, 0),
      waived: files.reduce((sum, file) => sum + file.waived, 0),
      effortMinutes: files.reduce((sum, file) => sum + file.effortMinutes, 0),
      byCheck: Object.fromEntries(Object.entries(byCheck).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
    shards,
    files,
    archived: [...archived].sort(),
  };
}
