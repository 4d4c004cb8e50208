/** Where a value stands decides how much it matters and how it is taken out. */
import type { Fix } from "../../../../modsquad/contracts/gate.ts";
import {
  baseName,
  isDocPath,
  isEnvExample,
  isEnvFile,
  isExamplePath,
  isGeneratedPath,
  isJavaScript,
  isPython,
  isTestPath,
  isYaml,
} from "../../paths.ts";
import type { Place } from "../../source.ts";

/** Certificates everybody makes for their own machine. */
const MACHINE_NAME = /localhost|snakeoil|self-?signed/i;

/** Test data, samples and documentation: a real secret there is still one, an invented one is likely. */
export function isSampleContext(path: string): boolean {
  return (
    isTestPath(path) ||
    isExamplePath(path) ||
    isDocPath(path) ||
    isEnvExample(path) ||
    MACHINE_NAME.test(baseName(path))
  );
}

const SAYS_SAMPLE = /placeholder|example|e\.g\.|sample|dummy|fake|for instance/i;

/** The line itself says that the value is only shown. */
export function isCalledSample(place: Place): boolean {
  const { start, end } = place.file.lineAround(place.start);
  const { text } = place.file;
  const before = text.slice(Math.max(start, place.start - 120), place.start);
  return SAYS_SAMPLE.test(before) || SAYS_SAMPLE.test(text.slice(place.end, Math.min(end, place.end + 80)));
}

/** Settings that are loaded as they stand: a value in them is used. */
export function isLoadedConfig(path: string): boolean {
  if (isEnvExample(path)) return false;
  return (
    isEnvFile(path) ||
    /\.(properties|ini|cfg|conf|toml|ya?ml|tfvars)$/i.test(path) ||
    // Settings of the shell and of programs: .bash_profile, .credentials.
    /^\.[\w-]+$/.test(baseName(path)) ||
    /^\.(npmrc|netrc|pgpass)$/.test(baseName(path))
  );
}

const CODE_NAME =
  /\.(?:[mc]?[jt]sx?|vue|svelte|astro|pyw?|ipynb|rb|erb|go|rs|java|kts?|scala|swift|dart|[ch](?:pp|xx|c)?|mm?|cc|hh|cs|fs|vb|php\d?|lua|r|jl|pl|pm|tcl|ex|exs|erl|clj[cs]?|groovy|gradle|tf|hcl|nix|proto|graphql|sol|zig|ps1|psm1|html?|css|scss)$/i;

/** Where a value without quotes is the name of something. */
export const isCode = (path: string): boolean => CODE_NAME.test(path);

/** Settings of one machine or one test run: what guards them guards nothing else. */
export function isDevelopmentOnly(path: string): boolean {
  return /[._-](dev|develop|development|local|test|testing|ci|e2e)([._-]|$)|^(dev|development|local|test)\./i.test(
    baseName(path),
  );
}

/** Values without a format are not looked for here: hashes and samples would be most of what is found. */
export function isPoorGround(path: string): boolean {
  return (
    isGeneratedPath(path) ||
    /\.(html?|css|scss|less|xliff|strings|arb|lproj)$/i.test(path) ||
    /(^|\/)(locales?|i18n|lang|translations?|messages)\//i.test(path)
  );
}

interface Replacement {
  start: number;
  end: number;
  text: string;
}

/** The text that takes the secret out of its file without leaving a broken one. */
function replacement(place: Place, variable: string): Replacement {
  const { file, start, end } = place;
  const quote = file.text[start - 1] ?? "";
  const quoted = /["'`]/.test(quote) && file.text[end] === quote;
  const whole = { start: start - 1, end: end + 1 };
  if (quoted && isJavaScript(file.path)) return { ...whole, text: `process.env.${variable}` };
  if (quoted && isPython(file.path)) return { ...whole, text: `os.environ["${variable}"]` };
  if (isEnvFile(file.path)) return { start, end, text: "" };
  if (isYaml(file.path)) return { start, end, text: `\${${variable}}` };
  return { start, end, text: "REMOVED" };
}

/** Takes the value out of every place it was found; making it worthless is a person's task and said first. */
export function removalFix(places: Place[], variable: string, revoke: string): Fix {
  const edits = places.map((place) => ({ path: place.file.path, ...replacement(place, variable) }));
  return {
    description: `Revoke it first (${revoke}): whoever has the history has the value. Then read it from ${variable}.`,
    edits,
  };
}
