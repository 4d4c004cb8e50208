/**
 * Finds any of a thousand keywords in one pass. A regular expression of that many alternatives looks at each of
 * them at every character; tables of what the first characters may be pass over nearly all of the text at once.
 */

const TABLE_SIZE = 1 << 16;
const MASK = TABLE_SIZE - 1;

/** The bytes of the text that is looked at; grows to the longest. */
let bytes = Buffer.alloc(1 << 20);

const mixThree = (a: number, b: number, c: number): number => ((a << 9) ^ (b << 4) ^ c ^ (a >> 2)) & MASK;
const mixFour = (a: number, b: number, c: number, d: number): number =>
  ((a << 10) ^ (b << 7) ^ (c << 3) ^ d ^ (d << 5)) & MASK;

export class Keywords {
  /** 1 where a keyword of three characters may begin. */
  readonly #three = new Uint8Array(TABLE_SIZE);
  /** 1 where a longer one may begin. */
  readonly #four = new Uint8Array(TABLE_SIZE);
  /** First three characters → keywords, the longest first. */
  readonly #byStart = new Map<string, string[]>();
  /** Keywords of two characters: looked for one by one. */
  readonly #short: string[] = [];

  /** Keywords are ASCII. */
  constructor(words: Iterable<string>) {
    for (const word of [...words].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))) {
      if (word.length < 3) {
        this.#short.push(word);
        continue;
      }
      const [a, b, c, d] = Buffer.from(word, "latin1");
      if (d === undefined) this.#three[mixThree(a!, b!, c!)] = 1;
      else this.#four[mixFour(a!, b!, c!, d)] = 1;
      const start = word.slice(0, 3);
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), word]);
    }
  }

  /**
   * Calls `found` for the longest keyword at each place, from left to right; then for those of two characters.
   * Places may overlap. One at the very end has nothing behind it and is left out.
   */
  each(text: string, found: (keyword: string, offset: number) => void): void {
    if (text.length > bytes.length) bytes = Buffer.alloc(text.length * 2);
    // One byte for each unit, so that offsets stay; what is no ASCII may look like it, and is compared again.
    const end = bytes.write(text, 0, text.length, "latin1") - 3;
    const three = this.#three;
    const four = this.#four;
    const source = bytes;
    let a = source[0]!;
    let b = source[1]!;
    let c = source[2]!;
    for (let at = 0; at < end; at += 1) {
      const d = source[at + 3]!;
      if (
        four[((a << 10) ^ (b << 7) ^ (c << 3) ^ d ^ (d << 5)) & MASK] === 1 ||
        three[((a << 9) ^ (b << 4) ^ c ^ (a >> 2)) & MASK] === 1
      ) {
        const word = this.#at(text, at);
        if (word !== undefined) found(word, at);
      }
      a = b;
      b = c;
      c = d;
    }
    for (const word of this.#short) {
      for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) found(word, at);
    }
  }

  #at(text: string, offset: number): string | undefined {
    return this.#byStart.get(text.slice(offset, offset + 3))?.find((word) => text.startsWith(word, offset));
  }
}
