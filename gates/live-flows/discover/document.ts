/** Which file of a repository describes its API. */
import type { TrackedFile } from "../../../modsquad/contracts/gate.ts";

const DOCUMENT = /(^|\/)(openapi|swagger)\.(json|ya?ml)$/i;
const NOT_THE_PRODUCT = /(^|\/)(node_modules|vendor|fixtures?|tests?|__tests__|testdata)\//i;

/** The OpenAPI document of a repository: the one nearest to the root. */
export function findDocument(files: readonly TrackedFile[]): string | null {
  const candidates = files
    .map((file) => file.path)
    .filter((path) => DOCUMENT.test(path) && !NOT_THE_PRODUCT.test(path));
  candidates.sort(
    (one, other) => one.split("/").length - other.split("/").length || one.localeCompare(other),
  );
  return candidates[0] ?? null;
}
