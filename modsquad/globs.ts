/** Glob matching, in a module of its own: who has no globs to match does not load it. */
import picomatch from "picomatch";

/** Tells whether a path, POSIX and relative, matches one of the globs. */
export function matcher(globs: string | readonly string[]): (path: string) => boolean {
  return picomatch(typeof globs === "string" ? globs : [...globs], { dot: true });
}

/** The part of a glob before its first magic character: the folder to look in, or the whole of a plain path. */
export function baseOf(glob: string): string {
  return picomatch.scan(glob).base;
}
