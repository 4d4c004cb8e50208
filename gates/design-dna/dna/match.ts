/** Finds the tokens a value should have been: equal ones first, ranked by how well they fit the place. */
import { colorDistance, colorKey, parseColor, type Rgba } from "../color.ts";
import type { Candidate, Category, Dna, Role, Syntax, Token } from "../types.ts";
import { atomsOf, keyOf, pxOf } from "../values.ts";

/** The place a value stands at. */
export interface Place {
  prop: string;
  role: Role | null;
  categories: readonly Category[];
  syntax: Syntax;
  /** Words of selector, file and property: a token that shares them fits better. */
  words(): ReadonlySet<string>;
  /** Colour mode of the rule around it, "" for the default. */
  mode(): string;
  /** Prefix of an arbitrary utility class, such as "hover:bg-". */
  utility?: string;
}

interface Sized {
  token: Token;
  px: number;
}

const GENERIC = new Set(
  (
    "color colors base default fg bg text background foreground border surface size sizes space spacing spacer radius rounded font weight line height shadow " +
    "width icon primary secondary muted subtle emphasis strong accent neutral success danger warning info small medium large xs sm md lg xl full none " +
    "global semantic ref sys scale step gray grey white black top right bottom left block inline solid outline normal " +
    "box tokens token color theme dimension static radii thin thick thicker p x y"
  ).split(" "),
);

/** Words of properties in token names that say the same thing. */
const SYNONYMS: Record<string, string[]> = {
  text: ["fg", "foreground", "text", "ink", "content"],
  surface: ["bg", "background", "surface", "canvas"],
  border: ["border", "outline", "divider", "stroke"],
  icon: ["icon", "fg", "foreground"],
  shadow: ["shadow", "elevation"],
};

function usable(token: Token, syntax: Syntax): boolean {
  switch (token.form) {
    case "css":
    case "named":
      return token.css !== "";
    case "scss":
      return syntax === "scss";
    case "less":
      return syntax === "less";
    case "js":
      return syntax === "js";
    case "tailwind":
      return syntax === "class";
  }
}

/** What a length token says it is for; elsewhere it only happens to be equal. */
const PURPOSES = ["gap", "padding", "margin", "inset", "offset", "gutter"];
const STEP = /^(?:\d+x?|\d?x?[sl]|[sml]|xx?[sl]|md|sm|lg|xl|small|medium|large)$/;

/** Words that most of the DNA shares, such as its prefix: they tell nothing about a place. */
function commonWords(tokens: readonly Token[]): Set<string> {
  const counts = new Map<string, number>();
  for (const token of tokens)
    for (const word of new Set(token.words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count >= 0.25 * tokens.length).map(([word]) => word));
}

/** How well a token fits a place; only comparable among tokens of equal distance. */
function fitness(token: Token, place: Place, shared: ReadonlySet<string>): number {
  let score = 0;
  if (place.role) {
    const painted = token.roles.filter((role) => role !== "brand" && role !== "danger");
    const wanted = place.role === "icon" ? ["icon", "text"] : [place.role];
    if (painted.some((role) => wanted.includes(role))) score += 40;
    else if (painted.length > 0) score -= 40;
    if (SYNONYMS[place.role]?.some((word) => token.words.includes(word))) score += 5;
  }
  const rank = place.categories.indexOf(token.category);
  if (rank >= 0) score += 30 - 6 * rank;
  let foreign = false;
  const around = place.words();
  for (const word of token.words) {
    const plain = GENERIC.has(word) || /^\d+$/.test(word) || shared.has(word);
    if (around.has(word)) score += plain ? 2 : 9;
    else score -= plain ? 1 : 5;
    if (!plain && !around.has(word)) foreign = true;
  }
  if (foreign) score -= 10;
  for (const purpose of PURPOSES) {
    if (token.words.includes(purpose)) score += place.prop.includes(purpose) ? 2 : -8;
  }
  if (place.role === null && STEP.test(token.words.at(-1) ?? "")) score += 4;
  if (token.alias) score += 1;
  if (token.deprecated) score -= 60;
  if (place.syntax === "class" && token.utility !== undefined) score += 20;
  return score;
}

const BARE = /^-?\d*\.?\d+$/;
const LENGTH = /^-?\d*\.?\d+[a-z]+$/i;

const TIE = (a: Token, b: Token) =>
  a.name.length - b.name.length || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

export class TokenIndex {
  private readonly colors: { token: Token; color: Rgba }[] = [];
  private readonly byColor = new Map<string, Token[]>();
  private readonly byModeColor = new Map<string, Token[]>();
  private readonly sized = new Map<Category, Sized[]>();
  private readonly byKey = new Map<string, Token[]>();
  private readonly nearest = new Map<string, { token: Token; distance: number }[]>();
  /** Categories that have utilities of their own. */
  private readonly utilities = new Set<Category>();
  private readonly roles = new Map<Role, number>();
  readonly byName = new Map<string, Token>();
  readonly dna: Dna;
  private readonly shared: ReadonlySet<string>;

  constructor(dna: Dna) {
    this.dna = dna;
    this.shared = commonWords(dna.tokens);
    for (const token of dna.tokens) this.add(token);
    for (const list of this.sized.values()) list.sort((a, b) => a.px - b.px || TIE(a.token, b.token));
  }

  private add(token: Token): void {
    if (!this.byName.has(token.name)) this.byName.set(token.name, token);
    const value = token.values[""] ?? "";
    if (token.form === "tailwind") this.utilities.add(token.category);
    if (token.category === "other" || token.category === "breakpoint" || value === "") return;
    if (token.category === "color") {
      const color = parseColor(value);
      if (!color) return;
      if (token.roles.length === 1)
        this.roles.set(token.roles[0] as Role, (this.roles.get(token.roles[0] as Role) ?? 0) + 1);
      this.colors.push({ token, color });
      push(this.byColor, colorKey(color), token);
      for (const [mode, text] of Object.entries(token.values)) {
        const own = mode === "" ? null : parseColor(text);
        if (own) push(this.byModeColor, `${mode}\0${colorKey(own)}`, token);
      }
      return;
    }
    const atoms = atomsOf(value);
    push(this.byKey, keyOf(atoms), token);
    const only = atoms.length === 1 ? atoms[0] : undefined;
    if (only && (only.kind === "dim" || only.kind === "num")) {
      const px = only.kind === "num" ? (only.value ?? 0) : pxOf(only.value ?? 0, only.unit ?? "");
      if (px !== null) push(this.sized, token.category, { token, px });
    }
  }

  /** True when the DNA has something to propose for the categories at this place. */
  governs(categories: readonly Category[], syntax?: Syntax): boolean {
    if (categories.some((category) => this.dna.governed.has(category))) return true;
    return (
      syntax === "class" &&
      this.dna.tailwind !== null &&
      categories.some((category) => this.utilities.has(category))
    );
  }

  /** True when the DNA has at least three colours that are for this role alone. */
  distinguishes(role: Role): boolean {
    return (this.roles.get(role) ?? 0) >= 3;
  }

  private ranked(tokens: readonly Token[], place: Place): Token[] {
    return tokens
      .filter((token) => usable(token, place.syntax))
      .map((token) => ({ token, score: fitness(token, place, this.shared) }))
      .sort((a, b) => b.score - a.score || TIE(a.token, b.token))
      .map(({ token }) => token);
  }

  /** Up to three tokens for a colour; equal ones first. */
  forColor(color: Rgba, place: Place): Candidate[] {
    const key = colorKey(color);
    const mode = place.mode();
    const moded = mode === "" ? [] : (this.byModeColor.get(`${mode}\0${key}`) ?? []);
    const equal = this.ranked(moded.length > 0 ? moded : (this.byColor.get(key) ?? []), place);
    const found = equal.slice(0, 3).map((token) => candidate(token, 0, place));
    if (found.length >= 3) return found;
    for (const { token, distance } of this.near(color, place)) {
      if (found.length >= 3) break;
      if (distance > 0 && !found.some((one) => one.token === token.name))
        found.push(candidate(token, distance, place));
    }
    return found;
  }

  private near(color: Rgba, place: Place): { token: Token; distance: number }[] {
    const key = `${colorKey(color)}:${place.role}:${place.syntax}`;
    const known = this.nearest.get(key);
    if (known) return known;
    const listed = this.colors
      .filter(({ token }) => usable(token, place.syntax))
      .map(({ token, color: own }) => {
        const painted = token.roles.filter((role) => role !== "brand" && role !== "danger");
        const wanted: Role | null = place.role === "icon" ? "text" : place.role;
        const misfit = wanted !== null && painted.length > 0 && !painted.some((role) => role === wanted);
        const distance = Math.round(colorDistance(color, own) * 100) / 100;
        return { token, distance, cost: distance + (misfit ? 6 : 0) };
      })
      .sort((a, b) => a.cost - b.cost || TIE(a.token, b.token))
      .slice(0, 8);
    this.nearest.set(key, listed);
    return listed;
  }

  /** Tokens whose whole value equals the key, in the categories of the place. */
  equalTo(key: string, categories: readonly Category[], place: Place): Token[] {
    const tokens = this.byKey.get(key);
    return tokens
      ? this.ranked(
          tokens.filter((token) => categories.includes(token.category)),
          place,
        )
      : [];
  }

  /** Up to three tokens for a length (px) or a bare number; equal ones first. `key` is the value's normal form. */
  forNumber(key: string, px: number | null, place: Place): Candidate[] {
    const equal = this.equalTo(key, place.categories, place);
    const found = equal.slice(0, 3).map((token) => candidate(token, 0, place));
    if (found.length === 0) found.push(...this.freeStep(px, place));
    if (px === null || found.length >= 3) return found;
    const near: { token: Token; distance: number; score: number }[] = [];
    const isBare = BARE.test(key);
    for (const category of place.categories) {
      for (const { token, px: own } of this.sized.get(category) ?? []) {
        // A line height of 2 is no length, and one of 2px no factor.
        if (category === "lineHeight" && (isBare ? LENGTH : BARE).test(token.values[""] ?? "")) continue;
        if (usable(token, place.syntax))
          near.push({ token, distance: Math.abs(own - px), score: fitness(token, place, this.shared) });
      }
    }
    near.sort((a, b) => a.distance - b.distance || b.score - a.score || TIE(a.token, b.token));
    for (const { token, distance } of near) {
      if (found.length >= 3) break;
      if (distance > 0 || found.length === 0) found.push(candidate(token, round(distance), place));
    }
    return found;
  }

  /** Tailwind 4 takes any quarter step of its spacing and any whole border width without brackets. */
  private freeStep(px: number | null, place: Place): Candidate[] {
    const { tailwind } = this.dna;
    if (px === null || place.syntax !== "class" || place.utility === undefined || tailwind?.version !== 4)
      return [];
    const border = place.categories[0] === "borderWidth";
    const step = border ? px : px / tailwind.spacingPx;
    if (!border && place.categories[0] !== "spacing" && place.categories[0] !== "size") return [];
    if (!Number.isInteger(border ? step : step * 4)) return [];
    return [
      {
        token: `${border ? "border" : "spacing"}-${step}`,
        text: `${place.utility.replace(/-$/, "")}-${step}`,
        distance: 0,
      },
    ];
  }

  /** Tokens of a category in a stable order, for messages when nothing is near. */
  ofCategory(category: Category, place: Place): Token[] {
    return this.ranked(
      this.dna.tokens.filter((token) => token.category === category),
      place,
    );
  }

  candidateOf(token: Token, distance: number, place: Place): Candidate {
    return candidate(token, distance, place);
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

const round = (value: number) => Math.round(value * 100) / 100;

/** How a token is written at a place. */
function candidate(token: Token, distance: number, place: Place): Candidate {
  return { token: token.name, text: written(token, place), distance };
}

function written(token: Token, place: Place): string {
  if (place.syntax !== "class" || place.utility === undefined)
    return token.css === "" ? token.name : token.css;
  if (token.utility !== undefined) {
    const prefix = place.utility.replace(/-$/, "");
    return token.utility === "" ? prefix : `${prefix}-${token.utility}`;
  }
  return `${place.utility}[${token.css.replaceAll(" ", "_")}]`;
}
