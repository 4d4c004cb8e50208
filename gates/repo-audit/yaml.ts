/** YAML with positions. The library is loaded only when a repository has YAML to read. */
import type { Document } from "yaml";
import type { SourceFile } from "./source.ts";

export type YamlModule = typeof import("yaml");

/** Lock files and generated data reach megabytes; a configuration does not. UTF-16 units. */
export const MAX_YAML_LENGTH = 512 * 1024;

export class YamlReader {
  readonly yaml: YamlModule;
  readonly #parsed = new WeakMap<SourceFile, Document.Parsed[]>();

  constructor(yaml: YamlModule) {
    this.yaml = yaml;
  }

  /** The documents of a file; syntax errors are in each document's `errors`. Parsed once per file. */
  documents(file: SourceFile): Document.Parsed[] {
    const known = this.#parsed.get(file);
    if (known) return known;
    const options = { merge: true, uniqueKeys: false, strict: true, logLevel: "silent" } as const;
    const parsed = this.yaml.parseAllDocuments(file.text, options);
    const documents = "empty" in parsed ? [] : (parsed as Document.Parsed[]);
    this.#parsed.set(file, documents);
    return documents;
  }
}

export async function loadYaml(): Promise<YamlReader> {
  return new YamlReader(await import("yaml"));
}
