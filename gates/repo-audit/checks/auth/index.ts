/** Check `auth`: who may ask, who may listen, and what a service shows of itself. */
import type { Finding, GateContext } from "../../../../modsquad/contracts/gate.ts";
import type { Json, JsonObject } from "../../../../modsquad/contracts/words.ts";
import { type AuditCheck, type AuditScope, changedPaths, type Noter } from "../../audit.ts";
import { decodeNote, encodeNote } from "../../notes.ts";
import {
  folderOf,
  isDocPath,
  isExamplePath,
  isGeneratedPath,
  isPython,
  isScript,
  isTestPath,
} from "../../paths.ts";
import { loadPython, type PythonParser, tryPython, whenPython } from "../../python.ts";
import type { SourceFile } from "../../source.ts";
import { loadParser, type Node, parseScript, tryParser, whenParsed } from "../../tree.ts";
import { mountedWithGuard } from "./mounted-python.ts";
import { judgeRoutes, type Route } from "./neighbours.ts";
import { isNextRoute, readNextRoutes, readRoutes, speaksOfAuth } from "./routes-js.ts";
import { readPythonRoutes } from "./routes-python.ts";
import { readJsSettings, WORTH_PARSING_JS } from "./settings-js.ts";
import { readPythonSettings, WORTH_PARSING_PY } from "./settings-python.ts";
import { isSettingText, readTextSettings, WORTH_READING_TEXT } from "./settings-text.ts";

/** A file with routes holds several of these, or one of a controller. */
const JS_ROUTE = /\.(?:get|post|put|patch|delete|del|all|route)\(\s*["'`{[\n]|@Controller\b/;
const JS_ROUTER = /\b(?:express|fastify|koa|hono|elysia|[rR]outer|app|server)\b|@Controller\b/;
const PY_ROUTE = /@\s*[\w.]+\.(?:route|get|post|put|patch|delete|api_route)\s*\(|def \w+\(\s*request\b/;
const AUTH_WORD =
  /auth|login|session|guard|jwt|passport|permission|role|admin|token|user|staff|owner|member|verif|protect|secure|api_?key|signature|polic|acl/i;

const isNextMiddleware = (path: string): boolean => /(^|\/)(middleware|proxy)\.(ts|js|mjs)$/.test(path);

const DJANGO_DEFAULT =
  /LoginRequiredMiddleware|DEFAULT_PERMISSION_CLASSES[\s\S]{0,120}(?:IsAuthenticated|IsAdmin|Permission)/;

/** What one file says about the routes of the whole repository. */
interface Reach {
  nest?: true;
  django?: true;
  /** Modules whose router is mounted with a guard: ends of paths, without ".py". */
  mounted?: string[];
  /** Settings of production, made from those beside them, that say what DEBUG is. */
  debugOff?: true;
}

const saysDebugOff = ({ path, text }: SourceFile): boolean =>
  /(^|\/)prod\w*\.py$/.test(path) &&
  /^from \.[\w.]* import \*/m.test(text) &&
  /^DEBUG\s*=\s*(?!True\b)/m.test(text);

function reachOf(file: SourceFile): Reach | null {
  const { path, text } = file;
  const reach: Reach = {};
  if (isScript(path)) {
    if (text.includes("APP_GUARD") || text.includes("useGlobalGuards(")) reach.nest = true;
  } else if (isPython(path)) {
    const mounted = mountedWithGuard(file);
    if (mounted.length > 0) reach.mounted = mounted;
    if (path.includes("settings") && DJANGO_DEFAULT.test(text)) reach.django = true;
    if (saysDebugOff(file)) reach.debugOff = true;
  }
  return Object.keys(reach).length > 0 ? reach : null;
}

/** What is read from one file. */
interface Read {
  findings: Finding[];
  routes: Route[];
  /** Routes of a Next application, which a middleware of theirs may guard. */
  next?: true;
  /** A Next middleware that asks who is there. */
  guards?: true;
  /** Routes of a Nest controller. */
  controller?: true;
  unparsed?: true;
}

const isAside = (file: SourceFile): boolean =>
  isTestPath(file.path) ||
  isExamplePath(file.path) ||
  isGeneratedPath(file.path) ||
  isDocPath(file.path) ||
  file.isMinified;

const needsJs = ({ path, text }: SourceFile): boolean =>
  isNextRoute(path) ||
  isNextMiddleware(path) ||
  WORTH_PARSING_JS.test(text) ||
  (JS_ROUTE.test(text) && JS_ROUTER.test(text) && AUTH_WORD.test(text));
const needsPython = ({ text }: SourceFile): boolean =>
  WORTH_PARSING_PY.test(text) || (PY_ROUTE.test(text) && AUTH_WORD.test(text));

function readScript(file: SourceFile): Read {
  const { program, errors } = parseScript(file);
  const tree = program as unknown as Node;
  if (errors.some((error) => error.severity === "Error")) return { findings: [], routes: [], unparsed: true };
  const findings = readJsSettings(file, tree);
  if (isNextRoute(file.path)) return { findings, routes: readNextRoutes(file, tree), next: true };
  const read: Read = { findings, routes: readRoutes(file, tree) };
  if (isNextMiddleware(file.path) && speaksOfAuth(tree)) read.guards = true;
  if (file.text.includes("@Controller")) read.controller = true;
  return read;
}

function readPythonFile(file: SourceFile, parser: PythonParser): Read {
  const root = parser.parse(file);
  return root
    ? { findings: readPythonSettings(file, root), routes: readPythonRoutes(file, root) }
    : { findings: [], routes: [], unparsed: true };
}

/** Null when the file says nothing. */
function noteOf(read: Read): Json {
  const says = read.unparsed || read.guards || read.findings.length > 0 || read.routes.length > 0;
  return says ? encodeNote(read) : null;
}

export function authCheck(scope: AuditScope, context: GateContext): AuditCheck {
  const everywhere = {
    nest: false,
    django: false,
    mounted: new Set<string>(),
    /** Folders of settings that those of production overrule. */
    debugOff: new Set<string>(),
  };
  const scripts: SourceFile[] = [];
  const python: SourceFile[] = [];
  const reads: { path: string; read: Read }[] = [];
  const gaveUp = new Map<string, string>();
  const change = changedPaths(context);
  const needsNext = change !== null && [...change].some(isNextRoute);

  /** Quick mode judges the files of the change; neighbours in other files are read only where they count. */
  const judges = change
    ? (path: string): boolean =>
        change.has(path) || (needsNext && (isNextRoute(path) || isNextMiddleware(path)))
    : undefined;

  const add = (path: string, read: Read): void => {
    if (read.unparsed) gaveUp.set(path, "does not parse");
    else reads.push({ path, read });
  };

  const late = new Map<string, Json>();
  const keep = (file: SourceFile, read: Read): void => {
    const note = noteOf(read);
    late.set(file.path, note);
    if (note !== null) add(file.path, read);
  };

  const everywhereNoter: Noter = {
    id: "auth.everywhere",
    note: (file) => (isAside(file) ? null : (reachOf(file) as Json)),
    take(note, file) {
      const { nest, django, mounted, debugOff } = note as Reach;
      if (debugOff) everywhere.debugOff.add(folderOf(file.path));
      everywhere.nest ||= nest === true;
      everywhere.django ||= django === true;
      for (const each of mounted ?? []) everywhere.mounted.add(each);
    },
  };

  const noter: Noter = {
    id: "auth",
    isFor: judges,
    late,
    note(file) {
      const { path } = file;
      if (isAside(file)) return null;
      if (isScript(path)) {
        if (!needsJs(file)) return null;
        const note = whenParsed(() => noteOf(readScript(file)));
        if (note === undefined) scripts.push(file);
        return note;
      }
      if (isPython(path)) {
        if (!needsPython(file)) return null;
        const note = whenPython((parser) => noteOf(readPythonFile(file, parser)));
        if (note === undefined) python.push(file);
        return note;
      }
      if (!isSettingText(file) || !WORTH_READING_TEXT.test(file.text)) return null;
      const findings = readTextSettings(file);
      return findings.length > 0 ? encodeNote({ findings, routes: [] } satisfies Read) : null;
    },
    take: (note, file) => add(file.path, decodeNote(note as JsonObject, file) as Read),
  };

  /** An engine that cannot be loaded makes the check errored; what was not parsed was not examined. */
  async function attempt(
    engine: string,
    files: SourceFile[],
    load: () => Promise<(file: SourceFile) => Read>,
  ): Promise<void> {
    let done = 0;
    try {
      const read = files.length > 0 ? await load() : null;
      for (const file of files) {
        context.signal.throwIfAborted();
        keep(file, read!(file));
        done += 1;
      }
    } catch (error) {
      context.signal.throwIfAborted();
      const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
      check.failure = { failureClass: "missing-tool", message: `${engine} could not be run: ${why}` };
      check.unexamined = (check.unexamined ?? 0) + files.length - done;
    }
  }

  const isOverruled = ({ ruleId, location }: Finding): boolean =>
    ruleId === "auth/debug-in-production" && everywhere.debugOff.has(folderOf(location?.path ?? ""));

  /** A module is named from any folder on. */
  function isMounted(path: string): boolean {
    const folders = path.replace(/(?:\/__init__)?\.py$/, "").split("/");
    return folders.some((_, index) => everywhere.mounted.has(folders.slice(index).join("/")));
  }

  /** Routes that nothing above them guards. */
  function openRoutes(): Route[] {
    const roots = reads
      .filter(({ read }) => read.guards)
      .map(({ path }) => path.replace(/(src\/)?[^/]+$/, ""));
    return reads.flatMap(({ path, read }) => {
      // A middleware that asks stands before every route of its application.
      if (read.next && roots.some((root) => path.startsWith(root))) return [];
      if (read.controller && everywhere.nest) return [];
      const isView = everywhere.django && /(^|\/)views/.test(path);
      return isPython(path) && (isView || isMounted(path)) ? [] : read.routes;
    });
  }

  const check: AuditCheck = {
    id: "auth",
    gaveUp,
    judges,
    noters: [everywhereNoter, noter],
    async load(paths) {
      const own = judges ? paths.filter(judges) : paths;
      if (own.some(isScript)) await tryParser();
      if (own.some(isPython)) await tryPython();
    },
    async finish() {
      await attempt("oxc-parser", scripts, async () => {
        await loadParser();
        return readScript;
      });
      await attempt("ast-grep", python, async () => {
        const parser = await loadPython();
        return (file) => readPythonFile(file, parser);
      });
      reads.sort((a, b) => (a.path < b.path ? -1 : 1));
      return merged([
        ...reads.flatMap(({ read }) => read.findings).filter((finding) => !isOverruled(finding)),
        ...judgeRoutes(openRoutes(), await meantFor(scope.options.publicRoutes)),
      ]);
    },
  };
  return check;
}

/** Tells the paths that anybody may call, by the globs of the config. */
async function meantFor(globs: string[]): Promise<(path: string) => boolean> {
  if (globs.length === 0) return () => false;
  const { default: picomatch } = await import("picomatch");
  return picomatch(globs, { dot: true });
}

/** The same text at several places of one file is one finding that counts them. Those given stay as they are. */
function merged(findings: Finding[]): Finding[] {
  const byPrint = new Map<string, Finding>();
  for (const finding of findings) {
    const known = byPrint.get(finding.fingerprint);
    if (!known) byPrint.set(finding.fingerprint, { ...finding });
    else {
      known.count = (known.count ?? 1) + 1;
      const edits = [...(known.fix?.edits ?? []), ...(finding.fix?.edits ?? [])];
      if (known.fix && edits.length > 0) known.fix = { ...known.fix, edits };
    }
  }
  return [...byPrint.values()];
}
