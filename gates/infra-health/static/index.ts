/** static-config: compose and environment files and the config say what services are expected, and agree. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CheckResult, Finding, GateContext } from "../../../modsquad/contracts/gate.ts";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { VERSION } from "../../../modsquad/version.ts";
import { mergedServices } from "../discover/merge.ts";
import type { RepositoryFiles } from "../discover/repository.ts";
import { fingerprint } from "../fingerprint.ts";
import type { Service } from "../types.ts";
import { addressRules } from "./address-rules.ts";
import { composeRules } from "./compose-rules.ts";
import type { Disagreement } from "./fact.ts";

const ID = "static-config";

/** Places where the config names something that has to be in the repository. */
function configRules(
  context: GateContext,
  services: readonly Service[],
  files: RepositoryFiles,
): Disagreement[] {
  const found: Disagreement[] = [];
  const compose = mergedServices(files.compose);
  const names = new Set([...services.map((one) => one.name), ...compose.keys()]);
  const add = (rule: string, message: string, about: string[], description: string, command: string) =>
    found.push({ rule, severity: "high", message, about, file: null, at: 0, fix: { description, command } });
  for (const path of files.absent)
    add(
      "missing-file",
      `composeFiles names ${path}, which is not there`,
      [path],
      "Correct composeFiles.",
      "git ls-files '*compose*.y*ml'",
    );
  for (const service of services) {
    const { settings, name } = service;
    const wanted =
      typeof settings.composeService === "string"
        ? settings.composeService
        : service.kind === "compose"
          ? service.subject
          : null;
    if (wanted !== null && !compose.has(wanted) && !files.compose.some((one) => one.hasIncludes))
      add(
        "unknown-service",
        `The config's service ${name} is ${wanted} in compose, where none is called that`,
        [name, wanted],
        "Correct the name.",
        "docker compose config --services",
      );
    const declared = Array.isArray(settings.dependsOn) ? settings.dependsOn.map(String) : [];
    for (const other of declared.filter((one) => !names.has(one)))
      add(
        "unknown-dependency",
        `The config's service ${name} depends on ${other}, which is not declared`,
        [name, other],
        "Correct the name.",
        "meta-orch config --json",
      );
    const expected = ((settings.loaded as JsonObject | undefined)?.expect ?? {}) as JsonObject;
    for (const source of Object.values(expected)) {
      if (source === null || typeof source !== "object" || Array.isArray(source)) continue;
      const path = [source?.file, source?.sha256, source?.count].find((one) => typeof one === "string");
      if (typeof path === "string" && !existsSync(join(context.root, path)))
        add(
          "missing-file",
          `The config's service ${name} is compared with ${path}, which is not there`,
          [name, path],
          "Correct the path.",
          `git log --diff-filter=D --oneline -- ${path}`,
        );
    }
  }
  return found;
}

function findingOf({ rule, severity, message, about, file, at, fix }: Disagreement): Finding {
  const line = file === null ? 0 : file.text.slice(0, at).split("\n").length;
  return {
    ruleId: `${ID}/${rule}`,
    severity,
    message,
    fingerprint: fingerprint(rule, file?.path ?? "", ...about),
    effort: 5,
    target: about.at(-1)!,
    ...(file === null ? {} : { location: { path: file.path, line } }),
    fix,
  };
}

/** What services share by an anchor stands in one place, and is said once. */
function saidOnce(all: readonly Disagreement[]): Disagreement[] {
  const byPlace = new Map<string, { first: Disagreement; more: number }>();
  for (const [index, one] of all.entries()) {
    const { rule, file, at, fix } = one;
    const key = file === null ? String(index) : [rule, file.path, at, fix.description].join("\0");
    const known = byPlace.get(key);
    if (known) known.more += 1;
    else byPlace.set(key, { first: one, more: 0 });
  }
  return [...byPlace.values()].map(({ first, more }) =>
    more === 0
      ? first
      : { ...first, message: `${first.message} (and the same of ${plural(more, "more service")})` },
  );
}

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Compares everything that was read. One result; it fails with the first disagreement of high severity. */
export function checkStaticConfig(
  context: GateContext,
  services: readonly Service[],
  files: RepositoryFiles,
): { check: CheckResult; findings: Finding[] } {
  const tracked = new Set(context.files.map((one) => one.path));
  const exists = (path: string) => tracked.has(path) || existsSync(join(context.root, path));
  const all = [
    ...composeRules(files, exists),
    ...addressRules(files),
    ...configRules(context, services, files),
  ];
  const findings = saidOnce(all).map(findingOf);
  const planned = files.composePaths.length + files.env.length + services.length;
  const examined = planned - files.absent.length;
  const evidence = { tool: "infra-health", version: VERSION };
  const grave = findings.filter((one) => one.severity === "high");
  const read = `${plural(files.compose.length, "compose file")}, ${plural(files.env.length, "environment file")}, ${plural(services.length, "service")}`;
  const base = { id: ID, planned: Math.max(1, planned), examined, evidence };
  if (grave.length > 0) {
    const more = grave.length > 1 ? ` (and ${grave.length - 1} more)` : "";
    return {
      check: {
        ...base,
        status: "failed",
        examined: Math.max(1, examined),
        failureClass: "misconfigured",
        message: `${grave[0]!.message}${more}`,
      },
      findings,
    };
  }
  if (planned === 0) {
    const message =
      "No compose file, no environment file and no declared service: nothing says what to expect. Declare services:.";
    return { check: { ...base, status: "errored", failureClass: "nothing-declared", message }, findings };
  }
  return { check: { ...base, status: "passed", message: `${read} agree.` }, findings };
}
