/** Helm charts: what the templates read against what the values declare, and the manifests they become. */
import path from "node:path";
import type { Finding } from "../../../../../modsquad/contracts/gate.ts";
import { makeFinding, replaceFix } from "../../../findings.ts";
import { isBelow, isExamplePath, isTestPath } from "../../../paths.ts";
import { describe, type Place, SourceFile } from "../../../source.ts";
import type { YamlReader } from "../../../yaml.ts";
import type { Facts } from "../facts.ts";
import { isKubernetes, readManifests } from "../kubernetes/read.ts";
import { nearest } from "../nearest.ts";
import { Walker } from "../walker.ts";
import type { ChartFile } from "./read.ts";
import { type RenderedTemplate, Renderer, type ValueRead, type Values } from "./render.ts";

/** Given by the chart above or by Helm itself. */
const GIVEN = /^global(?:\.|$)/;

/** The values of one chart; every file of values beside it may declare. */
class ChartValues implements Values {
  readonly #walkers: Walker[];
  readonly #comments: string;

  constructor(files: SourceFile[], reader: YamlReader) {
    this.#walkers = files.flatMap((file) =>
      reader.documents(file).map((document) => new Walker(reader.yaml, file, document)),
    );
    this.#comments = files.map(({ text }) => text).join("\n");
  }

  /** True when it could be read without errors. */
  get isReadable(): boolean {
    return this.#walkers.length > 0 && this.#walkers.every(({ document }) => document.errors.length === 0);
  }

  #node(walker: Walker, path: string): unknown {
    let node: unknown = walker.document.contents;
    for (const part of path.split(".")) node = walker.get(node, part);
    return node;
  }

  scalar(path: string): { text: string; place: Place } | null {
    for (const walker of this.#walkers) {
      const node = this.#node(walker, path);
      const text = node ? walker.scalar(node) : null;
      if (text !== null && text !== "") return { text, place: walker.place(node) };
    }
    return null;
  }

  json(path: string): string | null {
    for (const walker of this.#walkers) {
      const node = this.#node(walker, path) as { toJSON?(): unknown } | null;
      if (node?.toJSON) return JSON.stringify(node.toJSON());
    }
    return null;
  }

  /** Null when the path is declared, or may be: below something empty, or in a comment. Else what is beside it. */
  siblings(path: string): { names: string[]; parent: string } | null {
    const parts = path.split(".");
    const last = parts.pop()!;
    let deepest: { names: string[]; parent: string } | null = null;
    for (const walker of this.#walkers) {
      let node: unknown = walker.document.contents;
      for (const [index, part] of [...parts, last].entries()) {
        const entries = walker.entries(node);
        const found = entries.find(([name]) => name === part);
        if (!found) {
          // An empty map or list is filled in by whoever installs the chart.
          if (entries.length === 0) return null;
          deepest = { names: entries.map(([name]) => name), parent: parts.slice(0, index).join(".") };
          break;
        }
        node = found[1];
        if (index === parts.length) return null;
      }
    }
    const documented = new RegExp(`^[ \\t]*#.*\\b${last}\\b`, "m").test(this.#comments);
    return documented ? null : deepest;
  }
}

/** A walker whose places are those of the template the text was rendered from. */
class ChartWalker extends Walker {
  readonly rendered: RenderedTemplate;

  constructor(rendered: RenderedTemplate, ...base: ConstructorParameters<typeof Walker>) {
    super(...base);
    this.rendered = rendered;
  }

  override place(node: unknown): Place {
    const [start = 0, end = start] = (node as { range?: [number, number, number] } | null)?.range ?? [];
    return this.rendered.place(start, end);
  }
}

function undeclared(read: ValueRead, values: ChartValues, all: ValueRead[], where: SourceFile): Finding[] {
  const missing = values.siblings(read.path);
  if (!missing) return [];
  const parts = read.path.split(".");
  const known = missing.parent === "" ? 0 : missing.parent.split(".").length;
  const wrong = parts[known]!;
  const right = nearest(wrong, missing.names);
  const fails = parts.length - known > 1;
  const { file, start, end } = read.place;
  const at = start + file.text.slice(start, end).indexOf(`.${wrong}`, ".Values".length) + 1;
  const line = `${parts.slice(known).join(": ")}: ""`;
  return [
    makeFinding({
      ruleId: "config-consistency/undeclared-value",
      severity: fails ? "high" : "medium",
      message: `the template reads .Values.${read.path}, which ${where.path} does not declare: ${fails ? "it fails unless somebody sets it" : "it renders as nothing"}`,
      identity: [file.path, read.path],
      place: read.place,
      defectClass: "infra",
      effort: 10,
      count: all.filter((each) => each.path === read.path && !each.guarded).length,
      fix: right
        ? replaceFix(`Read ${right}.`, { file, start: at, end: at + wrong.length }, right)
        : { description: `Declare it in ${describe({ file: where, start: 0, end: 0 })}: \`${line}\`.` },
    }),
  ];
}

/** Charts and subcharts that bring their own values. */
function dependenciesOf(chart: SourceFile, reader: YamlReader): Set<string> {
  const [document] = reader.documents(chart);
  if (!document) return new Set();
  const walker = new Walker(reader.yaml, chart, document);
  const names = new Set<string>();
  for (const item of walker.list(walker.get(document.contents, "dependencies")))
    for (const key of ["name", "alias"]) {
      const name = walker.scalar(walker.get(item, key));
      if (name) names.add(name);
    }
  return names;
}

/** What of the charts was put beside each other, and what could not be: path → reason. */
export interface ChartCoverage {
  charts: number;
  templates: number;
  notCompared: Map<string, string>;
}

const KIND = /^kind:[ \t]*\S/m;

/** The manifest a template becomes, among the Kubernetes facts; a reason when what it becomes cannot be told. */
function readTemplate(
  renderer: Renderer,
  file: SourceFile,
  chart: SourceFile,
  folder: string,
  reader: YamlReader,
  facts: Facts,
): string | null {
  const rendered = renderer.render(file);
  const text = new SourceFile(file.path, rendered.text);
  if (!KIND.test(text.text)) {
    const definesOnly = rendered.text.trim() === "" && /\{\{-?\s*define\b/.test(file.text);
    return definesOnly ? null : "what this template becomes cannot be told without Helm";
  }
  if (!isKubernetes(text)) return null;
  const walk = (document: ConstructorParameters<typeof Walker>[2]): Walker =>
    new ChartWalker(rendered, reader.yaml, file, document);
  return readManifests(chart.path, folder, reader.documents(text), walk, facts)
    ? null
    : "this template is no YAML with its values put in by hand: it needs Helm";
}

function judgeChart(
  chart: SourceFile,
  files: ChartFile[],
  reader: YamlReader,
  facts: Facts,
  coverage: ChartCoverage,
): Finding[] {
  if (/^type:\s*["']?library/m.test(chart.text)) return [];
  coverage.charts += 1;
  const giveUp = (file: SourceFile, reason: string): void => {
    coverage.notCompared.set(file.path, reason);
  };
  const own = files.filter(({ folder }) => folder === files.find(({ file }) => file === chart)!.folder);
  for (const { kind, file } of own)
    if (kind === "long") giveUp(file, "too long to be read as part of a chart");
  const templates = own.filter(({ kind }) => kind === "template").map(({ file }) => file);
  const main = own.find(({ kind, file }) => kind === "values" && /(^|\/)values\.ya?ml$/.test(file.path));
  if (!main) {
    if (templates.length > 0)
      giveUp(chart, "there are no values beside it that could be put into its templates");
    return [];
  }
  const valueFiles = own.filter(({ kind }) => kind === "values").map(({ file }) => file);
  const values = new ChartValues([main.file, ...valueFiles.filter((file) => file !== main.file)], reader);
  if (!values.isReadable) {
    giveUp(chart, "its values are not valid YAML");
    return [];
  }
  const renderer = new Renderer(values, templates);
  const folder = `chart ${chart.path}`;
  let isWhole = true;
  for (const file of templates) {
    if (!/\.ya?ml$/.test(file.path)) continue;
    coverage.templates += 1;
    const reason = readTemplate(renderer, file, chart, folder, reader, facts);
    if (reason !== null) giveUp(file, reason);
    isWhole &&= reason === null;
  }
  // A template without an action is a manifest as it stands, and applied with the others.
  const beside = path.posix.join(own[0]!.folder, "templates");
  for (const fact of facts.kubernetes) if (isBelow(fact.folder, beside)) fact.folder = folder;
  const subcharts = dependenciesOf(chart, reader);
  // What could not be rendered may define whatever seems to be missing.
  const manifests = facts.kubernetes.filter((fact) => fact.folder === folder);
  for (const fact of manifests) fact.reaches ||= !isWhole || subcharts.size > 0;
  const seen = new Set<string>();
  return renderer.reads.flatMap((read) => {
    if (read.guarded || GIVEN.test(read.path) || subcharts.has(read.path.split(".")[0]!)) return [];
    // What is read with care in one place is known to be optional.
    if (renderer.reads.some((other) => other.guarded && other.path === read.path)) return [];
    if (seen.has(read.path)) return [];
    seen.add(read.path);
    return undeclared(read, values, renderer.reads, main.file);
  });
}

/** Also puts what the templates become among the Kubernetes facts, to be judged with them. */
export function judgeCharts(facts: Facts, reader: YamlReader, coverage: ChartCoverage): Finding[] {
  return facts.charts
    .filter(({ kind, file }) => kind === "chart" && !isTestPath(file.path) && !isExamplePath(file.path))
    .flatMap(({ file, folder }) =>
      judgeChart(
        file,
        facts.charts.filter((each) => each.folder === folder),
        reader,
        facts,
        coverage,
      ),
    );
}
