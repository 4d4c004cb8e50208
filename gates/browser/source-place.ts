/** From an address the product serves to the file of the repository it comes from. */
import type { TrackedFile } from "../../modsquad/contracts/gate.ts";

const ELSEWHERE = /(^|\/)(node_modules|dist|build|coverage|\.next|tests?|fixtures?)\//;

/** The file whose path shares the longest end with the address; null when none or several do. */
export function sourcePlaces(files: readonly TrackedFile[], base: string): (url: string) => string | null {
  const byName = new Map<string, string[]>();
  for (const { path } of files) {
    if (ELSEWHERE.test(path)) continue;
    const name = path.slice(path.lastIndexOf("/") + 1);
    byName.set(name, [...(byName.get(name) ?? []), path]);
  }
  const { origin } = new URL(base);
  return (url) => {
    if (!URL.canParse(url) || new URL(url).origin !== origin) return null;
    let wanted: string[];
    try {
      wanted = decodeURIComponent(new URL(url).pathname).split("/").filter(Boolean).reverse();
    } catch {
      return null;
    }
    const candidates = byName.get(wanted[0] ?? "") ?? [];
    const shared = candidates.map((path) => {
      const parts = path.split("/").reverse();
      const differs = parts.findIndex((part, at) => part !== wanted[at]);
      return { path, length: differs === -1 ? parts.length : differs };
    });
    shared.sort((a, b) => b.length - a.length);
    const [best, second] = shared;
    return best && best.length !== second?.length ? best.path : null;
  };
}
