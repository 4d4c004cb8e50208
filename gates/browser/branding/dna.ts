/** The design DNA of the repository, as far as a page can be held against it: colour tokens, names, forbidden texts. */
import { parseColor, type Rgba } from "../../design-dna/color.ts";
import type { RawToken } from "../../design-dna/dna/raw.ts";
import { Resolver, valueIn } from "../../design-dna/dna/resolve.ts";
import { cssTokens, type DefinitionFile } from "../../design-dna/dna/sources.ts";
import { DNA_FILES, readDnaFile } from "../../design-dna/dna/yaml-dna.ts";
import { addCssFacts, emptyFacts } from "../../design-dna/scan/facts-css.ts";
import { Lines } from "../../design-dna/scan/text.ts";

const STYLES = /\.(css|pcss|postcss)$/i;
const ELSEWHERE = /(^|\/)(node_modules|dist|build|coverage|vendor|tests?|fixtures?)\//;
const MAX_STYLES = 300;
const MAX_BYTES = 2 * 1024 * 1024;

export interface ColorToken {
  name: string;
  /** Mode → colour; "" is the default mode. */
  colors: Record<string, Rgba>;
  path: string;
  line: number;
}

export interface BrandDna {
  tokens: ReadonlyMap<string, ColorToken>;
  names: { right: string; wrong: string[] }[];
  forbidden: { text: string; reason: string }[];
  /** Set when design-dna.yaml is there and cannot be used. */
  problem: string | null;
}

type ReadText = (path: string) => Promise<string | null>;

function factsOf(path: string, text: string): DefinitionFile {
  const facts = emptyFacts();
  addCssFacts(facts, { text, from: 0, to: text.length, syntax: "css" }, new Lines(text), {
    props: new Set(),
    texts: false,
  });
  return { path, definitions: facts.definitions, declarations: facts.declarations, external: false };
}

/** Only what is a colour in every mode it has. */
function colorToken(token: RawToken, resolver: Resolver): ColorToken | null {
  const colors: Record<string, Rgba> = {};
  for (const mode of new Set(["", ...Object.keys(token.raw)])) {
    const written = valueIn(token.raw, mode);
    const color = written === undefined ? null : parseColor(resolver.resolve(written, mode).trim());
    if (!color) return null;
    colors[mode] = color;
  }
  return { name: token.name, colors, path: token.source.path, line: token.source.line };
}

export async function readBrandDna(
  files: readonly { path: string; size: number }[],
  readText: ReadText,
): Promise<BrandDna> {
  const styles: DefinitionFile[] = [];
  const candidates = files.filter(
    ({ path, size }) => STYLES.test(path) && !ELSEWHERE.test(path) && size <= MAX_BYTES,
  );
  for (const { path } of candidates.slice(0, MAX_STYLES)) {
    const text = await readText(path);
    if (text?.includes("--")) styles.push(factsOf(path, text));
  }
  const raw = cssTokens(styles);
  const dnaPath = files.find(({ path }) => DNA_FILES.test(path))?.path;
  const dnaText = dnaPath ? await readText(dnaPath) : null;
  const dna = dnaPath && dnaText !== null ? await readDnaFile(dnaPath, dnaText) : null;
  raw.push(...(dna?.tokens ?? []));
  const resolver = new Resolver(raw, new Map());
  const tokens = new Map<string, ColorToken>();
  for (const one of raw) {
    const token = colorToken(one, resolver);
    if (token) tokens.set(token.name, token);
  }
  return {
    tokens,
    names: dna?.branding?.names ?? [],
    forbidden: dna?.branding?.forbidden ?? [],
    problem: dna && dna.problems.length > 0 ? `${dnaPath}: ${dna.problems.join("; ")}` : null,
  };
}
