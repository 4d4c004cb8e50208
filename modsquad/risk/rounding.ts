/** Percent for people: two decimals, and whatever is printed adds up to the printed sum. */

/** Hundredths of a percent, the unit everything is printed in. */
export function toUnits(pct: number): number {
  return Math.round(pct * 100);
}

/**
 * Divides `total` units over the values in proportion, by largest remainder (Hamilton): each gets its
 * share rounded down, and the units left go to the largest remainders, earlier values first.
 */
export function apportion(values: readonly number[], total: number): number[] {
  const sum = values.reduce((a, b) => a + b, 0);
  if (sum <= 0) return values.map(() => 0);
  const exact = values.map((value) => (value / sum) * total);
  const units = exact.map(Math.floor);
  const byRemainder = exact
    .map((_, i) => i)
    .sort((a, b) => exact[b]! - units[b]! - (exact[a]! - units[a]!) || a - b);
  let left = total - units.reduce((a, b) => a + b, 0);
  for (const i of byRemainder) {
    if (left <= 0) break;
    units[i]!++;
    left--;
  }
  return units;
}

/** "0.60"; "<0.01" for what is positive but has no unit; "0.00" only for exactly nothing. */
export function printUnits(units: number, exact: number): string {
  if (units === 0 && exact > 0) return "<0.01";
  return (units / 100).toFixed(2);
}

/** The same for a number that stands alone. */
export function printPct(pct: number): string {
  return printUnits(toUnits(pct), pct);
}

/** A limit somebody set: as many digits as it has, two at least. */
export function printLimit(pct: number): string {
  return Number(pct.toFixed(2)) === pct ? pct.toFixed(2) : String(pct);
}
