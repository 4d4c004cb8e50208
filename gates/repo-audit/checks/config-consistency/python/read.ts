/** Reads what a Python project says of itself: the commands it installs, what it asks for, what is pinned beside it. */
import { baseName, folderOf } from "../../../paths.ts";
import type { Place, SourceFile } from "../../../source.ts";
import type { Facts } from "../facts.ts";

/** A command, and the module it starts: `shop = "shop.cli:main"`. */
export interface ScriptFact {
  name: string;
  module: string;
  /** Place of the module's name. */
  place: Place;
}

export interface RequirementFact {
  name: string;
  /** Range as written: `>=2.28,<3`; a version for a pin. */
  range: string;
  /** Place of the range. */
  place: Place;
}

export interface PythonProject {
  path: string;
  folder: string;
  scripts: ScriptFact[];
  requires: RequirementFact[];
}

export interface PinnedRequirements {
  path: string;
  folder: string;
  pins: RequirementFact[];
}

/** PEP 503: names compare without case, dots and underscores. */
export const pythonName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

const SECTION = /^\[([^\]\n]+)\][ \t]*\r?\n((?:(?!\[[\w."-]+\])[^\n]*\n?)*)/gm;
const SCRIPTS =
  /^(?:project\.(?:gui-)?scripts|project\.entry-points\..*|tool\.poetry\.(?:scripts|plugins\..*))$/;
const SCRIPT =
  /^[ \t]*["']?([\w.-]+)["']?[ \t]*=[ \t]*["']([A-Za-z_][\w.]*)(?::[\w.]+)?(?:[ \t]*\[[^\]]*\])?["']/dgm;
const DEPENDENCIES = /^dependencies[ \t]*=[ \t]*\[([\s\S]*?)\](?=[ \t]*(?:#.*)?\r?$)/dm;
const REQUIREMENT = /["']([A-Za-z][\w.-]*)(?:\[[^\]]*\])?[ \t]*([<>=!~][^"';@]*)["']/dg;
const POETRY =
  /^([A-Za-z][\w.-]*)[ \t]*=[ \t]*(?:\{[^}\n]*?version[ \t]*=[ \t]*)?["']([~^<>=!]*\d[^"'\n]*)["']/dgm;
const PIN = /^([A-Za-z][\w.-]*)(?:\[[^\]]*\])?[ \t]*===?[ \t]*(\d[\w.+!-]*)[ \t]*(?:\\?|#.*|--.*)\r?$/dgm;

function places(file: SourceFile, text: string, offset: number, pattern: RegExp): [string, string, Place][] {
  return [...text.matchAll(pattern)].map((match) => {
    const [start, end] = match.indices![2]!;
    return [match[1]!, match[2]!, { file, start: offset + start, end: offset + end }];
  });
}

const requirement = ([name, range, place]: [string, string, Place]): RequirementFact => ({
  name: pythonName(name),
  range: range.trim(),
  place,
});

function readPyproject(file: SourceFile): PythonProject {
  const project: PythonProject = { path: file.path, folder: folderOf(file.path), scripts: [], requires: [] };
  for (const match of `${file.text}\n`.matchAll(SECTION)) {
    const [whole, name, body] = match as unknown as [string, string, string];
    const offset = match.index + whole.length - body.length;
    if (SCRIPTS.test(name))
      for (const [script, module, place] of places(file, body, offset, SCRIPT))
        project.scripts.push({ name: script, module, place });
    if (name === "project") {
      const list = DEPENDENCIES.exec(body);
      const [start = 0] = list?.indices?.[1] ?? [];
      if (list)
        project.requires.push(...places(file, list[1]!, offset + start, REQUIREMENT).map(requirement));
    }
    if (name === "tool.poetry.dependencies")
      project.requires.push(
        ...places(file, body, offset, POETRY)
          .map(requirement)
          .filter((each) => each.name !== "python"),
      );
  }
  return project;
}

export function readPythonProject(file: SourceFile, facts: Facts): void {
  const name = baseName(file.path);
  if (name === "pyproject.toml") {
    const project = readPyproject(file);
    if (project.scripts.length + project.requires.length > 0) facts.pythonProjects.push(project);
  } else if (/^requirements[\w.-]*\.txt$/.test(name)) {
    const pins = places(file, file.text, 0, PIN).map(requirement);
    if (pins.length > 0) facts.pinned.push({ path: file.path, folder: folderOf(file.path), pins });
  }
}
