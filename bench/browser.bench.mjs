// One page of the storefront in a cold process: the gate with the storefront's own config, approved pictures and no
// Lighthouse against the bare sum of what it needs (launch, goto, axe, screenshot); and ten pages against one.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

export const title = "browser: one page against launch + goto + axe + screenshot, and ten pages against one";

const ONCE = fileURLToPath(new URL("lib/browser-once.mjs", import.meta.url));
const SHOP = fileURLToPath(new URL("../examples/storefront/server.mjs", import.meta.url));
const ROUNDS = Number(process.env.ROUNDS ?? 7);
const AIM_BARE = 1.3;
const AIM_TEN = 6;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function startShop() {
  const child = spawn(process.execPath, [SHOP, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { url: JSON.parse(line).url, child };
}

/** A copy of the storefront with the options of its gate; pictures are approved in it. */
function copyOfShop() {
  const root = mkdtempSync(join(tmpdir(), "browser-bench-"));
  cpSync(dirname(SHOP), root, { recursive: true });
  const { browser } = parse(readFileSync(join(root, "modsquad.config.yaml"), "utf8")).gates;
  writeFileSync(join(root, "options.json"), JSON.stringify({ ...browser, viewports: [[1280, 800]] }));
  return root;
}

/** Milliseconds from the start of the process to its end. */
async function cold(...args) {
  const started = performance.now();
  const child = spawn(process.execPath, [ONCE, ...args], { stdio: ["ignore", "inherit", "inherit"] });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${args.join(" ")} ended with code ${code}`);
  return performance.now() - started;
}

export async function run() {
  const { url, child } = await startShop();
  const root = copyOfShop();
  try {
    await cold("approve", url, "10", root);
    const times = { bare: [], one: [], ten: [] };
    await cold("bare", url);
    for (let round = 0; round < ROUNDS; round += 1) {
      times.bare.push(await cold("bare", url));
      times.one.push(await cold("gate", url, "1", root));
      times.ten.push(await cold("gate", url, "10", root));
    }
    // Ratios of the same round: whatever else the machine does then slows both.
    const ratio = (a, b) => median(times[a].map((ms, round) => ms / times[b][round]));
    const seconds = (name) => (median(times[name]) / 1000).toFixed(2);
    return [
      `bare ${seconds("bare")} s, one page ${seconds("one")} s, ten pages ${seconds("ten")} s (medians of ${ROUNDS})`,
      `one page: ${ratio("one", "bare").toFixed(2)} x the bare sum (aim ${AIM_BARE})`,
      `ten pages: ${ratio("ten", "one").toFixed(2)} x one page (aim ${AIM_TEN})`,
    ];
  } finally {
    child.kill();
    rmSync(root, { recursive: true, force: true });
  }
}
