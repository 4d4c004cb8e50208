/** The text of axe-core, read once: it is evaluated in pages, never imported (an import would need a DOM). */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

let loaded: { text: string; version: string } | null = null;

/** axe-core as one script, and its version. Throws when the package is not installed. */
export function axeSource(): { text: string; version: string } {
  if (!loaded) {
    const require = createRequire(import.meta.url);
    const { version } = JSON.parse(readFileSync(require.resolve("axe-core/package.json"), "utf8"));
    loaded = { text: readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"), version };
  }
  return loaded;
}
