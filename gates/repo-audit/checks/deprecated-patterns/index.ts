/** Check `deprecated-patterns`: calls and modules that are on their way out, found on the syntax tree. */
import type { SgNode } from "@ast-grep/napi";
import type { Finding, Fix, GateContext } from "../../../../modsquad/contracts/gate.ts";
import type { Json, JsonObject } from "../../../../modsquad/contracts/words.ts";
import { type AuditCheck, type AuditScope, changedPaths, type Noter } from "../../audit.ts";
import { fingerprint, makeFinding, suggestFix } from "../../findings.ts";
import { isDocPath, isExamplePath, isGeneratedPath, isPython, isScript, isTestPath } from "../../paths.ts";
import { loadPython, tryPython, whenPython } from "../../python.ts";
import type { SourceFile } from "../../source.ts";
import { Candidates } from "./candidates.ts";
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
    const [first] = same;
    const description = `Use ${rule.replacement}.`;
    const fix: Fix =
      edits.length === 0 && first?.suggest !== undefined
        ? suggestFix(description, { file, start: first.start, end: first.end }, first.suggest)
        : { description, ...(edits.length > 0 ? { edits } : {}) };
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

/** The newest major version a manifest declares of each package; what cannot be told counts as newest. */
function readMajors(text: string, of: Set<string>): Record<string, number> | null {
  const majors: Record<string, number> = {};
  for (const [, name, range] of text.matchAll(/"([@\w/.-]+)"\s*:\s*"([^"\n]*)"/g)) {
    if (!of.has(name!)) continue;
    const major = Number(/^[~^>=v\s]*(\d+)/.exec(range!)?.[1] ?? Number.MAX_SAFE_INTEGER);
    majors[name!] = Math.max(majors[name!] ?? 0, major);
  }
  return Object.keys(majors).length > 0 ? majors : null;
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

/** What was found in one file. */
interface Read {
  findings?: Finding[];
  unparsed?: true;
  /** The text of a finding may hold anything, a secret too: the file is read again. */
  again?: true;
}

function noteOf(read: Read): Json {
  const { findings = [] } = read;
  if (findings.length === 0) return read.unparsed ? { unparsed: true } : null;
  const shown = findings.flatMap(({ message, fix: each }) => [
    message.slice(0, message.indexOf(" is deprecated")),
    ...(each?.edits ?? []).map((edit) => edit.text),
    each?.command?.replace(/^sed -i '|' \S+$/g, "") ?? "",
  ]);
  const quoted = shown.some((text) => /["'`]/.test(text));
  return quoted ? { again: true } : { findings: findings as unknown as Json };
}

export function deprecatedPatternsCheck(scope: AuditScope, context: GateContext): AuditCheck {
  const { patterns, disable } = scope.options.deprecated;
  const rules = allRules(patterns, disable);
  const files: Record<PatternLanguage, SourceFile[]> = { javascript: [], python: [] };
  const gaveUp = new Map<string, string>();
  const majors = new Map<string, number>();
  const findings: Finding[] = [];
  const change = changedPaths(context);
  const judges = change ? (path: string): boolean => change.has(path) : undefined;
  const late = new Map<string, Json>();
  /** Files that are judged again for what is kept of them: nothing is learned from them. */
  const again = new Set<SourceFile>();

  const needed = new Set(rules.flatMap(({ needs }) => Object.keys(needs ?? {})));
  const isDue = ({ needs }: PatternRule): boolean =>
    Object.entries(needs ?? {}).every(([name, major]) => (majors.get(name) ?? major) >= major);
  const candidates = {
    javascript: new Candidates(rules, "javascript"),
    python: new Candidates(rules, "python"),
  };

  function judge(file: SourceFile, language: PatternLanguage, parse: Parse): Read {
    const root = parse(file);
    if (!root) return { unparsed: true };
    const imports = readImports(root, language);
    return {
      findings: candidates[language]
        .in(file.text)
        .flatMap((rule) => findingsOf(rule, file, matches(rule, root, imports, file.text))),
    };
  }

  const languageOf = (path: string): PatternLanguage | null =>
    isScript(path) ? "javascript" : isPython(path) ? "python" : null;

  function add(path: string, read: Read): void {
    if (read.unparsed) gaveUp.set(path, "does not parse");
    findings.push(...(read.findings ?? []));
  }

  const versions: Noter = {
    id: `deprecated-patterns.versions ${[...needed].sort().join()}`,
    note: ({ path, text }) => (/(^|\/)package\.json$/.test(path) ? readMajors(text, needed) : null),
    take(note) {
      for (const [name, major] of Object.entries(note as JsonObject))
        majors.set(name, Math.max(majors.get(name) ?? 0, Number(major)));
    },
  };

  const noter: Noter = {
    id: `deprecated-patterns ${fingerprint(JSON.stringify([patterns, disable]))}`,
    isFor: judges,
    late,
    note(file) {
      const language = languageOf(file.path);
      if (!language || !isJudged(file) || candidates[language].in(file.text).length === 0) return null;
      const read =
        language === "python" ? whenPython(({ parse }) => judge(file, language, parse)) : undefined;
      if (read) return noteOf(read);
      files[language].push(file);
      return undefined;
    },
    take(note, file) {
      const read = note as Read;
      if (!read.again) return add(file.path, read);
      again.add(file);
      files[languageOf(file.path)!].push(file);
    },
  };

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
    judges,
    noters: [versions, noter],
    async load(paths) {
      if (paths.some((path) => isPython(path) && (judges?.(path) ?? true))) await tryPython();
    },
    async finish() {
      let left = files.javascript.length + files.python.length;
      const fail = (failureClass: string, message: string): void => {
        check.failure = { failureClass, message };
        check.unexamined = left;
      };
      try {
        const bad = await badPattern();
        if (bad) fail("bad-pattern", bad);
        for (const language of ["javascript", "python"] as const) {
          if (files[language].length === 0 || bad) continue;
          const parse = await parserOf(language);
          for (const file of files[language]) {
            context.signal.throwIfAborted();
            const read = judge(file, language, parse);
            if (!again.has(file)) late.set(file.path, noteOf(read));
            add(file.path, read);
            left -= 1;
          }
        }
      } catch (error) {
        context.signal.throwIfAborted();
        const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
        fail("missing-tool", `ast-grep could not be run: ${why}`);
      }
      const silent = new Set(
        rules.filter((rule) => !isDue(rule)).map(({ id }) => `deprecated-patterns/${id}`),
      );
      return findings.filter(({ ruleId }) => !silent.has(ruleId));
    },
  };
  return check;
}
