/** Numbers as pages write them. Pure. */

export interface ShownNumber {
  value: number;
  /** Half of the last digit shown: what rounding may have taken away. */
  half: number;
}

/** "$1,234.50", "1.234,50 €", "−0.83%", "12 pieces" → the first number; null when there is none. */
export function numberIn(text: string): ShownNumber | null {
  const match = /[-+−–]?\s*\p{Sc}?\s*\d[\d.,'’\u00a0\u202f ]*/u.exec(text);
  if (!match) return null;
  const sign = /^[-−–]/.test(match[0].trim()) ? -1 : 1;
  const digits = match[0].replace(/[^\d.,]/g, "").replace(/[.,]+$/, "");
  const point = decimalPoint(digits);
  const whole = (point === -1 ? digits : digits.slice(0, point)).replace(/[.,]/g, "");
  const fraction = point === -1 ? "" : digits.slice(point + 1);
  const value = sign * Number(`${whole}.${fraction || "0"}`);
  return { value, half: 0.5 * 10 ** -fraction.length };
}

/** Where the decimals begin: the last sign, unless it groups thousands. */
function decimalPoint(digits: string): number {
  const last = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
  if (last === -1) return -1;
  const sign = digits[last]!;
  const others = digits.includes(sign === "." ? "," : ".");
  const repeated = digits.indexOf(sign) !== last;
  if (repeated) return -1;
  // "1,234" groups, "1,23" and "1.234,5" do not; "1.234" is read as English: one and a bit.
  if (sign === "," && !others && /^,\d{3}$/.test(digits.slice(last))) return -1;
  return last;
}
