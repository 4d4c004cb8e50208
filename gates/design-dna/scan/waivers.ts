/** Comments of stylelint and eslint that switch rules off, and which of our checks they speak about. */
import type { Waiver } from "../types.ts";
import type { Lines } from "./text.ts";

const COMMENT = /\b(stylelint|eslint)-(disable|enable)(-next-line|-line)?(?![\w-])([^\n]*)/g;

/** Every waiver of the file; a block without its "enable" reaches to the end. */
export function waiversOf(text: string, lines: Lines): Waiver[] {
  if (!text.includes("lint-disable")) return [];
  const waivers: Waiver[] = [];
  const open: Waiver[] = [];
  for (const match of text.matchAll(COMMENT)) {
    const tool = match[1] as Waiver["tool"];
    const line = lines.lineAt(match.index);
    const list = (match[4] ?? "").replace(/\*\/.*$/, "").replace(/-->.*$/, "");
    const rules = (list.split(/\s--/)[0] ?? "")
      .split(/[\s,]+/)
      .filter((rule) => /^[@\w][\w@/.-]*$/.test(rule));
    if (match[2] === "enable") {
      for (const waiver of open) {
        const meant = rules.length === 0 || rules.some((rule) => waiver.rules.includes(rule));
        if (waiver.tool === tool && waiver.to === Number.MAX_SAFE_INTEGER && meant) waiver.to = line;
      }
      continue;
    }
    if (match[3] === "-next-line") waivers.push({ tool, rules, from: line + 1, to: line + 1 });
    else if (match[3] === "-line") waivers.push({ tool, rules, from: line, to: line });
    else {
      const waiver = { tool, rules, from: line, to: Number.MAX_SAFE_INTEGER };
      waivers.push(waiver);
      open.push(waiver);
    }
  }
  return waivers;
}

const GENERAL =
  /strict-value|design-dna|design-token|design-system|token|hard-?coded|inline-style|no-literal|arbitrary|allowed-list|disallowed-list|no-restricted/i;
const BY_CHECK: Record<string, RegExp> = {
  palette: /colou?r|palette|hex|border|shadow|gradient/i,
  spacing: /spac|margin|padding|unit|size|length|number/i,
  typography: /typograph|font|text|line-height|letter|unit/i,
  "radius-shadow": /radius|border|shadow|box|unit/i,
  glass: /backdrop|opacity|alpha/i,
  contrast: /contrast/i,
  branding: /brand|restricted|string/i,
  components: /size|height|width|target/i,
};

/** True when a comment near the line says that this check is not wanted there. */
export function isWaived(waivers: readonly Waiver[], check: string, line: number): boolean {
  for (const waiver of waivers) {
    if (line < waiver.from || line > waiver.to) continue;
    if (waiver.rules.length === 0) return true;
    if (waiver.rules.some((rule) => GENERAL.test(rule) || BY_CHECK[check]?.test(rule))) return true;
  }
  return false;
}
