// Plugins of the build.
import { readFileSync, writeFileSync } from "node:fs";
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
  // Built for bundlers, whatever the package says its .js files are.
  if (!file.endsWith(".js") || file.includes("/esm/")) return false;
  for (let dir = dirname(file); dir !== dirname(dir); dir = dirname(dir)) {
    try {
      return JSON.parse(readFileSync(join(dir, "package.json"), "utf8")).type !== "module";
    } catch {
      // No package.json here: look further up.
    }
  }
  return true;
}

/**
 * A dynamic import of a bundled CommonJS package offers the same names as it does in Node. With code splitting
 * esbuild gives such an import a default export only, so code that runs from source would break in the bundle.
 * A small module in between names what the package exports.
 */
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

/** The command that is run from a code cache of its own, as the command line itself is. */
const SCRIPT = "dashboard";

/**
 * Leaves to files of their own what the command line loads on demand: packages, generated code, and commands
 * that are typed now and then. `lib` collects name → file to build; the import becomes `./esm/lib/<name>.js`,
 * or `./lib/<name>.js` for a script.
 */
export const onDemand = (lib) => ({
  name: "on-demand",
  setup(build) {
    build.onResolve(
      {
        filter:
          /^[^./]|\.generated\.mjs$|\/parse\/index\.ts$|^\.\/(hook|waive|waivers|baseline|fix|init|relay|dashboard)\.ts$/,
      },
      async (args) => {
        const { path, kind, importer, resolveDir, pluginData } = args;
        if (kind !== "dynamic-import" || pluginData === "seen" || path.startsWith("node:")) return undefined;
        const resolved = await build.resolve(path, { kind, importer, resolveDir, pluginData: "seen" });
        if (resolved.external || resolved.errors.length > 0) return resolved;
        const name = path
          .replace(/^(?:\.{1,2}\/)+/, "")
          .replace(/\.[a-z]+$/, "")
          .replaceAll(/[^\w-]+/g, "-");
        lib.set(name, isCommonJs(resolved.path) ? writeWrapper(name, path, resolveDir) : resolved.path);
        return { path: `./${name === SCRIPT ? "lib" : "esm/lib"}/${name}.js`, external: true };
      },
    );
  },
});

/** The entry of a CommonJS package goes through a dynamic import of its own, which names its exports. */
function writeWrapper(name, specifier, resolveDir) {
  const file = join("dist", `.${name}.entry.mjs`);
  const names = Object.keys(createRequire(join(resolveDir, "_"))(specifier)).filter(
    (key) => IDENTIFIER.test(key) && !RESERVED.has(key),
  );
  writeFileSync(
    file,
    `import m from ${JSON.stringify(specifier)};\nexport default m;\nexport const { ${names.join(", ")} } = m;\n`,
  );
  return file;
}

/**
 * blessed-contrib needs the maximum of lodash, and of gl-matrix the moving of points. What stands in for them is a
 * few lines; the packages would be 130 KB.
 */
export const smallContrib = {
  name: "small-contrib",
  setup(build) {
    build.onResolve({ filter: /^(?:lodash|gl-matrix)$/ }, ({ path, importer }) =>
      /blessed-contrib/.test(importer) ? { path, namespace: "small-contrib" } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "small-contrib" }, ({ path }) => ({
      contents: STAND_INS[path],
      loader: "js",
    }));
  },
};

/** What has to be said otherwise in a bundle: the end of a file's path, as it stands there, and instead of it. */
const REWORDED = [
  // A name that is put together is only followed by a bundler when it is whole.
  ["blessed/lib/widget.js", "require('./widgets/' + file)", "require('./widgets/' + file + '.js')"],
  // Node keeps quiet about this one below node_modules only, and its warning would be written over the picture.
  ["drawille-blessed-contrib/index.js", "new Buffer(", "Buffer.alloc("],
];

export const reworded = {
  name: "reworded",
  setup(build) {
    for (const [end, said, instead] of REWORDED) {
      const filter = new RegExp(`[\\\\/]${end.replaceAll(".", "\\.").replaceAll("/", "[\\\\/]")}$`);
      build.onLoad({ filter }, ({ path }) => {
        const contents = readFileSync(path, "utf8");
        if (!contents.includes(said)) return { errors: [{ text: `${path} no longer has ${said}` }] };
        return { contents: contents.replaceAll(said, instead), loader: "js" };
      });
    }
  },
};

const STAND_INS = {
  lodash: `exports.max = (values, of) => values.reduce((a, b) => (of(b) > of(a) ? b : a), values[0]);`,
  "gl-matrix": `exports.vec2 = {
    create: () => [0, 0],
    fromValues: (x, y) => [x, y],
    transformMat2d: (out, [x, y], [a, b, c, d, e, f]) => [a * x + c * y + e, b * x + d * y + f],
  };
  exports.mat2d = {
    create: () => [1, 0, 0, 1, 0, 0],
    clone: (m) => [...m],
    translate: (out, [a, b, c, d, e, f], [x, y]) => Object.assign(out, [a, b, c, d, a * x + c * y + e, b * x + d * y + f]),
  };`,
};
