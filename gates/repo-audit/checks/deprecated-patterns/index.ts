/** Check `deprecated-patterns`: calls and modules that are on their way out, found on the syntax tree. */
import type { SgNode } from "@ast-grep/napi";
import type { Finding, Fix, GateContext } from "../../../../modsquad/contracts/gate.ts";
import { type AuditCheck, type AuditScope, changedPaths } from "../../audit.ts";
import { makeFinding } from "../../findings.ts";
import { isDocPath, isExamplePath, isGeneratedPath, isPython, isScript, isTestPath } from "../../paths.ts";
import { loadPython } from "../../python.ts";
import type { SourceFile } from "../../source.ts";
import { type Match, matches, readImports } from "./match.ts";
import { allRules, type PatternLanguage, type PatternRule } from "./rules.ts";

const SHOWN = 60;
const shown = (text: string): string => text.replace(/\s+/g, " ").slice(0, SHOWN);

/** A match inside another of the same rule is mended by the next run; two edits must not overlap. */
function apart(found: Match[]): Match[] {
  let end = -1;
  return [...found]
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter((each) => {
      if (each.start < end) return false;
      end = each.end;
      return true;
    });
}

/** One finding for each text a rule matches in a file, with all its places. */
function findingsOf(rule: PatternRule, file: SourceFile, found: Match[]): Finding[] {
  const byText = new Map<string, Match[]>();
  for (const match of apart(found)) {
    const key = shown(match.text);
    byText.set(key, [...(byText.get(key) ?? []), match]);
  }
  return [...byText].map(([text, same]) => {
    const edits = same.flatMap(({ start, end, fix: fresh }) =>
      fresh === undefined ? [] : [{ path: file.path, start, end, text: fresh }],
    );
    const fix: Fix = { description: `Use ${rule.replacement}.`, ...(edits.length > 0 ? { edits } : {}) };
    return makeFinding({
      ruleId: `deprecated-patterns/${rule.id}`,
      severity: rule.severity,
      message: `${text} is deprecated (${rule.since}): ${rule.reason}`,
      identity: [file.path, text],
      place: { file, start: same[0]!.start, end: same[0]!.end },
      defectClass: "hygiene",
      effort: 10,
      fix,
      count: same.length,
    });
  });
}

/** A look at the text that spares the parse: its word is there, and so is its module. */
function mayMatch(rule: PatternRule, text: string): boolean {
  if (!text.includes(rule.keyword)) return false;
  if (rule.module) return text.includes(rule.module.split(".").at(-1)!);
  if (!rule.import || rule.language === "python") return true;
  return text.includes(`"${rule.import}"`) || text.includes(`'${rule.import}'`);
}

/** The newest major version of each package that the manifests declare; what cannot be told counts as newest. */
function readMajors(text: string, into: Map<string, number>): void {
  for (const [, name, range] of text.matchAll(/"([@\w/.-]+)"\s*:\s*"([^"\n]*)"/g)) {
    const major = Number(/^[~^>=v\s]*(\d+)/.exec(range!)?.[1] ?? Number.POSITIVE_INFINITY);
    into.set(name!, Math.max(into.get(name!) ?? 0, major));
  }
}

type Parse = (file: SourceFile) => SgNode | null;

async function parserOf(language: PatternLanguage): Promise<Parse> {
  if (language === "python") return (await loadPython()).parse;
  const { Lang, parse } = await import("@ast-grep/napi");
  return ({ path, text }) => {
    const lang = path.endsWith(".tsx")
      ? Lang.Tsx
      : /\.[mc]?ts$/.test(path)
        ? Lang.TypeScript
        : Lang.JavaScript;
    return parse(lang, text).root();
  };
}

const isJudged = (file: SourceFile): boolean =>
  !isTestPath(file.path) &&
  !isExamplePath(file.path) &&
  !isGeneratedPath(file.path) &&
  !isDocPath(file.path) &&
  !file.isMinified;

export function deprecatedPatternsCheck(scope: AuditScope, context: GateContext): AuditCheck {
  const { patterns, disable } = scope.options.deprecated;
  const rules = allRules(patterns, disable);
  const files: Record<PatternLanguage, SourceFile[]> = { javascript: [], python: [] };
  const gaveUp = new Map<string, string>();
  const majors = new Map<string, number>();
  const change = changedPaths(context);
  let seen = 0;

  const isDue = ({ needs }: PatternRule): boolean =>
    Object.entries(needs ?? {}).every(([name, major]) => (majors.get(name) ?? major) >= major);
  const rulesFor = (language: PatternLanguage, text: string): PatternRule[] =>
    rules.filter((rule) => rule.language === language && mayMatch(rule, text));

  function judge(file: SourceFile, language: PatternLanguage, parse: Parse): Finding[] {
    const root = parse(file);
    if (!root) {
      gaveUp.set(file.path, "does not parse");
      return [];
    }
    const imports = readImports(root, language);
    return rulesFor(language, file.text)
      .filter(isDue)
      .flatMap((rule) => findingsOf(rule, file, matches(rule, root, imports, file.text)));
  }

  /** The first configured pattern that cannot be read, with what the engine says of it. */
  async function badPattern(): Promise<string | null> {
    for (const language of ["javascript", "python"] as const) {
      const own = patterns.filter((each) => each.language === language);
      const root =
        own.length > 0 ? (await parserOf(language))({ path: "a.js", text: "a" } as SourceFile) : null;
      for (const { id, pattern } of own) {
        try {
          root?.findAll({ rule: { pattern } });
        } catch (error) {
          const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
          return `the pattern "${id}" of the config cannot be read as ${language}: ${pattern} (${why})`;
        }
      }
    }
    return null;
  }

  const check: AuditCheck = {
    id: "deprecated-patterns",
    gaveUp,
    visit(file) {
      if (/(^|\/)package\.json$/.test(file.path)) readMajors(file.text, majors);
      if (change && !change.has(file.path)) return;
      seen += 1;
      const language = isScript(file.path) ? "javascript" : isPython(file.path) ? "python" : null;
      if (language && isJudged(file) && rulesFor(language, file.text).length > 0) files[language].push(file);
    },
    async finish() {
      const findings: Finding[] = [];
      const planned = files.javascript.length + files.python.length;
      let judged = 0;
      const fail = (failureClass: string, message: string): Finding[] => {
        check.failure = { failureClass, message };
        check.counts = { planned: seen, examined: seen - planned + judged };
        return findings;
      };
      try {
        const bad = await badPattern();
        if (bad) return fail("bad-pattern", bad);
        for (const language of ["javascript", "python"] as const) {
          if (files[language].length === 0) continue;
          const parse = await parserOf(language);
          for (const file of files[language]) {
            context.signal.throwIfAborted();
            findings.push(...judge(file, language, parse));
            judged += 1;
          }
        }
        if (change && seen > 0) check.counts = { planned: seen, examined: seen - gaveUp.size };
      } catch (error) {
        context.signal.throwIfAborted();
        const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
        return fail("missing-tool", `ast-grep could not be run: ${why}`);
      }
      return findings;
    },
  };
  return check;
}
