/** Who imports whom: reach of a file, and which files no entry leads to. */
import { posix } from "node:path";
import type { FileEntry } from "./world.ts";

const EXTENSIONS = [
  "",
  ".ts",
  ".tsx",
  ".js",
  ".jsx",
  ".mjs",
  ".cjs",
  ".vue",
  ".svelte",
  ".css",
  ".scss",
  ".less",
  ".json",
];
const CONVENTIONS =
  /(?:^|\/)(?:(?:src\/)?(?:index|main|app|App|root|entry[\w.-]*|bootstrap|server|client|_app|_document|layout|error|hooks[\w.]*)\.[cm]?(?:[jt]sx?|vue|svelte|html|s?css|less)|[\w.-]+\.html?|[\w.-]+\.config\.[cm]?[jt]s|[\w.-]+\.(?:test|spec|stories|story|e2e)\.[cm]?[jt]sx?)$|(?:^|\/)(?:pages|routes|app|test|tests|__tests__|e2e|stories|\.storybook|public|static|bin|scripts|plugins|layouts|middleware)\//;

export class ModuleGraph {
  private readonly paths: Set<string>;
  private readonly files: readonly FileEntry[];
  private readonly resolved = new Map<string, string | null>();
  private importers: Map<string, string[]> | null = null;
  private aliases: string[];
  /** Relative imports that lead somewhere, and all of them. */
  private hits = 0;
  private tries = 0;

  constructor(paths: readonly string[], files: readonly FileEntry[]) {
    this.paths = new Set(paths);
    this.files = files;
    this.aliases = [
      "",
      "src/",
      "app/",
      ...[
        ...new Set(
          paths
            .filter((path) => /(?:^|\/)(?:tsconfig|package)\.json$/.test(path))
            .map((path) => posix.dirname(path)),
        ),
      ]
        .filter((path) => path !== ".")
        .flatMap((path) => [`${path}/`, `${path}/src/`]),
    ];
  }

  /** Path of the module a specifier stands for, seen from a file; null for packages and what is not there. */
  resolve(from: string, specifier: string): string | null {
    const key = `${posix.dirname(from)}\0${specifier}`;
    const known = this.resolved.get(key);
    if (known !== undefined) return known;
    const path = this.find(from, specifier.replace(/[?#].*$/, ""));
    this.resolved.set(key, path);
    return path;
  }

  private find(from: string, specifier: string): string | null {
    if (specifier.startsWith(".")) return this.file(posix.join(posix.dirname(from), specifier));
    const alias = /^(?:@|~|\$lib|#)\/?(.*)$/.exec(specifier);
    if (specifier.startsWith("/"))
      return (
        this.file(specifier.slice(1)) ?? this.file(`public${specifier}`) ?? this.file(`static${specifier}`)
      );
    const rest = specifier.startsWith("$lib") ? `lib${specifier.slice(4)}` : (alias?.[1] ?? specifier);
    if (!alias && !/\.(?:css|scss|less)$/.test(specifier) && !/\.(?:css|scss|less|html)$/.test(from))
      return null;
    if (!alias) {
      const near = this.file(posix.join(posix.dirname(from), specifier));
      if (near) return near;
    }
    const own = this.aliases
      .filter((base) => base !== "" && from.startsWith(base.replace(/src\/$/, "")))
      .sort((a, b) => b.length - a.length);
    for (const base of [...own, ...this.aliases]) {
      const path = this.file(`${base}${rest}`);
      if (path) return path;
    }
    return null;
  }

  private file(base: string): string | null {
    if (base.startsWith("..")) return null;
    const stem = /\.[cm]?jsx?$/.test(base) ? base.replace(/\.[cm]?jsx?$/, "") : null;
    for (const name of stem === null ? [base] : [base, stem]) {
      for (const extension of EXTENSIONS) if (this.paths.has(name + extension)) return name + extension;
      const slash = name.lastIndexOf("/") + 1;
      const partial = `${name.slice(0, slash)}_${name.slice(slash)}`;
      for (const extension of ["", ".scss"])
        if (this.paths.has(partial + extension)) return partial + extension;
      for (const index of [
        "/index.ts",
        "/index.tsx",
        "/index.js",
        "/index.jsx",
        "/index.vue",
        "/_index.scss",
        "/index.scss",
        "/index.css",
      ]) {
        if (this.paths.has(name + index)) return name + index;
      }
    }
    return null;
  }

  private build(): Map<string, string[]> {
    if (this.importers) return this.importers;
    const importers = new Map<string, string[]>();
    for (const { path, facts } of this.files) {
      for (const specifier of new Set(facts.imports)) {
        const target = this.resolve(path, specifier);
        if (specifier.startsWith(".")) {
          this.tries += 1;
          if (target) this.hits += 1;
        }
        if (!target || target === path) continue;
        const list = importers.get(target);
        if (list) list.push(path);
        else importers.set(target, [path]);
      }
    }
    this.importers = importers;
    return importers;
  }

  /** Share of relative imports that lead to a file, in [0, 1]; 1 without any. */
  resolutionRate(): number {
    this.build();
    return this.tries === 0 ? 1 : this.hits / this.tries;
  }

  /** Number of files that import a file, directly or over others; at most `limit`. */
  reach(path: string, limit = 500): number {
    const importers = this.build();
    const seen = new Set<string>([path]);
    const queue = [path];
    while (queue.length > 0 && seen.size <= limit) {
      for (const next of importers.get(queue.pop() as string) ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        queue.push(next);
      }
    }
    return seen.size - 1;
  }

  /** Files no entry leads to; null when imports resolve too badly to tell (below 95 %), or there is no entry. */
  unreachable(isEntry: (path: string) => boolean, declared: boolean): Set<string> | null {
    const importers = this.build();
    if (this.resolutionRate() < 0.95) return null;
    const imports = new Map<string, string[]>();
    for (const [target, sources] of importers)
      for (const source of sources) imports.set(source, [...(imports.get(source) ?? []), target]);
    const starts = this.files
      .map((file) => file.path)
      .filter((path) => isEntry(path) || (!declared && CONVENTIONS.test(path)));
    if (starts.length === 0) return null;
    const seen = new Set(starts);
    const queue = [...starts];
    while (queue.length > 0) {
      for (const next of imports.get(queue.pop() as string) ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        queue.push(next);
      }
    }
    return new Set(this.files.map((file) => file.path).filter((path) => !seen.has(path)));
  }
}
