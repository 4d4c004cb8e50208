/**
 * s_c, the share of a class that survives the gates covering it:
 * (1−ρ)·Π(1 − d·e) + ρ·min(1 − d·e). With ρ = 0 gates miss independently; with ρ = 1 they all miss
 * what the best of them misses. 1 when no gate covers the class.
 */
export function survivors(passing: readonly number[], commonCause: number): number {
  let product = 1;
  let least = 1;
  for (const share of passing) {
    product *= share;
    if (share < least) least = share;
  }
  return blend(product, least, commonCause);
}

/** The two ends of the common-cause model, weighted. */
export function blend(product: number, least: number, commonCause: number): number {
  return (1 - commonCause) * product + commonCause * least;
}
