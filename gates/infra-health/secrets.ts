/** Keeps credentials out of everything a person reads. */

const MASK = "***";
const SENSITIVE = /passw|secret|token|key|credential|auth/i;
/** Shorter values would tear holes into every sentence. */
const SHORTEST = 4;

export class Masker {
  readonly #values = new Set<string>();

  add(value: string | undefined): void {
    if (value === undefined || value.length < SHORTEST) return;
    this.#values.add(value);
    this.#values.add(encodeURIComponent(value));
  }

  /** The credentials inside an address, in both spellings. */
  addAddress(text: string): void {
    const secret = /^[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:([^\s@]+)@/i.exec(text)?.[1];
    if (secret === undefined) return;
    this.add(secret);
    try {
      this.add(decodeURIComponent(secret));
    } catch {
      // Not percent-encoded: it was added as it is.
    }
  }

  addVariables(variables: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(variables)) {
      if (value === undefined) continue;
      if (SENSITIVE.test(name)) this.add(value);
      this.addAddress(value);
    }
  }

  mask(text: string): string {
    let masked = text;
    for (const value of [...this.#values].sort((one, other) => other.length - one.length)) {
      masked = masked.replaceAll(value, MASK);
    }
    return masked;
  }
}

/** "postgres://ana:pw@db:5432/shop?x=1" → "postgres://db:5432/shop": what an address says to people. */
export function plainAddress(text: string): string {
  if (!URL.canParse(text)) return text.replace(/\/\/[^/@\s]*@/, "//");
  const url = new URL(text);
  return url.host === "" ? text : `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}
