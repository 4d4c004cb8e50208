/** Python projects: commands whose module is not there, and pins outside of what the project asks for. */
import type { Finding } from "../../../../../modsquad/contracts/gate.ts";
import { makeFinding, replaceFix, shellQuote, suggestFix } from "../../../findings.ts";
import type { KnownPaths } from "../../../known-paths.ts";
import { baseName, isBelow, isExamplePath, isTestPath } from "../../../paths.ts";
import { describe } from "../../../source.ts";
import type { Facts } from "../facts.ts";
import { nearest } from "../nearest.ts";
import { overlaps, parsePin, parseRange } from "../versions/ranges.ts";
import type { PythonProject, RequirementFact, ScriptFact } from "./read.ts";

/** Paths below a folder without their ending: modules of Python, compiled ones too, and the folders that hold them. */
function modulesBelow(folder: string, known: KnownPaths): Set<string> {
  const modules = new Set<string>();
  for (const path of known.all) {
    if (!isBelow(path, folder)) continue;
    const own = folder === "" ? path : path.slice(folder.length + 1);
    modules.add(own.replace(/(?:\/__init__)?\.(?:py|pyi|pyx|so|pyd|rs|c|cpp)$/, ""));
  }
  return modules;
}

/** Where a module may begin: the folder of the project, or any folder in it. */
const endsWith = (module: string, path: string): boolean => module === path || module.endsWith(`/${path}`);

function judgeScript(script: ScriptFact, project: PythonProject, modules: Set<string>): Finding[] {
  const path = script.module.replaceAll(".", "/");
  if ([...modules].some((module) => endsWith(module, path))) return [];
  const parts = path.split("/");
  // As much of the path as there is; without any of it the module comes from elsewhere, or under another name.
  let depth = parts.length - 1;
  const exists = (part: string): boolean => [...modules].some((module) => endsWith(module, part));
  while (depth > 0 && !exists(parts.slice(0, depth).join("/"))) depth -= 1;
  const above = parts.slice(0, depth).join("/");
  const beside = [...modules].flatMap((module) => {
    if (depth === 0) return /^(?:src\/)?([A-Za-z_]\w*)$/.exec(module)?.[1] ?? [];
    const at = module.lastIndexOf(`${above}/`);
    const rest = at === -1 ? "" : module.slice(at + above.length + 1);
    return /^[A-Za-z_]\w*$/.test(rest) ? rest : [];
  });
  const wrong = parts[depth]!;
  const right = nearest(wrong, beside);
  if (depth === 0 && right === null) return [];
  const from = script.place.start + (depth === 0 ? 0 : above.length + 1);
  return [
    makeFinding({
      ruleId: "config-consistency/unknown-module",
      severity: "high",
      message: `the command ${script.name} starts ${script.module}, and there is no such module`,
      identity: [project.path, script.name, script.module],
      place: script.place,
      defectClass: "infra",
      effort: 10,
      fix: right
        ? replaceFix(`Use ${right}.`, { ...script.place, start: from, end: from + wrong.length }, right)
        : {
            description: `Take the command out, or write the module; beside it there are ${beside.slice(0, 5).join(", ") || "none"}.`,
            command: `grep -rn "def main" --include=*.py ${shellQuote(project.folder || ".")}`,
          },
    }),
  ];
}

function judgePin(pin: RequirementFact, asked: RequirementFact): Finding[] {
  const range = parseRange(asked.range);
  const version = parsePin(pin.range);
  // What it leaves out is not reckoned with.
  if (!range || !version || asked.range.includes("!=") || range.some((each) => overlaps(version, each)))
    return [];
  const least = /(?:>=|~=|\^|==)\s*(\d[\w.]*)/.exec(asked.range)?.[1];
  return [
    makeFinding({
      ruleId: "config-consistency/requirements-mismatch",
      severity: "high",
      message: `${pin.name} is pinned to ${pin.range}, and ${describe(asked.place)} asks for ${asked.range}: no install can have both`,
      identity: [pin.place.file.path, pin.name, pin.range, asked.range],
      place: pin.place,
      defectClass: "infra",
      effort: 10,
      fix: least
        ? suggestFix("Pin a version that is asked for.", pin.place, least)
        : {
            description: "Make the pins from what is asked for.",
            command: `pip-compile --output-file ${shellQuote(pin.place.file.path)} ${shellQuote(asked.place.file.path)}`,
          },
    }),
  ];
}

export function judgePython(facts: Facts, known: KnownPaths): Finding[] {
  return facts.pythonProjects.flatMap((project) => {
    if (isTestPath(project.path) || isExamplePath(project.path)) return [];
    const modules = project.scripts.length > 0 ? modulesBelow(project.folder, known) : new Set<string>();
    const findings = project.scripts.flatMap((script) => judgeScript(script, project, modules));
    for (const { folder, path, pins } of facts.pinned) {
      // Only what is installed together: other lists are of other environments.
      if (folder !== project.folder || baseName(path) !== "requirements.txt") continue;
      for (const pin of pins)
        for (const asked of project.requires)
          if (asked.name === pin.name) findings.push(...judgePin(pin, asked));
    }
    return findings;
  });
}
