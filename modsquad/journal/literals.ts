/**
 * Finds many literal texts in one pass. A regular expression with a hundred alternatives tries them all at
 * every character; here a table of the literals' first two characters rules out nearly every position at once.
 */

const MASK = 0xffff;
const slot = (first: number, second: number) => ((first << 5) ^ second) & MASK;

export interface LiteralHit {
  start: number;
  end: number;
  /** The literal found. */
  literal: string;
}

export interface LiteralFinder {
  /** The leftmost hit at or after `from`, the longest of those that start there; null when there is none. */
  next(text: string, from: number): LiteralHit | null;
}

/** A finder for these literals; each must have at least two characters. */
export function findLiterals(literals: Iterable<string>): LiteralFinder {
  const bySlot = new Map<number, string[]>();
  const marked = new Uint8Array(MASK + 1);
  for (const literal of new Set(literals)) {
    const at = slot(literal.charCodeAt(0), literal.charCodeAt(1));
    marked[at] = 1;
    const others = bySlot.get(at);
    if (others) others.push(literal);
    else bySlot.set(at, [literal]);
  }
  for (const group of bySlot.values()) group.sort((a, b) => b.length - a.length);
  return {
    next(text, from) {
      const last = text.length - 1;
      let first = from <= last ? text.charCodeAt(from) : 0;
      for (let i = from; i < last; i++) {
        const second = text.charCodeAt(i + 1);
        const at = slot(first, second);
        first = second;
        if (marked[at] === 0) continue;
        for (const literal of bySlot.get(at)!) {
          if (text.startsWith(literal, i)) return { start: i, end: i + literal.length, literal };
        }
      }
      return null;
    },
  };
}
