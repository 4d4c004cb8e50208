/** Rules env-undeclared and env-unused: variables the code and its example file disagree about. */
import type { Finding } from "../../../../modsquad/contracts/gate.ts";
import { makeFinding, replaceFix } from "../../findings.ts";
import { isBelow, isExamplePath, isTestPath, isToolingPath } from "../../paths.ts";
import type { EnvEntry, EnvFile, EnvRead, Facts } from "./facts.ts";
import { MENTION } from "./facts.ts";
import { isKnownVariable, isReadByOthers } from "./known.ts";
import { nearest } from "./nearest.ts";

/** The nearest file that says which variables there are: an example, or else a .env that is tracked. */
function declaringFile(facts: Facts, path: string): EnvFile | null {
  const above = facts.envFiles.filter(
    (env) => env.entries.length > 0 && isBelow(path, env.folder) && !isTestPath(env.path),
  );
  above.sort(
    (a, b) =>
      b.folder.length - a.folder.length ||
      Number(b.example) - Number(a.example) ||
      (a.path < b.path ? -1 : 1),
  );
  return above[0] ?? null;
}

function declared(facts: Facts, name: string): boolean {
  const bits = facts.mentions.get(name) ?? 0;
  if ((bits & (MENTION.doc | MENTION.config | MENTION.env | MENTION.compose)) !== 0) return true;
  // Names without an underscore are not collected from prose: only what declares variables counts.
  return facts.envFiles.some(
    (env) => env.mentioned.has(name) || env.entries.some((entry) => entry.name === name),
  );
}

function addFix(env: EnvFile, name: string) {
  const { file, end } = env.text;
  const lead = end === 0 || file.text.endsWith("\n") ? "" : "\n";
  return replaceFix(`Declare it in ${env.path}.`, { file, start: end, end }, `${lead}${name}=\n`);
}

/** Files that test a variable before they use it know that it may be absent. */
function testedNames(facts: Facts): Set<string> {
  const optional = facts.reads.filter((read) => read.use === "optional");
  return new Set(optional.map((read) => `${read.place.file.path}\0${read.name}`));
}

const familyOf = (name: string): string => name.slice(0, name.indexOf("_"));

/**
 * Several variables of one feature, none of which any file declares: a feature that is left off, such as a
 * sign-in provider, and not one name somebody forgot.
 */
function undeclaredFamilies(facts: Facts): Set<string> {
  const families = new Map<string, Set<string>>();
  for (const { name, use } of facts.reads) {
    if (use === "optional") continue;
    const family = familyOf(name);
    families.set(family, (families.get(family) ?? new Set()).add(name));
  }
  const silent = [...families].filter(
    ([, names]) => names.size > 1 && ![...names].some((name) => declared(facts, name)),
  );
  return new Set(silent.map(([family]) => family));
}

/** A variable of the same file that nothing reads and that is called nearly the same: it was renamed in one place. */
function renamedFrom(facts: Facts, env: EnvFile, name: string): string | null {
  const unread = env.entries.map((entry) => entry.name).filter((other) => !isUsed(facts, other));
  return nearest(name, unread);
}

function judgeUndeclared(facts: Facts, ignored: Set<string>): Finding[] {
  const groups = new Map<string, { env: EnvFile; reads: EnvRead[] }>();
  const tested = testedNames(facts);
  const families = undeclaredFamilies(facts);
  for (const read of facts.reads) {
    const { path } = read.place.file;
    if (read.use === "optional" || (read.use !== "required" && tested.has(`${path}\0${read.name}`))) continue;
    if (!read.name.includes("_") || ignored.has(read.name) || isKnownVariable(read.name)) continue;
    if (isTestPath(path) || isExamplePath(path) || isToolingPath(path) || declared(facts, read.name))
      continue;
    const env = declaringFile(facts, path);
    if (!env) continue;
    const renamed = renamedFrom(facts, env, read.name) !== null;
    if (!renamed && (read.use === "lenient" || families.has(familyOf(read.name)))) continue;
    const key = `${env.path}\0${read.name}`;
    const group = groups.get(key);
    if (group) group.reads.push(read);
    else groups.set(key, { env, reads: [read] });
  }
  return [...groups.values()].map(({ env, reads }) => {
    const read = reads.find((each) => each.use === "required") ?? reads[0]!;
    const required = read.use === "required";
    const consequence = required ? "the code stops without it" : "it has no default";
    return makeFinding({
      ruleId: "config-consistency/env-undeclared",
      severity: required ? "high" : "medium",
      message: `${read.name} is read here, ${consequence}, and neither ${env.path} nor any other file declares it`,
      identity: [env.path, read.name],
      place: read.place,
      defectClass: "flow",
      effort: 5,
      fix: addFix(env, read.name),
      count: reads.length,
    });
  });
}

/** An env_file handed to an image of somebody else: what it reads cannot be seen. */
function handedToOthers(facts: Facts, env: EnvFile): boolean {
  return facts.compose.some((file) =>
    file.services.some(
      (service) => service.context === null && service.envFiles.some((path) => isBelow(path, env.folder)),
    ),
  );
}

function isUsed(facts: Facts, name: string): boolean {
  const bits = facts.mentions.get(name) ?? 0;
  if ((bits & (MENTION.code | MENTION.config | MENTION.compose)) !== 0) return true;
  return facts.dynamicReads.some(({ prefix, suffix }) => name.startsWith(prefix) && name.endsWith(suffix));
}

/** Other values of the same file may be built from it: DATABASE_URL=postgres://${DB_USER}… */
function usedWithin(entries: EnvEntry[], name: string): boolean {
  return entries.some((entry) => entry.name !== name && new RegExp(`\\$\\{?${name}\\b`).test(entry.value));
}

function judgeUnused(facts: Facts, ignored: Set<string>): Finding[] {
  if (facts.derivesNames || facts.reads.length === 0) return [];
  const findings: Finding[] = [];
  for (const env of facts.envFiles) {
    if (!env.example || isTestPath(env.path) || handedToOthers(facts, env)) continue;
    for (const entry of env.entries) {
      const { name } = entry;
      if (!name.includes("_") || ignored.has(name) || isReadByOthers(name)) continue;
      if (isUsed(facts, name) || usedWithin(env.entries, name)) continue;
      findings.push(
        makeFinding({
          ruleId: "config-consistency/env-unused",
          severity: "low",
          message: `${name} is declared here and read nowhere`,
          identity: [env.path, name],
          place: entry.place,
          defectClass: "hygiene",
          effort: 5,
          fix: replaceFix("Delete the line.", entry.line, ""),
        }),
      );
    }
  }
  return findings;
}

/** `${NAME}` without a default in a compose file whose .env.example does not have it. */
function judgeInterpolated(facts: Facts, ignored: Set<string>): Finding[] {
  const findings: Finding[] = [];
  for (const file of facts.compose) {
    if (isTestPath(file.path) || isExamplePath(file.path)) continue;
    const env = facts.envFiles.find(
      (each) =>
        each.folder === file.folder && (each.example || each.path.endsWith("/.env") || each.path === ".env"),
    );
    if (!env || env.entries.length === 0) continue;
    const own = file.interpolated.filter(
      ({ name }) => name.includes("_") && !ignored.has(name) && !isKnownVariable(name),
    );
    const missing = own.filter(({ name }) => !declaredBeside(facts, name));
    // A file whose variables mostly come from elsewhere is fed by something else.
    if (missing.length * 3 > new Set(own.map(({ name }) => name)).size * 2 && own.length > 1) continue;
    for (const { name, place } of missing) {
      findings.push(
        makeFinding({
          ruleId: "config-consistency/env-undeclared",
          severity: "medium",
          message: `${name} is put in here without a default, and neither ${env.path} nor any other file declares it`,
          identity: [file.path, name],
          place,
          defectClass: "infra",
          effort: 5,
          fix: addFix(env, name),
        }),
      );
    }
  }
  return findings;
}

/** Declared anywhere but in the compose files that ask for it. */
function declaredBeside(facts: Facts, name: string): boolean {
  const bits = facts.mentions.get(name) ?? 0;
  if ((bits & (MENTION.doc | MENTION.env | MENTION.code | MENTION.config)) !== 0) return true;
  return facts.envFiles.some((env) => env.mentioned.has(name));
}

export function judgeVariables(facts: Facts, ignored: Set<string>): Finding[] {
  return [
    ...judgeUndeclared(facts, ignored),
    ...judgeInterpolated(facts, ignored),
    ...judgeUnused(facts, ignored),
  ];
}
