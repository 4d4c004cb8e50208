/** FastAPI routers that are guarded where they are put together, not where their routes stand. */
import { folderOf } from "../../paths.ts";
import { isAuthName } from "./words.ts";

/** What stands between the brackets of a call, with calls in it. */
const ARGUMENTS = "((?:[^()]|\\((?:[^()]|\\([^()]{0,500}\\)){0,500}\\)){0,2000})";
const INCLUDE = new RegExp(`\\b(\\w+)\\.include_router\\(\\s*(\\w+)${ARGUMENTS}\\)`, "g");
const MADE = new RegExp(`^(\\w+)(?:\\s*:[^=\\n]+)?\\s*=\\s*(?:\\w+\\.)?APIRouter\\(${ARGUMENTS}\\)`, "gm");
const IMPORT = /^\s*from\s+(\.*)([\w.]*)\s+import\s+(?:\(([^)]*)\)|([^\n#]*))/gm;

/** Whether what a router is given asks who is there: a session of the database is a dependency too. */
function isGuarded(given: string): boolean {
  const asked = /\bdependencies\s*=([\s\S]*)/.exec(given)?.[1] ?? "";
  const names = [...asked.matchAll(/\bDepends\(([^()]*)/g)].flatMap(([, name]) => name!.match(/\w+/g) ?? []);
  return /\bSecurity\(/.test(asked) || names.some(isAuthName);
}

/** The folder that dots before a module lead to. */
function upFrom(path: string, dots: number): string {
  let folder = folderOf(path);
  for (let left = dots - 1; left > 0; left -= 1) folder = folderOf(folder);
  return folder;
}

/** Name in a file → the paths it may be imported from, without ".py": a module of a package, or what a module holds. */
function importsOf(path: string, text: string): Map<string, string[]> {
  const imports = new Map<string, string[]>();
  for (const [, dots, dotted, listed, line] of text.matchAll(IMPORT)) {
    const module = dotted!.replaceAll(".", "/");
    const from = [dots === "" ? "" : upFrom(path, dots!.length), module].filter(Boolean).join("/");
    for (const each of (listed ?? line ?? "").split(",")) {
      const [, name, alias] = /^\s*(\w+)(?:\s+as\s+(\w+))?/.exec(each) ?? [];
      if (name) imports.set(alias ?? name, [from, from === "" ? name : `${from}/${name}`]);
    }
  }
  return imports;
}

/**
 * The modules whose routers are mounted with a guard, by themselves or with the router that they are part of; as ends
 * of paths without ".py", such as "shop/orders/views".
 */
export function mountedWithGuard({ path, text }: { path: string; text: string }): string[] {
  if (!text.includes("include_router(")) return [];
  const includes = [...text.matchAll(INCLUDE)].map(([, parent, child, rest]) => ({
    parent: parent!,
    child: child!,
    given: rest!,
  }));
  const guarded = new Set(includes.filter(({ given }) => isGuarded(given)).map(({ child }) => child));
  for (const [, name, given] of text.matchAll(MADE)) if (isGuarded(given!)) guarded.add(name!);
  // What is included in a guarded router is guarded, however deep.
  for (let before = -1; before !== guarded.size; ) {
    before = guarded.size;
    for (const { parent, child } of includes) if (guarded.has(parent)) guarded.add(child);
  }
  const imports = importsOf(path, text);
  return [...guarded].flatMap((name) => imports.get(name) ?? [name]).filter((module) => module !== "");
}
