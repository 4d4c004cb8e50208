/** Rules stale-generated and restart-due: what has to follow a change and is not part of it. */
import type { ChangedFile, Finding } from "../../../../modsquad/contracts/gate.ts";
import { makeFinding, shellQuote } from "../../findings.ts";
import type { KnownPaths } from "../../known-paths.ts";
import { folderOf, isTestPath, resolvePath } from "../../paths.ts";
import type { SourceFile } from "../../source.ts";

/** Where a generated file says so. UTF-16 units. */
const HEAD = 800;
const SAYS =
  /\b(?:auto-?generated|generated|compiled|do not edit)\b[^\n]{0,80}?\b(?:from|source:?|by running|input:?)\s+["'`]?([\w@./-]+\.\w{1,8})/i;
const SOURCE_LINE = /^\W{0,6}source:\s*["'`]?([\w@./-]+\.\w{1,8})/im;

/** Where the file this one says it was made from may be: beside it, or named from the top. */
export function madeFrom(file: SourceFile): string[] {
  const head = file.text.slice(0, HEAD);
  if (!/generated|compiled|do not edit/i.test(head)) return [];
  const named = SAYS.exec(head)?.[1] ?? SOURCE_LINE.exec(head)?.[1];
  if (!named) return [];
  const places = [resolvePath(folderOf(file.path), named), resolvePath("", named)];
  return places.filter((each): each is string => each !== null && each !== file.path);
}

/** Made from a file by name: protocol buffers, pinned requirements. */
function byName(path: string, known: KnownPaths): string[] {
  const base = path.replace(/\.\w+$/, "");
  const made = path.endsWith(".proto")
    ? [`${base}_pb2.py`, `${base}.pb.go`, `${base}_pb.js`, `${base}_pb.ts`, `${base}.pb.ts`]
    : /requirements[\w.-]*\.in$/.test(path)
      ? [`${base}.txt`]
      : [];
  return made.filter((each) => known.has(each));
}

/** The usual way to make a file from its source. */
function generator(source: string, path: string, known: KnownPaths): string {
  const folder = shellQuote(folderOf(source) || ".");
  if (source.endsWith(".in")) return `pip-compile ${shellQuote(source)} -o ${shellQuote(path)}`;
  if (path.endsWith("_pb2.py"))
    return `python -m grpc_tools.protoc -I ${folder} --python_out=${folder} ${shellQuote(source)}`;
  if (source.endsWith(".proto"))
    return path.endsWith(".go") ? `protoc --go_out=. ${shellQuote(source)}` : "npx buf generate";
  if (path.endsWith(".go")) return "go generate ./...";
  return known.has("Makefile") || !known.has("package.json")
    ? `make -B ${shellQuote(path)}`
    : "npm run generate";
}

export function findStale(changed: ChangedFile[], known: KnownPaths, made: Map<string, string>): Finding[] {
  const paths = new Set(changed.map((each) => each.path));
  const edited = changed
    .filter((each) => each.status === "M" && !isTestPath(each.path))
    .map((each) => each.path);
  return edited.flatMap((source) => {
    const generated = [
      ...byName(source, known),
      ...[...made].filter(([, from]) => from === source).map(([path]) => path),
    ];
    return generated
      .filter((path) => !paths.has(path))
      .map((path) =>
        makeFinding({
          ruleId: "hygiene/stale-generated",
          severity: "medium",
          message: `made from ${source}, which this change edits without it`,
          identity: [path, source],
          place: { path },
          defectClass: "hygiene",
          effort: 10,
          fix: {
            description: `Generate it again from ${source} and commit both together.`,
            command: generator(source, path, known),
          },
        }),
      );
  });
}

export interface Loaded {
  service: string;
  /** What says so, such as "compose.yml mounts it". */
  why: string;
  holds(path: string): boolean;
}

/** A staged change to what a running service has loaded. */
export function findRestarts(changed: ChangedFile[], loaded: Loaded[]): Finding[] {
  return loaded.flatMap(({ service, why, holds }) => {
    const touched = changed.map((each) => each.path).filter(holds);
    const [first] = touched;
    if (first === undefined) return [];
    return [
      makeFinding({
        ruleId: "hygiene/restart-due",
        severity: "low",
        message: `${service} has loaded ${touched.length === 1 ? "this file" : `${touched.length} changed files`} (${why}): what runs is not what is judged here until it is restarted and validated again`,
        identity: [service, ...touched],
        place: { path: first },
        defectClass: "infra",
        effort: 5,
        fix: {
          description: "Restart the service, then run the validation again.",
          command: `docker compose restart ${service} && meta-orch --mode full`,
        },
      }),
    ];
  });
}
