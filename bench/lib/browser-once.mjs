// node browser-once.mjs bare URL | gate URL PAGES: one cold measurement in a process of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

async function gate(url, count) {
  const { default: browser } = await import(join(ROOT, "dist/esm/gates/browser.js"));
  const artifactsDir = mkdtempSync(join(tmpdir(), "browser-bench-"));
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
    root: join(ROOT, "examples/storefront"),
    dependenciesRoot: ROOT,
    files: [],
    changed: null,
    base: null,
    baseUrl: url,
    options: { pages, viewports: [[1280, 800]] },
    checks: Object.keys(browser.checks).filter((id) => id !== "lighthouse" && id !== "live-data"),
    upstream: {},
    history: [],
    secrets: {},
    artifactsDir,
    signal: new AbortController().signal,
    exec,
    progress: () => {},
  });
  rmSync(artifactsDir, { recursive: true, force: true });
  const bad = result.checks.filter(({ status }) => status === "errored" || status === "failed");
  if (bad.length > 0) throw new Error(JSON.stringify(bad));
}

const [what, url, count] = process.argv.slice(2);
await (what === "bare" ? bare(url) : gate(url, Number(count)));
