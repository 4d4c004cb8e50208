/** Configs that are wrong by themselves, and what is said of each. */
import type { LoadRequest } from "../../modsquad/config/load.ts";

export interface Case {
  name: string;
  files: Record<string, string | Uint8Array>;
  request?: Partial<LoadRequest>;
  what: RegExp;
  where: string;
  next: RegExp;
}

export const yaml = (text: string) => ({ "modsquad.config.yaml": text });
export const json = (text: string) => ({ "modsquad.config.json": text });
export const waivers = (text: string) => ({ "modsquad.waivers.yaml": text });
export const lint = 'lint: { run: "true" }';

/** Syntax, keys, types and values. */
export const WRONG_WRITING: Case[] = [
  // Syntax
  {
    name: "bad YAML",
    files: yaml("run:\n  timeout: [1m\nrisk: {}\n"),
    what: /Not valid YAML/,
    where: "modsquad.config.yaml:3:1",
    next: /syntax/,
  },
  {
    name: "tab in YAML",
    files: yaml("run:\n\ttimeout: 1m\n"),
    what: /tab/,
    where: "modsquad.config.yaml:2:1",
    next: /spaces/,
  },
  {
    name: "key twice",
    files: yaml("risk: {}\nrun: {}\nrisk: {}\n"),
    what: /"risk" is given twice/,
    where: "modsquad.config.yaml:3:1",
    next: /Keep one/,
  },
  {
    name: "two documents",
    files: yaml("risk: {}\n---\nrun: {}\n"),
    what: /more than one YAML document/,
    where: "modsquad.config.yaml:2:1",
    next: /---/,
  },
  {
    name: "unknown tag",
    files: yaml("baseUrl: !secret x\n"),
    what: /tag !secret/,
    where: "modsquad.config.yaml:1:10",
    next: /plain value/,
  },
  {
    name: "alias without anchor",
    files: yaml("run: *nope\n"),
    what: /nope/,
    where: "modsquad.config.yaml",
    next: /anchor/,
  },
  {
    name: "JSON comment",
    files: json('{\n  // hello\n  "risk": {}\n}\n'),
    what: /Not valid JSON: a key in double quotes/,
    where: "modsquad.config.json:2:3",
    next: /no comments/,
  },
  {
    name: "JSON trailing comma",
    files: json('{\n\t"required": ["a",]\n}'),
    what: /Not valid JSON: a value/,
    where: "modsquad.config.json:2:19",
    next: /trailing commas/,
  },
  {
    name: "JSON cut off",
    files: json('{"risk": {'),
    what: /Not valid JSON/,
    where: "modsquad.config.json:1:11",
    next: /syntax/,
  },
  {
    name: "JSON key twice",
    files: json('{"risk": {},\n "risk": {}}'),
    what: /"risk" is given twice/,
    where: "modsquad.config.json:2:2",
    next: /Keep one/,
  },
  {
    name: "not UTF-8",
    files: { "modsquad.config.yaml": new Uint8Array([0x61, 0x3a, 0xff, 0xfe]) },
    what: /not UTF-8/,
    where: "modsquad.config.yaml",
    next: /UTF-8/,
  },
  {
    name: "a list at the top",
    files: yaml("- risk\n"),
    what: /The file must be a mapping/,
    where: "modsquad.config.yaml:1:1",
    next: /./,
  },
  // Keys
  {
    name: "unknown top-level key",
    files: yaml("risks: { target: 1 }\n"),
    what: /risks is not a known key/,
    where: "modsquad.config.yaml:1:1",
    next: /Did you mean "risk"\?/,
  },
  {
    name: "unknown nested key",
    files: yaml("run:\n  concurency: 2\n"),
    what: /run\.concurency is not a known key/,
    where: "modsquad.config.yaml:2:3",
    next: /"concurrency"/,
  },
  {
    name: "unknown gate key",
    files: yaml('gates:\n  lint:\n    run: "true"\n    tiemout: 5s\n'),
    what: /gates\.lint\.tiemout/,
    where: "modsquad.config.yaml:4:5",
    next: /"timeout"/,
  },
  {
    name: "snake for camel",
    files: yaml("risk: { max_warnings: 3 }\n"),
    what: /risk\.max_warnings/,
    where: "modsquad.config.yaml:1:9",
    next: /"maxWarnings"/,
  },
  {
    name: "target inside policy",
    files: yaml("risk:\n  policy: { target_pct: 1 }\n"),
    what: /risk\.policy\.target_pct/,
    where: "modsquad.config.yaml:2:13",
    next: /risk\.target/,
  },
  {
    name: "empty section",
    files: yaml("run:\n"),
    what: /run must be a mapping.*not empty/,
    where: "modsquad.config.yaml:1:5",
    next: /leave the key out/,
  },
  {
    name: "inherited name as key",
    files: yaml("constructor: {}\n"),
    what: /constructor is not a known key/,
    where: "modsquad.config.yaml:1:1",
    next: /Known keys/,
  },
  {
    name: "__proto__ as key",
    files: json('{"__proto__": {"risk": 1}}'),
    what: /__proto__ is not a known key/,
    where: "modsquad.config.json:1:2",
    next: /Known keys/,
  },
  // Types and values
  {
    name: "text for a number",
    files: yaml('risk: { target: "half" }\n'),
    what: /risk\.target must be a number, not "half"/,
    where: "modsquad.config.yaml:1:17",
    next: /number/,
  },
  {
    name: "negative target",
    files: yaml("risk:\n  target: -1\n"),
    what: /risk\.target must be from 0 to 100, not -1/,
    where: "modsquad.config.yaml:2:11",
    next: /0 to 100/,
  },
  {
    name: "NaN target",
    files: yaml("risk: { target: .nan }\n"),
    what: /risk\.target/,
    where: "modsquad.config.yaml:1:17",
    next: /number/,
  },
  {
    name: "infinite hazard",
    files: yaml("risk: { policy: { hazard: { high: .inf } } }\n"),
    what: /risk\.policy\.hazard\.high/,
    where: "modsquad.config.yaml:1:35",
    next: /./,
  },
  {
    name: "policy that cannot be",
    files: yaml("risk:\n  policy:\n    exposure: { min: 9, max: 3 }\n"),
    what: /risk\.policy\.exposure\.min is 9/,
    where: "modsquad.config.yaml:3:22",
    next: /exposure\.max/,
  },
  {
    name: "duration without unit",
    files: yaml("run: { timeout: 60 }\n"),
    what: /run\.timeout must be a duration.*not 60/,
    where: "modsquad.config.yaml:1:17",
    next: /"60s"/,
  },
  {
    name: "duration in words",
    files: yaml("run: { timeout: 10 minutes }\n"),
    what: /run\.timeout must be a duration/,
    where: "modsquad.config.yaml:1:17",
    next: /"2m"/,
  },
  {
    name: "duration of nothing",
    files: yaml("run: { timeout: 0s }\n"),
    what: /above zero/,
    where: "modsquad.config.yaml:1:17",
    next: /"60s"/,
  },
  {
    name: "percent above 100",
    files: yaml("run: { abortAbove: 130% }\n"),
    what: /run\.abortAbove must be a percentage/,
    where: "modsquad.config.yaml:1:20",
    next: /30%/,
  },
  {
    name: "bad choice",
    files: yaml("run: { failMode: stop }\n"),
    what: /run\.failMode must be one of continue, no-new, kill/,
    where: "modsquad.config.yaml:1:18",
    next: /continue/,
  },
  {
    name: "bad report format",
    files: yaml("reports: [text, jsn]\n"),
    what: /reports\[1\] must be one of/,
    where: "modsquad.config.yaml:1:17",
    next: /"json"/,
  },
  {
    name: "empty required list",
    files: yaml("required: []\n"),
    what: /required must not be empty/,
    where: "modsquad.config.yaml:1:11",
    next: /repo-audit/,
  },
  {
    name: "not applicable without reason",
    files: yaml(`notApplicable: { lint: " " }\ngates: { ${lint} }\n`),
    what: /notApplicable\.lint must give a reason/,
    where: "modsquad.config.yaml:1:24",
    next: /library/,
  },
  {
    name: "base URL that is none",
    files: yaml("baseUrl: localhost:3000\n"),
    what: /baseUrl is not an http or https URL/,
    where: "modsquad.config.yaml:1:10",
    next: /http:\/\/127/,
  },
  {
    name: "parser without report name",
    files: yaml('gates: { t: { run: "x", report: a.xml } }\n'),
    what: /gates\.t has report but not parse/,
    where: "modsquad.config.yaml:1:10",
    next: /Add parse/,
  },
  {
    name: "an env list that is text",
    files: yaml('gates: { t: { run: "x", env: all } }\n'),
    what: /gates\.t\.env must be a list of variable names, or "inherit"/,
    where: "modsquad.config.yaml:1:30",
    next: /inherit/,
  },
  {
    name: "share above one",
    files: yaml('gates: { t: { run: "x", defectClasses: { flow: 3 } } }\n'),
    what: /gates\.t\.defectClasses\.flow must be from 0 to 1/,
    where: "modsquad.config.yaml:1:48",
    next: /0 to 1/,
  },
];
