/** How many random cases a property sees: a tenth in the suite, all of them by `npm run prove properties`. */
export function fullSize(count: number): number {
  return process.env.META_ORCH_FULL_SIZE === "1" ? count : Math.ceil(count / 10);
}
