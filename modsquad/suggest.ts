/** The nearest valid name for a mistyped one. */

/**
 * Edits (insert, delete, replace, swap of neighbours) that turn `from` into `to`.
 * Optimal string alignment, the restricted Damerau-Levenshtein distance.
 */
export function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) cost = Math.min(cost, before[column - 2]! + 1);
      current.push(cost);
    }
    before = last;
    last = current;
  }
  return last[to.length]!;
}

/** Spelling without what people mix up: case, dashes, underscores, dots. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_. ]/g, "");
}

/**
 * The candidate a person most likely meant, or null when nothing is near: at most one edit in three
 * characters, or one name begins the other (at least three characters of it). Ties: the first candidate.
 */
export function suggest(name: string, candidates: Iterable<string>): string | null {
  const wanted = plain(name);
  let best: string | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const offered = plain(candidate);
    let cost = editDistance(wanted, offered);
    const limit = Math.max(1, Math.floor(Math.max(wanted.length, offered.length) / 3));
    const begins =
      Math.min(wanted.length, offered.length) >= 3 &&
      (offered.startsWith(wanted) || wanted.startsWith(offered));
    if (cost > limit && begins) cost = limit + 0.5;
    else if (cost > limit) continue;
    if (cost < bestCost) {
      best = candidate;
      bestCost = cost;
    }
  }
  return best;
}

/** `Did you mean "x"? ` (with the space) or "". */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const nearest = suggest(name, candidates);
  return nearest === null ? "" : `Did you mean "${nearest}"? `;
}
