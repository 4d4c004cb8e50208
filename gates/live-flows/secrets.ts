/** Values that must not be shown, and how to take them out of a text. */

const MASK = "***";
/** Shorter ones would tear holes into every sentence. */
const SHORTEST = 3;
/** A declared variable may as well be a port or a country: short values count only under a telling name. */
const SHORTEST_DECLARED = 6;

/** Names of headers, query parameters and captures whose values are secret. */
const SENSITIVE =
  /auth|token|secret|passw|credential|session|cookie|api-?_?key|^key$|access-?_?key|private|signature|^sig$|jwt/i;

export const isSensitiveName = (name: string) => SENSITIVE.test(name);

/** Every secret a run has met. Texts for people pass through `mask`. */
export class Secrets {
  #values: string[] = [];

  add(value: string): void {
    const trimmed = value.trim();
    if (trimmed.length < SHORTEST || this.#values.includes(trimmed)) return;
    for (const form of new Set([
      trimmed,
      encodeURIComponent(trimmed),
      JSON.stringify(trimmed).slice(1, -1),
    ])) {
      this.#values.push(form);
    }
    // Longest first, or the end of a value that holds another one would stay.
    this.#values.sort((one, other) => other.length - one.length);
  }

  /** A declared environment variable. */
  declare(name: string, value: string): void {
    if (value.length >= SHORTEST_DECLARED || isSensitiveName(name)) this.add(value);
  }

  mask(text: string): string {
    let masked = text;
    for (const value of this.#values) masked = masked.replaceAll(value, MASK);
    return masked;
  }
}
