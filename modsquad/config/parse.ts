/** Reads YAML, JSON and .mjs files into values that remember where they stand. */
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import type { Document, LineCounter, Node, YAMLError } from "yaml";
import type { Problem, Result } from "../contracts/config.ts";
import { findJsonFault } from "./json-syntax.ts";
import { type KeyPath, type ParsedSource, type Place, printPlace } from "./places.ts";

type Yaml = typeof import("yaml");

/** The YAML package, which is CommonJS: once bundled, what it exports stands below `default` alone. */
export async function loadYaml(): Promise<Yaml> {
  const module: Yaml & { default?: Yaml } = await import("yaml");
  return module.default ?? module;
}

function placeIn(yaml: Yaml, document: Document, counter: LineCounter) {
  return (path: KeyPath, part: "key" | "value"): Place | null => {
    let node: unknown = document.contents;
    let offset = (document.contents as Node | null)?.range?.[0] ?? 0;
    for (const [depth, step] of path.entries()) {
      if (yaml.isAlias(node)) node = node.resolve(document);
      const last = depth === path.length - 1;
      if (yaml.isMap(node)) {
        const pair = node.items.find(
          (item) => String(yaml.isScalar(item.key) ? item.key.value : item.key) === String(step),
        );
        if (!pair) break;
        const key = pair.key as Node | null;
        const value = pair.value as Node | null;
        const range = last && part === "key" ? key?.range : (value?.range ?? key?.range);
        offset = range?.[0] ?? offset;
        node = value;
      } else if (yaml.isSeq(node)) {
        node = node.items[Number(step)];
        if (!yaml.isNode(node)) break;
        offset = node.range?.[0] ?? offset;
      } else break;
    }
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
}

/** What the parser found, in our words where its own are meant for programmers. */
function explainYaml(error: YAMLError, text: string): { what: string; next: string } {
  const token = text.slice(error.pos[0], error.pos[1]);
  switch (error.code) {
    case "DUPLICATE_KEY": {
      const key = /^["']?([^"':\n]+)/.exec(text.slice(error.pos[0]))?.[1]?.trim() ?? token;
      return {
        what: `The key "${key}" is given twice`,
        next: "Keep one of them; the other would be ignored.",
      };
    }
    case "MULTIPLE_DOCS":
      return {
        what: "The file holds more than one YAML document",
        next: 'Remove the "---" line and what follows, or merge the two.',
      };
    case "TAB_AS_INDENT":
      return { what: "A tab is used for indentation", next: "Indent with spaces." };
    case "TAG_RESOLVE_FAILED":
      return { what: `The tag ${token} is not supported`, next: "Write a plain value." };
    case "BAD_ALIAS":
      return { what: `Not valid YAML: ${error.message}`, next: "Define the anchor before it is used." };
    default:
      return {
        what: `Not valid YAML: ${error.message}`,
        next: "Correct the syntax; check indentation, quotes and brackets here and on the line before.",
      };
  }
}

function yamlProblems(
  errors: readonly YAMLError[],
  text: string,
  file: string,
  counter: LineCounter,
): Problem[] {
  return errors.map((error) => {
    const { line, col } = counter.linePos(error.pos[0]);
    return { ...explainYaml(error, text), where: printPlace(file, { line, column: col }) };
  });
}

/**
 * Parses YAML (1.2, with merge keys) or JSON. `file` is the name to show.
 * Problems: syntax, duplicate keys, unknown tags, undefined aliases; never throws for content.
 */
export async function parseText(
  text: string,
  file: string,
  format: "yaml" | "json",
): Promise<Result<ParsedSource>> {
  const yaml = await loadYaml();
  const counter = new yaml.LineCounter();
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const document = yaml.parseDocument(source, {
    lineCounter: counter,
    prettyErrors: false,
    merge: format === "yaml",
    strict: true,
    ...(format === "json" ? { schema: "json" } : {}),
  });
  if (format === "json") {
    const fault = findJsonFault(source);
    if (fault) {
      const { line, col } = counter.linePos(fault.offset);
      const problem = {
        what: `Not valid JSON: ${fault.expected} expected`,
        where: printPlace(file, { line, column: col }),
        next: "Correct the syntax. JSON has no comments, no trailing commas and only double quotes; modsquad.config.yaml has.",
      };
      return { ok: false, problems: [problem] };
    }
  }
  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0) return { ok: false, problems: yamlProblems(errors, source, file, counter) };
  try {
    const place = placeIn(yaml, document as unknown as Document, counter);
    return { ok: true, value: { value: document.toJS() ?? null, place } };
  } catch (error) {
    // An alias without anchor, or one that expands without end.
    const what = `Not valid YAML: ${error instanceof Error ? error.message : String(error)}`;
    return {
      ok: false,
      problems: [{ what, where: file, next: "Define each anchor (&name) before it is used (*name)." }],
    };
  }
}

function findUnserialisable(value: unknown, path: (string | number)[]): (string | number)[] | null {
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") return path;
  if (value === null || typeof value !== "object") return null;
  for (const [key, item] of Object.entries(value)) {
    const found = findUnserialisable(item, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found) return found;
  }
  return null;
}

/**
 * Imports an ES module and takes its default export as the config. The module is the user's own code;
 * what it throws becomes a Problem. Values that JSON cannot hold are Problems too.
 */
export async function importModule(
  path: string,
  bytes: Uint8Array,
  file: string,
): Promise<Result<ParsedSource>> {
  const problem = (what: string, next: string): Result<ParsedSource> => ({
    ok: false,
    problems: [{ what, where: file, next }],
  });
  // The query makes an edited file a module of its own for whoever loads it twice in one process.
  const url = `${pathToFileURL(path).href}?${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}`;
  let exported: unknown;
  try {
    const module = (await import(/* @vite-ignore */ url)) as { default?: unknown };
    exported = module.default;
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message.split("\n")[0]}` : String(error);
    return problem(
      `The file could not be loaded: ${message}`,
      `Run \`node ${file}\` to see the error in full.`,
    );
  }
  if (exported === null || typeof exported !== "object" || Array.isArray(exported)) {
    const found =
      exported === undefined
        ? "there is none"
        : `it is ${Array.isArray(exported) ? "a list" : `a ${typeof exported}`}`;
    return problem(`The default export must be an object; ${found}`, "Write `export default { ... }`.");
  }
  try {
    const odd = findUnserialisable(exported, []);
    if (odd)
      return problem(
        `${odd.join(".")} is a value that JSON cannot hold`,
        "Use text, numbers, lists and objects only.",
      );
    return { ok: true, value: { value: exported, place: () => null } };
  } catch {
    return problem("The default export refers to itself", "Export a plain object.");
  }
}
