/** Rules env-undeclared and env-unused: variables the code and its example file disagree about. */
import type { Finding } from "../../../../modsquad/contracts/gate.ts";
import { makeFinding, replaceFix } from "../../findings.ts";
import { isBelow, isExamplePath, isTestPath, isToolingPath } from "../../paths.ts";
import type { EnvEntry, EnvFile, EnvRead, Facts } from "./facts.ts";
import { MENTION } from "./facts.ts";
import { isKnownVariable, isReadByOthers } from "./known.ts";

/** The nearest file that says which variables there are: an example, or else a .env that is tracked. */
function declaringFile(facts: Facts, path: string): EnvFile | null {
  const above = facts.envFiles.filter((env) => isBelow(path, env.folder) && !isTestPath(env.path));
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
  if ((bits & (MENTION.doc | MENTION.config | MENTION.env)) !== 0) return true;
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

function judgeUndeclared(facts: Facts, ignored: Set<string>): Finding[] {
  const groups = new Map<string, { env: EnvFile; reads: EnvRead[] }>();
  const tested = testedNames(facts);
  for (const read of facts.reads) {
    const { path } = read.place.file;
    if (read.use === "optional" || (read.use === "value" && tested.has(`${path}\0${read.name}`))) continue;
    if (!read.name.includes("_") || ignored.has(read.name) || isKnownVariable(read.name)) continue;
    if (isTestPath(path) || isExamplePath(path) || isToolingPath(path) || declared(facts, read.name))
      continue;
    const env = declaringFile(facts, path);
    if (!env) continue;
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
  if ((bits & (MENTION.code | MENTION.config)) !== 0) return true;
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

export function judgeVariables(facts: Facts, ignored: Set<string>): Finding[] {
  return [...judgeUndeclared(facts, ignored), ...judgeUnused(facts, ignored)];
}
