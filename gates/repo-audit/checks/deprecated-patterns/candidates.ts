/** A look at the text that spares the parse: which rules may match in it at all. */
import { Keywords } from "../../keywords.ts";
import type { PatternLanguage, PatternRule } from "./rules.ts";

const escaped = (text: string): string => text.replace(/[$.*+?^(){}|[\]\\]/g, "\\$&");

/** A string with the name of the module, as an import has it. */
const quoted = (module: string): RegExp => new RegExp(`["'](?:node:)?${escaped(module)}["']`);

/**
 * What a text must hold besides the keyword. A function that is called by its own name is followed by its arguments;
 * one of a module may have any name, but the module is imported.
 */
function needs(rule: PatternRule): RegExp | null {
  const module = rule.import ?? rule.module;
  if (module && rule.language === "javascript") return quoted(module);
  if (module) return rule.import ? null : new RegExp(escaped(module.split(".").at(-1)!));
  const called = /(?:^|[^\w$])([A-Za-z_]\w*)\(/.exec(rule.pattern ?? "")?.[1];
  // A comment may stand between the two.
  return called ? new RegExp(`\\b${called}\\s*(?:\\(|\\?\\.|<|/[/*]|#|\\\\)`) : null;
}

export class Candidates {
  readonly #rules: { rule: PatternRule; needs: RegExp | null }[];
  readonly #keywords: Keywords;

  constructor(rules: PatternRule[], language: PatternLanguage) {
    const own = rules.filter((rule) => rule.language === language);
    this.#rules = own.map((rule) => ({ rule, needs: needs(rule) }));
    this.#keywords = new Keywords(new Set(own.map(({ keyword }) => keyword).filter(Boolean)));
  }

  /** The rules that may match, in their order. */
  in(text: string): PatternRule[] {
    const words = this.#keywords.within(text);
    // A pattern of placeholders alone has no word of its own.
    const isThere = (word: string): boolean => word === "" || words.has(word);
    return this.#rules
      .filter(({ rule, needs: more }) => isThere(rule.keyword) && (more === null || more.test(text)))
      .map(({ rule }) => rule);
  }
}
