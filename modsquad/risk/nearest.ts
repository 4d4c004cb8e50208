import { editDistance } from "../suggest.ts";

/** The valid name closest to what was typed, however far, or null when there is none to choose from. */
export function nearest(word: string, names: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const distance = editDistance(word.slice(0, 64).toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** True when `word` is so close to `name` that it is more likely a slip than a new name. */
export function looksLikeSlip(word: string, name: string): boolean {
  if (word === name || name.length < 4) return false;
  return editDistance(word, name) <= (name.length >= 6 ? 2 : 1);
}
