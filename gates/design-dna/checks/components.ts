/** components: what the DNA asks of a component by name, in its rules, its style objects and its class lists. */
import { matcher } from "../files.ts";
import type { PlacedIssue } from "../findings.ts";
import { type Bench, report } from "../judge-report.ts";
import { pxIn, sitesByBlock, tokenOf } from "../paint.ts";
import { classesOf } from "../scan/classes.ts";
import type { Block, ComponentRule, Dna, Site } from "../types.ts";

type Condition =
  | { kind: "least" | "most"; px: number }
  | { kind: "is" | "not"; values: string[] }
  | { kind: "token"; glob: string };

/** ">= 40px", "<= 2rem", "one of a, b", "!= none", "token", "token(radius-*)", or a plain value. */
export function parseCondition(text: string): Condition | null {
  const bound = /^(>=|<=)\s*(-?[\d.]+)(px|rem)?$/.exec(text.trim());
  if (bound) {
    const px = Number(bound[2]) * (bound[3] === "rem" ? 16 : 1);
    return Number.isFinite(px) ? { kind: bound[1] === ">=" ? "least" : "most", px } : null;
  }
  const token = /^token(?:\((.+)\))?$/.exec(text.trim());
  if (token) return { kind: "token", glob: token[1] ?? "*" };
  const not = /^!=\s*(.+)$/.exec(text.trim());
  if (not) return { kind: "not", values: (not[1] ?? "").split(",").map((one) => one.trim()) };
  const values = text
    .replace(/^one of\s+/, "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  return values.length > 0 ? { kind: "is", values } : null;
}

/** Properties that answer for one another: a height is met by a least height. */
const SAME: Record<string, string[]> = {
  height: ["min-height", "height", "block-size", "min-block-size"],
  "min-height": ["min-height", "height", "block-size", "min-block-size"],
  width: ["min-width", "width", "inline-size", "min-inline-size"],
  "min-width": ["min-width", "width", "inline-size", "min-inline-size"],
  background: ["background", "background-color"],
  "background-color": ["background-color", "background"],
};

/** Properties the checks want to see beyond those that are always read. */
export function wantedProps(rules: readonly ComponentRule[]): Set<string> {
  return new Set(rules.flatMap((rule) => Object.keys(rule.rules).flatMap((prop) => SAME[prop] ?? [prop])));
}

const SIZED = /^(h|min-h|w|min-w|size)-(\d+(?:\.\d+)?|px|\[[\d.]+(?:px|rem)\])$/;

/** "whole" = the component itself, "part" = a state or variant of it, null = something else. */
function matches(rule: ComponentRule, block: Block): "whole" | "part" | null {
  if (block.element !== "") return rule.match.includes(block.element) ? "part" : null;
  if (block.kind !== "rule") return rule.match.includes(block.name) ? "whole" : null;
  let found: "whole" | "part" | null = null;
  for (const selector of block.name.split(",")) {
    const subject =
      selector
        .trim()
        .split(/[\s>+~]+/)
        .at(-1) ?? "";
    if (/::/.test(subject)) continue;
    if (rule.match.includes(selector.trim())) return block.condition === "" ? "whole" : "part";
    const names = subject.replace(/:[\w-]+(?:\([^)]*\))?|\[[^\]]*\]/g, "");
    const compounds: string[] = names.match(/[.#]?[\w-]+/g) ?? [];
    if (rule.match.some((one) => compounds.includes(one) || names === one)) found = "part";
  }
  return found;
}

function holds(bench: Bench, condition: Condition, value: string): boolean | null {
  switch (condition.kind) {
    case "least":
    case "most": {
      const px = pxIn(bench, value);
      if (px === null) return null;
      return condition.kind === "least" ? px >= condition.px : px <= condition.px;
    }
    case "token": {
      const token = tokenOf(bench, value);
      return (
        token !== null &&
        (condition.glob === "*" ||
          matcher([condition.glob, `--${condition.glob}`, `$${condition.glob}`])(token.name))
      );
    }
    case "is":
    case "not": {
      const token = tokenOf(bench, value);
      const same = condition.values.some(
        (one) =>
          one === value.trim() ||
          (token !== null && (one === token.name || one === token.css || one === token.values[""])),
      );
      return condition.kind === "is" ? same : !same;
    }
  }
}

function replacement(condition: Condition): string | null {
  if (condition.kind === "least" || condition.kind === "most") return `${condition.px}px`;
  return condition.kind === "is" ? (condition.values[0] ?? null) : null;
}

/** What one file says about components: broken rules as issues, and which base rules set which property. */
export interface ComponentNotes {
  /** "Button\0min-height" → true when the base rule sets it; false when there is a base rule that does not. */
  set: Record<string, boolean>;
  /** Where the base rule of a component stands. */
  base: Record<string, { line: number; start: number; at: number; name: string }>;
}

function judgeProperty(
  bench: Bench,
  rule: ComponentRule,
  prop: string,
  condition: Condition,
  block: Block,
  sites: readonly Site[],
): boolean {
  const names = SAME[prop] ?? [prop];
  const own = sites.filter((site) => names.includes(site.prop));
  const verdicts = own.map((site) => holds(bench, condition, site.value));
  const broken = own.find((_, at) => verdicts[at] === false);
  if (broken && !verdicts.includes(true)) {
    const text = replacement(condition);
    const token =
      text === null
        ? null
        : (bench.index.dna.tokens.find(
            (one) => one.form === "css" && one.values[""] === text && one.category === "size",
          ) ?? null);
    report(bench, broken, {
      check: "components",
      rule: `${rule.name}-${prop}`.toLowerCase(),
      from: 0,
      to: broken.value.length,
      candidates:
        text === null ? [] : [{ token: token?.name ?? text, text: token?.css ?? text, distance: 1 }],
      severity: "high",
      message: `${block.name}: ${broken.prop} is ${broken.value}; the DNA asks of ${rule.name} that ${prop} be ${rule.rules[prop]}`,
    });
  }
  return own.length > 0;
}

function judgeUtilities(bench: Bench, rule: ComponentRule, block: Block, at: number): void {
  const spacing = bench.index.dna.tailwind?.spacingPx ?? 4;
  for (const [prop, text] of Object.entries(rule.rules)) {
    const condition = parseCondition(text);
    if (condition?.kind !== "least" && condition?.kind !== "most") continue;
    const kinds: string[] = prop.includes("height")
      ? ["h", "min-h", "size"]
      : prop.includes("width")
        ? ["w", "min-w", "size"]
        : [];
    const found = [...classesOf(block.classes ?? "")].filter(
      ({ base, variants }) => variants === "" && kinds.includes(SIZED.exec(base)?.[1] ?? ""),
    );
    const sizes = found.map(({ base }) => sizeOf(SIZED.exec(base)?.[2] ?? "", spacing));
    const fine = (px: number) => (condition.kind === "least" ? px >= condition.px : px <= condition.px);
    const first = found[0];
    if (!first || sizes.some(fine)) continue;
    const start = (block.classesAt ?? 0) + first.at;
    const site: Site = {
      prop,
      value: first.text,
      start,
      end: start + first.text.length,
      syntax: "js",
      exact: true,
      block: at,
    };
    const steps = condition.px / spacing;
    const wanted = `${SIZED.exec(first.base)?.[1]}-${Number.isInteger(steps * 2) ? steps : `[${condition.px}px]`}`;
    report(bench, site, {
      check: "components",
      rule: `${rule.name}-${prop}`.toLowerCase(),
      from: 0,
      to: first.text.length,
      candidates: [{ token: wanted, text: wanted, distance: 1 }],
      severity: "high",
      message: `${block.name}: ${first.text} is ${sizes[0]}px; the DNA asks of ${rule.name} that ${prop} be ${text}`,
    });
  }
}

function sizeOf(step: string, spacing: number): number {
  if (step === "px") return 1;
  const bracket = /^\[([\d.]+)(px|rem)\]$/.exec(step);
  return bracket ? Number(bracket[1]) * (bracket[2] === "rem" ? 16 : 1) : Number(step) * spacing;
}

/** Judges every block that belongs to a component with rules. */
export function checkComponents(bench: Bench): ComponentNotes {
  const notes: ComponentNotes = { set: {}, base: {} };
  const { components } = bench.index.dna;
  if (components.length === 0 || !bench.checks.has("components")) return notes;
  const groups = sitesByBlock(bench);
  for (const [at, block] of bench.facts.blocks.entries()) {
    for (const rule of components) {
      const how = matches(rule, block);
      if (how === null) continue;
      if (block.classes !== undefined) {
        judgeUtilities(bench, rule, block, at);
        continue;
      }
      const sites = groups.get(at) ?? [];
      for (const [prop, text] of Object.entries(rule.rules)) {
        const condition = parseCondition(text);
        if (!condition) continue;
        const set = judgeProperty(bench, rule, prop, condition, block, sites);
        if (how !== "whole") continue;
        const key = `${rule.name}\0${prop}`;
        notes.set[key] = (notes.set[key] ?? false) || set;
        notes.base[rule.name] ??= {
          line: bench.lines.lineAt(block.start),
          start: block.start,
          at: block.end,
          name: block.name,
        };
      }
    }
  }
  return notes;
}

/** A component rule no base rule fulfils: "a Button has at least 40 px height", and .btn sets none. */
export function missingProperties(
  dna: Dna,
  results: readonly { path: string; notes: ComponentNotes }[],
): PlacedIssue[] {
  const issues: PlacedIssue[] = [];
  for (const rule of dna.components) {
    for (const [prop, wanted] of Object.entries(rule.rules)) {
      const key = `${rule.name}\0${prop}`;
      const bases = results.filter(({ notes }) => key in notes.set);
      const first = bases[0];
      const place = first?.notes.base[rule.name];
      const condition = parseCondition(wanted);
      if (!first || !place || bases.some(({ notes }) => notes.set[key]) || condition?.kind === "not")
        continue;
      const value =
        condition?.kind === "least" || condition?.kind === "most"
          ? `${condition.px}px`
          : condition?.kind === "is"
            ? condition.values[0]
            : null;
      issues.push({
        path: first.path,
        check: "components",
        rule: `${rule.name}-${prop}`.toLowerCase(),
        severity: "high",
        value: prop,
        prop,
        message: `${place.name} sets no ${prop}; the DNA asks of ${rule.name} that it be ${wanted}`,
        start: place.start,
        end: place.start,
        line: place.line,
        column: 1,
        symbol: place.name,
        candidates: [],
        advice: `Set ${prop}${value ? `: ${value}` : ""} in ${place.name}.`,
        ...(value
          ? { edit: { start: place.start, end: place.start, text: ` ${prop}: ${value};`, safe: false } }
          : {}),
      });
    }
  }
  return issues;
}
