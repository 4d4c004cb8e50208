/** What the judge asks about the rest of the repository; every answer is recorded, so that a cached result can be checked. */
import type { Resolver } from "./dna/resolve.ts";
import type { FileFacts } from "./types.ts";

/** Lookups a file's result depends on: question → answer. */
export type Lookups = Record<string, string>;

export interface Repository {
  resolver: Resolver;
  /** What a top-level variable is defined as, seen from a file; "" when it is not defined or cannot be told. */
  variableOf(from: string, name: string): string;
  /** Names of custom properties defined or set anywhere. */
  defined: ReadonlySet<string>;
  /** Exported constants of the module a specifier stands for, seen from a file; null when it is not in the repository. */
  moduleOf(from: string, specifier: string): { path: string; facts: FileFacts } | null;
  /** True for modules whose constants are tokens. */
  isTokenModule(path: string): boolean;
}

export class Environment {
  readonly lookups: Lookups = {};
  private readonly repository: Repository;
  private readonly path: string;

  constructor(repository: Repository, path: string) {
    this.repository = repository;
    this.path = path;
  }

  private remember(question: string, answer: string): string {
    this.lookups[question] = answer;
    return answer;
  }

  /** What a variable comes to: its text with references followed, or "" when it is unknown here. */
  variable(name: string): string {
    return this.remember(`v:${name}`, this.repository.variableOf(this.path, name));
  }

  /** "token", "literal <text>" or "" for a constant of another module. */
  constant(from: string, name: string, path: readonly string[]): string {
    return this.remember(
      `c:${from}\t${name}\t${path.join(".")}`,
      constantAnswer(this.repository, this.path, from, name, path),
    );
  }

  isDefined(name: string): boolean {
    return this.remember(`d:${name}`, this.repository.defined.has(name) ? "1" : "") === "1";
  }
}

function constantAnswer(
  repository: Repository,
  file: string,
  from: string,
  name: string,
  path: readonly string[],
): string {
  const module = repository.moduleOf(file, from);
  if (!module) return "";
  if (repository.isTokenModule(module.path)) return "token";
  const key = [name === "*" ? "" : name, ...path].filter((part) => part !== "").join(".");
  const value = module.facts.exports[key];
  return value === undefined ? "" : `literal ${typeof value === "number" ? `${value}` : value}`;
}

/** True when every recorded lookup still has the same answer. */
export function sameAnswers(repository: Repository, path: string, lookups: Lookups): boolean {
  for (const [question, answer] of Object.entries(lookups)) {
    const body = question.slice(2);
    let now = "";
    if (question.startsWith("v:")) now = repository.variableOf(path, body);
    else if (question.startsWith("d:")) now = repository.defined.has(body) ? "1" : "";
    else {
      const [from, name, rest] = body.split("\t") as [string, string, string];
      now = constantAnswer(repository, path, from, name, rest === "" ? [] : rest.split("."));
    }
    if (now !== answer) return false;
  }
  return true;
}
