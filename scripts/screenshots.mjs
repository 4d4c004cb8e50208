// node scripts/screenshots.mjs [NAME…]: the pictures in docs/images, taken of a real run while it is going on.
// Each entry gets a folder in which a run is live and returns a PNG.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { startRelay } from "../bench/lib/relay-load.mjs";
import { configOf, makeRepository, start } from "../prove/lib/scratch.mjs";
import { dashboardLine, openTmux } from "../prove/lib/terminal.mjs";

const FOLDER = fileURLToPath(new URL("../docs/images/", import.meta.url));
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** A shop with a bit of everything, and a few finished runs behind it. */
function shop() {
  const gates = {
    "unit-tests": { run: "sleep 1.2 && test ! -e fail-tests" },
    lint: { run: "sleep 0.4" },
    types: { run: "sleep 0.8", needs: ["lint"] },
    licences: {
      run: "sleep 0.3; test ! -e fail-licences || { echo 'left-pad 1.3.0: WTFPL is not on the list'; exit 1; }",
    },
    migrations: { run: "test ! -e fail-licences || migrate-check --dry-run; sleep 0.2" },
    "end-to-end": { run: "sleep ${SHOP_SLOW:-0.5}", env: ["SHOP_SLOW"], needs: ["types"] },
    "load-test": { run: "sleep 0.3", needs: ["end-to-end"] },
  };
  const config = configOf(gates, { run: { concurrency: 4 } });
  return makeRepository({ "modsquad.config.json": config, "README.md": "# Shop\n" });
}

async function withLiveRun(take) {
  const repository = shop();
  try {
    for (let i = 0; i < 7; i++) {
      if (i === 2) repository.write("fail-tests", "");
      else repository.git("clean", "-qf", "fail-tests");
      await start(repository.dir, ["--mode", "full"]).ended;
    }
    repository.write("fail-licences", "");
    const live = start(repository.dir, ["--mode", "full"], { env: { SHOP_SLOW: "20" } });
    await sleep(2500);
    try {
      return await take(repository);
    } finally {
      live.child.kill("SIGTERM");
      await live.ended;
    }
  } finally {
    repository.remove();
  }
}

async function browser(work) {
  const path = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const started = await chromium.launch({ executablePath: path, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    return await work(started);
  } finally {
    await started.close();
  }
}

/** name → takes the picture of a live run. */
const PICTURES = {
  "terminal-dashboard": async (repository) => {
    const terminal = await openTmux(repository.dir, { columns: 132, rows: 42 });
    try {
      terminal.start(dashboardLine());
      await terminal.until(() => terminal.text().includes("Critical path"));
      await sleep(1500);
      const cells = terminal.tmux("capture-pane", "-p", "-e", "-t", "t");
      return await browser(async (chrome) => {
        const page = await chrome.newPage({ deviceScaleFactor: 2, viewport: { width: 1400, height: 900 } });
        await page.setContent(html(cells));
        return page.locator("pre").screenshot();
      });
    } finally {
      terminal.keys("q");
      terminal.close();
    }
  },
  "web-dashboard": (repository) => webDashboard(repository, { width: 1360, height: 1040 }),
};

/** The page of a relay that follows the repository. */
async function webDashboard(repository, size) {
  const relay = await startRelay(repository.dir, ["--allow-control"]);
  try {
    return await browser(async (chrome) => {
      const page = await chrome.newPage({ deviceScaleFactor: 2, viewport: size });
      await page.goto(`${relay.url}/?token=${relay.token}`);
      await page.locator(".gates").waitFor();
      await sleep(1500);
      return page.screenshot();
    });
  } finally {
    await relay.end();
  }
}

const COLOURS = ["#45475a", "#f38ba8", "#a6e3a1", "#f9e2af", "#89b4fa", "#cba6f7", "#94e2d5", "#bac2de"];

/** What tmux captured with its colours, each character in a cell of its own. */
function html(captured) {
  let style = "";
  const body = captured.replace(/\x1b\[([\d;]*)m|([\s\S])/gu, (_whole, codes, char) => {
    if (char !== undefined) return cell(char, style);
    style = styleAfter(style, codes.split(";").map(Number));
    return "";
  });
  const css = `pre{display:inline-block;margin:0;padding:18px 14px;background:#1e1e2e;color:#cdd6f4;
    font:14px/19px "DejaVu Sans Mono",monospace} i{font-style:normal;display:inline-block;width:1ch;height:19px;
    overflow:hidden;vertical-align:top}`;
  return `<style>${css}</style><pre>${body}</pre>`;
}

function cell(char, style) {
  if (char === "\n") return "\n";
  const text = { "&": "&amp;", "<": "&lt;" }[char] ?? char;
  return `<i style="${style}">${text}</i>`;
}

function styleAfter(before, codes) {
  let style = before;
  for (const code of codes) {
    if (code === 0) style = "";
    else if (code === 1) style += "font-weight:bold;";
    else if (code === 7) style += "background:#cdd6f4;color:#1e1e2e;";
    else if (code >= 30 && code <= 37) style += `color:${COLOURS[code - 30]};`;
    else if (code >= 40 && code <= 47) style += `background:${COLOURS[code - 40]};`;
    else if (code === 39) style += "color:inherit;";
    else if (code === 49) style += "background:none;";
    else if (code === 90) style += "color:#7f849c;";
    else if (code === 94) style += "color:#74c7ec;";
  }
  return style;
}

const asked = process.argv.slice(2);
mkdirSync(FOLDER, { recursive: true });
await withLiveRun(async (repository) => {
  for (const name of asked.length > 0 ? asked : Object.keys(PICTURES)) {
    writeFileSync(`${FOLDER}${name}.png`, await PICTURES[name](repository));
    console.log(`docs/images/${name}.png`);
  }
});
process.exit(0);
