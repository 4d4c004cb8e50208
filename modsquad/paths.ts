/** Where the product itself is installed: its package folder and its built files. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

let packageDir: string | undefined;

/** The folder that holds package.json, schema/ and dist/. Works from dist/, from dist/chunks/ and from source. */
export function packageDirectory(): string {
  if (packageDir) return packageDir;
  let dir = dirname(fileURLToPath(import.meta.url));
  // Folders below dist/ have a package.json too, which only names the module format.
  while (!existsSync(join(dir, "package.json")) || !existsSync(join(dir, "schema"))) {
    const parent = dirname(dir);
    if (parent === dir) throw new Error("Internal error: the package folder of meta-orch was not found");
    dir = parent;
  }
  packageDir = dir;
  return dir;
}

/** Absolute path of a built file, such as "gates/manifest.json". */
export function distFile(...parts: string[]): string {
  return join(packageDirectory(), "dist", ...parts);
}
