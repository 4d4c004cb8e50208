// Builds dist/: one ESM entry per program, worker and gate, with shared code in split chunks.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { commonJsNames } from "./commonjs-names.mjs";

const root = new URL("..", import.meta.url);
process.chdir(root.pathname);
const pkg = JSON.parse(await readFile("package.json", "utf8"));

const folders = (dir) =>
  existsSync(dir)
    ? readdirSync(dir, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && existsSync(`${dir}/${entry.name}/index.ts`))
        .map((entry) => entry.name)
    : [];

const entryPoints = {
  "meta-orch": "scripts/meta-orch.ts",
  "meta-dashboard": "scripts/meta-dashboard.ts",
  index: "modsquad/index.ts",
  "gate-worker": "modsquad/engine/gate-worker.ts",
  ...Object.fromEntries(folders("gates").map((id) => [`gates/${id}`, `gates/${id}/index.ts`])),
};

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints,
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  sourcemap: "linked",
  sourcesContent: false,
  legalComments: "linked",
  logLevel: "warning",
  // What is installed beside us stays outside; development libraries on our paths are bundled.
  external: Object.keys(pkg.dependencies ?? {}).flatMap((name) => [name, `${name}/*`]),
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  plugins: [commonJsNames],
  define: { __VERSION__: JSON.stringify(pkg.version) },
});

// The manifest holds what the plan needs of every built-in gate, so that planning imports no gate.
mkdirSync("dist/gates", { recursive: true });
const manifest = [];
for (const id of folders("gates")) {
  const { default: gate } = await import(new URL(`dist/gates/${id}.js`, root).href);
  const { detect, inputs, run, fix, commands, ...info } = gate;
  manifest.push({
    ...info,
    hasFix: Boolean(fix),
    commands: (commands ?? []).map(({ name, summary }) => ({ name, summary })),
  });
}
await writeFile("dist/gates/manifest.json", JSON.stringify(manifest));
for (const id of folders("gates")) {
  if (existsSync(`gates/${id}/data`))
    cpSync(`gates/${id}/data`, `dist/gates/data/${id}`, { recursive: true });
}
