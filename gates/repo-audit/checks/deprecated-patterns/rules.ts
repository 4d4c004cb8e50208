/** What counts as deprecated: our own patterns as data, and those of the config. */
import type { JsonObject, Severity } from "../../../../modsquad/contracts/words.ts";
import builtIn from "../../data/deprecated-patterns.json" with { type: "json" };

export type PatternLanguage = "javascript" | "python";

export interface PatternRule {
  id: string;
  language: PatternLanguage;
  /** ast-grep pattern; absent when the rule is about an import. */
  pattern?: string;
  /** The pattern's first name stands for this module, whatever it is called in a file. */
  module?: string;
  /** A module that is deprecated as a whole. */
  import?: string;
  /** A file without this text is not parsed for the rule. */
  keyword: string;
  severity: Severity;
  since: string;
  reason: string;
  replacement: string;
  /** Written in place of a match; $A and $$$ARGS as in the pattern, $NS for the name of the module. */
  fix?: string;
  /** Likewise, where somebody has to look at it first. */
  suggest?: string;
  /** Placeholder → regular expression its text must fit. */
  where?: Record<string, string>;
  /** Package → major version that has the replacement; the rule is silent where only older ones are declared. */
  needs?: Record<string, number>;
  /** A global: the rule is silent in a file that declares or imports this name. */
  undeclared?: string;
}

/** A pattern as the config gives it. */
export interface ConfiguredPattern {
  id: string;
  language: PatternLanguage;
  pattern: string;
  replacement: string;
  reason?: string;
  severity?: Severity;
  fix?: string;
}

export const patternsSchema: JsonObject = {
  type: "array",
  description: "Patterns of your own.",
  items: {
    type: "object",
    additionalProperties: false,
    required: ["id", "language", "pattern", "replacement"],
    properties: {
      id: { type: "string", pattern: "^[a-z0-9][a-z0-9-]*$" },
      language: { enum: ["javascript", "python"] },
      pattern: {
        type: "string",
        minLength: 1,
        description: "ast-grep pattern, such as legacy($A, $$$REST).",
      },
      replacement: { type: "string", minLength: 1, description: "What to use instead, for people." },
      reason: { type: "string", minLength: 1 },
      severity: { enum: ["high", "medium", "low", "info"] },
      fix: { type: "string", description: "Written in place of a match, if that is always right." },
    },
  },
};

/** The longest word of a pattern that is written out: a file without it cannot match. */
function keywordOf(pattern: string): string {
  const words = pattern.replace(/\$+\w*/g, " ").match(/[\w.-]*\w/g) ?? [];
  return words.sort((a, b) => b.length - a.length)[0] ?? "";
}

export function allRules(configured: ConfiguredPattern[], disabled: string[]): PatternRule[] {
  const own = configured.map(
    (each): PatternRule => ({
      severity: "medium",
      reason: "this project moved on from it",
      since: "config",
      keyword: keywordOf(each.pattern),
      ...each,
    }),
  );
  const replaced = new Set([...disabled, ...own.map(({ id }) => id)]);
  return [...own, ...(builtIn as PatternRule[]).filter(({ id }) => !replaced.has(id))];
}
