/** From a context to everything the gate knows: reads what changed, builds the DNA, judges file by file. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUILD } from "../../modsquad/build.ts";
import type { GateContext } from "../../modsquad/contracts/gate.ts";
import type { JsonObject } from "../../modsquad/contracts/words.ts";
import {
  blobId,
  type CacheEntry,
  cacheDir,
  isCurrent,
  type LightFacts,
  loadCache,
  saveCache,
} from "./cache.ts";
import { checkBranding } from "./checks/branding.ts";
import { type ComponentNotes, checkComponents, missingProperties, wantedProps } from "./checks/components.ts";
import { checkContrast, checkNamedPairs } from "./checks/contrast.ts";
import { checkDeadTokens, MENTIONING } from "./checks/dead-tokens.ts";
import { checkGlass } from "./checks/glass.ts";
import { churnOf } from "./churn.ts";
import type { DnaFile } from "./dna/yaml-dna.ts";
import { Environment, sameAnswers } from "./env.ts";
import { matcher, SKIPPED, selectFiles, tokenJsonFiles } from "./files.ts";
import { grouped, type PlacedIssue } from "./findings.ts";
import { judgeSite } from "./judge.ts";
import { judgeClasses } from "./judge-classes.ts";
import { type Bench, benchFor } from "./judge-report.ts";
import type { DesignOptions } from "./options.ts";
import { factsOf } from "./scan/facts.ts";
import { emptyFacts, type Wanted } from "./scan/facts-css.ts";
import { isWaived } from "./scan/waivers.ts";
import { buildTriage, type Triage } from "./triage.ts";
import type { FileFacts, Issue } from "./types.ts";
import { buildWorld, type FileEntry, readText, type World } from "./world.ts";

const digest = (value: unknown) =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 24);

interface Loaded extends FileEntry {
  entry: CacheEntry;
  /** True when the facts are whole, false when they come from the cache without sites. */
  whole: boolean;
  text: string | null;
}

interface Scope {
  context: GateContext;
  options: DesignOptions;
  wanted: Wanted;
  dnaFile: DnaFile | null;
}

function lighten(facts: FileFacts): LightFacts {
  const { sites: _sites, blocks: _blocks, texts: _texts, images: _images, ...light } = facts;
  return light;
}

function heavy(light: LightFacts): FileFacts {
  return { ...emptyFacts(), ...light };
}

/** Whole facts of a file, read from disk; a file that cannot be read says so in `problem`. */
function readWhole(scope: Scope, file: Loaded): void {
  const path = join(scope.context.root, file.path);
  try {
    const content = readFileSync(path);
    const text = content.toString("utf8");
    file.text = text;
    file.facts = factsOf(file.path, file.kind, text, scope.wanted);
    file.entry = {
      id: blobId(content, file.oid),
      size: content.length,
      mtimeMs: statSync(path).mtimeMs,
      facts: lighten(file.facts),
      result: null,
    };
  } catch (error) {
    file.text = "";
    file.facts = { ...emptyFacts(), problem: error instanceof Error ? error.message : String(error) };
    file.entry = { id: "", size: -1, mtimeMs: -1, facts: lighten(file.facts), result: null };
  }
  file.whole = true;
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function load(scope: Scope, cached: ReadonlyMap<string, CacheEntry>): Promise<Loaded[]> {
  const { context, options } = scope;
  const selected = selectFiles(context.files, options.exclude);
  const trustIds = context.mode === "quick";
  const loaded: Loaded[] = [];
  let read = 0;
  for (const [at, file] of selected.entries()) {
    const entry = cached.get(file.path);
    const current = entry !== undefined && isCurrent(entry, context.root, file, trustIds);
    const one: Loaded = {
      ...file,
      entry: entry as CacheEntry,
      facts: current && entry ? heavy(entry.facts) : emptyFacts(),
      whole: false,
      text: null,
    };
    if (!current) {
      readWhole(scope, one);
      read += 1;
      if (read % 40 === 0) {
        context.progress({ done: at, total: 2 * selected.length, label: "reading files" });
        await nextTurn();
        context.signal.throwIfAborted();
      }
    }
    loaded.push(one);
  }
  return loaded;
}

function judgeFile(
  scope: Scope,
  world: World,
  file: Loaded,
  dnaDigest: string,
): { issues: Issue[]; notes: ComponentNotes } {
  const { result } = file.entry;
  if (result && result.dna === dnaDigest && sameAnswers(world.repository, file.path, result.lookups))
    return result;
  if (!file.whole) readWhole(scope, file);
  const env = new Environment(world.repository, file.path);
  const notes: ComponentNotes = { set: {}, base: {} };
  const bench = benchFor(
    file.path,
    file.text ?? "",
    file.facts,
    world.index,
    env,
    checksFor(scope, file.path),
  );
  if (!file.facts.vendored) judgeAll(scope, world, bench, file, notes);
  for (const issue of bench.issues) {
    if (scope.options.waiverComments === "honour" && isWaived(file.facts.waivers, issue.check, issue.line))
      issue.waived = true;
  }
  bench.issues.sort((a, b) => a.start - b.start || (a.check < b.check ? -1 : a.check > b.check ? 1 : 0));
  const fresh = { dna: dnaDigest, lookups: env.lookups, issues: withoutTwins(bench.issues), notes };
  file.entry = { ...file.entry, result: fresh };
  return fresh;
}

/** A constant painted in two places is one value to mend: the first issue of a check at a place stays. */
function withoutTwins(issues: readonly Issue[]): Issue[] {
  const seen = new Set<string>();
  return issues.filter((issue) => {
    const key = `${issue.check}/${issue.rule} ${issue.start} ${issue.end}`;
    const twin = issue.end > issue.start && seen.has(key);
    seen.add(key);
    return !twin;
  });
}

function judgeAll(scope: Scope, world: World, bench: Bench, file: Loaded, notes: ComponentNotes): void {
  const isTheme =
    file.kind === "script" &&
    (world.repository.isTokenModule(file.path) || /(?:^|\/)tailwind\.config\./.test(file.path));
  if (!isTheme) {
    for (const site of file.facts.sites) judgeSite(bench, site);
    for (const [at, block] of file.facts.blocks.entries()) judgeClasses(bench, block, at);
    checkGlass(bench);
    checkContrast(bench, levelOf(scope.options));
    Object.assign(notes, checkComponents(bench));
  }
  checkBranding(bench);
}

const levelOf = (options: DesignOptions) =>
  (options.checks.contrast as JsonObject | undefined)?.level === "AAA" ? 7 : 4.5;
export const listOf = (value: unknown) =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

function checksFor(scope: Scope, path: string): ReadonlySet<string> {
  const ids = new Set<string>(scope.context.checks);
  for (const [id, settings] of Object.entries(scope.options.checks)) {
    if (matcher(listOf((settings as JsonObject).exclude))(path)) ids.delete(id);
  }
  return ids;
}

/** Writes the triage where people look for it, in one step; returns its path. */
export function writeTriage(context: GateContext, triage: Triage): string {
  const dir = join(context.dependenciesRoot, "modsquad", "logs", "run-history");
  mkdirSync(dir, { recursive: true });
  const path = join(dir, "design_dna_triage.json");
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(triage)}\n`);
  renameSync(temporary, path);
  return path;
}

/** Everything a run knows before it is written down; `design triage` uses it as well. */
export interface Judged {
  world: World;
  files: FileEntry[];
  issues: PlacedIssue[];
  /** Null in quick mode, which guards a commit and plans nothing. */
  triage: Triage | null;
  dead: ReturnType<typeof checkDeadTokens> | null;
  named: ReturnType<typeof checkNamedPairs> | null;
  text(path: string): string | null;
}

/** Judges the repository. Throws only when the signal aborts. */
export async function judgeRepository(
  context: GateContext,
  options: DesignOptions,
  dnaFile: DnaFile | null,
): Promise<Judged> {
  const wanted: Wanted = { props: wantedProps(dnaFile?.components ?? []), texts: dnaFile?.branding != null };
  const scope: Scope = { context, options, wanted, dnaFile };
  const dir = cacheDir(context);
  const key = `${BUILD} ${digest([[...wanted.props].sort(), wanted.texts])}`;
  const cached = loadCache(dir, key);
  const files = await load(scope, cached.entries);
  const world = buildWorld({
    root: context.root,
    dependenciesRoot: context.dependenciesRoot,
    files,
    paths: context.files.map((file) => file.path),
    jsonPaths: tokenJsonFiles(context.files),
    dnaFile,
    options,
  });
  const { dna } = world.built;
  const dnaDigest = digest([
    dna.tokens.map(({ source: _, ...token }) => token),
    dna.glass,
    dna.branding,
    dna.components,
    [...dna.governed].sort(),
    dna.tailwind?.stockForbidden,
    options,
    context.checks,
  ]);
  const results: { path: string; issues: Issue[]; notes: ComponentNotes }[] = [];
  for (const [at, file] of files.entries()) {
    const fresh = file.whole;
    results.push({ path: file.path, ...judgeFile(scope, world, file, dnaDigest) });
    file.text = null;
    if (at % 40 === 39 && fresh) {
      context.progress({ done: files.length + at, total: 2 * files.length, label: "judging files" });
      await nextTurn();
      context.signal.throwIfAborted();
    }
  }
  saveCache(dir, key, new Map(files.map((file) => [file.path, file.entry])), cached);
  const issues = grouped(
    results.flatMap(({ path, issues: own }) => own.map((issue) => ({ ...issue, path }))),
  );
  if (context.checks.includes("components")) issues.push(...missingProperties(dna, results));
  const contrast = options.checks.contrast as JsonObject | undefined;
  const named = context.checks.includes("contrast")
    ? checkNamedPairs(dna, levelOf(options), contrast?.derive !== false)
    : null;
  if (named) issues.push(...named.issues);
  const deadOptions = options.checks["dead-tokens"] as JsonObject | undefined;
  const others = () =>
    context.files
      .filter((file) => MENTIONING.test(file.path) && !SKIPPED.test(file.path) && file.size < 512 * 1024)
      .slice(0, 3000)
      .map((file) => readText(context.root, file.path) ?? "");
  const dead = context.checks.includes("dead-tokens")
    ? checkDeadTokens(
        world,
        readText(context.root, "package.json"),
        listOf(deadOptions?.keep),
        listOf(deadOptions?.exclude),
        others,
      )
    : null;
  if (dead) issues.push(...dead.issues);
  const triage = context.mode === "full" ? await triageOf(scope, world, files, issues, dir) : null;
  return { world, files, issues, triage, dead, named, text: (path) => readText(context.root, path) };
}

async function triageOf(
  scope: Scope,
  world: World,
  files: readonly Loaded[],
  issues: readonly PlacedIssue[],
  dir: string,
): Promise<Triage> {
  const { options, dnaFile, context } = scope;
  const declared = matcher([...options.archived, ...(dnaFile?.archived ?? [])]);
  const entries = [...options.entries, ...(dnaFile?.entries ?? [])];
  const unreachable = world.graph.unreachable(matcher(entries), entries.length > 0);
  return buildTriage({
    paths: files.map((file) => file.path),
    issues,
    graph: world.graph,
    churn: await churnOf(context, new Set(files.map((file) => file.path)), dir),
    isArchived: (path) => declared(path) || (unreachable?.has(path) ?? false),
    reachabilityKnown: unreachable !== null,
    shards: options.shards,
  });
}
