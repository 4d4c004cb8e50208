/** Routes of Flask, FastAPI and Django's function views, with what guards each. */
import { type PyNode, span } from "../../python.ts";
import type { SourceFile } from "../../source.ts";
import type { Route } from "./neighbours.ts";
import { isAuthName, isPublicMarker } from "./words.ts";

const ROUTE =
  /^@\s*([\w.]+)\.(route|get|post|put|patch|delete|api_route)\s*\(\s*(?:path\s*=\s*|rule\s*=\s*)?[rf]?["']([^"']*)["']/;
const METHODS = /methods\s*=\s*[[(]([^\])]*)[\])]/;

/** Names in a stretch of code; the insides of strings are not names, and a session is mostly the database's. */
function names(text: string): string[] {
  const code = text.replace(/(["'])(?:\\.|(?!\1)[^\\\n])*\1/g, "''");
  return (code.match(/[A-Za-z_]\w*/g) ?? []).filter((name) => !/session/i.test(name));
}

/** The session of a browser is read by key. */
const BROWSER_SESSION = /\bsession(?:\.get\(|\[)\s*["']/;

const speaks = (text: string): boolean =>
  BROWSER_SESSION.test(text) || names(text).some((name) => isAuthName(name) || /^(?:user|abort)$/.test(name));
const guards = (text: string): boolean => names(text).some(isAuthName);
const isOpenOnPurpose = (text: string): boolean => names(text).some(isPublicMarker);

interface Decorated {
  decorators: PyNode[];
  definition: PyNode;
}

function decorated(root: PyNode): Decorated[] {
  return root.findAll({ rule: { kind: "decorated_definition" } }).flatMap((node) => {
    const definition = node.field("definition");
    if (definition?.kind() !== "function_definition") return [];
    return [{ definition, decorators: node.children().filter((child) => child.kind() === "decorator") }];
  });
}

/** Objects whose routes are all guarded: a router made with dependencies, or a hook before each request. */
function guardedObjects(root: PyNode, found: Decorated[]): Set<string> {
  const objects = new Set<string>();
  for (const made of root.findAll({ rule: { kind: "assignment" } })) {
    const value = made.field("right");
    if (!value || !/^(?:\w+\.)*(?:APIRouter|FastAPI)\s*\(/.test(value.text())) continue;
    const given = /dependencies\s*=([\s\S]*)/.exec(value.text())?.[1];
    if (given && guards(given)) objects.add(made.field("left")?.text() ?? "");
  }
  for (const { decorators, definition } of found) {
    for (const each of decorators) {
      const hook = /^@\s*([\w.]+)\.before_(?:app_)?request\b/.exec(each.text());
      if (hook && speaks(definition.text())) objects.add(hook[1]!);
    }
  }
  return objects;
}

function methodOf(verb: string, text: string): string {
  if (verb !== "route" && verb !== "api_route") return verb.toUpperCase();
  const listed = METHODS.exec(text)?.[1]?.toUpperCase() ?? "GET";
  return /POST|PUT|PATCH|DELETE/.exec(listed)?.[0] ?? "GET";
}

const firstLine = (node: PyNode): string => node.text().split("\n")[0]!.replace(/\s+/g, " ").slice(0, 60);

function parameters(definition: PyNode): string {
  return definition.field("parameters")?.text() ?? "";
}

/** What asks who is there, for a route of Flask or FastAPI. */
function guardOf(
  route: PyNode,
  routeAt: number,
  { decorators, definition }: Decorated,
): Pick<Route, "guard" | "ineffective"> {
  if (decorators.some((each) => isOpenOnPurpose(each.text()))) return { guard: "?" };
  const below = decorators.slice(routeAt + 1).find((each) => guards(each.text()));
  if (below) return { guard: firstLine(below) };
  const dependencies = /dependencies\s*=\s*\[([^\]]*)/.exec(route.text())?.[1];
  if (dependencies && guards(dependencies)) return { guard: dependencies.trim() };
  const asked = /(\w+)\s*:\s*([^,=]*)(?:=\s*((?:Depends|Security)\([^)]*\)?))?/g;
  for (const each of parameters(definition).matchAll(asked)) {
    if (guards(`${each[2]} ${each[3] ?? ""}`)) return { guard: each[0].trim() };
  }
  if (speaks(definition.text())) return { guard: "?" };
  const above = decorators.slice(0, routeAt).find((each) => guards(each.text()) && !ROUTE.test(each.text()));
  if (!above) return { guard: null };
  return {
    guard: null,
    ineffective: `${firstLine(above)} stands above the route, so the function is registered without it`,
  };
}

function fromDecorators(file: SourceFile, root: PyNode, found: Decorated[]): Route[] {
  const routes: Route[] = [];
  const guarded = guardedObjects(root, found);
  for (const each of found) {
    for (const [at, decorator] of each.decorators.entries()) {
      const match = ROUTE.exec(decorator.text());
      if (!match) continue;
      const [, object, verb, path] = match;
      const own = guarded.has(object!) ? { guard: object! } : guardOf(decorator, at, each);
      const isFlask = verb === "route" || /^@/.test(own.guard ?? "");
      routes.push({
        group: `${file.path}#${object}`,
        method: methodOf(verb!, decorator.text()),
        path: path!,
        handler: each.definition.field("name")?.text() ?? "",
        ...own,
        how: isFlask
          ? `Put %s between the route and ${each.definition.field("name")?.text()}`
          : "Give the route %s",
        place: { file, ...span(decorator) },
      });
    }
  }
  return routes;
}

const ANSWERS =
  /\breturn\s+(?:\w+\.)*(?:render|JsonResponse|HttpResponse\w*|redirect|Response|StreamingHttpResponse|FileResponse)\s*\(/;
const CHANGES = /request\.method\s*==\s*["'](?:POST|PUT|DELETE)|request\.POST|\.save\(|\.delete\(|\.create\(/;

/** Function views: what takes a request first and answers it. */
function djangoViews(file: SourceFile, root: PyNode, found: Decorated[]): Route[] {
  const byName = new Map(found.map((each) => [each.definition.field("name")?.text(), each.decorators]));
  const routes: Route[] = [];
  for (const child of root.children()) {
    const definition = child.kind() === "decorated_definition" ? child.field("definition") : child;
    if (definition?.kind() !== "function_definition") continue;
    const name = definition.field("name")?.text() ?? "";
    const text = definition.text();
    if (name.startsWith("_") || !/^\(\s*request\b/.test(parameters(definition)) || !ANSWERS.test(text))
      continue;
    const decorators = byName.get(name) ?? [];
    const open = decorators.some((each) => isOpenOnPurpose(each.text()));
    const guard = open ? undefined : decorators.find((each) => guards(each.text()));
    routes.push({
      group: file.path,
      method: CHANGES.test(text) ? "POST" : "GET",
      path: name,
      handler: name,
      guard: guard ? firstLine(guard) : speaks(text) || open ? "?" : null,
      how: `Put %s above ${name}`,
      place: { file, ...span(definition.field("name") ?? definition) },
    });
  }
  return routes;
}

export function readPythonRoutes(file: SourceFile, root: PyNode): Route[] {
  const found = decorated(root);
  const routes = fromDecorators(file, root, found);
  return /(^|\/)views(\/|[\w]*\.py$)/.test(file.path)
    ? [...routes, ...djangoViews(file, root, found)]
    : routes;
}
