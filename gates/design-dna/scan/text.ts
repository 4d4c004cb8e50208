/** Line numbers for offsets. */
export class Lines {
  private starts: number[] | null = null;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  private index(): number[] {
    if (this.starts) return this.starts;
    const starts = [0];
    for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.starts = starts;
    return starts;
  }

  /** 1-based line of an offset. */
  lineAt(offset: number): number {
    const starts = this.index();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** 1-based column of an offset. */
  columnAt(offset: number): number {
    return offset - (this.index()[this.lineAt(offset) - 1] ?? 0) + 1;
  }
}

/** First of the private-use characters that stand for embedded expressions. */
export const HOLE = 0xe000;
export const HOLES = 0x1800;

/** True for a character that stands for an embedded expression. */
export const isHole = (code: number): boolean => code >= HOLE && code < HOLE + HOLES;

/** Text of the given length that stands for embedded expression `index`. */
export function hole(index: number, length: number): string {
  return String.fromCharCode(HOLE + (index % HOLES)).repeat(Math.max(1, length));
}

const split = new Map<string, readonly string[]>();
/** Beyond this many names the memory is given back. */
const MAX_NAMES = 20_000;

/** Words of a token or property name: camelCase, dashes, dots and digits split, lower case. */
export function wordsOf(name: string): readonly string[] {
  const known = split.get(name);
  if (known) return known;
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== "");
  if (split.size >= MAX_NAMES) split.clear();
  split.set(name, words);
  return words;
}

/** "backgroundColor" → "background-color"; vendor prefixes keep their dash. */
export function kebab(name: string): string {
  if (name.startsWith("--")) return name;
  const text = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return text.startsWith("ms-") ? `-${text}` : text;
}
