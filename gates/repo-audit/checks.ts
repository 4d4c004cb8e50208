/** The checks that a run asks for, each with what it may know of the repository. */
import type { GateContext } from "../../modsquad/contracts/gate.ts";
import type { AuditCheck, AuditScope, ScopedCheck } from "./audit.ts";
import { authCheck } from "./checks/auth/index.ts";
import { codeQualityCheck } from "./checks/code-quality/index.ts";
import { configConsistencyCheck } from "./checks/config-consistency/index.ts";
import { dependenciesCheck } from "./checks/dependencies/index.ts";
import { deprecatedPatternsCheck } from "./checks/deprecated-patterns/index.ts";
import { hygieneCheck } from "./checks/hygiene/index.ts";
import { secretsCheck } from "./checks/secrets/index.ts";
import { KnownPaths } from "./known-paths.ts";
import { type AuditOptions, readOptions } from "./options.ts";
import { YamlReader } from "./yaml.ts";

type CheckFactory = (scope: AuditScope, yaml: YamlReader, context: GateContext) => AuditCheck;

/** In the order they are reported. */
const CHECKS: Record<string, CheckFactory> = {
  secrets: (scope) => secretsCheck(scope.files),
  "config-consistency": configConsistencyCheck,
  auth: (scope, _yaml, context) => authCheck(scope, context),
  "deprecated-patterns": (scope, _yaml, context) => deprecatedPatternsCheck(scope, context),
  dependencies: (scope, _yaml, context) => dependenciesCheck(scope, context),
  "code-quality": (scope, _yaml, context) => codeQualityCheck(scope, context),
  hygiene: hygieneCheck,
};

async function matcher(globs: string[]): Promise<((path: string) => boolean) | null> {
  if (globs.length === 0) return null;
  const { default: picomatch } = await import("picomatch");
  return picomatch(globs, { dot: true });
}

/** Not in scope by itself: nobody is told of a check that was never asked for. */
function asksForAdvisories({ mode, checks }: GateContext, { advisories }: AuditOptions): boolean {
  return (
    checks.includes("advisories") ||
    (advisories !== null && mode === "full" && checks.includes("dependencies"))
  );
}

export async function makeChecks(
  context: GateContext,
): Promise<{ scope: AuditScope; checks: ScopedCheck[] }> {
  const options = readOptions(context.options);
  const excluded = await matcher(options.exclude);
  const files = context.files.filter((file) => file.mode !== "160000" && !excluded?.(file.path));
  const known = new KnownPaths(context.files);
  const scopeOf = (own: AuditScope["files"]): AuditScope => ({
    root: context.root,
    files: own,
    known,
    options,
  });
  const scope = scopeOf(files);
  const yaml = new YamlReader();
  const checks: ScopedCheck[] = [];
  for (const id of context.checks) {
    const factory = CHECKS[id];
    if (!factory) continue;
    const skips = await matcher(options.excludeFrom[id] ?? []);
    const own = skips ? scopeOf(files.filter((file) => !skips(file.path))) : scope;
    const check = factory(own, yaml, context);
    await check.prepare?.();
    checks.push({ check, skips });
  }
  if (asksForAdvisories(context, options)) {
    const skips = await matcher(options.excludeFrom.dependencies ?? []);
    const { advisoriesCheck } = await import("./checks/advisories/index.ts");
    checks.push({ check: advisoriesCheck(options.advisories, context), skips });
  }
  return { scope, checks };
}
