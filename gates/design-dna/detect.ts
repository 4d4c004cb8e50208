/** Whether there is anything that paints, and a design to judge it by. */
import type { Detection, RepoView } from "../../modsquad/contracts/gate.ts";
import { categoryOf } from "./dna/categories.ts";
import { looksLikeTokens } from "./dna/json-tokens.ts";
import { isThemeModule } from "./dna/sources.ts";
import { DNA_FILES } from "./dna/yaml-dna.ts";
import { selectFiles, tokenJsonFiles } from "./files.ts";
import { readOptions } from "./options.ts";
import { addCssFacts, emptyFacts } from "./scan/facts-css.ts";
import { Lines, wordsOf } from "./scan/text.ts";

/** Style files looked into before giving up, the likely ones first. */
const MAX_STYLES = 400;
/** Definitions that look like tokens before a repository counts as having a design. */
const MIN_TOKENS = 3;
const LIKELY = /(?:tokens?|variables?|vars|theme|colou?rs?|globals?|root|base|index|main|app|style)/i;
const LEARN = "learn one with `meta-orch design learn`";

async function tokensIn(repo: RepoView, path: string): Promise<number> {
  const text = await repo.readText(path);
  if (text === null) return 0;
  if (text.includes("@theme") || /@import\s+["']tailwindcss/.test(text) || /@tailwind\s+\w/.test(text))
    return MIN_TOKENS;
  if (!text.includes("--") && !/^\s*[$@][\w-]+\s*:/m.test(text)) return 0;
  const facts = emptyFacts();
  const syntax = path.endsWith(".less") ? "less" : path.endsWith(".css") ? "css" : "scss";
  addCssFacts(facts, { text, from: 0, to: text.length, syntax }, new Lines(text), {
    props: new Set(),
    texts: false,
  });
  return facts.definitions.filter((one) => one.global && categoryOf(wordsOf(one.name), one.value) !== "other")
    .length;
}

function tokenPackages(manifest: string | null): string[] {
  if (manifest === null) return [];
  const names = [...manifest.matchAll(/"((?:@[\w.-]+\/)?[\w.-]+)"\s*:\s*"[^"]*"/g)].map(
    (match) => match[1] ?? "",
  );
  return names.filter((name) => /(?:^|[/-])(?:design-)?(?:tokens?|primitives)(?:$|-)/.test(name));
}

/** Applicable when files paint and a design is found; no engine and no network is needed. */
export async function detect(repo: RepoView): Promise<Detection> {
  const options = readOptions(repo.options);
  const files = selectFiles(repo.files, options.exclude);
  const paints = files.filter((file) => file.kind !== "script" || /\.[jt]sx$/.test(file.path));
  if (paints.length === 0)
    return { applicable: false, reason: "no stylesheet, component or page is tracked here" };
  const dna = options.dna ?? repo.files.find((file) => DNA_FILES.test(file.path))?.path;
  if (dna !== undefined)
    return { applicable: true, reason: `${paints.length} files paint; the DNA is declared in ${dna}` };
  const config = repo.files.find((file) => /(?:^|\/)tailwind\.config\.[cm]?[jt]s$/.test(file.path));
  if (config)
    return { applicable: true, reason: `${paints.length} files paint; the DNA is read from ${config.path}` };
  const packages = tokenPackages(await repo.readText("package.json"));
  if (packages.length > 0)
    return {
      applicable: true,
      reason: `${paints.length} files paint; the DNA is read from the package ${packages[0]}`,
    };
  const styles = paints
    .filter((file) => file.kind === "css" || file.kind === "scss" || file.kind === "less")
    .sort((a, b) => Number(LIKELY.test(b.path)) - Number(LIKELY.test(a.path)))
    .slice(0, MAX_STYLES);
  let tokens = 0;
  for (const file of styles) {
    tokens += await tokensIn(repo, file.path);
    if (tokens >= MIN_TOKENS)
      return { applicable: true, reason: `${paints.length} files paint; tokens are defined in ${file.path}` };
  }
  for (const path of tokenJsonFiles(repo.files)) {
    const text = await repo.readText(path);
    if (text !== null && holdsTokens(text))
      return { applicable: true, reason: `${paints.length} files paint; tokens are defined in ${path}` };
  }
  const theme = files.find((file) => file.kind === "script" && isThemeModule(file.path));
  if (theme)
    return {
      applicable: true,
      reason: `${paints.length} files paint; constants are defined in ${theme.path}`,
    };
  const markup = await rootsInMarkup(
    repo,
    paints
      .filter((file) => file.kind === "markup")
      .slice(0, 60)
      .map((file) => file.path),
  );
  if (markup)
    return { applicable: true, reason: `${paints.length} files paint; tokens are defined in ${markup}` };
  return {
    applicable: false,
    reason: `${paints.length} files paint, but there is no design to judge them by; ${LEARN}`,
  };
}

function holdsTokens(text: string): boolean {
  try {
    return looksLikeTokens(JSON.parse(text));
  } catch {
    return false;
  }
}

async function rootsInMarkup(repo: RepoView, paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const text = await repo.readText(path);
    if (text && /:root\s*\{[^}]*--[\w-]+\s*:[^}]*--[\w-]+\s*:[^}]*--[\w-]+\s*:/.test(text)) return path;
  }
  return null;
}
