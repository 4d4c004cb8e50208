/** Check `hygiene`: files that are broken, missing, or should not be there, and what has to follow a change. */
import type { Finding, GateContext } from "../../../../modsquad/contracts/gate.ts";
import type { Json } from "../../../../modsquad/contracts/words.ts";
import type { AuditCheck, AuditScope } from "../../audit.ts";
import { fromNames } from "../../cache.ts";
import { isBelow, isCompose, isGeneratedPath, isYaml } from "../../paths.ts";
import type { SourceFile } from "../../source.ts";
import { MAX_YAML_LENGTH, type YamlReader } from "../../yaml.ts";
import { readCompose } from "../config-consistency/read-compose.ts";
import { findConflicts } from "./conflicts.ts";
import { findRestarts, findStale, type Loaded, madeFrom } from "./derived.ts";
import { findInvalidJson, findInvalidToml, findInvalidYaml, loadToml } from "./documents.ts";
import { findMissing, findOrphanedSpecs, findUntested } from "./project.ts";
import { findWrongBits, startedBy } from "./scripts.ts";
import { findBrokenLinks, findCaseClashes, findLargeFiles, findOutput } from "./tree.ts";

/** What is wrong inside one file; a reason when it had to be given up on. */
function readFile(file: SourceFile, yaml: YamlReader): Finding[] | string {
  const conflicts = findConflicts(file);
  // A file with conflict markers is broken in every format; saying it twice helps nobody.
  if (conflicts.length > 0) return conflicts;
  if (file.path.endsWith(".json")) return findInvalidJson(file);
  if (file.path.endsWith(".toml")) return findInvalidToml(file);
  if (!isYaml(file.path) || isGeneratedPath(file.path)) return [];
  return file.text.length > MAX_YAML_LENGTH ? "too long to parse as YAML" : findInvalidYaml(file, yaml);
}

/** What other files have to do with this one. */
interface FileNote {
  /** Something is wrong in it: it is read again to say what. */
  bad?: true;
  script?: true;
  starts?: string[];
  from?: string[];
  mounts?: { service: string; paths: string[] }[];
}

function readMounts(file: SourceFile, yaml: YamlReader): FileNote["mounts"] {
  const compose = readCompose(file, yaml);
  if (typeof compose === "string") return [];
  return compose.services
    .filter((service) => service.mounts.length > 0)
    .map(({ name, mounts }) => ({ service: name, paths: mounts }));
}

function readNote(file: SourceFile, yaml: YamlReader): FileNote | null {
  const note: FileNote = {};
  if (readFile(file, yaml).length > 0) note.bad = true;
  if (file.text.startsWith("#!")) note.script = true;
  const starts = startedBy(file);
  if (starts.length > 0) note.starts = starts;
  const from = madeFrom(file);
  if (from.length > 0) note.from = from;
  const mounts = !note.bad && isCompose(file.path) ? readMounts(file, yaml) : [];
  if (mounts && mounts.length > 0) note.mounts = mounts;
  return Object.keys(note).length > 0 ? note : null;
}

/** Services as the config maps them to what they load. */
async function mapped(restart: Record<string, string[]>): Promise<Loaded[]> {
  if (Object.keys(restart).length === 0) return [];
  const { default: picomatch } = await import("picomatch");
  return Object.entries(restart).map(([service, globs]) => ({
    service,
    why: "the config says so",
    holds: picomatch(globs, { dot: true }),
  }));
}

export function hygieneCheck(scope: AuditScope, yaml: YamlReader, context: GateContext): AuditCheck {
  const findings: Finding[] = [];
  const gaveUp = new Map<string, string>();
  const scripts = new Set<string>();
  const started = new Map<string, string>();
  const made = new Map<string, string>();
  const loaded: Loaded[] = [];
  const take = (note: FileNote, file: SourceFile): void => {
    const { path } = file;
    if (note.bad) {
      const found = readFile(file, yaml);
      if (typeof found === "string") gaveUp.set(path, found);
      else findings.push(...found);
    }
    if (note.script) scripts.add(path);
    for (const each of note.starts ?? []) if (!started.has(each)) started.set(each, path);
    const from = note.from?.find((each) => scope.known.has(each));
    if (from) made.set(path, from);
    for (const { service, paths } of note.mounts ?? [])
      loaded.push({
        service,
        why: `${path} mounts it`,
        holds: (each) => paths.some((mount) => isBelow(each, mount)),
      });
  };
  return {
    id: "hygiene",
    gaveUp,
    examinesPaths: true,
    async load(paths) {
      await yaml.load(paths);
      await loadToml(paths);
    },
    noters: [
      {
        id: "hygiene",
        note: (file) => readNote(file, yaml) as Json,
        rereads: (note) => (note as FileNote).bad === true,
        take: (note, file) => take(note as FileNote, file),
      },
    ],
    async finish() {
      const { files, root, options, known } = scope;
      const changed = context.changed ?? [];
      // A restart is due for what is about to be committed, not for what a branch did last week.
      const restarts = context.mode === "quick" ? [...(await mapped(options.restart)), ...loaded] : [];
      return [
        ...findings,
        ...fromNames(context, "hygiene-names", files, () => [
          ...findCaseClashes(files, known),
          ...findOutput(files),
          ...findMissing(files),
          ...findOrphanedSpecs(files),
        ]),
        ...findBrokenLinks(root, files, known),
        ...findLargeFiles(files, options.maxFileBytes),
        ...findWrongBits(files, scripts, started),
        ...findUntested(
          files,
          changed.filter((each) => each.status === "A").map((each) => each.path),
        ),
        ...findStale(changed, known, made),
        ...findRestarts(changed, restarts),
      ];
    },
  };
}
