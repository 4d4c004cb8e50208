/** Rules over the list of files alone: clashing names, dead links, build output, size. */
import { readlinkSync } from "node:fs";
import path from "node:path";
import type { Finding, TrackedFile } from "../../../../modsquad/contracts/gate.ts";
import type { Severity } from "../../../../modsquad/contracts/words.ts";
import { makeFinding, shellQuote } from "../../findings.ts";
import type { KnownPaths } from "../../known-paths.ts";
import { folderOf, isEnvFile, isTestPath, resolvePath } from "../../paths.ts";

const MIB = 1024 * 1024;
/** Hosting services warn from the first and refuse from the second on. Bytes. */
const WARNED_BYTES = 50 * MIB;
const REFUSED_BYTES = 100 * MIB;

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);
const fold = (text: string): string => (isAscii(text) ? text : text.normalize("NFC")).toLowerCase();

/** True when no two paths (folders are among them) differ only in case; nearly always, so asked first. */
function allDiffer(paths: Set<string>): boolean {
  const folded = new Set<string>();
  for (const each of paths) folded.add(fold(each));
  return folded.size === paths.size;
}

/** Names that differ only in case: one of the two is lost on a disk that does not tell them apart. */
export function findCaseClashes(files: TrackedFile[], known: KnownPaths): Finding[] {
  if (allDiffer(known.all)) return [];
  const groups = new Map<string, Set<string>>();
  const add = (name: string): void => {
    // Only the last part may differ: a clash of folders is told once, not for every file below them.
    const parent = folderOf(name);
    const key = `${parent}\0${fold(name.slice(parent.length))}`;
    const group = groups.get(key);
    if (group) group.add(name);
    else groups.set(key, new Set([name]));
  };
  const folders = new Set<string>();
  for (const file of files) {
    add(file.path);
    for (let folder = folderOf(file.path); folder !== "" && !folders.has(folder); folder = folderOf(folder)) {
      folders.add(folder);
    }
  }
  for (const folder of folders) add(folder);
  const findings: Finding[] = [];
  for (const group of groups.values()) {
    if (group.size < 2) continue;
    const names = [...group].sort();
    const extra = names.at(-1)!;
    findings.push(
      makeFinding({
        ruleId: "hygiene/case-clash",
        severity: "medium",
        message: `${names.join(" and ")} differ only in case: macOS and Windows keep one of them`,
        identity: names,
        place: { path: names[0]! },
        defectClass: "hygiene",
        effort: 10,
        fix: {
          description: "Keep one name; git mv the other to a name of its own first if both are needed.",
          command: `git rm -r --cached -- ${shellQuote(extra)}`,
        },
      }),
    );
  }
  return findings;
}

/** Made by installing or building, so it need not exist where we look. */
const MADE_LATER =
  /(^|\/)(node_modules|dist|build|out|target|vendor|\.venv|venv|bazel-[\w-]+|result|_build|lib)(\/|$)/;

function readLink(root: string, file: string): string | null {
  try {
    return readlinkSync(path.join(root, file)).replaceAll("\\", "/");
  } catch {
    return null;
  }
}

/** Links to something that is not tracked. Absolute and outward ones cannot be told from here. */
export function findBrokenLinks(root: string, files: TrackedFile[], all: KnownPaths): Finding[] {
  const findings: Finding[] = [];
  for (const file of files) {
    if (file.mode !== "120000") continue;
    const target = readLink(root, file.path);
    if (!target || target.startsWith("/")) continue;
    const resolved = resolvePath(folderOf(file.path), target);
    if (resolved === null || all.has(resolved) || MADE_LATER.test(resolved) || isEnvFile(resolved)) continue;
    findings.push(
      makeFinding({
        ruleId: "hygiene/broken-link",
        severity: isTestPath(file.path) ? "low" : "medium",
        message: `links to ${target}, which is not in the repository`,
        identity: [file.path, target],
        place: { path: file.path },
        defectClass: "hygiene",
        effort: 5,
        fix: {
          description: "Remove the link, or point it at a file that is tracked.",
          command: `git rm -- ${shellQuote(file.path)}`,
        },
      }),
    );
  }
  return findings;
}

/** Folder (up to the match) or file that only tools write. */
const OUTPUT: [RegExp, string, Severity][] = [
  [/^(?:.*\/)?node_modules(?=\/)/, "installed packages", "medium"],
  [
    /^(?:.*\/)?(__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.tox|\.nox)(?=\/)/,
    "a Python cache",
    "low",
  ],
  [
    /^(?:.*\/)?(\.next|\.nuxt|\.svelte-kit|\.turbo|\.parcel-cache|\.angular\/cache|\.docusaurus)(?=\/)/,
    "build output",
    "low",
  ],
  [/^(?:.*\/)?coverage\/lcov-report(?=\/)/, "a coverage report", "low"],
  [/^(?:.*\/)?target\/(debug|release)(?=\/)/, "build output", "low"],
  [/^(?:.*\/)?(\.venv|venv)(?=\/(bin|lib|Scripts|pyvenv\.cfg))/, "a Python environment", "medium"],
  [/^(?:.*\/)?\.terraform(?=\/)/, "downloaded providers", "low"],
  [/^(?:.*\/)?(\.DS_Store|Thumbs\.db|desktop\.ini)$/, "a file of the desktop", "low"],
  [/^.*\.(pyc|pyo|tsbuildinfo)$/, "a cache", "low"],
  [/^.*\.tfstate(\.backup)?$/, "Terraform state, which holds secrets in clear", "medium"],
];

/** One look decides for most paths. */
const ANY_OUTPUT = new RegExp(
  OUTPUT.map(([{ source }]) => source.replace(/^\^(?:\(\?:\.\*\\\/\)\?|\.\*)/, "")).join("|"),
);

function output(name: string): { key: string; what: string; severity: Severity } | null {
  for (const [pattern, what, severity] of OUTPUT) {
    const match = pattern.exec(name);
    if (match) return { key: match[0], what, severity };
  }
  return null;
}

/** One finding for each folder of output, not one for each file in it. */
export function findOutput(files: TrackedFile[]): Finding[] {
  const found = new Map<string, { what: string; severity: Severity; count: number }>();
  for (const file of files) {
    if (!ANY_OUTPUT.test(file.path) || isTestPath(file.path)) continue;
    const hit = output(file.path)!;
    const known = found.get(hit.key);
    if (known) known.count += 1;
    else found.set(hit.key, { what: hit.what, severity: hit.severity, count: 1 });
  }
  return [...found].map(([name, { what, severity, count }]) =>
    makeFinding({
      ruleId: "hygiene/tracked-output",
      severity,
      message: `${what} is tracked${count > 1 ? ` (${count} files)` : ""}: it changes with every machine`,
      identity: [name],
      place: { path: name },
      defectClass: "hygiene",
      effort: 5,
      fix: {
        description: "Stop tracking it and add it to .gitignore.",
        command: `git rm -r --cached -- ${shellQuote(name)} && echo ${shellQuote(name)} >> .gitignore`,
      },
      count,
    }),
  );
}

function sizeSeverity(size: number): Severity {
  if (size >= REFUSED_BYTES) return "high";
  return size >= WARNED_BYTES ? "medium" : "low";
}

export function findLargeFiles(files: TrackedFile[], limit: number): Finding[] {
  const mib = (bytes: number): string => (bytes / MIB).toFixed(1);
  return files
    .filter((file) => file.size > limit)
    .map((file) =>
      makeFinding({
        ruleId: "hygiene/large-file",
        severity: sizeSeverity(file.size),
        message: `${mib(file.size)} MiB, above the limit of ${mib(limit)}: every clone carries it for ever`,
        identity: [file.path],
        place: { path: file.path },
        defectClass: "hygiene",
        effort: 15,
        fix: {
          description: "Keep it outside git, or in Git LFS.",
          command: `git rm --cached -- ${shellQuote(file.path)} && git lfs track ${shellQuote(file.path)}`,
        },
      }),
    );
}
