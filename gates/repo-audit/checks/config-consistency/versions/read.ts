/** Reads which versions of Node, Python and Go the files of a project name. */
import { baseName, folderOf, isReadme } from "../../../paths.ts";
import type { Place, SourceFile } from "../../../source.ts";
import type { DockerFacts, Facts } from "../facts.ts";

export type Runtime = "node" | "python" | "go";

/**
 * range: what the project says it supports. pin: what a version manager installs. ci, image: what it is tested
 * and shipped with. doc: the least version a README asks for.
 */
type VersionSource = "range" | "pin" | "ci" | "image" | "doc";

export interface VersionFact {
  runtime: Runtime;
  source: VersionSource;
  text: string;
  place: Place;
}

const PIN_FILES: [RegExp, Runtime][] = [
  [/^\.(nvmrc|node-version)$/, "node"],
  [/^\.python-version$/, "python"],
];

function add(
  facts: Facts,
  file: SourceFile,
  runtime: Runtime,
  source: VersionSource,
  text: string,
  at: number,
) {
  facts.versions.push({ runtime, source, text, place: { file, start: at, end: at + text.length } });
}

function readPinFile(file: SourceFile, facts: Facts): void {
  const name = baseName(file.path);
  const runtime = PIN_FILES.find(([pattern]) => pattern.test(name))?.[1];
  // Several lines are several versions side by side.
  const match = /^\s*(\S+)\s*$/.exec(file.text);
  if (runtime && match) add(facts, file, runtime, "pin", match[1]!, file.text.indexOf(match[1]!));
  if (name !== ".tool-versions") return;
  for (const tool of file.text.matchAll(/^(nodejs|node|python|golang|go)[ \t]+([\d.]+)[ \t]*$/gm)) {
    const runtimeName = tool[1]!.startsWith("node") ? "node" : tool[1] === "python" ? "python" : "go";
    add(facts, file, runtimeName, "pin", tool[2]!, tool.index + tool[0].lastIndexOf(tool[2]!));
  }
}

/** `"engines": { "node": "…" }` and Volta's pin, read off the text so that the place is known. */
function readPackage(file: SourceFile, facts: Facts): void {
  const engines = /"engines"\s*:\s*\{[^{}]*?"node"\s*:\s*"([^"]+)"/.exec(file.text);
  if (engines)
    add(
      facts,
      file,
      "node",
      "range",
      engines[1]!,
      engines.index + engines[0].length - engines[1]!.length - 1,
    );
  const volta = /"volta"\s*:\s*\{[^{}]*?"node"\s*:\s*"([^"]+)"/.exec(file.text);
  if (volta) add(facts, file, "node", "pin", volta[1]!, volta.index + volta[0].length - volta[1]!.length - 1);
}

function readPyproject(file: SourceFile, facts: Facts): void {
  const poetry = /^\[tool\.poetry\.dependencies\][^[]*?^python\s*=\s*"([^"]+)"/ms.exec(file.text);
  const match = /^requires-python\s*=\s*"([^"]+)"/m.exec(file.text) ?? poetry;
  if (match)
    add(facts, file, "python", "range", match[1]!, match.index + match[0].length - match[1]!.length - 1);
}

/** `node-version: 18`, `node: [16, 18.x]`, or a list on the lines below. */
const CI_KEY =
  /^([ \t]*(?:-[ \t]+)?)["']?(node|python|go)(?:js)?[-_]?(?:versions?)?["']?[ \t]*:[ \t]*([^\r\n]*)$/gim;

function readCi(file: SourceFile, facts: Facts): void {
  for (const match of file.text.matchAll(CI_KEY)) {
    const runtime = match[2]!.toLowerCase() as Runtime;
    const value = match[3]!.replace(/\s#.*$/, "");
    const from = match.index + match[0].length - match[3]!.length;
    if (value.trim() !== "") {
      readValues(file, facts, runtime, value, from);
      continue;
    }
    const list = /^(?:[ \t]*-[ \t]*[^\s:]+[ \t]*(?:#.*)?\r?\n)+/.exec(file.text.slice(from + 1));
    if (list) readValues(file, facts, runtime, list[0].replace(/-\s/g, "  "), from + 1);
  }
  const image = /\bimage:[ \t]*["']?(?:[\w.-]+\/)*(node|python|golang):(\d+(?:\.\d+)*)/g;
  for (const match of file.text.matchAll(image)) {
    const runtime = match[1] === "golang" ? "go" : (match[1] as Runtime);
    add(facts, file, runtime, "ci", match[2]!, match.index + match[0].length - match[2]!.length);
  }
}

function readValues(file: SourceFile, facts: Facts, runtime: Runtime, value: string, from: number): void {
  // A template, a comparison or a sentence is no version.
  if (/\$\{|[<>~^|]/.test(value)) return;
  for (const version of value.matchAll(/(?<![\w.-])v?\d+(?:\.\d+)*(?:\.x)?(?![\w-])/g))
    add(facts, file, runtime, "ci", version[0], from + version.index);
}

const DOC_NODE =
  /\bnode(?:\.?js)?(?:[ \t]+(?:version|engine|runtime))?[`*:("\s]{0,4}(?:(>=|≥)[ \t]*)?v?(\d{2}(?:\.\d+){0,2})(?:\.x)?[`*]{0,2}(\+|[ \t]*(?:or|and)[ \t]+(?:later|higher|newer|above|greater|up)\b)?/gi;

/** The least version a README asks its reader for. */
function readDoc(file: SourceFile, facts: Facts): void {
  for (const match of file.text.matchAll(DOC_NODE)) {
    if (!match[1] && !match[3]) continue;
    const at = match.index + match[0].indexOf(match[2]!, 4);
    add(facts, file, "node", "doc", match[2]!, at);
  }
}

export const isCiFile = (path: string): boolean =>
  /^\.github\/workflows\/[^/]+\.ya?ml$|(^|\/)(\.gitlab-ci|azure-pipelines|bitbucket-pipelines|\.travis|\.drone|appveyor)\.ya?ml$|^\.circleci\/config\.yml$/.test(
    path,
  );

export function readVersions(file: SourceFile, facts: Facts): void {
  const name = baseName(file.path);
  if (/^\.(nvmrc|node-version|python-version|tool-versions)$/.test(name)) readPinFile(file, facts);
  else if (name === "package.json") readPackage(file, facts);
  else if (name === "pyproject.toml") readPyproject(file, facts);
  else if (name === "go.mod") {
    const match = /^go[ \t]+(\d+\.\d+(?:\.\d+)?)/m.exec(file.text);
    if (match) add(facts, file, "go", "range", match[1]!, match.index + match[0].length - match[1]!.length);
  } else if (isCiFile(file.path)) readCi(file, facts);
  else if (isReadme(file.path) && folderOf(file.path) === "") readDoc(file, facts);
}

/** `FROM node:20-alpine` of every stage. */
export function readImages(docker: DockerFacts, facts: Facts): void {
  for (const { fromPlace } of docker.stages) {
    const text = fromPlace.file.text.slice(fromPlace.start, fromPlace.end);
    const match = /^(?:docker\.io\/)?(?:library\/)?(node|python|golang):(\d+(?:\.\d+)*)/.exec(text);
    if (!match) continue;
    const runtime = match[1] === "golang" ? "go" : (match[1] as Runtime);
    add(
      facts,
      fromPlace.file,
      runtime,
      "image",
      match[2]!,
      fromPlace.start + match[0].length - match[2]!.length,
    );
  }
}
