// esbuild plugin: a dynamic import of a bundled CommonJS package offers the same names as it does in Node.
// With code splitting esbuild gives such an import a default export only, so code that runs from source
// would break in the bundle. A small module in between names what the package exports.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const RESERVED = new Set([
  "default",
  "delete",
  "import",
  "export",
  "new",
  "function",
  "class",
  "null",
  "true",
  "false",
]);

function isCommonJs(file) {
  if (file.endsWith(".cjs")) return true;
  if (!file.endsWith(".js")) return false;
  for (let dir = dirname(file); dir !== dirname(dir); dir = dirname(dir)) {
    try {
      return JSON.parse(readFileSync(join(dir, "package.json"), "utf8")).type !== "module";
    } catch {
      // No package.json here: look further up.
    }
  }
  return true;
}

export const commonJsNames = {
  name: "commonjs-names",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind !== "dynamic-import" || pluginData === "seen" || path.startsWith("node:")) return undefined;
      const resolved = await build.resolve(path, { kind, importer, resolveDir, pluginData: "seen" });
      if (resolved.external || resolved.errors.length > 0 || !isCommonJs(resolved.path)) return resolved;
      return { path: resolved.path, namespace: "commonjs-names" };
    });
    build.onLoad({ filter: /.*/, namespace: "commonjs-names" }, ({ path }) => {
      const names = Object.keys(require(path)).filter((name) => IDENTIFIER.test(name) && !RESERVED.has(name));
      const contents = `import m from ${JSON.stringify(path)};\nexport default m;\nexport const { ${names.join(", ")} } = m;\n`;
      return { contents, resolveDir: dirname(path), loader: "js" };
    });
  },
};
