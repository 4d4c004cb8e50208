// The real Percy CLI, driven by the gate's own check against a stand-in for Percy's API on 127.0.0.1.
//   PERCY_CLI=<folder with node_modules/@percy/cli> npm run prove browser-percy   (without it, npm installs one)
import { spawn, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { fromSource, launchChromium, scratch, serve } from "./lib/browser.mjs";

export const title = "Percy: the real CLI is driven, and a build that is not there is never green";

const BUILD = "77";
const CASES = [
  ["nothing changed", {}, "passed"],
  ["changes nobody approved", { changes: 2 }, "failed"],
  ["a token Percy does not know", { refuses: "builds" }, "errored"],
  ["a snapshot that is not taken", { refuses: "snapshots" }, "errored"],
  ["a build that cannot be drawn", { state: "failed" }, "errored"],
];

/** Answers what the CLI asks, as Percy does. */
function api(mode) {
  const seen = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://x");
    seen.push(`${request.method} ${pathname}`);
    const answer = (value, status = 200) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    request.resume();
    request.on("end", () => {
      const what = pathname.split("/").at(-1);
      if (request.method === "POST" && mode.refuses === what)
        return answer({ errors: [{ detail: "not for you" }] }, 403);
      if (what === "device-details") return answer({ data: [] });
      const link = `http://percy.example/builds/${BUILD}`;
      if (request.method === "POST" && what === "builds")
        return answer({ data: { id: BUILD, attributes: { "build-number": 5, "web-url": link } } }, 201);
      if (what === BUILD) {
        const { state = "finished", changes = 0 } = mode;
        const counts = {
          "total-comparisons": 1,
          "total-comparisons-finished": 1,
          "total-comparisons-diff": changes,
        };
        const why = state === "failed" ? { "failure-reason": "render_timeout" } : {};
        return answer({ data: { id: BUILD, attributes: { state, ...counts, ...why, "web-url": link } } });
      }
      return answer({
        data: { id: "1", relationships: { "missing-resources": { data: [] } } },
        success: true,
      });
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({ url: `http://127.0.0.1:${server.address().port}/api/v1`, seen, close: () => server.close() }),
    );
  });
}

const execWith = (more) => (file, args, options) =>
  new Promise((resolve) => {
    const child = spawn(file, args, { cwd: options.cwd, env: { ...process.env, ...options.env, ...more } });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) child[name].on("data", (chunk) => (said[name] += chunk));
    const timer = options.timeoutMs && setTimeout(() => child.kill(), options.timeoutMs);
    child.on("error", ({ code }) => resolve({ code: null, signal: null, ...said, error: code }));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...said });
    });
  });

async function installed() {
  if (process.env.PERCY_CLI) return { root: process.env.PERCY_CLI, remove: () => {} };
  const root = scratch("percy");
  const { INSTALL } = await fromSource("gates/browser/percy/cli.ts");
  const what = INSTALL.split(" ").at(-1);
  const { status } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--prefix", root, what], {
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`npm could not install ${what}`);
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export async function run() {
  const { percyCheck } = await fromSource("gates/browser/percy/check.ts");
  const { openStill } = await fromSource("gates/browser/still.ts");
  const { readOptions } = await fromSource("gates/browser/options.ts");
  const { root, remove } = await installed();
  const site = await serve({ "/": new URL("../gates/browser/fixtures/axe", import.meta.url).pathname });
  const browser = await launchChromium();
  const executable = process.env.CHROME_PATH ?? "/usr/bin/chromium";
  const variant = {
    id: "1280x800",
    viewport: { width: 1280, height: 800 },
    colorScheme: "light",
    locale: "en-US",
  };
  const visit = {
    name: "/good.html",
    url: `${site.url}/good.html`,
    variant,
    still: () => openStill(browser, variant, { state: null, ignoreHttpsErrors: false }),
    browser: { name: "Chromium" },
    options: readOptions({}),
    remainingMs: () => 60_000,
  };
  const lines = [];
  let ok = true;
  for (const [name, mode, expected] of CASES) {
    const percy = await api(mode);
    const exec = execWith({ PERCY_CLIENT_API_URL: percy.url });
    const check = percyCheck({ exec, dependenciesRoot: root, token: "a-token", executable });
    const first = await check.run(visit);
    const outcome = (await check.end(120_000)) ?? first;
    ok &&= outcome.status === expected;
    lines.push(
      `${name}: ${outcome.status}${outcome.status === expected ? "" : `, not ${expected}`} (${outcome.message})`,
    );
    percy.close();
  }
  await browser.close();
  site.close();
  remove();
  return { ok, lines };
}
