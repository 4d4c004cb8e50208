// Builds dist/:
//   meta-orch.js   the launcher; cli.js is everything a run needs in one CommonJS file, because one file with
//                  V8's code cache beside it starts in a fraction of the time that forty small modules take
//   esm/           what is loaded on demand or by others: gates, worker, the library, heavy packages
//   web/           the web dashboard, served by the relay
//   gates/manifest.json, types/
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { commonJsNames, onDemand, smallContrib, wholeNames } from "./build-plugins.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const pkg = JSON.parse(readFileSync("package.json", "utf8"));
const installed = Object.keys(pkg.dependencies ?? {});

const gateIds = readdirSync("gates", { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`gates/${entry.name}/index.ts`))
  .map((entry) => entry.name);

const common = {
  bundle: true,
  platform: "node",
  target: "node20.19",
  minify: true,
  sourcemap: "linked",
  sourcesContent: false,
  legalComments: "linked",
  logLevel: "warning",
  // Its main file is a UMD wrapper that hides its requires from a bundler.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
  // What is installed beside us stays outside; development libraries on our paths are bundled.
  external: installed.flatMap((name) => [name, `${name}/*`]),
  define: { __VERSION__: JSON.stringify(pkg.version) },
};

const REQUIRE = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/gates", { recursive: true });
mkdirSync("dist/esm", { recursive: true });
writeFileSync("dist/package.json", '{"type":"commonjs"}\n');
writeFileSync("dist/esm/package.json", '{"type":"module"}\n');

// The command line, with what it loads on demand left to esm/lib.
const lib = new Map();
await build({
  ...common,
  entryPoints: { cli: "modsquad/cli/main.ts" },
  outdir: "dist",
  format: "cjs",
  define: { ...common.define, "import.meta.url": "__moduleUrl" },
  banner: { js: 'const __moduleUrl=require("node:url").pathToFileURL(__filename).href;' },
  plugins: [onDemand(lib)],
});
// A script with a code cache cannot import by itself, so the launcher does it for it.
writeFileSync(
  "dist/cli.js",
  readFileSync("dist/cli.js", "utf8").replaceAll(/(?<![\w$."'`])import\(/g, "__import("),
);
const code = createHash("sha256").update(readFileSync("dist/cli.js")).digest("hex").slice(0, 12);
await build({
  ...common,
  entryPoints: { "meta-orch": "scripts/meta-orch.ts", "meta-dashboard": "scripts/meta-dashboard.ts" },
  outdir: "dist",
  bundle: false,
  external: undefined,
  alias: undefined,
  format: "cjs",
  define: { ...common.define, __CODE__: JSON.stringify(code) },
});
for (const program of ["meta-orch", "meta-dashboard"]) chmodSync(`dist/${program}.js`, 0o755);

const dashboard = lib.get("dashboard");
lib.delete("dashboard");
await build({
  ...common,
  entryPoints: {
    index: "modsquad/index.ts",
    "gate-worker": "modsquad/engine/gate-worker.ts",
    ...Object.fromEntries(gateIds.map((id) => [`gates/${id}`, `gates/${id}/index.ts`])),
    ...Object.fromEntries([...lib].map(([name, file]) => [`lib/${name}`, file])),
  },
  outdir: "dist/esm",
  chunkNames: "chunks/[name]-[hash]",
  splitting: true,
  format: "esm",
  banner: { js: REQUIRE },
  plugins: [commonJsNames, smallContrib],
});

// The terminal dashboard in one file with its driver: a person waits for the first picture, and loading the forty
// files of the one and the thirty chunks of the other takes longer than drawing it.
await build({
  ...common,
  entryPoints: { dashboard },
  outdir: "dist/esm/lib",
  format: "esm",
  // Terminals inside the terminal, which the driver offers and nobody here asks for.
  external: [...common.external, "term.js", "pty.js"],
  banner: { js: `${REQUIRE}const __dirname=import.meta.dirname;` },
  plugins: [smallContrib, wholeNames],
});
// What the driver knows of terminals, for machines without terminfo.
mkdirSync("dist/esm/usr");
for (const name of ["linux", "xterm", "xterm-256color"])
  copyFileSync(`node_modules/blessed/usr/${name}`, `dist/esm/usr/${name}`);

// The web dashboard: one script, one style, nothing from anywhere else.
const web = "modsquad/dashboard/web";
await build({
  ...common,
  entryPoints: { app: `${web}/main.ts` },
  outdir: "dist/web",
  platform: "browser",
  target: "es2022",
  format: "esm",
  external: [],
  sourcemap: false,
});
for (const file of ["index.html", "icon.svg"]) copyFileSync(`${web}/${file}`, `dist/web/${file}`);

for (const file of lib.values()) if (file.endsWith(".entry.mjs")) rmSync(file);

// The manifest holds what the plan needs of every built-in gate, so that planning imports no gate.
const manifest = [];
for (const id of gateIds) {
  const { default: gate } = await import(pathToFileURL(`dist/esm/gates/${id}.js`).href);
  const { detect, inputs, run, fix, commands = [], ...info } = gate;
  const offered = commands.map(({ name, summary }) => ({ name, summary }));
  manifest.push({ ...info, hasFix: Boolean(fix), commands: offered });
}
writeFileSync("dist/gates/manifest.json", JSON.stringify(manifest));

if (!process.argv.includes("--no-types")) {
  const tsc = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json"], {
    stdio: "inherit",
  });
  if (tsc.status !== 0) process.exitCode = 1;
}
