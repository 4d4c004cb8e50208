/** dead-tokens: tokens the repository defines and nothing in it uses. */

import { themeUtility } from "../dna/tailwind.ts";
import { matcher } from "../files.ts";
import type { Definition, Issue, Token } from "../types.ts";
import type { World } from "../world.ts";

/** Scales Tailwind has by itself; a theme variable of that name only overrides them. */
const OVERRIDES = /^--(?:spacing|breakpoint|container|animate|ease|perspective|aspect|default)/;

/** Other places a token may be named in: templates and documents of languages the gate does not read. */
export const MENTIONING =
  /\.(?:php|erb|twig|hbs|handlebars|ejs|liquid|njk|pug|haml|slim|cshtml|razor|blade|jsp|mdx|py|rb|go|rs|java|kt|swift|dart|ex|heex|elm|sass|styl|json|ya?ml|svg)$/;

export interface DeadTokens {
  issues: (Issue & { path: string })[];
  examined: number;
  /** Why the check says nothing, if it does. */
  abstained: string | null;
}

/** A package that hands its styles to others cannot know what they use. */
export function isPublished(manifest: string | null): boolean {
  if (manifest === null) return false;
  try {
    const fields = JSON.parse(manifest) as Record<string, unknown>;
    return (
      fields.private !== true && ["exports", "main", "style", "sass", "module"].some((key) => key in fields)
    );
  } catch {
    return false;
  }
}

function isUsed(token: Token, mentioned: ReadonlySet<string>, utilities: ReadonlySet<string>): boolean {
  if (mentioned.has(token.name)) return true;
  if (token.utility !== undefined && utilities.has(token.utility)) return true;
  const theme = themeUtility(token.name);
  return theme !== null && utilities.has(theme.utility);
}

/** Looks for tokens nothing mentions. `others` gives the texts of files in other languages, read only when needed. */
export function checkDeadTokens(
  world: World,
  manifest: string | null,
  keep: readonly string[],
  exclude: readonly string[],
  others: () => string[],
): DeadTokens {
  const tokens = world.built.dna.tokens.filter(
    (token) =>
      (token.form === "css" || token.form === "scss" || token.form === "less") && !token.source.external,
  );
  if (isPublished(manifest)) {
    return {
      issues: [],
      examined: tokens.length,
      abstained: "the package hands its tokens to others, who may use them",
    };
  }
  const mentioned = new Set<string>();
  const utilities = new Set<string>();
  for (const { facts } of world.files) {
    for (const name of facts.mentions) mentioned.add(name);
    for (const name of facts.utilityNames) utilities.add(name);
  }
  const kept = matcher(keep);
  const left = matcher(exclude);
  let dead = tokens.filter(
    (token) =>
      !isUsed(token, mentioned, utilities) &&
      !OVERRIDES.test(token.name) &&
      !kept(token.name) &&
      !left(token.source.path),
  );
  if (dead.length > 0) {
    const texts = others();
    dead = dead.filter((token) => !texts.some((text) => text.includes(token.name)));
  }
  const definitions = new Map<string, { path: string; one: Definition }[]>();
  for (const { path, facts } of world.files) {
    for (const one of facts.definitions) {
      if (!one.global) continue;
      const list = definitions.get(one.name);
      if (list) list.push({ path, one });
      else definitions.set(one.name, [{ path, one }]);
    }
  }
  const issues = dead.map((token) => issueFor(token, definitions.get(token.name) ?? []));
  return { issues, examined: tokens.length, abstained: null };
}

function issueFor(
  token: Token,
  definitions: readonly { path: string; one: Definition }[],
): Issue & { path: string } {
  const first = definitions.find(({ path }) => path === token.source.path) ?? definitions[0];
  const issue: Issue & { path: string } = {
    path: first?.path ?? token.source.path,
    check: "dead-tokens",
    rule: "unused",
    severity: "low",
    value: token.name,
    prop: token.name,
    message: `${token.name} is defined and nothing uses it`,
    start: first?.one.from ?? 0,
    end: first?.one.to ?? 0,
    line: first?.one.line ?? token.source.line,
    column: 1,
    symbol: token.name,
    candidates: [],
    advice: "Take the definition out, in every mode.",
    removals: definitions.map(({ path, one }) => ({ path, start: one.from, end: one.to })),
  };
  return issue;
}
