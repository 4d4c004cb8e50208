/** Version ranges as npm, Python and Go write them, reduced to intervals that can be compared. */

/** Major, minor, patch as one comparable number; each part below 10,000. */
type Point = number;

/** From `from` up to, not including, `to`. */
export interface Interval {
  from: Point;
  to: Point;
}

const END = Number.MAX_SAFE_INTEGER;
const SCALE = 10_000;

function point(parts: number[]): Point {
  const [major = 0, minor = 0, patch = 0] = parts;
  return (major * SCALE + minor) * SCALE + patch;
}

/** The first version after everything that begins with these parts. */
function after(parts: number[]): Point {
  const last = parts.length - 1;
  return point(parts.map((part, index) => (index === last ? part + 1 : part)));
}

function partsOf(text: string): number[] | null {
  const match = /^v?(\d+)(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?/i.exec(text.trim());
  if (!match) return null;
  const parts: number[] = [];
  for (const part of match.slice(1)) {
    if (part === undefined || !/^\d+$/.test(part)) break;
    parts.push(Number(part));
  }
  return parts;
}

/** `^1.2`: up to the next change of the first part that is not zero. */
function caret(parts: number[]): Interval {
  const first = parts.findIndex((part) => part > 0);
  return { from: point(parts), to: after(parts.slice(0, first === -1 ? 1 : first + 1)) };
}

/** `~1.2.3` (npm) and `~=1.2` (Python): the last part given may grow. */
function tilde(parts: number[], operator: string): Interval {
  const kept = operator === "~=" ? parts.length - 1 : Math.min(2, parts.length);
  return { from: point(parts), to: after(parts.slice(0, Math.max(1, kept))) };
}

function comparator(operator: string, parts: number[]): Interval {
  switch (operator) {
    case ">=":
      return { from: point(parts), to: END };
    case ">":
      return { from: after(parts), to: END };
    case "<":
      return { from: 0, to: point(parts) };
    case "<=":
      return { from: 0, to: after(parts) };
    case "^":
      return caret(parts);
    case "~":
    case "~=":
    case "~>":
      return tilde(parts, operator);
    default:
      return { from: point(parts), to: after(parts) };
  }
}

/** All that must hold at once: `>=18 <21`, `>=3.10,<4`, `18 - 20`. */
function conjunction(text: string): Interval | null {
  const hyphen = /^\s*v?([\d.]+)\s+-\s+v?([\d.]+)\s*$/.exec(text);
  const spelled = hyphen ? `>=${hyphen[1]} <=${hyphen[2]}` : text;
  const whole: Interval = { from: 0, to: END };
  const left = spelled.replaceAll(
    /(>=|<=|>|<|~=|~>|===?|=|\^|~|!=)?\s*(v?\d[\w.*-]*)[,\s]*/g,
    (_all, operator: string | undefined, version: string) => {
      const parts = partsOf(version);
      if (!parts || operator === "!=") return "";
      const one = comparator(operator ?? "", parts);
      whole.from = Math.max(whole.from, one.from);
      whole.to = Math.min(whole.to, one.to);
      return "";
    },
  );
  return left.trim() === "" ? whole : null;
}

/** The intervals of a range; null when it says something else, such as a name. An empty or `*` range is everything. */
export function parseRange(text: string): Interval[] | null {
  const trimmed = text.trim();
  if (/^(\*|x|)$/i.test(trimmed)) return [{ from: 0, to: END }];
  const intervals = trimmed.split("||").map(conjunction);
  return intervals.every((each) => each !== null) ? (intervals as Interval[]) : null;
}

/** Long-term releases of Node by the name people pin. */
const NODE_NAMES: Record<string, number> = {
  gallium: 16,
  hydrogen: 18,
  iron: 20,
  jod: 22,
  krypton: 24,
};

/** A pinned version such as `20`, `v20.11.1`, `3.12-slim`, `lts/iron`; null for what moves, such as `lts/*`. */
export function parsePin(text: string): Interval | null {
  const name = /^(?:lts\/)?([a-z]+)$/i.exec(text.trim())?.[1]?.toLowerCase();
  if (name) {
    const major = NODE_NAMES[name];
    return major === undefined ? null : { from: point([major]), to: after([major]) };
  }
  const match = /^v?(\d+(?:\.\d+){0,2})(?:\.[x*])?(?:[-+].*)?$/i.exec(text.trim());
  const parts = match && partsOf(match[1]!);
  return parts ? { from: point(parts), to: after(parts) } : null;
}

export function overlaps(a: Interval, b: Interval): boolean {
  return a.from < b.to && b.from < a.to;
}

/** True when the interval lies wholly before the range begins. */
export function isBelow(pin: Interval, range: Interval[]): boolean {
  return range.every((each) => pin.to <= each.from);
}
