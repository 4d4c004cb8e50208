/** Reads what any file may state: variable names, port numbers, and the ports and URLs of a README. */
import type { SourceFile } from "../../source.ts";
import { type Facts, MENTION } from "./facts.ts";
import { findLocalPorts } from "./urls.ts";

const VARIABLE = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g;
const SNAKE = /\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b/g;

/** Libraries that turn field names into variable names by rules we do not follow. */
const DERIVES_NAMES =
  /env_prefix|env_nested_delimiter|SetEnvPrefix|AutomaticEnv|envconfig\.Process|AddEnvironmentVariables|@ConfigurationProperties|envPrefix/;
/** What each of them has in it, to pass over most files at once. */
const MAY_DERIVE = ["env_", "Env", "envconfig", "Environment", "@Conf"];

/** Where fields of a class, or arguments of a call, may be names of variables in small letters. */
const FIELDS = /settings|config|environ|\benv\b/i;

/** Notes every variable-like name of a file. */
export function readMentions(file: SourceFile, kind: keyof typeof MENTION, facts: Facts): void {
  const { text, path } = file;
  const bit = MENTION[kind];
  for (const [name] of text.matchAll(VARIABLE))
    facts.mentions.set(name, (facts.mentions.get(name) ?? 0) | bit);
  if (kind !== "code") return;
  // pydantic and its like read DATABASE_URL through a field called database_url.
  if (path.endsWith(".py") && FIELDS.test(text)) {
    for (const [field] of text.matchAll(SNAKE)) {
      const name = field.toUpperCase();
      facts.mentions.set(name, (facts.mentions.get(name) ?? 0) | bit);
    }
  }
  if (!facts.derivesNames && MAY_DERIVE.some((word) => text.includes(word)) && DERIVES_NAMES.test(text))
    facts.derivesNames = true;
}

const NUMBER = /(?<![\w.#-])[1-9]\d{1,4}(?![\w.%]|\s*(?:ms|px|kb|mb|s)\b)/g;
const SPEAKS = /port|listen|bind|addr|host|serv|expose|proxy|upstream|url|:$|--?p\b/i;

/** Larger files are data; a port mentioned only there is no evidence. UTF-16 units. */
const MAX_SPOKEN_LENGTH = 256 * 1024;

/** Notes numbers on lines that speak of ports; one in a URL is a claim about somebody else, not evidence. */
export function readSpokenPorts(file: SourceFile, facts: Facts): void {
  const { text, path } = file;
  if (text.length > MAX_SPOKEN_LENGTH) return;
  const ports = new Set<number>();
  for (const match of text.matchAll(NUMBER)) {
    const port = Number(match[0]);
    if (port > 65535 || ports.has(port)) continue;
    const lineStart = Math.max(text.lastIndexOf("\n", match.index) + 1, match.index - 80);
    const before = text.slice(lineStart, match.index);
    if (/:\/\/[^\s/]*:$/.test(before)) continue;
    if (SPEAKS.test(before)) ports.add(port);
  }
  facts.spokenPorts.add(path, [...ports]);
}

/** The ports a README names. */
export function readReadme(file: SourceFile, facts: Facts): void {
  const { text, path } = file;
  for (const url of findLocalPorts(file, text, 0)) {
    if (/^(https?|wss?)?$/.test(url.scheme)) facts.localUrls.push({ ...url, kind: "doc" });
  }
  const ports = new Set<number>();
  for (const match of text.matchAll(/(?<![\d.])\d{2,5}(?![\d.])/g)) {
    const claimed = /(localhost|127\.0\.0\.1|0\.0\.0\.0):$/.test(
      text.slice(Math.max(0, match.index - 12), match.index),
    );
    if (!claimed) ports.add(Number(match[0]));
  }
  facts.documentedPorts.add(path, [...ports]);
}

/** Package names of a manifest, for the ports their servers use by default. */
export function readManifest(file: SourceFile, facts: Facts): void {
  if (!file.path.endsWith("package.json")) {
    for (const [name] of file.text.matchAll(/[A-Za-z][\w./-]{2,}/g)) facts.packages.add(name.toLowerCase());
    return;
  }
  let manifest: unknown;
  try {
    manifest = JSON.parse(file.text);
  } catch {
    return;
  }
  for (const key of ["dependencies", "devDependencies", "peerDependencies"]) {
    const section = (manifest as Record<string, unknown> | null)?.[key];
    if (typeof section === "object" && section !== null) {
      for (const name of Object.keys(section)) facts.packages.add(name);
    }
  }
  const scripts = JSON.stringify((manifest as { scripts?: unknown } | null)?.scripts ?? {});
  // A tool that is run through npx is in no list of dependencies.
  for (const [, name] of scripts.matchAll(/\b(?:npx|bunx|pnpm dlx)\s+(?:-y\s+)?([@\w/-]+)/g))
    facts.packages.add(name!);
}
