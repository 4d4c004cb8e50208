/**
 * Finds any of a thousand keywords in one pass. A regular expression of that many alternatives looks at each of
 * them at every character; tables of what the first characters may be pass over nearly all of the text at once.
 */

/** Five bits a character, three characters. */
const START_SIZE = 1 << 15;
const START_MASK = START_SIZE - 1;
const FOUR_SIZE = 1 << 16;
const FOUR_MASK = FOUR_SIZE - 1;

/** The bytes of the text that is looked at; grows to the longest. */
let bytes = Buffer.alloc(1 << 20);

/** The start of a text moved on by one character: what lies further back than three has left it. */
const moveOn = (start: number, next: number): number => ((start << 5) ^ next) & START_MASK;
const mixFour = (a: number, b: number, c: number, d: number): number =>
  ((a << 10) ^ (b << 7) ^ (c << 3) ^ d ^ (d << 5)) & FOUR_MASK;

/** No keyword begins like this; one of more than three characters may; one of three may, or any. */
const NONE = 0;
const LONGER = 1;
const ANY = 2;

export class Keywords {
  readonly #starts = new Uint8Array(START_SIZE);
  /** 1 where a keyword of more than three characters may begin. */
  readonly #four = new Uint8Array(FOUR_SIZE);
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
      const hash = moveOn(moveOn(moveOn(0, a!), b!), c!);
      if (d === undefined) this.#starts[hash] = ANY;
      else {
        this.#starts[hash] = Math.max(this.#starts[hash]!, LONGER);
        this.#four[mixFour(a!, b!, c!, d)] = 1;
      }
      const start = word.slice(0, 3);
      const known = this.#byStart.get(start);
      if (known) known.push(word);
      else this.#byStart.set(start, [word]);
    }
  }

  /**
   * Calls `found` for the longest keyword at each place, from left to right; then for those of two characters.
   * Places may overlap.
   */
  each(text: string, found: (keyword: string, offset: number) => void): void {
    if (text.length >= bytes.length) bytes = Buffer.alloc(text.length * 2);
    // One byte for each unit, so that offsets stay; what is no ASCII may look like it, and is compared again.
    const length = bytes.write(text, 0, text.length, "latin1");
    bytes[length] = 0;
    const source = bytes;
    const starts = this.#starts;
    let hash = moveOn(moveOn(0, source[0]!), source[1]!);
    for (let last = 2; last < length; last += 1) {
      hash = ((hash << 5) ^ source[last]!) & START_MASK;
      const kind = starts[hash]!;
      if (kind === NONE) continue;
      const at = last - 2;
      if (kind === LONGER) {
        const four = mixFour(source[at]!, source[at + 1]!, source[last]!, source[last + 1]!);
        if (this.#four[four] !== 1) continue;
      }
      const word = this.#at(text, at);
      if (word !== undefined) found(word, at);
    }
    for (const word of this.#short) {
      for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) found(word, at);
    }
  }

  /** Every keyword that is somewhere in the text. */
  within(text: string): Set<string> {
    const found = new Set<string>();
    this.each(text, (word) => found.add(word));
    // Of several words that begin at one place the longest was told.
    for (const word of found) for (const shorter of this.#beginningsOf(word)) found.add(shorter);
    return found;
  }

  #beginningsOf(word: string): string[] {
    const sharing = this.#byStart.get(word.slice(0, 3)) ?? [];
    return sharing.filter((each) => each !== word && word.startsWith(each));
  }

  #at(text: string, offset: number): string | undefined {
    return this.#byStart.get(text.slice(offset, offset + 3))?.find((word) => text.startsWith(word, offset));
  }
}
