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
  place: Place;
}

export interface Manifest {
  file: SourceFile;
  folder: string;
  name: string;
  dependencies: Dependency[];
  /** Everything in it that is not a list of dependencies: scripts, settings of tools. */
  rest: string;
  /** Keys of `imports`, such as "#lib". */
  aliases: string[];
}

type JsonModule = typeof import("jsonc-parser");

/** Null when it is not JSON, which hygiene says. */
export function readManifest(file: SourceFile, json: JsonModule): Manifest | null {
  const root = json.parseTree(file.text);
  if (root?.type !== "object") return null;
  const get = (key: string): JsonNode | undefined => json.findNodeAtLocation(root, [key]);
  const dependencies: Dependency[] = [];
  let rest = file.text;
  for (const section of SECTIONS) {
    const node = get(section);
    for (const property of node?.children ?? []) {
      const [key, value] = property.children ?? [];
      if (typeof key?.value !== "string" || typeof value?.value !== "string") continue;
      const place = { file, start: property.offset, end: property.offset + property.length };
      dependencies.push({ name: key.value, range: value.value, section, place });
    }
    if (node) rest = rest.replace(file.text.slice(node.offset, node.offset + node.length), "{}");
  }
  const name = get("name")?.value;
  return {
    file,
    folder: folderOf(file.path),
    name: typeof name === "string" ? name : "",
    dependencies,
    rest,
    aliases: (get("imports")?.children ?? []).map((each) => String(each.children?.[0]?.value ?? "")),
  };
}
