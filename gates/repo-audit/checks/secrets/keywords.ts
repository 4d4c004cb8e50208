/**
 * Finds any of a thousand keywords in one pass. A regular expression of that many alternatives looks at each of
 * them at every character; a table of what the first characters may be passes over nearly all of the text at once.
 */

const TABLE_BITS = 16;
const MASK = (1 << TABLE_BITS) - 1;

/** Mixes three characters into the table's range; keywords are ASCII, anything else only makes a miss. */
function mix(a: number, b: number, c: number): number {
  return ((a << 9) ^ (b << 4) ^ c ^ (a >> 2)) & MASK;
}

const LOOKED_AT = 3;
const ASCII = 128;

export class Keywords {
  /** Where a keyword begins with characters that mix to the index: one more than the place of its bucket. */
  readonly #table = new Uint16Array(1 << TABLE_BITS);
  /** Keywords that may begin there, the longest first. */
  readonly #buckets: string[][] = [];

  /** Keywords have two characters or more. */
  constructor(words: Iterable<string>) {
    for (const word of [...words].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))) {
      const third = word.charCodeAt(2);
      // Behind a word of two characters anything may stand.
      const thirds = Number.isNaN(third) ? Array.from({ length: ASCII }, (_, code) => code) : [third];
      for (const code of thirds) this.#add(mix(word.charCodeAt(0), word.charCodeAt(1), code), word);
    }
  }

  #add(index: number, word: string): void {
    const known = this.#table[index]!;
    if (known !== 0) this.#buckets[known - 1]!.push(word);
    else this.#table[index] = this.#buckets.push([word]);
  }

  /** Calls `found` for the longest keyword at each place, from left to right; places may overlap. */
  each(text: string, found: (keyword: string, offset: number) => void): void {
    const table = this.#table;
    const last = text.length - LOOKED_AT;
    let a = text.charCodeAt(0);
    let b = text.charCodeAt(1);
    for (let at = 0; at <= last; at += 1) {
      const c = text.charCodeAt(at + 2);
      const bucket = table[((a << 9) ^ (b << 4) ^ c ^ (a >> 2)) & MASK]!;
      a = b;
      b = c;
      if (bucket === 0) continue;
      const word = this.#buckets[bucket - 1]!.find((each) => text.startsWith(each, at));
      if (word !== undefined) found(word, at);
    }
  }
}
