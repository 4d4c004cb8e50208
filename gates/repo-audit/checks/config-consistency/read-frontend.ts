/** Reads where a front end is served from in development, and where it sends what it does not serve itself. */
import { baseName, folderOf } from "../../paths.ts";
import type { Place, SourceFile } from "../../source.ts";
import { children, isNode, type Node, parseScript } from "../../tree.ts";
import type { Facts } from "./facts.ts";
import { findLocalPorts } from "./urls.ts";

export interface FrontFact {
  port: number;
  place: Place;
  folder: string;
  /** Nothing says so: it is the tool's default. */
  assumed: boolean;
}

const CONFIG =
  /^(vite|next|webpack([.-][\w.-]+)?|nuxt|vue|astro|svelte|rsbuild|craco|quasar|setupProxy)(\.config)?\.(ts|mts|cts|js|mjs|cjs)$/;
export const isFrontendConfig = (path: string): boolean =>
  CONFIG.test(baseName(path)) || /^proxy\.conf(\.\w+)?\.(json|js|mjs)$/.test(baseName(path));

function keyOf(node: Node): string {
  const key = node.key as Node | undefined;
  if (!isNode(key)) return "";
  return String(key.name ?? key.value ?? "");
}

function number(node: unknown): number | null {
  return isNode(node) && node.type === "Literal" && typeof node.value === "number" ? node.value : null;
}

/** Calls `visit` for every property with the names of those around it, outermost first. */
function properties(node: Node, path: string[], visit: (path: string[], value: Node) => void): void {
  const own = node.type === "Property" || node.type === "ObjectProperty" ? keyOf(node) : null;
  const below = own === null ? path : [...path, own];
  if (own !== null && isNode(node.value)) visit(below, node.value);
  for (const child of children(node)) properties(child, below, visit);
}

/** `target: "http://localhost:8080"`, or the text a setting falls back to. */
function literalOf(node: Node): Node | null {
  if (node.type === "Literal" && typeof node.value === "string") return node;
  if (node.type === "LogicalExpression" && isNode(node.right)) return literalOf(node.right);
  return null;
}

function isProxyPath(path: string[]): boolean {
  const last = path.at(-1)!;
  if (last === "target" || last === "destination") return true;
  return path.at(-2) === "proxy";
}

function readConfig(file: SourceFile, facts: Facts): void {
  const { program, errors } = parseScript(file);
  if (errors.length > 0) return;
  properties(program as unknown as Node, [], (path, value) => {
    const port = number(value);
    const [parent, own] = path.slice(-2);
    if (port !== null && own === "port" && /^(server|devServer|preview)$/.test(parent!)) {
      const place = { file, start: value.start, end: value.end };
      facts.fronts.push({ port, place, folder: folderOf(file.path), assumed: false });
      return;
    }
    const literal = isProxyPath(path) ? literalOf(value) : null;
    if (!literal) return;
    for (const url of findLocalPorts(file, file.text.slice(literal.start, literal.end), literal.start))
      facts.localUrls.push({ ...url, kind: "proxy" });
  });
  // A port that is worked out is a port we do not know.
  if (/\bserver\b[\s\S]{0,200}\bport\b/.test(file.text)) return;
  if (!/^vite\./.test(baseName(file.path)) || /\.\.\.|mergeConfig/.test(file.text)) return;
  const at = Math.max(0, file.text.indexOf("defineConfig"));
  facts.fronts.push({
    port: 5173,
    place: { file, start: at, end: at + 1 },
    folder: folderOf(file.path),
    assumed: true,
  });
}

const SERVES =
  /\b(?:vite|next dev|nuxt dev|nuxi dev|ng serve|astro dev|webpack serve|webpack-dev-server|react-scripts start|vue-cli-service serve)\b/;
const SCRIPT = /"[\w:.-]+"\s*:\s*"((?:[^"\\\r\n]|\\.)*)"/g;
const SCRIPT_PORT = /(?:\bPORT=|--port[= ]|\s-p[= ])(\d{2,5})\b/;

/** `"dev": "vite --port 3000"`, and the proxy of a package.json. */
function readPackage(file: SourceFile, facts: Facts): void {
  for (const match of file.text.matchAll(SCRIPT)) {
    const port = SERVES.test(match[1]!) ? SCRIPT_PORT.exec(match[1]!) : null;
    if (!port) continue;
    const start =
      match.index + match[0].lastIndexOf(match[1]!) + port.index + port[0].length - port[1]!.length;
    const place = { file, start, end: start + port[1]!.length };
    facts.fronts.push({ port: Number(port[1]), place, folder: folderOf(file.path), assumed: false });
  }
  const proxy = /"proxy"\s*:\s*"([^"]+)"/.exec(file.text);
  if (!proxy) return;
  const start = proxy.index + proxy[0].length - proxy[1]!.length - 1;
  for (const url of findLocalPorts(file, proxy[1]!, start)) facts.localUrls.push({ ...url, kind: "proxy" });
}

function readProxyJson(file: SourceFile, facts: Facts): void {
  for (const match of file.text.matchAll(/"target"\s*:\s*"([^"]+)"/g)) {
    const start = match.index + match[0].length - match[1]!.length - 1;
    for (const url of findLocalPorts(file, match[1]!, start)) facts.localUrls.push({ ...url, kind: "proxy" });
  }
}

export function readFrontend(file: SourceFile, facts: Facts): void {
  if (baseName(file.path) === "package.json") readPackage(file, facts);
  else if (file.path.endsWith(".json")) readProxyJson(file, facts);
  else readConfig(file, facts);
}
