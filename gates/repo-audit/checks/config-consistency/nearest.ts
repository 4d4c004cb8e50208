/** The name somebody most likely meant. */

/** Edits between two short words, two neighbouring letters exchanged being one (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i += 1) {
    const [last, row] = [rows[i - 1]!, [i]];
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + change));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1);
      }
    }
    rows.push(row);
  }
  return rows.at(-1)!.at(-1)!;
}

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** The closest of the names, if it is close: a third of the letters may differ, or one contains the other. */
export function nearest(wrong: string, names: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const name of [...names].sort()) {
    const [a, b] = [bare(wrong), bare(name)];
    const contains = Math.min(a.length, b.length) >= 2 && (a.includes(b) || b.includes(a));
    const value = a === b ? 0 : contains ? 1 : distance(a, b);
    if (value < least && (contains || value <= Math.max(1, Math.floor(Math.max(a.length, b.length) / 3)))) {
      best = name;
      least = value;
    }
  }
  return best;
}
