// What the proof and the benchmark of the gate design-dna share: the gate bundled from source, and a context.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = resolve(new URL("../..", import.meta.url).pathname);

/** A temporary folder. */
export const temporary = (name) => mkdtempSync(join(tmpdir(), `meta-orch-${name}-`));

/** Bundles modules of the source tree and imports them: { name: module, urls: { name: url } }. */
export async function load(entries) {
  // Below the repository, so that what is installed is found; node_modules is never committed.
  const outdir = join(ROOT, "node_modules", ".cache", "design-dna-proof");
  mkdirSync(outdir, { recursive: true });
  await build({
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(ROOT, path)])),
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    outExtension: { ".js": ".mjs" },
    external: ["oxc-parser"],
    define: { __BUILD__: '"prove"' },
    logLevel: "error",
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  const modules = { urls: {} };
  for (const name of Object.keys(entries)) {
    modules.urls[name] = pathToFileURL(join(outdir, `${name}.mjs`)).href;
    modules[name] = await import(modules.urls[name]);
  }
  return modules;
}

/** Files below a folder as the engine would list them; node_modules left out. */
export function listFiles(root, folder = root, found = []) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "node_modules" && entry.name !== ".git") listFiles(root, path, found);
    } else if (entry.isFile()) {
      found.push({ path: relative(root, path), oid: "", mode: "100644", size: statSync(path).size });
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function exec(file, args, options = {}) {
  return new Promise((done) => {
    const child = spawn(file, args, { cwd: options.cwd, stdio: ["ignore", "pipe", "pipe"] });
    const out = [];
    child.stdout.on("data", (chunk) => out.push(chunk));
    child.on("error", (error) =>
      done({ code: null, signal: null, stdout: "", stderr: "", truncated: false, error: error.code }),
    );
    child.on("close", (code, signal) =>
      done({ code, signal, stdout: Buffer.concat(out).toString(), stderr: "", truncated: false }),
    );
  });
}

/** A context over a folder. */
export function contextFor(gate, root, extra = {}) {
  return {
    runId: "proof",
    mode: "full",
    env: "workstation",
    root,
    dependenciesRoot: root,
    files: listFiles(root),
    changed: null,
    base: null,
    options: {},
    checks: Object.keys(gate.checks),
    upstream: {},
    history: [],
    secrets: {},
    artifactsDir: temporary("artifacts"),
    signal: new AbortController().signal,
    exec,
    progress: () => {},
    ...extra,
  };
}

/** Seconds of processor time a function takes, and what it returns. */
export async function cpuSeconds(work) {
  const before = process.cpuUsage();
  const value = await work();
  const used = process.cpuUsage(before);
  return { seconds: (used.user + used.system) / 1e6, value };
}
