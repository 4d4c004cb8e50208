/** The package manager's own audit. It asks a registry; whatever goes wrong on the way is said, never passed. */
import path from "node:path";
import type { GateContext } from "../../../../modsquad/contracts/gate.ts";
import type { Severity } from "../../../../modsquad/contracts/words.ts";
import { baseName, folderOf } from "../../paths.ts";

export interface AuditedPackage {
  name: string;
  severity: Severity;
  summary: string;
  fixed: boolean;
}

const AUDIT_TIMEOUT_MS = 45_000;
const MANAGERS: Record<string, { program: string; args: string[] }> = {
  "package-lock.json": { program: "npm", args: ["audit", "--json", "--package-lock-only"] },
  "pnpm-lock.yaml": { program: "pnpm", args: ["audit", "--json"] },
};

const SEVERITY: Record<string, Severity> = {
  critical: "critical",
  high: "high",
  moderate: "medium",
  low: "low",
  info: "info",
};

interface NpmReport {
  error?: { summary?: string; code?: string };
  message?: string;
  vulnerabilities?: Record<
    string,
    { severity: string; via: (string | { title?: string })[]; fixAvailable?: unknown }
  >;
  advisories?: Record<
    string,
    { module_name: string; severity: string; title: string; patched_versions?: string }
  >;
}

function packagesOf({ vulnerabilities, advisories }: NpmReport): AuditedPackage[] {
  const byNpm = Object.entries(vulnerabilities ?? {}).map(([name, { severity, via, fixAvailable }]) => {
    const titles = via.flatMap((each) => (typeof each === "string" ? [] : (each.title ?? [])));
    return {
      name,
      severity: SEVERITY[severity] ?? "medium",
      summary: titles[0] ?? `through ${via.join(", ")}`,
      fixed: Boolean(fixAvailable),
    };
  });
  const byPnpm = Object.values(advisories ?? {}).map(
    ({ module_name: name, severity, title, patched_versions: patched }) => {
      return {
        name,
        severity: SEVERITY[severity] ?? "medium",
        summary: title,
        fixed: patched !== undefined && patched !== "<0.0.0",
      };
    },
  );
  return [...byNpm, ...byPnpm];
}

/** What the audit of one lockfile says, or why it could not. */
export async function auditLock(
  context: GateContext,
  lock: string,
): Promise<AuditedPackage[] | { failureClass: string; message: string }> {
  const manager = MANAGERS[baseName(lock)];
  if (!manager)
    return {
      failureClass: "unsupported",
      message: `${lock}: its package manager has no audit that can be read; name an OSV database`,
    };
  const { program, args } = manager;
  const result = await context.exec(program, args, {
    cwd: path.join(context.root, folderOf(lock)),
    timeoutMs: AUDIT_TIMEOUT_MS,
  });
  const failed = (failureClass: string, why: string) => ({
    failureClass,
    message: `${program} audit of ${lock} ${why}`,
  });
  if (result.timedOut) return failed("timeout", `was ended after ${AUDIT_TIMEOUT_MS / 1000} s`);
  if (result.error) return failed("missing-tool", `could not be started: ${result.error}`);
  try {
    const report = JSON.parse(result.stdout) as NpmReport;
    const problem = report.error?.summary || report.error?.code || report.message;
    if (problem) return failed("unreachable", `failed: ${problem.split("\n")[0]}`);
    if (!report.vulnerabilities && !report.advisories)
      return failed("garbage", "gave an answer that cannot be read");
    return packagesOf(report);
  } catch {
    return failed(
      "garbage",
      `gave an answer that cannot be read: ${result.stderr.trim().split("\n")[0] ?? ""}`,
    );
  }
}
