/** Which mode of the design a definition belongs to, and whether it holds for the whole product. */

const ROOT = /^(?::root|:host|html|body|\*|::?before|::?after|::backdrop|:where\(:root\)|:where\(html\))$/;
const THEME_CLASS =
  /^(?:\.(?:dark|light|theme|[\w-]*(?:theme|mode|scheme)[\w-]*|high-contrast|hc)|\[(?:data-|class)[^\]]*\])+$/i;

function parts(selector: string): string[] {
  return selector
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

const roots = new Map<string, boolean>();
const MAX_SELECTORS = 20_000;

/** True for selectors that hold for the whole product: the root, a theme class, a theme attribute. */
export function isRootSelector(selector: string): boolean {
  const known = roots.get(selector);
  if (known !== undefined) return known;
  const all = parts(selector);
  const root = all.length > 0 && all.every((part) => part.split(/\s+/).every((piece) => isRootPiece(piece)));
  if (roots.size >= MAX_SELECTORS) roots.clear();
  roots.set(selector, root);
  return root;
}

function isRootPiece(piece: string): boolean {
  if (piece === "&" || piece === ">") return true;
  const bare = piece.replace(/:not\([^)]*\)/g, "").replace(/^:(?:where|is|host)\((.*)\)$/, "$1");
  if (bare === "" || ROOT.test(bare)) return true;
  const rest = bare.replace(/^(?:&|:root|:host|html|body)/, "");
  return THEME_CLASS.test(rest);
}

function modeOfPart(part: string): string {
  const bare = part.replace(/:not\([^)]*\)/g, "");
  const attributes = [...bare.matchAll(/\[[\w-]+[~|^$*]?=["']?([^"'\]]+)["']?\]/g)].map(
    (match) => match[1] ?? "",
  );
  const classes = [...bare.matchAll(/\.([\w-]+)/g)].map((match) => match[1] ?? "");
  const names = [...attributes, ...classes].filter((name) => name !== "auto");
  let name = names.at(-1) ?? "";
  if (!/dark/i.test(name) && names.some((one) => /^dark$/i.test(one))) name = `${name}-dark`;
  return name.toLowerCase().replaceAll("_", "-");
}

/** The mode of a rule: "" for the default, else such as "dark", "high-contrast", "print". */
export function modeOf(selector: string, condition: string): string {
  const own = parts(selector).map(modeOfPart);
  let mode = own.includes("") ? "" : (own[0] ?? "");
  if (mode === "" && /prefers-color-scheme:\s*dark|\bvariant dark\b/.test(condition)) mode = "dark";
  else if (mode === "" && /prefers-color-scheme:\s*light/.test(condition)) mode = "light";
  if (/prefers-contrast:\s*more|forced-colors:\s*active/.test(condition))
    mode = mode === "" ? "high-contrast" : `${mode}-high-contrast`;
  const rest = condition
    .replace(
      /\([^)]*prefers-[^)]*\)|\(forced-colors[^)]*\)|@media|@supports[^@]*|@variant \w+|\band\b|screen/g,
      "",
    )
    .trim();
  if (rest === "") return mode;
  return `${mode}${mode === "" ? "" : " "}${rest}`;
}

/** Modes a user chooses (dark, contrast), as opposed to widths, pointers and print. */
export function isColorMode(mode: string): boolean {
  return !/[():@]|^print$/.test(mode);
}
