// Builds dist/:
//   meta-orch.js   the launcher; cli.js is everything a run needs in one CommonJS file, because one file with
//                  V8's code cache beside it starts in a fraction of the time that forty small modules take;
//                  lib/dashboard.js is the same for the terminal dashboard
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
import { commonJsNames, onDemand, reworded, smallContrib } from "./build-plugins.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const pkg = JSON.parse(readFileSync("package.json", "utf8"));
const installed = Object.keys(pkg.dependencies ?? {});

const gateIds = readdirSync("gates", { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`gates/${entry.name}/index.ts`))
  .map((entry) => entry.name);

const digestOf = (content) => createHash("sha256").update(content).digest("hex").slice(0, 12);

/** Of every source, and of the list of what is installed: no two builds that differ have it in common. */
function digestOfSources() {
  const sources = ["gates", "modsquad"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/[\\/](fixtures|logs)([\\/]|$)/.test(entry.parentPath))
      .map((entry) => `${entry.parentPath}/${entry.name}`),
  );
  const parts = [...sources.sort(), "package-lock.json"].map(
    (file) => `${file} ${digestOf(readFileSync(file))}`,
  );
  return digestOf(parts.join("\n"));
}

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
  define: { __VERSION__: JSON.stringify(pkg.version), __BUILD__: JSON.stringify(digestOfSources()) },
};

const REQUIRE = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/gates", { recursive: true });
mkdirSync("dist/esm", { recursive: true });
writeFileSync("dist/package.json", '{"type":"commonjs"}\n');
writeFileSync("dist/esm/package.json", '{"type":"module"}\n');

/** Builds a file that the launcher runs from V8's code cache; returns the digest of its content. */
async function buildScript(name, entry, options) {
  await build({
    ...common,
    entryPoints: { [name]: entry },
    outdir: "dist",
    format: "cjs",
    define: { ...common.define, "import.meta.url": "__moduleUrl" },
    banner: { js: 'const __moduleUrl=require("node:url").pathToFileURL(__filename).href;' },
    ...options,
  });
  const file = `dist/${name}.js`;
  // A script with a code cache cannot import by itself, so the launcher does it for it.
  const code = readFileSync(file, "utf8").replaceAll(/(?<![\w$."'`])import\(/g, "__import(");
  writeFileSync(file, code);
  return digestOf(code);
}

// The command line, with what it loads on demand left to esm/lib.
const lib = new Map();
const scripts = {};
scripts["cli.js"] = await buildScript("cli", "modsquad/cli/main.ts", { plugins: [onDemand(lib)] });

// The terminal dashboard in one file with its driver: a person waits for the first picture, and loading the forty
// files of the one and the thirty chunks of the other takes longer than drawing it.
scripts["lib/dashboard.js"] = await buildScript("lib/dashboard", "modsquad/cli/dashboard-main.ts", {
  // Terminals inside the terminal, which the driver offers and nobody here asks for.
  external: [...common.external, "term.js", "pty.js"],
  plugins: [smallContrib, reworded],
});
lib.delete("dashboard");
// What the driver knows of terminals, for machines without terminfo.
mkdirSync("dist/usr");
for (const name of ["linux", "xterm", "xterm-256color"])
  copyFileSync(`node_modules/blessed/usr/${name}`, `dist/usr/${name}`);

await build({
  ...common,
  entryPoints: { "meta-orch": "scripts/meta-orch.ts", "meta-dashboard": "scripts/meta-dashboard.ts" },
  outdir: "dist",
  bundle: false,
  external: undefined,
  alias: undefined,
  format: "cjs",
  define: { ...common.define, __SCRIPTS__: JSON.stringify(scripts) },
});
for (const program of ["meta-orch", "meta-dashboard"]) chmodSync(`dist/${program}.js`, 0o755);

/** What a gate starts in threads of its own: gates/ID/NAME.worker.ts. */
const workersOf = (id) =>
  readdirSync(`gates/${id}`)
    .filter((name) => name.endsWith(".worker.ts"))
    .map((name) => `${id}/${name.slice(0, -3)}`);

await build({
  ...common,
  entryPoints: {
    index: "modsquad/index.ts",
    "gate-worker": "modsquad/engine/gate-worker.ts",
    ...Object.fromEntries(gateIds.map((id) => [`gates/${id}`, `gates/${id}/index.ts`])),
    ...Object.fromEntries(gateIds.flatMap(workersOf).map((name) => [`gates/${name}`, `gates/${name}.ts`])),
    ...Object.fromEntries([...lib].map(([name, file]) => [`lib/${name}`, file])),
  },
  outdir: "dist/esm",
  chunkNames: "chunks/[name]-[hash]",
  splitting: true,
  format: "esm",
  banner: { js: REQUIRE },
  plugins: [commonJsNames, smallContrib],
});

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
  // Chunks are named by their content, so what is begun with stands for all of a gate's code.
  const begun = [id, ...workersOf(id)].map((name) => readFileSync(`dist/esm/gates/${name}.js`));
  const code = digestOf(Buffer.concat(begun));
  manifest.push({ ...info, code, hasFix: Boolean(fix), commands: offered });
}
writeFileSync("dist/gates/manifest.json", JSON.stringify(manifest));

if (!process.argv.includes("--no-types")) {
  const tsc = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json"], {
    stdio: "inherit",
  });
  if (tsc.status !== 0) process.exitCode = 1;
}
