/** package.json with the place of every dependency. */
import type { Node as JsonNode } from "jsonc-parser";
import { folderOf } from "../../paths.ts";
import type { Place, SourceFile } from "../../source.ts";

export type Section = "dependencies" | "devDependencies" | "peerDependencies" | "optionalDependencies";
const SECTIONS: Section[] = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

export interface Dependency {
  name: string;
  range: string;
  section: Section;
  place(): Place;
}

export interface Manifest {
  file: SourceFile;
  folder: string;
  name: string;
  dependencies: Dependency[];
  /** Names of all of them. */
  names: Set<string>;
  /** Everything in it that is not a list of dependencies: scripts, settings of tools. */
  rest(): string;
  /** Keys of `imports`, such as "#lib". */
  aliases: string[];
}

type JsonModule = typeof import("jsonc-parser");

/** Where each dependency stands; looked up when first asked for, since most manifests are clean. */
class Places {
  readonly #file: SourceFile;
  readonly #json: JsonModule;
  #root: JsonNode | undefined;

  constructor(file: SourceFile, json: JsonModule) {
    this.#file = file;
    this.#json = json;
  }

  of(section: Section, name: string): Place {
    this.#root ??= this.#json.parseTree(this.#file.text);
    const property = this.#root && this.#json.findNodeAtLocation(this.#root, [section, name])?.parent;
    const { offset = 0, length = 0 } = property ?? {};
    return { file: this.#file, start: offset, end: offset + length };
  }
}

function parseObject(text: string, json: JsonModule): Record<string, unknown> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = json.parse(text);
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

const isSection = (key: string): key is Section => SECTIONS.includes(key as Section);

/** Null when it is not JSON, which hygiene says. */
export function readManifest(file: SourceFile, json: JsonModule): Manifest | null {
  const root = parseObject(file.text, json);
  if (!root) return null;
  const places = new Places(file, json);
  const dependencies: Dependency[] = [];
  for (const section of SECTIONS) {
    for (const [name, range] of Object.entries((root[section] ?? {}) as object)) {
      if (typeof range !== "string") continue;
      dependencies.push({
        name,
        range,
        section,
        place: () => places.of(section, name),
      });
    }
  }
  const rest = (): string =>
    JSON.stringify(Object.fromEntries(Object.entries(root).filter(([key]) => !isSection(key))));
  return {
    file,
    folder: folderOf(file.path),
    name: typeof root.name === "string" ? root.name : "",
    dependencies,
    names: new Set(dependencies.map(({ name }) => name)),
    rest,
    aliases: Object.keys((root.imports ?? {}) as object),
  };
}
