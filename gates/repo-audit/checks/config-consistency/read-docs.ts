/** Reads how documents say the project's image is run: `docker run` and compose blocks. */
import { baseName } from "../../paths.ts";
import type { SourceFile } from "../../source.ts";
import type { Facts } from "./facts.ts";
import { findLocalPorts } from "./urls.ts";

/** Options of `docker run` that take no value. */
const SWITCHES = /^(-[ditP]+|--(rm|detach|interactive|tty|privileged|init|read-only|publish-all))$/;

/** A command may go on over lines that end in a backslash. UTF-16 units. */
const MAX_COMMAND = 1500;

function commandAt(text: string, start: number): string {
  let end = text.indexOf("\n", start);
  while (end !== -1 && end - start < MAX_COMMAND && /[\\`]\s*$/.test(text.slice(start, end)))
    end = text.indexOf("\n", end + 1);
  return text.slice(start, end === -1 ? text.length : end);
}

/** The image a `docker run` starts: the first word that is no option and no option's value. */
function imageOf(command: string): string | null {
  const words = command
    .replace(/[\\`]\s*\n/g, " ")
    .split(/\s+/)
    .slice(2);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (word === "" || SWITCHES.test(word)) continue;
    if (!word.startsWith("-")) return /^[\w./:@-]+$/.test(word) ? word : null;
    if (!word.includes("=") && !/^-[pve]./.test(word)) at += 1;
  }
  return null;
}

const MAPPING = /(?<=\s)(?:-p|--publish)[= ]?["']?(?:[\d.]+:)?(\d{2,5}):(\d{2,5})\b/g;

function readRuns(file: SourceFile, facts: Facts): void {
  for (const run of file.text.matchAll(/\b(?:docker|podman)[ \t]+run\b/g)) {
    const command = commandAt(file.text, run.index);
    const image = imageOf(command);
    for (const match of command.matchAll(MAPPING)) {
      const start = run.index + match.index;
      const place = { file, start, end: start + match[0].length };
      facts.dockerRuns.push({ host: Number(match[1]), container: Number(match[2]), place, image });
    }
  }
}

const BLOCK = /^```ya?ml[^\n]*\n([\s\S]*?)^```/gm;
const SERVICE_PORT = /^[ \t]*-[ \t]*["']?(?:[\d.]+:)?(\d{2,5}):(\d{2,5})["']?[ \t]*(?:#.*)?$/gm;

/** Compose files that a document shows: the ports of each service with an image. */
function readBlocks(file: SourceFile, facts: Facts): void {
  for (const block of file.text.matchAll(BLOCK)) {
    const body = block[1]!;
    if (!/^\s*services:/m.test(body)) continue;
    const from = block.index + block[0].indexOf(body);
    const images = [...body.matchAll(/^[ \t]+image:[ \t]*["']?([\w./:@-]+)/gm)];
    // Several services: which ports belong to which is for the real reader to tell.
    if (images.length !== 1 || (body.match(/^[ \t]+ports:/gm)?.length ?? 0) !== 1) continue;
    const ports = body.search(/^[ \t]+ports:/m);
    for (const match of body.slice(ports).matchAll(SERVICE_PORT)) {
      const begin = from + ports + match.index;
      const place = { file, start: begin + match[0].search(/["'\d]/), end: begin + match[0].length };
      facts.dockerRuns.push({
        host: Number(match[1]),
        container: Number(match[2]),
        place,
        image: images[0]![1]!,
      });
    }
  }
}

/** Reduced to letters and digits, as names are compared. */
export const bareName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Image without registry, owner and tag. */
export function imageName(image: string): string {
  return bareName(
    image
      .replace(/[:@].*$/, "")
      .split("/")
      .at(-1)!,
  );
}

/** What the project calls itself. */
export function readNames(file: SourceFile, facts: Facts): void {
  const patterns: Record<string, RegExp> = {
    "package.json": /^\s*"name"\s*:\s*"(?:@[^/"]+\/)?([^"]+)"/m,
    "go.mod": /^module\s+\S*?([\w.-]+?)(?:\/v\d+)?\s*$/m,
    "pyproject.toml": /^name\s*=\s*"([^"]+)"/m,
    "Cargo.toml": /^name\s*=\s*"([^"]+)"/m,
  };
  const heading = /^readme\.md$/i.test(file.path) ? /^#\s+([^\n<[(:]+?)\s*$/m : patterns[baseName(file.path)];
  const name = heading && !file.path.includes("/") ? heading.exec(file.text)?.[1] : undefined;
  if (name) facts.names.add(bareName(name));
}

export function readDocs(file: SourceFile, facts: Facts): void {
  if (file.text.includes("run")) readRuns(file, facts);
  if (file.text.includes("services:")) readBlocks(file, facts);
}

/** A description says what it is at its beginning. UTF-16 units. */
const HEAD = 2000;

/** How far below `servers:` its addresses stand. UTF-16 units. */
const SERVERS_LENGTH = 1500;

/** `servers:` of an OpenAPI description. */
export function readOpenapi(file: SourceFile, facts: Facts): void {
  const head = file.text.slice(0, HEAD);
  if (!head.includes("openapi") || !/^[ \t{]*["']?openapi["']?[ \t]*:/m.test(head)) return;
  const servers = /^\s*["']?servers["']?\s*:/m.exec(file.text);
  if (!servers) return;
  const text = file.text.slice(servers.index, servers.index + SERVERS_LENGTH);
  for (const url of findLocalPorts(file, text, servers.index))
    facts.localUrls.push({ ...url, kind: "openapi" });
}
