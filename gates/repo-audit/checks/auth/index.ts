/** Check `auth`: who may ask, who may listen, and what a service shows of itself. */
import type { Finding, GateContext } from "../../../../modsquad/contracts/gate.ts";
import { type AuditCheck, type AuditScope, changedPaths } from "../../audit.ts";
import { isDocPath, isExamplePath, isGeneratedPath, isPython, isScript, isTestPath } from "../../paths.ts";
import { loadPython } from "../../python.ts";
import type { SourceFile } from "../../source.ts";
import { type Node, PARSE_OPTIONS } from "../../tree.ts";
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

/** What the whole repository says about all of its routes. */
interface Everywhere {
  nest: boolean;
  django: boolean;
  /** Modules whose router is mounted with a guard. */
  mounted: Set<string>;
}

const MOUNTED = /include_router\(\s*(\w+)[\w.]*\s*,[^)]*dependencies\s*=[^)]*(?:Depends|Security)\(/g;
const DJANGO_DEFAULT =
  /LoginRequiredMiddleware|DEFAULT_PERMISSION_CLASSES[\s\S]{0,120}(?:IsAuthenticated|IsAdmin|Permission)/;

function learn(file: SourceFile, into: Everywhere): void {
  const { path, text } = file;
  if (isScript(path)) into.nest ||= text.includes("APP_GUARD") || text.includes("useGlobalGuards(");
  else if (isPython(path)) {
    if (text.includes("include_router("))
      for (const match of text.matchAll(MOUNTED)) into.mounted.add(match[1]!);
    if (path.includes("settings")) into.django ||= DJANGO_DEFAULT.test(text);
  }
}

const needsJs = ({ path, text }: SourceFile): boolean =>
  isNextRoute(path) ||
  isNextMiddleware(path) ||
  WORTH_PARSING_JS.test(text) ||
  (JS_ROUTE.test(text) && JS_ROUTER.test(text) && AUTH_WORD.test(text));
const needsPython = ({ text }: SourceFile): boolean =>
  WORTH_PARSING_PY.test(text) || (PY_ROUTE.test(text) && AUTH_WORD.test(text));

export function authCheck(scope: AuditScope, context: GateContext): AuditCheck {
  const everywhere: Everywhere = { nest: false, django: false, mounted: new Set() };
  const scripts: SourceFile[] = [];
  const python: SourceFile[] = [];
  const findings: Finding[] = [];
  const routes: Route[] = [];
  const gaveUp = new Map<string, string>();
  const change = changedPaths(context);
  const needsNext = change !== null && [...change].some(isNextRoute);
  let seen = 0;

  /** Quick mode judges the files of the change; neighbours in other files are read only where they count. */
  const isJudged = (path: string): boolean =>
    change === null || change.has(path) || (needsNext && (isNextRoute(path) || isNextMiddleware(path)));

  async function readScripts(): Promise<void> {
    const { parseSync } = await import("oxc-parser");
    const guardedRoots: string[] = [];
    const next: Route[] = [];
    for (const file of scripts) {
      context.signal.throwIfAborted();
      const { program, errors } = parseSync(file.path, file.text, PARSE_OPTIONS);
      const tree = program as unknown as Node;
      if (errors.some((error) => error.severity === "Error")) {
        gaveUp.set(file.path, "does not parse");
        continue;
      }
      findings.push(...readJsSettings(file, tree));
      if (isNextMiddleware(file.path) && speaksOfAuth(tree))
        guardedRoots.push(file.path.replace(/(src\/)?[^/]+$/, ""));
      if (isNextRoute(file.path)) next.push(...readNextRoutes(file, tree));
      else if (!(everywhere.nest && file.text.includes("@Controller")))
        routes.push(...readRoutes(file, tree));
    }
    // A middleware that asks stands before every route of its application.
    routes.push(
      ...next.filter(({ place }) => !guardedRoots.some((root) => place.file.path.startsWith(root))),
    );
  }

  async function readPython(): Promise<void> {
    const parser = await loadPython();
    for (const file of python) {
      context.signal.throwIfAborted();
      const root = parser.parse(file);
      if (!root) {
        gaveUp.set(file.path, "does not parse");
        continue;
      }
      findings.push(...readPythonSettings(file, root));
      const module = file.path.slice(file.path.lastIndexOf("/") + 1, -3);
      const isView = /(^|\/)views/.test(file.path);
      if (everywhere.mounted.has(module) || (everywhere.django && isView)) continue;
      routes.push(...readPythonRoutes(file, root));
    }
  }

  /** An engine that cannot be loaded makes the check errored; what was not parsed was not examined. */
  async function attempt(engine: string, files: SourceFile[], read: () => Promise<void>): Promise<void> {
    if (files.length === 0) return;
    try {
      await read();
    } catch (error) {
      context.signal.throwIfAborted();
      const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
      check.failure = { failureClass: "missing-tool", message: `${engine} could not be run: ${why}` };
      check.counts = { planned: seen, examined: seen - files.length };
    }
  }

  const check: AuditCheck = {
    id: "auth",
    gaveUp,
    visit(file) {
      const { path } = file;
      if (isJudged(path)) seen += 1;
      if (
        isTestPath(path) ||
        isExamplePath(path) ||
        isGeneratedPath(path) ||
        isDocPath(path) ||
        file.isMinified
      )
        return;
      learn(file, everywhere);
      if (!isJudged(path)) return;
      if (isScript(path)) {
        if (needsJs(file)) scripts.push(file);
      } else if (isPython(path)) {
        if (needsPython(file)) python.push(file);
      } else if (isSettingText(file) && WORTH_READING_TEXT.test(file.text))
        findings.push(...readTextSettings(file));
    },
    async finish() {
      if (change && seen > 0) check.counts = { planned: seen, examined: seen };
      await attempt("oxc-parser", scripts, readScripts);
      await attempt("ast-grep", python, readPython);
      if (change && check.counts && !check.failure) check.counts.examined -= gaveUp.size;
      const { default: picomatch } = await import("picomatch");
      const isMeant = picomatch(scope.options.publicRoutes, { dot: true });
      return merged([
        ...findings,
        ...judgeRoutes(routes, scope.options.publicRoutes.length > 0 ? isMeant : () => false),
      ]);
    },
  };
  return check;
}

/** The same text at several places of one file is one finding that counts them. */
function merged(findings: Finding[]): Finding[] {
  const byPrint = new Map<string, Finding>();
  for (const finding of findings) {
    const known = byPrint.get(finding.fingerprint);
    if (!known) byPrint.set(finding.fingerprint, finding);
    else {
      known.count = (known.count ?? 1) + 1;
      const edits = [...(known.fix?.edits ?? []), ...(finding.fix?.edits ?? [])];
      if (known.fix && edits.length > 0) known.fix = { ...known.fix, edits };
    }
  }
  return [...byPrint.values()];
}
