/** Reads Dockerfiles: stages, exposed ports, variables, command and health check. */
import { folderOf } from "../../paths.ts";
import type { Place, SourceFile } from "../../source.ts";
import type { DockerFacts, DockerStage } from "./facts.ts";
import { interpolate } from "./read-compose.ts";

interface Instruction {
  word: string;
  /** Continuation lines joined, comments inside them removed, same length as the source. */
  rest: string;
  start: number;
  /** Offset of rest in the file. */
  restStart: number;
  end: number;
}

/** Splits into instructions; line continuations become spaces so that offsets stay true. */
function* instructions(text: string): Generator<Instruction> {
  const joiner = /^#\s*escape\s*=\s*`/im.test(text.slice(0, 200)) ? "`" : "\\";
  let offset = 0;
  let open: { text: string; start: number } | null = null;
  let heredoc: string | null = null;
  for (const line of text.split("\n")) {
    const start = offset;
    offset += line.length + 1;
    if (heredoc !== null) {
      if (line.trim() === heredoc) heredoc = null;
      continue;
    }
    const silent = /^\s*(#.*)?$/.test(line);
    if (!open && silent) continue;
    const trimmed = line.trimEnd();
    const continues = !silent && trimmed.endsWith(joiner);
    const kept = silent ? "" : continues ? trimmed.slice(0, -1) : line;
    const body = kept.padEnd(line.length);
    open = open ? { text: `${open.text} ${body}`, start: open.start } : { text: body, start };
    // Comments and empty lines do not end a continued instruction.
    if (continues || silent) continue;
    yield* split(open.text, open.start);
    heredoc = /^\s*(?:RUN|COPY|ADD)\b.*<<-?["']?(\w+)["']?/i.exec(open.text)?.[1] ?? null;
    open = null;
  }
  if (open) yield* split(open.text, open.start);
}

function* split(text: string, start: number): Generator<Instruction> {
  const match = /^\s*([A-Za-z]+)(\s+)/.exec(text);
  if (!match) return;
  const restStart = start + match[0].length;
  yield {
    word: match[1]!.toUpperCase(),
    rest: text.slice(match[0].length),
    start,
    restStart,
    end: start + text.length,
  };
}

/** `KEY=value KEY2="v"` or the old `KEY value`. */
function parsePairs(rest: string): [string, string][] {
  if (/^[\w.-]+\s+[^=\s]/.test(rest) && !/^[\w.-]+=/.test(rest)) {
    const [name, ...value] = rest.trim().split(/\s+/);
    return [[name!, value.join(" ")]];
  }
  const pairs: [string, string][] = [];
  for (const match of rest.matchAll(/([\w.-]+)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g)) {
    pairs.push([match[1]!, match[2]!.replace(/^["']|["']$/g, "")]);
  }
  return pairs;
}

/** CMD ["a", "b"] and CMD a b both become "a b". */
function commandLine(rest: string): string {
  const text = rest.trim();
  if (!text.startsWith("[")) return text;
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]).join(" ");
}

/** Sources of COPY in the build context, without "./"; none when they come from elsewhere, null when nobody can tell. */
function copiedFrom(rest: string): string[] | null {
  const line = rest.trim();
  if (/(^|\s)--from=/.test(line)) return [];
  const words = line.startsWith("[")
    ? [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!)
    : line.split(/\s+/).filter((word) => !word.startsWith("--"));
  const sources = words.slice(0, -1).map((word) => word.replace(/^(?:\.?\/)+|\/+$/g, ""));
  const isOpen = (word: string) => word === "" || word === "." || /[*?$[]|^<</.test(word);
  return sources.length === 0 || sources.some(isOpen) ? null : sources;
}

function expose(
  stage: DockerStage,
  file: SourceFile,
  instruction: Instruction,
  value: (name: string) => string | null,
): void {
  for (const match of instruction.rest.matchAll(/\S+/g)) {
    const text = interpolate(match[0], value) ?? "";
    const port = /^(\d{1,5})(?:\/tcp)?$/.exec(text)?.[1];
    if (!port) continue;
    const start = instruction.restStart + match.index;
    stage.expose.push({ port: Number(port), place: { file, start, end: start + match[0].length } });
  }
}

function placeOf(file: SourceFile, { rest, restStart }: Instruction, text: string): Place {
  const start = restStart + rest.indexOf(text);
  return { file, start, end: start + text.length };
}

export function readDockerfile(file: SourceFile): DockerFacts {
  const facts: DockerFacts = {
    path: file.path,
    folder: folderOf(file.path),
    stages: [],
    variables: new Set(),
    sources: [],
  };
  const globals = new Map<string, string>();
  for (const instruction of instructions(file.text)) {
    const { word, rest } = instruction;
    const stage = facts.stages.at(-1);
    const value = (name: string): string | null => stage?.env.get(name) ?? globals.get(name) ?? null;
    if (word === "FROM") {
      const match = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(rest.trim());
      if (!match) continue;
      const from = interpolate(match[1]!, value) ?? match[1]!;
      const parent = facts.stages.find((each) => each.name !== null && each.name === from.toLowerCase());
      facts.stages.push({
        name: match[2]?.toLowerCase() ?? null,
        from: parent ? parent.from : from,
        fromPlace: placeOf(file, instruction, match[1]!),
        expose: [...(parent?.expose ?? [])],
        env: new Map(parent?.env),
        command: parent?.command ?? "",
        healthcheck: parent?.healthcheck ?? null,
      });
    } else if (word === "ARG" || word === "ENV") {
      const pairs =
        word === "ARG" && !rest.includes("=")
          ? rest
              .trim()
              .split(/\s+/)
              .map((name) => [name, ""] as [string, string])
          : parsePairs(rest);
      for (const [name, raw] of pairs) {
        facts.variables.add(name);
        const text = interpolate(raw, value);
        if (text) (stage?.env ?? globals).set(name, text);
      }
    } else if (word === "COPY" || word === "ADD") {
      const copied = copiedFrom(rest);
      facts.sources = copied && facts.sources && [...facts.sources, ...copied];
    } else if (stage && word === "EXPOSE") {
      expose(stage, file, instruction, value);
    } else if (stage && (word === "CMD" || word === "ENTRYPOINT")) {
      stage.command = `${stage.command} ${commandLine(rest)}`.trim();
    } else if (stage && word === "HEALTHCHECK") {
      const place = { file, start: instruction.start, end: instruction.end };
      stage.healthcheck = /^\s*NONE/i.test(rest) ? null : { text: rest, place };
    }
  }
  return facts;
}

/** The stage that is built: the named one, or the last. */
export function builtStage(facts: DockerFacts, target: string | null): DockerStage | null {
  if (target === null) return facts.stages.at(-1) ?? null;
  return facts.stages.find((stage) => stage.name === target.toLowerCase()) ?? null;
}
