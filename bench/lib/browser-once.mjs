// node browser-once.mjs bare URL | gate URL PAGES ROOT | approve URL PAGES ROOT: one cold measurement in a process of its own.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PRODUCTS = ["spy", "vti", "dia", "iwm", "qqq", "xlk", "bnd", "tip", "gld"];

/** What anybody would write to get these four things. */
async function bare(url) {
  const { chromium } = await import("playwright-core");
  const executablePath = process.env.CHROME_PATH ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(url);
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
  await page.evaluate("axe.run({ resultTypes: ['violations', 'incomplete'] })");
  await page.screenshot({ fullPage: true });
  await browser.close();
}

const pathsBelow = (root) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)));

/** As the runner calls it, with the options of `root`/options.json. */
async function gate(url, count, root) {
  const { default: browser } = await import(join(ROOT, "dist/esm/gates/browser.js"));
  const artifactsDir = join(root, "modsquad/logs/artifacts/run/browser");
  rmSync(artifactsDir, { recursive: true, force: true });
  const exec = (file, args, options = {}) =>
    new Promise((resolve) => {
      const env = { ...process.env, ...options.env };
      const child = spawn(file, args, { env, stdio: ["ignore", "ignore", "ignore"] });
      child.on("error", ({ code }) =>
        resolve({ code: null, signal: null, stdout: "", stderr: "", error: code }),
      );
      child.on("exit", (code, signal) => resolve({ code, signal, stdout: "", stderr: "" }));
    });
  const pages = ["/", ...PRODUCTS.map((name) => `/products/${name}-slice`)].slice(0, count);
  const result = await browser.run({
    runId: "bench",
    mode: "full",
    env: "ci",
    root,
    dependenciesRoot: ROOT,
    files: pathsBelow(root).map((path) => ({ path, size: statSync(join(root, path)).size })),
    changed: null,
    base: null,
    baseUrl: url,
    options: { ...JSON.parse(readFileSync(join(root, "options.json"), "utf8")), pages },
    checks: Object.keys(browser.checks).filter((id) => id !== "lighthouse" && id !== "live-data"),
    upstream: {},
    history: [],
    secrets: {},
    artifactsDir,
    signal: new AbortController().signal,
    exec,
    progress: () => {},
  });
  const bad = result.checks.filter(({ status }) => status === "errored" || status === "failed");
  if (bad.length > 0) throw new Error(JSON.stringify(bad));
  return browser;
}

/** What a person does once: look at the pictures, then make them the baselines. */
async function approve(url, count, root) {
  const browser = await gate(url, count, root);
  const code = await browser.commands.find(({ name }) => name === "visual approve").run([], root);
  if (code !== 0) throw new Error(`visual approve ended with code ${code}`);
}

const [what, url, count, root] = process.argv.slice(2);
const steps = { bare, gate, approve };
await steps[what](url, Number(count), root);
