/** Finds the matches of a rule in one parsed file, whatever its modules are called there. */
import type { SgNode } from "@ast-grep/napi";
import type { PatternLanguage, PatternRule } from "./rules.ts";

export interface Match {
  start: number;
  end: number;
  text: string;
  /** What to write instead, when the rule knows and it is always right here. */
  fix?: string;
  /** What to write instead, once somebody has looked at it. */
  suggest?: string;
}

interface Import {
  module: string;
  /** Where the name of the module stands. */
  start: number;
  end: number;
  /** Names the whole module is bound to. */
  namespaces: string[];
  /** Exported name → name here. */
  names: Map<string, string>;
}

const indexOf = (node: SgNode): { start: number; end: number } => {
  const { start, end } = node.range();
  return { start: start.index, end: end.index };
};

/** `a, b as c` or `a: c`. */
function readNames(list: string, into: Map<string, string>): void {
  for (const part of list.split(",")) {
    const [name, alias] = part
      .trim()
      .replace(/^type\s+/, "")
      .split(/\s+as\s+|\s*:\s*/);
    if (name && /^[\w$]+$/.test(name)) into.set(name, alias ?? name);
  }
}

function jsImport(node: SgNode): Import | null {
  const text = node.text();
  const source = node.find({ rule: { kind: "string" } });
  const required = node.kind() === "variable_declarator";
  if (!source || (required && !/=\s*require\(\s*["'][^"']+["']\s*\)$/.test(text))) return null;
  const { start, end } = indexOf(source);
  const found: Import = {
    module: source
      .text()
      .slice(1, -1)
      .replace(/^node:/, ""),
    start: start + 1,
    end: end - 1,
    namespaces: [],
    names: new Map(),
  };
  const clause = required
    ? text.slice(0, text.indexOf("="))
    : text.slice(6, source.range().start.index - start + text.lastIndexOf(source.text()));
  const listed = /\{([\s\S]*?)\}/.exec(clause);
  if (listed) readNames(listed[1]!, found.names);
  const whole = /^\s*(?:type\s+)?([\w$]+)|\*\s+as\s+([\w$]+)/g;
  for (const match of clause.replace(/\{[\s\S]*?\}/, "").matchAll(whole)) {
    const name = match[1] ?? match[2];
    if (name && name !== "from" && name !== "type") found.namespaces.push(name);
  }
  return found;
}

function pythonImports(node: SgNode): Import[] {
  const text = node.text();
  const { start } = indexOf(node);
  const from = /^from\s+([\w.]+)\s+import\s+([\s\S]*)$/.exec(text);
  if (from) {
    const names = new Map<string, string>();
    readNames(from[2]!.replace(/[()\\]|#[^\n]*/g, " "), names);
    const at = start + text.indexOf(from[1]!, 4);
    const own: Import = { module: from[1]!, start: at, end: at + from[1]!.length, namespaces: [], names };
    // `from django.conf import urls` binds the module itself.
    const inner = [...names].map(
      ([name, local]): Import => ({
        module: `${from[1]}.${name}`,
        start: at,
        end: at,
        namespaces: [local],
        names: new Map(),
      }),
    );
    return [own, ...inner];
  }
  return [...text.matchAll(/(?:^import|,)\s+([\w.]+)(?:\s+as\s+(\w+))?/g)].map((match) => {
    const at = start + match.index + match[0].indexOf(match[1]!);
    return {
      module: match[1]!,
      start: at,
      end: at + match[1]!.length,
      namespaces: [match[2] ?? match[1]!],
      names: new Map(),
    };
  });
}

export function readImports(root: SgNode, language: PatternLanguage): Import[] {
  // Most variables are no modules: the engine tells them apart before anything is handed over.
  const kinds =
    language === "python"
      ? [{ kind: "import_statement" }, { kind: "import_from_statement" }]
      : [{ kind: "import_statement" }, { kind: "variable_declarator", regex: "=\\s*require\\(" }];
  const nodes = root.findAll({ rule: { any: kinds } });
  return language === "python"
    ? nodes.flatMap(pythonImports)
    : nodes.map(jsImport).filter((each) => each !== null);
}

/** The pattern in the words of this file: one for each name its module goes by. */
function inWordsOfFile(
  rule: PatternRule,
  imports: Import[],
): { pattern: string; namespace: string | null }[] {
  const pattern = rule.pattern ?? "";
  if (!rule.module) return [{ pattern, namespace: null }];
  const [, member] = /^[\w$]+\.([\w$]+)/.exec(pattern) ?? [];
  return imports
    .filter(({ module }) => module === rule.module)
    .flatMap(({ namespaces, names }) => {
      const local = member ? names.get(member) : undefined;
      const whole = namespaces.map((namespace) => ({
        pattern: pattern.replace(/^[\w$]+/, () => namespace),
        namespace,
      }));
      const named = local
        ? [{ pattern: pattern.replace(/^[\w$]+\.[\w$]+/, () => local), namespace: null }]
        : [];
      return [...whole, ...named];
    });
}

function fitsWhere(node: SgNode, where: PatternRule["where"]): boolean {
  return Object.entries(where ?? {}).every(([name, expected]) =>
    new RegExp(expected).test(node.getMatch(name)?.text() ?? ""),
  );
}

/** The text of a list placeholder as it is written, commas and comments included. */
function listText(node: SgNode, name: string, source: string): string {
  const parts = node.getMultipleMatches(name);
  if (parts.length === 0) return "";
  return source.slice(indexOf(parts[0]!).start, indexOf(parts.at(-1)!).end);
}

/** A replacement of the rule in the words of the match. */
function written(
  template: string | undefined,
  node: SgNode,
  namespace: string | null,
  source: string,
): string | undefined {
  if (template === undefined) return undefined;
  return template.replace(
    /\$\$\$([A-Z]+)|\$([A-Z]+)/g,
    (_whole, list: string | undefined, one: string | undefined) => {
      if (list) return listText(node, list, source);
      return one === "NS" ? (namespace ?? "") : (node.getMatch(one!)?.text() ?? "");
    },
  );
}

const told = (fix: string | undefined, suggest: string | undefined): Pick<Match, "fix" | "suggest"> => ({
  ...(fix === undefined ? {} : { fix }),
  ...(suggest === undefined ? {} : { suggest }),
});

function declares(source: string, name: string, imports: Import[]): boolean {
  if (imports.some(({ names, namespaces }) => [...names.values(), ...namespaces].includes(name))) return true;
  const said = `\\b(?:function|const|let|var|class)\\s+${name}\\b|\\b${name}\\s*[,)]?\\s*=>`;
  // Among the parameters of a function or method, perhaps with a type.
  const type = "(?:\\??:[^,(){}]*)?";
  const parameter = `[(,]\\s*${name}\\s*${type}(?:,[^(){}]*)?\\)\\s*(?::[^={;]+)?(?:=>|\\{)`;
  return new RegExp(`${said}|${parameter}`).test(source);
}

/** Every match of one rule. Throws what ast-grep throws for a pattern it cannot read. */
export function matches(rule: PatternRule, root: SgNode, imports: Import[], source: string): Match[] {
  if (rule.import) {
    const same = imports.filter(({ module, start, end }) => module === rule.import && end > start);
    return same.map(({ start, end }) => {
      return { start, end, text: source.slice(start, end), ...told(rule.fix, rule.suggest) };
    });
  }
  if (rule.undeclared && declares(source, rule.undeclared, imports)) return [];
  return inWordsOfFile(rule, imports).flatMap(({ pattern, namespace }) =>
    root
      .findAll({ rule: { pattern } })
      .filter((node) => fitsWhere(node, rule.where))
      .map((node) => {
        // Imported by its name, a function is not called through its module.
        const isBare = namespace === null;
        const fix =
          isBare && rule.fix?.includes("$NS") ? undefined : written(rule.fix, node, namespace, source);
        const suggest = isBare ? rule.suggest?.replace("$NS.", "") : rule.suggest;
        return {
          ...indexOf(node),
          text: node.text(),
          ...told(fix, written(suggest, node, namespace, source)),
        };
      }),
  );
}
