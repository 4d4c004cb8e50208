/** Order of versions by Semantic Versioning 2.0, as OSV's SEMVER ranges want it. */

const PARTS = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?/;

function comparePre(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  const [left, right] = [a.split("."), b.split(".")];
  for (const [at, part] of left.entries()) {
    const other = right[at];
    if (other === undefined) return 1;
    if (part === other) continue;
    const [one, two] = [/^\d+$/.test(part), /^\d+$/.test(other)];
    if (one && two) return Number(part) - Number(other);
    if (one !== two) return one ? -1 : 1;
    return part < other ? -1 : 1;
  }
  return left.length - right.length;
}

/** Negative when a comes first; null when one of them is no version. */
export function compareVersions(a: string, b: string): number | null {
  const [left, right] = [PARTS.exec(a), PARTS.exec(b)];
  if (!left || !right) return null;
  for (const at of [1, 2, 3]) {
    const difference = Number(left[at] ?? 0) - Number(right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return comparePre(left[4], right[4]);
}
