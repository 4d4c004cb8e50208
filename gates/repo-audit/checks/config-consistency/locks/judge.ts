/** Rule lockfile-mismatch: a lockfile that was not made from the manifest beside it. */
import type { Finding } from "../../../../../modsquad/contracts/gate.ts";
import { makeFinding } from "../../../findings.ts";
import { folderOf, isExamplePath, isTestPath } from "../../../paths.ts";
import type { Facts } from "../facts.ts";
import type { LockFact, ManifestFact } from "./read.ts";

/** Ranges a lockfile keeps in a form of its own, or not at all. */
const LOCAL =
  /^(workspace:|link:|file:|portal:|patch:|npm:|git|https?:|ssh:|exec:|catalog:)|^[\w.-]+\/[\w.-]+(#|$)/;

const COMMANDS: Record<LockFact["kind"], string> = {
  npm: "npm install --package-lock-only",
  pnpm: "pnpm install --lockfile-only",
  yarn: "yarn install",
  bun: "bun install --lockfile-only",
  uv: "uv lock",
  poetry: "poetry lock",
};

/** How a package is missing from, or different in, the lockfile; null when it agrees. */
function disagreement(lock: LockFact, keys: Set<string>, name: string, range: string): string | null {
  if (lock.keys) {
    if (LOCAL.test(range) || keys.has(`${name}@${range}`)) return null;
    return lock.keys.some((key) => key.startsWith(`${name}@`))
      ? `${name} ${range} is locked under another range`
      : `${name} is missing`;
  }
  const locked = lock.dependencies[name];
  if (locked === undefined) return LOCAL.test(range) ? null : `${name} is missing`;
  if (locked === null || locked === range || LOCAL.test(range) || LOCAL.test(locked)) return null;
  return `${name} is ${range} in the manifest and ${locked} in the lockfile`;
}

/** How many packages a message names. */
const SHOWN = 4;

function judgeLock(lock: LockFact, manifest: ManifestFact): Finding[] {
  const skipped = new Set([...manifest.overridden, ...lock.overridden]);
  const keys = new Set(lock.keys);
  const wrong: string[] = [];
  for (const [name, range] of Object.entries(manifest.dependencies)) {
    const reason = skipped.has(name) ? null : disagreement(lock, keys, name, range);
    if (reason) wrong.push(reason);
  }
  if (lock.kind === "npm" || lock.kind === "pnpm" || lock.kind === "bun") {
    for (const name of Object.keys(lock.dependencies))
      if (!(name in manifest.dependencies) && !manifest.peers.includes(name))
        wrong.push(`${name} is locked but no longer asked for`);
  }
  if (wrong.length === 0) return [];
  const more = wrong.length > SHOWN ? `; and ${wrong.length - SHOWN} more` : "";
  const folder = folderOf(lock.path);
  return [
    makeFinding({
      ruleId: "config-consistency/lockfile-mismatch",
      severity: "high",
      message: `${lock.path} was not made from this manifest: ${wrong.slice(0, SHOWN).join("; ")}${more}. A clean install stops or brings something else`,
      identity: [lock.path, manifest.path, ...wrong],
      place: manifest.place,
      defectClass: "infra",
      effort: 5,
      fix: {
        description: "Write the lockfile anew and commit it with the manifest.",
        command: folder === "" ? COMMANDS[lock.kind] : `cd ${folder} && ${COMMANDS[lock.kind]}`,
      },
    }),
  ];
}

export function judgeLocks(facts: Facts): Finding[] {
  const manifests = new Map(facts.manifests.map((manifest) => [manifest.path, manifest]));
  const findings: Finding[] = [];
  for (const lock of facts.locks) {
    const manifest = manifests.get(lock.manifest);
    if (!manifest || isTestPath(lock.path) || isExamplePath(lock.path)) continue;
    // Several lockfiles beside each other: which one counts cannot be told.
    const beside = facts.locks.filter((each) => each.manifest === lock.manifest && each.kind !== lock.kind);
    if (beside.length === 0) findings.push(...judgeLock(lock, manifest));
  }
  return findings;
}
