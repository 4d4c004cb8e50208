/** YAML with positions. The library is loaded only where there is YAML to parse: a warm run mostly has none. */
import type { Document } from "yaml";
import { isYaml } from "./paths.ts";
import type { SourceFile } from "./source.ts";

export type YamlModule = typeof import("yaml");

/** Lock files and generated data reach megabytes; a configuration does not. UTF-16 units. */
export const MAX_YAML_LENGTH = 512 * 1024;

export class YamlReader {
  #yaml: YamlModule | null = null;
  readonly #parsed = new WeakMap<SourceFile, Document.Parsed[]>();

  /** Makes the library ready when one of these files is YAML. */
  async load(paths: string[]): Promise<void> {
    if (!this.#yaml && paths.some(isYaml)) this.#yaml = await import("yaml");
  }

  get yaml(): YamlModule {
    if (!this.#yaml) throw new Error("YAML is read before its library was loaded.");
    return this.#yaml;
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
