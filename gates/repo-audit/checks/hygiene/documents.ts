/** Rules invalid-json, invalid-yaml and invalid-toml: files a program will refuse to read. */
import type { Finding, Fix } from "../../../../modsquad/contracts/gate.ts";
import { makeFinding, shellQuote } from "../../findings.ts";
import { isCompose, isTestPath } from "../../paths.ts";
import { type Place, SourceFile } from "../../source.ts";
import type { YamlReader } from "../../yaml.ts";
import { isJson, type JsonScan, mendJson, scanJson } from "./json-scan.ts";

/** Files whose own readers allow comments and trailing commas. */
const LENIENT_JSON =
  /(^|\/)([tj]sconfig[^/]*|\.eslintrc[^/]*|\.babelrc|babel\.config|\.swcrc|tslint|api-extractor[^/]*|turbo|nx|wrangler|deno|biome|\.oxlintrc[^/]*|oxlint[^/]*|typedoc|rush|pyrightconfig|angular|project|appsettings[^/]*|host|local\.settings|launchSettings|language-configuration|renovate|\.renovaterc|devcontainer[^/]*|\.hintrc|\.jshintrc|\.jscsrc|\.jsbeautifyrc|components|knip|vcpkg[^/]*|CMakePresets|CMakeUserPresets|configurations?|settings|keybindings|keymap|launch|tasks|extensions|now|vercel|firebase|cspell|\.cspell|\.markdownlint|\.c8rc|\.nycrc|\.mocharc|\.prettierrc|\.stylelintrc|\.lintstagedrc|\.releaserc|ava|gulpfile)\.json$|(^|\/)(\.vscode|\.devcontainer|\.zed|\.config|rush)\//i;

/** A file that is filled in before anybody parses it. */
const TEMPLATE = /(?<!\$)\{\{|\{%|<%|^\s*#(if|set|foreach)\b/m;

const KNOWN_READER =
  /(^|\/)(\.github\/(workflows\/[^/]+|dependabot)|\.gitlab-ci|action|openapi|swagger|mkdocs|\.pre-commit-config|pnpm-workspace|Chart|azure-pipelines|cloudbuild|serverless)\.ya?ml$/;

function skipped(file: SourceFile): boolean {
  // Tests keep broken files on purpose; templates are not yet what they will be.
  return isTestPath(file.path) || TEMPLATE.test(file.text) || /(^|\/)templates?\//.test(file.path);
}

function isJsonLines(text: string): boolean {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.length > 1 && lines.every(isJson);
}

/** Scripts for sed that mend many a line; none of them repeats what the line says. */
const MENDS: [script: string, mend: (line: string) => string | null][] = [
  ["s/\\t/  /g", (line) => line.replaceAll("\t", "  ")],
  ['s/: *\\(.*\\)$/: "\\1"/', (line) => line.replace(/: *(.*)$/, ': "$1"')],
  ['s/= *\\(.*\\)$/= "\\1"/', (line) => line.replace(/= *(.*)$/, '= "$1"')],
  ["d", () => null],
];

/** The command that makes the file parse by mending one line, or taking it out; the last version that is kept otherwise. */
function mendLine(file: SourceFile, offset: number, parses: (text: string) => boolean): string {
  const { line } = file.position(Math.min(offset, file.text.length));
  const lines = file.text.split("\n");
  for (const at of [line, line - 1].filter((each) => each >= 1)) {
    for (const [script, mend] of MENDS) {
      const fresh = mend(lines[at - 1]!);
      const text = [...lines.slice(0, at - 1), ...(fresh === null ? [] : [fresh]), ...lines.slice(at)].join(
        "\n",
      );
      if (text !== file.text && parses(text))
        return `sed -i ${shellQuote(`${at}${script}`)} ${shellQuote(file.path)}`;
    }
  }
  return `git checkout HEAD~1 -- ${shellQuote(file.path)}`;
}

function jsonFix(file: SourceFile, error: NonNullable<JsonScan["error"]>): Fix {
  const edit = mendJson(file.text, error);
  if (edit)
    return { description: "The one change that makes it JSON.", edits: [{ path: file.path, ...edit }] };
  const { line } = file.position(Math.min(error.offset, file.text.length));
  const command = mendLine(file, error.offset, isJson);
  return { description: `Correct line ${line}: ${error.expected} is expected.`, command };
}

export function findInvalidJson(file: SourceFile): Finding[] {
  if (isJson(file.text) || skipped(file) || isJsonLines(file.text)) return [];
  const scan = scanJson(file.text);
  if (scan.error) {
    const { offset, expected } = scan.error;
    const empty = file.text.trim() === "";
    return [
      makeFinding({
        ruleId: "hygiene/invalid-json",
        severity: empty ? "low" : "high",
        message: empty ? "an empty file is not JSON" : `not JSON: ${expected} is expected here`,
        identity: [file.path, expected],
        place: { file, start: offset, end: offset },
        defectClass: "hygiene",
        effort: 10,
        fix: jsonFix(file, scan.error),
      }),
    ];
  }
  const [first] = scan.lenient;
  if (!first || LENIENT_JSON.test(file.path)) return [];
  const kinds = [
    ...new Set(scan.lenient.map((each) => (each.kind === "comma" ? "trailing commas" : "comments"))),
  ];
  return [
    makeFinding({
      ruleId: "hygiene/lenient-json",
      severity: "low",
      message: `${kinds.sort().join(" and ")} in JSON: only some readers accept them`,
      identity: [file.path, ...kinds],
      place: { file, start: first.start, end: first.end },
      defectClass: "hygiene",
      effort: 5,
      fix: {
        description: "Remove what strict JSON does not know.",
        edits: scan.lenient.map(({ start, end }) => ({ path: file.path, start, end, text: "" })),
      },
    }),
  ];
}

/** The library's own messages quote the file, which may hold a secret; these say the same without. */
const YAML_ERRORS: Record<string, string> = {
  BAD_INDENT: "the indentation does not fit",
  TAB_AS_INDENT: "a tab is used for indentation",
  MISSING_CHAR: "a closing character, comma or colon is missing",
  UNEXPECTED_TOKEN: "something stands here that cannot",
  MULTILINE_IMPLICIT_KEY: "a key runs over several lines: a colon or a quote is missing or one too many",
  BLOCK_AS_IMPLICIT_KEY: "a value starts a second mapping on its own line: quote it",
  BLOCK_IN_FLOW: "an indented block inside brackets",
  BAD_SCALAR_START: "a plain text cannot begin with this character: quote it",
  BAD_DQ_ESCAPE: "an unknown escape in double quotes",
  BAD_ALIAS: "an alias without a name",
  KEY_OVER_1024_CHARS: "a key of more than 1,024 characters",
};

export function findInvalidYaml(file: SourceFile, reader: YamlReader): Finding[] {
  if (skipped(file)) return [];
  const error = reader.documents(file).flatMap((document) => document.errors)[0];
  if (!error) return [];
  const place: Place = { file, start: error.pos[0], end: error.pos[1] };
  const said = YAML_ERRORS[error.code] ?? error.code.toLowerCase().replaceAll("_", " ");
  return [
    makeFinding({
      ruleId: "hygiene/invalid-yaml",
      severity: KNOWN_READER.test(file.path) || isCompose(file.path) ? "high" : "medium",
      message: `not YAML: ${said}`,
      identity: [file.path, error.code],
      place,
      defectClass: "hygiene",
      effort: 10,
      fix: {
        description: `Correct line ${file.position(place.start).line}: ${said}.`,
        command: mendLine(file, place.start, (text) =>
          reader.documents(new SourceFile(file.path, text)).every(({ errors }) => errors.length === 0),
        ),
      },
    }),
  ];
}

type TomlModule = typeof import("smol-toml");

let toml: TomlModule;

/** Makes the parser ready when one of these files is TOML. */
export async function loadToml(paths: string[]): Promise<void> {
  if (paths.some((path) => path.endsWith(".toml"))) toml = await import("smol-toml");
}

function isToml(text: string): boolean {
  try {
    toml.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function findInvalidToml(file: SourceFile): Finding[] {
  if (skipped(file)) return [];
  try {
    toml.parse(file.text);
    return [];
  } catch (error) {
    if (!(error instanceof toml.TomlError)) throw error;
    // The library's message quotes the file, which may hold a secret: its first line says enough.
    const [said] = error.message.split("\n");
    const at = file.lineStarts[error.line - 1]! + error.column - 1;
    return [
      makeFinding({
        ruleId: "hygiene/invalid-toml",
        severity: "high",
        message: `not TOML: ${said!.replace(/^Invalid TOML document: /, "")}`,
        identity: [file.path, said!],
        place: { file, start: at, end: at },
        defectClass: "hygiene",
        effort: 10,
        fix: { description: `Correct line ${error.line}.`, command: mendLine(file, at, isToml) },
      }),
    ];
  }
}
