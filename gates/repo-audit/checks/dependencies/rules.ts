/** What a manifest, a lockfile or a list of requirements shows by itself. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../../../modsquad/contracts/gate.ts";
import { makeFinding } from "../../findings.ts";
import { baseName, folderOf } from "../../paths.ts";
import type { SourceFile } from "../../source.ts";
import type { Dependency, Manifest } from "./manifest.ts";

const base = { defectClass: "hygiene", effort: 5 } as const;

/** Any version at all, or one that somebody else moves. */
function whyUnpinned(range: string): string | null {
  if (/^(?:\*|x|latest|next|)$/i.test(range.trim())) return `"${range}" takes whatever is newest`;
  const git = /^(?:git\+|git:|github:|https?:\/\/.*\.git|[\w-]+\/[\w.-]+(?:#|$))/.test(range);
  if (git && !/#(?:[0-9a-f]{7,40}$|semver:|v?\d)/.test(range))
    return `"${range}" takes whatever the branch holds`;
  return null;
}

function unpinned({ name, range, place }: Dependency): Finding[] {
  const why = whyUnpinned(range);
  if (!why) return [];
  return [
    makeFinding({
      ...base,
      ruleId: "dependencies/unpinned",
      severity: "medium",
      message: `${name} is not pinned: ${why}`,
      identity: [place().file.path, name],
      place: place(),
      fix: { description: "Name the version in use.", command: `npm install --save-exact ${name}` },
    }),
  ];
}

function duplicated({ file, dependencies }: Manifest): Finding[] {
  return dependencies
    .filter(
      ({ name, section }) =>
        section === "devDependencies" &&
        dependencies.some((each) => each.name === name && each.section === "dependencies"),
    )
    .map(({ name, place }) =>
      makeFinding({
        ...base,
        ruleId: "dependencies/duplicated",
        severity: "low",
        message: `${name} is in dependencies and in devDependencies: npm installs only one of them`,
        identity: [file.path, name],
        place: place(),
        fix: {
          description: "Take it out of devDependencies.",
          command: `npm pkg delete "devDependencies[${name}]"`,
        },
      }),
    );
}

/** `own` are the names of this repository's packages: whatever they hold is what is used. */
export const judgeManifest = (manifest: Manifest, own: Set<string>): Finding[] => [
  ...manifest.dependencies
    .filter(({ name, section }) => section !== "peerDependencies" && !own.has(name))
    .flatMap(unpinned),
  ...duplicated(manifest),
];

const LOCKS: Record<string, string> = {
  "package-lock.json": "npm",
  "pnpm-lock.yaml": "pnpm",
  "yarn.lock": "yarn",
  "bun.lock": "bun",
};
export const isLockfile = (path: string): boolean => Object.hasOwn(LOCKS, baseName(path));

/** Lockfiles of several package managers in one folder: they will not agree. */
export function judgeLocks(paths: string[]): Finding[] {
  const byFolder = new Map<string, string[]>();
  for (const path of paths)
    byFolder.set(folderOf(path), [...(byFolder.get(folderOf(path)) ?? []), baseName(path)]);
  return [...byFolder]
    .filter(([, names]) => names.length > 1)
    .map(([folder, names]) => {
      const [kept, ...others] = names.sort();
      const where = folder === "" ? "" : `${folder}/`;
      return makeFinding({
        ...base,
        ruleId: "dependencies/duplicated",
        severity: "low",
        message: `${names.join(" and ")} are in one folder: installs differ by who makes them`,
        identity: [folder, ...names],
        place: { path: `${where}${kept}` },
        fix: {
          description: "Keep the one of the manager in use.",
          command: `git rm ${others.map((name) => `${where}${name}`).join(" ")}`,
        },
      });
    });
}

interface Locked {
  deprecated?: string;
  version?: string;
}

/** What npm's lockfile says of the direct dependencies. */
export function judgeNpmLock(lock: SourceFile, { file, dependencies }: Manifest): Finding[] {
  let packages: Record<string, Locked>;
  try {
    packages = (JSON.parse(lock.text) as { packages?: Record<string, Locked> }).packages ?? {};
  } catch {
    return [];
  }
  return dependencies.flatMap(({ name, place }) => {
    const locked = packages[`node_modules/${name}`];
    if (!locked?.deprecated) return [];
    return [
      makeFinding({
        ...base,
        ruleId: "dependencies/deprecated",
        severity: "low",
        message: `${name} ${locked.version ?? ""} is deprecated: ${locked.deprecated.slice(0, 120)}`,
        identity: [file.path, name],
        place: place(),
        fix: { description: "Move to what its authors name.", command: `npm install ${name}@latest` },
      }),
    ];
  });
}

/** Whether an installed package says in any way under which terms it may be used. */
function isLicensed(folder: string): boolean {
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
  const named = about.license ?? about.licence ?? about.licenses;
  if (named && named !== "UNLICENSED") return true;
  return readdirSync(folder).some(
    (name) => /^(?:licen[cs]e|copying|unlicense|readme)/i.test(name) && speaksOfTerms(join(folder, name)),
  );
}

const speaksOfTerms = (file: string): boolean => /licen[cs]e/i.test(readFileSync(file, "utf8"));

/** Packages that are installed and come without terms; what is not installed cannot be judged. */
export function judgeLicences(
  { file, folder: from, dependencies }: Manifest,
  dependenciesRoot: string,
): Finding[] {
  return dependencies.flatMap(({ name, section, place }) => {
    if (section !== "dependencies") return [];
    const folder = [from, ""]
      .map((at) => join(dependenciesRoot, at, "node_modules", name))
      .find((at) => existsSync(join(at, "package.json")));
    if (!folder || isLicensed(folder)) return [];
    return [
      makeFinding({
        ...base,
        ruleId: "dependencies/unlicensed",
        severity: "low",
        message: `${name} comes without a licence: nobody may use it by default`,
        identity: [file.path, name],
        place: place(),
        fix: {
          description: "Ask its authors for one, or use another.",
          command: `npm view ${name} license repository`,
        },
      }),
    ];
  });
}

/**
 * Names that packages of a lockfile want beside them; null when this kind of lockfile does not say (Yarn 1).
 * Text is enough: npm writes JSON, pnpm and Yarn 2 a list that is indented.
 */
export function peersIn(lock: SourceFile): Set<string> | null {
  const names = new Set<string>();
  if (/^# yarn lockfile v1/m.test(lock.text.slice(0, 400))) return null;
  const block = /peerDependencies"?:\s*\{?\n((?:\s+"?[@\w][\w@./-]*"?:.*\n)+)/g;
  for (const [, lines] of lock.text.matchAll(block)) {
    for (const [, name] of lines!.matchAll(/^\s+["']?([@\w][\w./-]*)["']?:/gm)) names.add(name!);
  }
  return names;
}

/** `name` alone on a line of requirements: any version will do. */
const BARE_REQUIREMENT = /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:;[^#]*)?(?:#.*)?$/;

export function judgeRequirements(file: SourceFile): Finding[] {
  const bare: { name: string; start: number; end: number }[] = [];
  let start = 0;
  for (const line of file.text.split("\n")) {
    const name = BARE_REQUIREMENT.exec(line.trimEnd())?.[1];
    if (name) bare.push({ name, start, end: start + name.length });
    start += line.length + 1;
  }
  return bare.map(({ name, ...span }) =>
    makeFinding({
      ...base,
      ruleId: "dependencies/unpinned",
      severity: "low",
      message: `${name} is not pinned: any version will do`,
      identity: [file.path, name],
      place: { file, ...span },
      fix: {
        description: `Write ${name}== and the version in use.`,
        command: `pip freeze | grep -i '^${name}=='`,
      },
    }),
  );
}
