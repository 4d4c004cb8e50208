/**
 * What every finding owes its reader, rule by rule: a place, a fingerprint that survives a move, a severity with
 * its reason, and how it goes away; and that what is mended by itself stays mended.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { allRules, type PatternRule } from "../../../gates/repo-audit/checks/deprecated-patterns/rules.ts";
import { RULES as FORMATS } from "../../../gates/repo-audit/checks/secrets/rules.ts";
import gate from "../../../gates/repo-audit/index.ts";
import { loadPython } from "../../../gates/repo-audit/python.ts";
import { REASONS, RULES, type RuleId } from "../../../gates/repo-audit/rules.ts";
import { SourceFile } from "../../../gates/repo-audit/source.ts";
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { RULE_CASES, type RuleCase } from "./rule-cases.ts";
import { Letters, samplesFor } from "./secret-samples.ts";
import { applyFixes, audit, brief, folderWith, isExact } from "./support.ts";

type Files = Record<string, string>;

const REASON_OF_FORMAT =
  /, (which|where values may be invented|check digits (match|do not match)|made for one session)/;

/** Everything one line further down, save what is one value, one binary, or begins with its interpreter. */
const moved = (files: Files): Files =>
  Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      /\.nvmrc|\.p12|\.bin|\.sh$/.test(name) ? text : `\n${text}`,
    ]),
  );

const asTheyAre = (files: Files): Files => files;

const merged = (cases: RuleCase[]): Files => Object.assign({}, ...cases.map(({ files }) => files));

async function run(check: string, { files, options, prepare }: RuleCase, checks = [check]) {
  const dir = folderWith(files);
  prepare?.(dir);
  const again = async (): Promise<Finding[]> => (await audit(dir, { ...options?.(dir), checks })).findings;
  return { dir, findings: await again(), again };
}

const of = (findings: Finding[], rule: string): Finding[] => findings.filter(({ ruleId }) => ruleId === rule);

/** The code below a folder that does not parse. */
async function unparsed(dir: string, files: Files): Promise<string[]> {
  const python = await loadPython();
  return Object.keys(files).filter((name) => {
    const text = readFileSync(path.join(dir, name), "utf8");
    if (name.endsWith(".py")) return python.parse(new SourceFile(name, text)) === null;
    return /\.[jt]sx?$/.test(name) && parseSync(name, text).errors.length > 0;
  });
}

/** Edits are applied, and then neither that rule nor a document that is none is found. */
async function staysMended(rule: string, one: RuleCase): Promise<void> {
  const [check] = rule.split("/");
  const { dir, findings, again } = await run(check!, one, [...new Set([check!, "hygiene"])]);
  const mendable = of(findings, rule).filter(({ fix }) => fix?.edits);
  applyFixes(dir, mendable);
  const after = await again();
  expect(brief(of(after, rule).filter(({ fix }) => fix?.edits))).toEqual([]);
  expect(brief(after.filter(({ ruleId }) => /^hygiene\/invalid/.test(ruleId)))).toEqual([]);
  expect(await unparsed(dir, one.files)).toEqual([]);
}

/** Its linter takes long to start, and its cases lie in files of their own: they are judged together. */
const TOGETHER = "code-quality";

describe.each(Object.entries(RULES))("%s", (check, rules) => {
  const all = { files: merged(Object.values(RULE_CASES[check]!)) };
  const results = new Map<string, Promise<Finding[]>>();
  /** What is found in a case, as it is or moved. */
  function findings(one: RuleCase, name: string, shift: (files: Files) => Files): Promise<Finding[]> {
    const judged = check === TOGETHER ? all : one;
    const key = `${check === TOGETHER ? check : name} ${shift.name}`;
    const known =
      results.get(key) ?? run(check, { ...judged, files: shift(judged.files) }).then((each) => each.findings);
    results.set(key, known);
    return known;
  }

  it("is walked rule by rule", () => {
    expect(Object.keys(RULE_CASES[check]!).sort()).toEqual([...rules].sort());
  });

  it.each([...rules])("%s: place, fingerprint, reason, fix", async (name) => {
    const one = RULE_CASES[check]![name]!;
    const rule = `${check}/${name}`;
    const found = of(await findings(one, name, asTheyAre), rule);
    const later = of(await findings(one, name, moved), rule);
    expect(found.length).toBeGreaterThan(0);
    expect(later.map(({ fingerprint }) => fingerprint)).toEqual(found.map(({ fingerprint }) => fingerprint));
    const [first] = found;
    if (one.about === "repository") expect(first?.target).toBe("repository");
    else if (one.about === "file") expect(first?.location?.path).toBeTruthy();
    else if (!/\.nvmrc|\.sh$/.test(first!.location!.path))
      expect(later[0]?.location?.line).toBe(first!.location!.line + 1);
    expect(first?.message).toContain(REASONS[rule as RuleId] ?? one.reason);
    expect(first?.fix, JSON.stringify(first?.fix)).toSatisfy(isExact);
    if (found.some(({ fix }) => fix?.edits)) await staysMended(rule, one);
  });
});

it("has a table for every check whose rules are not data", () => {
  expect(Object.keys(gate.checks).sort()).toEqual([...Object.keys(RULES), "deprecated-patterns"].sort());
});

/** What a rule looks for, written down: its pattern with names in its holes, or the import of its module. */
function written({ id, language, pattern, import: module, module: owner, where }: PatternRule): RuleCase {
  const python = language === "python";
  const names: Record<string, string> = { L: "logger", ...(where ? { B: "3" } : {}) };
  const hole = (name: string): string => names[name] ?? name.toLowerCase();
  const text = pattern
    ?.replace(/\$\$\$\w+/g, "first, second")
    .replace(/\$(\w+)/g, (_all, name: string) => hole(name));
  const alias = pattern?.split(".")[0];
  const parts = owner?.split(".") ?? [];
  const fromOwner =
    parts.length > 1 ? `from ${parts.slice(0, -1).join(".")} import ${alias}` : `import ${owner} as ${alias}`;
  const head = python
    ? `${owner ? fromOwner : `import ${module}`}\n`
    : `import * as ${alias ?? "x"} from "${owner ?? module}";\n`;
  const use = text?.startsWith("app.") && !text.includes("(") ? `@${text}` : text;
  const body = use === undefined ? "" : `${use}${use.startsWith("@") ? "\ndef f(): ..." : ""}\n`;
  const name = `src/${id}.${python ? "py" : "js"}`;
  return { files: { [name]: `${owner || module ? head : ""}${body}` } };
}

describe("what has its ids in data", () => {
  const values = samplesFor(FORMATS, new Letters());
  const secrets = Object.fromEntries(
    Object.entries(values).map(([id, { line }]) => [`conf/${id}.conf`, `before\nvalue: '${line}'\nafter\n`]),
  );
  const patterns = merged(allRules([], []).map(written));

  it.each([
    ["secrets", secrets, FORMATS.map(({ id }) => id), REASON_OF_FORMAT],
    ["deprecated-patterns", patterns, allRules([], []).map(({ id }) => id), / is deprecated \(.+\): ./],
  ])("%s: each has its place, fingerprint, reason and fix", async (check, files, ids, reason) => {
    const { dir, findings, again } = await run(check, { files });
    expect([...new Set(findings.map(({ ruleId }) => ruleId.slice(check.length + 1)))].sort()).toEqual(
      [...ids].sort(),
    );
    const later = (await run(check, { files: moved(files) })).findings;
    const place = ({ fingerprint, location }: Finding, by: number) =>
      `${fingerprint} ${location!.path}:${location!.line + by}`;
    expect(later.map((each) => place(each, 0)).sort()).toEqual(findings.map((each) => place(each, 1)).sort());
    expect(findings.filter(({ message }) => !reason.test(message)).map(({ message }) => message)).toEqual([]);
    expect(brief(findings.filter(({ fix }) => !isExact(fix)))).toEqual([]);
    applyFixes(dir, findings);
    expect(brief((await again()).filter(({ fix }) => fix?.edits))).toEqual([]);
    expect(await unparsed(dir, files)).toEqual([]);
  });
});
