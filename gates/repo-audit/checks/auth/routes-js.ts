/** Routes of Express, Fastify, Koa, Hono and Nest, with what guards each. */
import type { SourceFile } from "../../source.ts";
import {
  children,
  isFunction,
  isNode,
  keyName,
  lastName,
  type Node,
  propertyOf,
  stringValue,
  walk,
} from "../../tree.ts";
import type { Route } from "./neighbours.ts";
import { isAuthName, isPublicMarker } from "./words.ts";

const METHODS = new Set(["get", "post", "put", "patch", "delete", "del", "all"]);
const MAKERS = /^(?:express|Router|fastify|Fastify|Hono|OpenAPIHono|Koa|KoaRouter|Elysia|createRouter)$/;
/** What a router is called where it comes from elsewhere. */
const ROUTER_NAME = /^(?:app|router|server|fastify|instance|routes?|\w+Router|\w+Routes|\w+App)$/;
const HOOKS = new Set(["onRequest", "preHandler", "preValidation", "preParsing"]);

interface UseOfRouter {
  /** Offset from which it holds. */
  from: number;
  prefix: string;
  guard: string;
}

const source = (file: SourceFile, node: Node): string => file.text.slice(node.start, node.end);
const oneLine = (text: string): string => text.replace(/\s+/g, " ").slice(0, 60);

/** Every identifier in it that speaks of authentication; strings and comments do not count. */
function authNames(node: Node): string[] {
  const found: string[] = [];
  walk(node, (each) => {
    if ((each.type === "Identifier" || each.type === "PrivateIdentifier") && typeof each.name === "string") {
      if (isAuthName(each.name) || /^user(?:Id)?$/.test(each.name)) found.push(each.name);
    } else if (
      each.type === "Literal" &&
      /^(?:user|session|authorization|x-api-key|jwtPayload)$/i.test(String(each.value))
    ) {
      found.push(String(each.value));
    }
  });
  return found;
}

/** Identifiers alone: what a middleware is called. */
const isGuard = (node: Node): boolean => authNames(node).some((name) => !/^user(?:Id)?$/.test(name));

function isMarkedPublic(node: Node): boolean {
  let marked = false;
  walk(node, (each) => {
    if (each.type === "Identifier" && typeof each.name === "string" && isPublicMarker(each.name))
      marked = true;
  });
  return marked;
}

class RouteReader {
  readonly file: SourceFile;
  readonly routes: Route[] = [];
  readonly #routers = new Set<string>();
  readonly #functions = new Map<string, Node>();
  readonly #uses = new Map<string, UseOfRouter[]>();
  readonly #program: Node;

  constructor(file: SourceFile, program: Node) {
    this.file = file;
    this.#program = program;
  }

  read(): Route[] {
    walk(this.#program, (node, above) => this.#learn(node, above));
    walk(this.#program, (node) => {
      if (node.type === "CallExpression") this.#call(node);
      if (node.type === "ClassDeclaration" || node.type === "ClassExpression") this.#controller(node);
    });
    return this.routes.map((route) => this.#guardedByUse(route));
  }

  /** Routers made here, and functions that may be handlers. */
  #learn(node: Node, above: readonly Node[]): void {
    if (node.type === "FunctionDeclaration") this.#functions.set(lastName(node.id), node);
    if (node.type === "VariableDeclarator" && isNode(node.init)) {
      const made = node.init;
      if (isFunction(made)) this.#functions.set(lastName(node.id), made);
      const maker =
        made.type === "CallExpression" || made.type === "NewExpression" ? lastName(made.callee) : "";
      if (MAKERS.test(maker)) this.#routers.add(lastName(node.id));
    }
    // A Fastify plugin is given its instance; app and router come as parameters too.
    const holder = above.at(-1);
    if (
      node.type === "Identifier" &&
      holder &&
      isFunction(holder) &&
      (holder.params as Node[]).includes(node)
    ) {
      if (/^(?:app|router|server|fastify|instance)$/.test(String(node.name)))
        this.#routers.add(String(node.name));
    }
    if (
      node.type === "ImportDeclaration" ||
      node.type === "ImportSpecifier" ||
      node.type === "ImportDefaultSpecifier"
    ) {
      const name = lastName(node.local);
      if (/^(?:app|router|server)$/.test(name)) this.#routers.add(name);
    }
  }

  /** The router a chain of calls starts from, and the path a `.route("/x")` in it gives. */
  #chain(node: unknown): { router: string; path: string | null } | null {
    let path: string | null = null;
    let at = node;
    while (isNode(at) && at.type === "CallExpression") {
      if (lastName(at.callee) === "route") path ??= stringValue((at.arguments as Node[])[0]);
      at = isNode(at.callee) && at.callee.type === "MemberExpression" ? at.callee.object : null;
    }
    const router = lastName(at);
    const known =
      this.#routers.has(router) || (isNode(at) && at.type === "MemberExpression" && ROUTER_NAME.test(router));
    return known ? { router, path } : null;
  }

  #call(call: Node): void {
    const { callee } = call;
    if (!isNode(callee) || callee.type !== "MemberExpression") return;
    const name = lastName(callee.property);
    const isHook = name === "use" || name === "addHook" || name === "register";
    if (!METHODS.has(name) && name !== "route" && !isHook) return;
    const chain = this.#chain(callee.object);
    if (!chain) return;
    const args = (call.arguments as unknown[]).filter(isNode);
    if (isHook) this.#use(chain.router, name, args, call);
    else if (name === "route") this.#routeObject(chain.router, args[0], call);
    else this.#route(chain, name, args, call);
  }

  #use(router: string, name: string, args: Node[], call: Node): void {
    const prefix = name === "use" ? stringValue(args[0]) : null;
    const given = prefix === null ? args : args.slice(1);
    const isHook = name === "addHook" && HOOKS.has(stringValue(args[0]) ?? "");
    const inline = given.find(isFunction);
    if (name === "addHook" && !isHook) return;
    const guard = given.find(isGuard) ?? (inline && authNames(inline).length > 0 ? inline : undefined);
    if (!guard) return;
    const from = name === "use" ? call.start : 0;
    // `app.use("/x", auth, other)` guards what is mounted there; so does a plugin registered for all.
    const uses = this.#uses.get(router) ?? [];
    uses.push({
      from,
      prefix: (prefix ?? "").replace(/\/?\*+$/, ""),
      guard: oneLine(source(this.file, guard)),
    });
    this.#uses.set(router, uses);
  }

  #routeObject(router: string, object: Node | undefined, call: Node): void {
    const path = stringValue(propertyOf(object, "url") ?? propertyOf(object, "path"));
    if (!object || path === null) return;
    const method = propertyOf(object, "method");
    const name = (stringValue(method) ?? "ALL").toUpperCase();
    const guard = isGuard(object) || authNames(object).length > 0 ? this.#guardText([object]) : null;
    this.#add(
      router,
      name,
      path,
      guard,
      propertyOf(object, "handler"),
      call,
      "Add preHandler: %s to the route",
    );
  }

  #route(chain: { router: string; path: string | null }, name: string, args: Node[], call: Node): void {
    const own = stringValue(args[0]);
    const path = chain.path ?? own;
    const given = chain.path === null ? args.slice(1) : args;
    const handler = given.at(-1);
    if (path === null || !handler || (chain.path === null && !/^[/*]/.test(path))) return;
    const kinds = ["Identifier", "MemberExpression", "CallExpression", "ArrayExpression"];
    if (!isFunction(handler) && !kinds.includes(handler.type)) return;
    const method = name === "del" ? "DELETE" : name.toUpperCase();
    const how = `Write ${oneLine(`${source(this.file, call.callee as Node)}(${args[0] ? source(this.file, args[0]) : ""}`)}, %s, …)`;
    this.#add(chain.router, method, path, this.#guardText(given.slice(0, -1)), handler, call, how);
  }

  #guardText(nodes: Node[]): string | null {
    // Somebody decided that it is open: neither guarded nor forgotten.
    if (nodes.some(isMarkedPublic)) return "?";
    for (const node of nodes) {
      const parts = node.type === "ArrayExpression" ? (node.elements as unknown[]).filter(isNode) : [node];
      for (const part of parts) {
        if (part.type === "ObjectExpression") {
          const hook = (part.properties as Node[]).find((each) => isGuard(each));
          if (hook) return oneLine(source(this.file, isNode(hook.value) ? hook.value : hook));
        } else if (isGuard(part)) return oneLine(source(this.file, part));
      }
    }
    return null;
  }

  /** A handler that looks at who asks guards itself; one that is not here cannot be seen. */
  #inside(handler: Node | null): string | null {
    if (!handler) return null;
    if (handler.type === "CallExpression") {
      // A wrapper: its name may be the guard, the handler is among its arguments.
      if (isGuard(handler.callee as Node)) return oneLine(source(this.file, handler.callee as Node));
      const inner = (handler.arguments as unknown[]).filter(isNode).at(-1);
      return inner ? this.#inside(inner) : null;
    }
    const body = isFunction(handler) ? handler : this.#functions.get(lastName(handler));
    return body && authNames(body).length > 0 ? "?" : null;
  }

  #add(
    router: string,
    method: string,
    path: string,
    guard: string | null,
    handler: unknown,
    call: Node,
    how: string,
  ): void {
    const place = { file: this.file, start: call.start, end: call.end };
    const inside = guard ?? this.#inside(isNode(handler) ? handler : null);
    const group = `${this.file.path}#${router}`;
    this.routes.push({ group, method, path, handler: lastName(handler), guard: inside, how, place });
  }

  #guardedByUse(route: Route): Route {
    if (route.guard !== null) return route;
    const router = route.group.slice(route.group.lastIndexOf("#") + 1);
    const use = this.#uses.get(router)?.find(({ prefix }) => route.path.startsWith(prefix));
    // What stands before `router.use(auth)` was put there on purpose.
    return use ? { ...route, guard: use.from < route.place.start ? use.guard : "?" } : route;
  }

  #controller(node: Node): void {
    const onClass = decorators(node);
    if (!onClass.some((each) => each.name === "Controller" || each.name.endsWith("Controller"))) return;
    const base = stringValue(onClass.find(({ name }) => name.endsWith("Controller"))?.argument) ?? "";
    const wholeClass = onClass.find(
      ({ name, node: at }) => isAuthName(name) || (name === "UseGuards" && isGuard(at)),
    );
    for (const member of (node.body as Node).body as Node[]) {
      const given = decorators(member);
      const verb = given.find(({ name }) => /^(?:Get|Post|Put|Patch|Delete|All)$/.test(name));
      if (!verb) continue;
      const own = given.find(({ name }) => isAuthName(name) || name === "UseGuards") ?? wholeClass;
      const open = [...given, ...onClass].some(({ name }) => isPublicMarker(name));
      const guard = open ? "?" : own ? oneLine(source(this.file, own.node)) : null;
      const path = `/${[base, stringValue(verb.argument) ?? ""].filter(Boolean).join("/")}`;
      const asks = guard ?? (authNames(member.value as Node).length > 0 ? "?" : null);
      this.routes.push({
        group: `${this.file.path}#${lastName(node.id)}`,
        method: verb.name.toUpperCase(),
        path,
        handler: keyName(member),
        guard: asks,
        how: `Put %s above ${keyName(member)}`,
        place: { file: this.file, start: verb.node.start, end: verb.node.end },
      });
    }
  }
}

interface Decorated {
  name: string;
  argument: unknown;
  node: Node;
}

function decorators(node: Node): Decorated[] {
  return ((node.decorators as Node[] | undefined) ?? []).map((each) => {
    const expression = each.expression as Node;
    const isCall = expression.type === "CallExpression";
    const argument = isCall ? (expression.arguments as unknown[])[0] : undefined;
    return { name: lastName(isCall ? expression.callee : expression), argument, node: each };
  });
}

export function readRoutes(file: SourceFile, program: Node): Route[] {
  return new RouteReader(file, program).read();
}

const VERBS = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);
const NEXT_ROUTE =
  /^((?:.*\/)?(?:src\/)?(?:app\/(?:.*\/)?|pages\/api\/(?:.*\/)?))([\w.[\]-]+)\.(?:ts|js|tsx|jsx|mjs)$/;

/** True for a file that answers requests in Next's app or pages router. */
export const isNextRoute = (path: string): boolean =>
  /(^|\/)app\/(.*\/)?route\.(ts|js|tsx|mjs)$/.test(path) ||
  /(^|\/)pages\/api\/.*\.(ts|js|tsx|mjs)$/.test(path);

/** The address a file answers at, without groups such as (admin). */
function nextPath(file: string): string {
  const folder = NEXT_ROUTE.exec(file);
  const whole = /(?:^|\/)(?:app|pages)(\/.*)\.\w+$/.exec(file)?.[1] ?? `/${folder?.[2] ?? ""}`;
  return whole.replace(/\/route$/, "").replace(/\/\([^)]*\)/g, "") || "/";
}

/** The call that asks who is there, or the name that shows that somebody does. */
function asked(program: Node): string | null {
  let call: string | null = null;
  walk(program, (node) => {
    if (node.type !== "CallExpression" || call) return;
    const name = lastName(node.callee);
    if (isAuthName(name)) call = `${name}()`;
  });
  return call ?? authNames(program).find((name) => !/^user(?:Id)?$/.test(name)) ?? null;
}

/** Routes of one Next file: neighbours are the files below the same part of the interface. */
export function readNextRoutes(file: SourceFile, program: Node): Route[] {
  const path = nextPath(file.path);
  const start = file.path.lastIndexOf("/api/");
  const folder =
    start === -1 ? file.path.slice(0, file.path.lastIndexOf("/app/") + 5) : file.path.slice(0, start + 5);
  const guard = asked(program);
  const routes: Route[] = [];
  const add = (method: string, node: Node): void => {
    const how = `Begin ${method} with %s as its neighbours do`;
    const place = { file, start: node.start, end: node.start + 1 };
    routes.push({ group: folder, method, path, handler: "", guard, how, place });
  };
  for (const statement of program.body as Node[]) {
    const declared = statement.declaration;
    if (statement.type === "ExportDefaultDeclaration" && isNode(declared)) {
      if (isFunction(declared)) add("ALL", statement);
    } else if (statement.type === "ExportNamedDeclaration" && isNode(declared)) {
      const named = declared.type === "VariableDeclaration" ? (declared.declarations as Node[]) : [declared];
      for (const each of named) {
        const value = declared.type === "VariableDeclaration" ? each.init : each;
        // A wrapper from elsewhere may well ask; only a function written out here can be judged.
        if (VERBS.has(lastName(each.id)) && isNode(value) && isFunction(value)) add(lastName(each.id), each);
      }
    }
  }
  return routes;
}

/** Whether anything below speaks of authentication. */
export const speaksOfAuth = (node: Node): boolean =>
  children(node).some((child) => authNames(child).length > 0);
