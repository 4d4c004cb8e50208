/** Walks the nodes of a YAML document and keeps their places. */
import type { Document, Node, Pair, Scalar, YAMLMap } from "yaml";
import type { Place, SourceFile } from "../../source.ts";
import type { YamlModule } from "../../yaml.ts";

/** Walks YAML nodes with aliases and merge keys resolved, and keeps the place of each. */
export class Walker {
  readonly yaml: YamlModule;
  readonly file: SourceFile;
  readonly document: Document.Parsed;

  constructor(yaml: YamlModule, file: SourceFile, document: Document.Parsed) {
    this.yaml = yaml;
    this.file = file;
    this.document = document;
  }

  resolve(node: unknown): Node | null {
    const { isAlias, isNode } = this.yaml;
    if (isAlias(node)) return node.resolve(this.document) ?? null;
    return isNode(node) ? node : null;
  }

  place(node: unknown): Place {
    const range = (node as { range?: [number, number, number] } | null)?.range;
    return { file: this.file, start: range?.[0] ?? 0, end: range?.[1] ?? 0 };
  }

  /** Entries of a mapping, each name once: own keys win over those merged in by `<<`. */
  entries(node: unknown): [string, unknown, Node][] {
    const map = this.resolve(node);
    if (!this.yaml.isMap(map)) return [];
    const own: [string, unknown, Node][] = [];
    const byName = new Map<string, [string, unknown, Node]>();
    for (const pair of (map as YAMLMap).items as Pair<Node, Node>[]) {
      const key = (pair.key as Scalar | null)?.source ?? String((pair.key as Scalar | null)?.value);
      if (key !== "<<") own.push([key, pair.value, pair.key]);
      else
        for (const each of this.list(pair.value, true).flatMap((source) => this.entries(source)))
          byName.set(each[0], each);
    }
    for (const entry of own) byName.set(entry[0], entry);
    return [...byName.values()];
  }

  get(node: unknown, key: string): Node | null {
    return this.resolve(this.entries(node).find(([name]) => name === key)?.[1]);
  }

  list(node: unknown, single = false): Node[] {
    const resolved = this.resolve(node);
    if (this.yaml.isSeq(resolved)) return resolved.items.flatMap((item) => this.resolve(item) ?? []);
    return single && resolved ? [resolved] : [];
  }

  scalar(node: unknown): string | null {
    const resolved = this.resolve(node);
    if (!this.yaml.isScalar(resolved)) return null;
    // The source keeps 08 and 5e3 as typed; values that are null have none.
    return resolved.value === null
      ? null
      : typeof resolved.value === "string"
        ? resolved.value
        : (resolved.source ?? String(resolved.value));
  }

  /** A scalar, or a sequence of scalars joined by spaces. */
  line(node: unknown): string {
    const scalar = this.scalar(node);
    return (
      scalar ??
      this.list(node)
        .map((item) => this.scalar(item) ?? "")
        .join(" ")
    );
  }
}
