// Parts of this project, compiled from the sources and imported, as the proofs that compare them with others use them.
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/** A module that exports names of source files: { "./gates/…/a.ts": ["one", "two"] }. Packages are loaded as installed. */
export async function bundled(exports) {
  // Below this project, so that what is compiled finds its packages.
  const folder = mkdtempSync(path.join(process.cwd(), "node_modules", ".proof-"));
  const outfile = path.join(folder, "ours.mjs");
  const lines = Object.entries(exports).map(
    ([from, names]) => `export { ${names.join(", ")} } from "${from}";`,
  );
  try {
    await build({
      stdin: { contents: lines.join("\n"), resolveDir: process.cwd() },
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      define: { __BUILD__: '"prove"' },
      outfile,
      logLevel: "error",
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
