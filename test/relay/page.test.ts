/** The web dashboard in a real Chromium, served by a real relay. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { browserPlaces } from "../../gates/browser/places.ts";
import { readRun } from "../../modsquad/journal/files.ts";
import { appendHistory, historyRun } from "../../modsquad/journal/history.ts";
import { runRecord } from "../../modsquad/journal/record.ts";
import type { Relay } from "../../modsquad/relay/index.ts";
import { assess } from "../../modsquad/risk/assess.ts";
import { finding } from "../journal/support.ts";
import { relayOn, root, runIn } from "./support.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const XSS = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>\u202e javascript:alert(1)`;

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: browserPlaces(process.env, process.platform).find((path) => existsSync(path)),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
    ],
  });
});
afterAll(() => browser?.close());

/** A page that has entered; what it complains about fails the test. */
async function open(relay: Relay, options: Parameters<Browser["newContext"]>[0] = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(8000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  onTestFinished(() => context.close());
  await page.goto(`${relay.url}/?token=${relay.token}`);
  await page.locator("#main").waitFor();
  return { page, context, complaints };
}

async function violations(page: Page): Promise<string[]> {
  // The page allows no script but its own, so this one comes in the way of a debugger.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: checker } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations: found } = await checker.run();
    return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
  });
}

const word = (page: Page) => page.locator(".answer h1");

describe("the web dashboard", () => {
  it("is no more than 60 KB, all in all", () => {
    const dir = new URL("../../dist/web/", import.meta.url);
    const bytes = readdirSync(dir).map(
      (name) => gzipSync(readFileSync(new URL(name, dir)), { level: 9 }).length,
    );
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60 * 1024);
  });

  it("shows a run as it goes, shows text as text, and passes axe in every look", async () => {
    const shop = root();
    const run = runIn(shop);
    const relay = await relayOn([shop], { allowControl: true });
    const { page, complaints } = await open(relay);
    await expect.poll(() => word(page).innerText()).toContain("RUNNING");
    await page.keyboard.press("j");
    await page.keyboard.press("r");
    await expect.poll(() => page.locator(".toast").innerText()).toBe("run-gate was asked for");
    const asked = readFileSync(`${shop}/modsquad/logs/control.jsonl`, "utf8");
    expect(JSON.parse(asked)).toMatchObject({ request: "run-gate", gate: "repo-audit", run_id: "run-1" });
    run.task("repo-audit", {
      status: "failed",
      errors: [XSS],
      findings: [finding(1, { severity: "high", message: XSS, ruleId: XSS, isNew: true })],
    });
    run.task("live-flows", {
      description: XSS,
      warnings: [XSS],
      metrics: { status: "passed_with_warnings" },
    });
    const header = { ...run.header, repository: XSS, branch: XSS, commit: XSS, env: XSS, command: [XSS] };
    run.append(runRecord({ status: "in_progress", startTime: header.startedAt, header, errors: [XSS] }));
    run.append(
      runRecord({
        status: "failed",
        startTime: header.startedAt,
        endTime: new Date().toISOString(),
        header,
        warnings: [XSS],
        metrics: { exit_code: 1, control: { id: XSS, accepted: false, reason: XSS } },
      }),
    );
    await expect.poll(() => word(page).innerText()).toContain("BLOCKED");
    expect(await page.locator(".finding .message").first().innerText()).toContain("<img src=x onerror=");
    for (const look of [{ theme: "light" }, { theme: "dark", palette: "colour-blind" }]) {
      await page.evaluate((value) => localStorage.setItem("meta-orch-look", JSON.stringify(value)), look);
      await page.reload();
      await word(page).waitFor();
      expect(await violations(page)).toEqual([]);
    }
    for (const place of [
      "#/shop",
      "#/shop/latest/gates/repo-audit",
      "#/shop/latest/findings",
      "#/shop/latest/log",
    ]) {
      await page.goto(`${relay.url}/${place}`);
      await page.locator("main .panel").first().waitFor();
      expect(await violations(page)).toEqual([]);
    }
    expect(await page.title()).toBe("meta-orch");
    expect(complaints).toEqual([]);
  });

  it("goes by keyboard, and its address says where", async () => {
    const shop = root();
    const run = runIn(shop);
    run.task("repo-audit");
    run.task("live-flows", { status: "failed", findings: [finding(1), finding(2, { severity: "high" })] });
    run.end(1);
    const relay = await relayOn([shop]);
    const { page } = await open(relay, { permissions: ["clipboard-read", "clipboard-write"] });
    const first = () => page.locator(".gates tbody tr").first().innerText();
    await expect.poll(first).toContain("repo-audit");
    await page.keyboard.press("f");
    await expect.poll(first).toContain("live-flows");
    await expect.poll(() => page.url()).toContain("f=1");
    await page.keyboard.press("/");
    await page.keyboard.type("live");
    await expect.poll(() => page.locator(".gates tbody tr").count()).toBe(1);
    await expect.poll(() => page.url()).toContain("q=live");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toContain("/gates/live-flows");
    // The run's own list of findings stands there until the gate's does.
    await page.locator(".gate-head").waitFor();
    await page.locator(".finding").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.locator(".finding-detail").waitFor();
    await page.keyboard.press("y");
    await expect.poll(() => page.locator(".toast").innerText()).toBe("Copied");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
      "complexity/too-deep\nsrc/module-1.ts",
    );
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(".finding-detail").count()).toBe(0);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.url()).not.toContain("/gates/");
    await page.keyboard.press("?");
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("dialog").count()).toBe(0);
  });

  it("stays usable with 10,000 findings, narrow too", async () => {
    const shop = root();
    const run = runIn(shop);
    run.task("repo-audit", {
      status: "failed",
      findings: Array.from({ length: 10_000 }, (_, at) => finding(at)),
    });
    run.end(1);
    const state = readRun(run.path);
    const past = historyRun(state, assess(state), 1, run.path);
    for (let i = 0; i < 40; i++) appendHistory(`${shop}/modsquad/logs`, { ...past, runId: `past-${i}` });
    const relay = await relayOn([shop]);
    const { page } = await open(relay, { viewport: { width: 360, height: 780 } });
    await page.goto(`${relay.url}/#/shop/latest/findings`);
    await expect.poll(() => page.locator(".findings [role=status]").innerText()).toBe("10,000 findings");
    expect(await page.locator(".finding").count()).toBeLessThan(60);
    await page.keyboard.press("Shift+G");
    await expect.poll(() => page.locator(".finding.selected").getAttribute("aria-posinset")).toBe("10000");
    await page.keyboard.press("/");
    await page.keyboard.type("module-777");
    await expect
      .poll(() => page.locator(".findings [role=status]").innerText())
      .toMatch(/^11 findings of 10,000/);
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    await expect.poll(fits).toBe(true);
    await page.goto(`${relay.url}/#/shop/latest`);
    await expect.poll(() => page.locator(".heat thead a").count()).toBe(40);
    await expect.poll(fits).toBe(true);
  });

  it("says crashed when the run is killed, and unknown when nothing is heard any more", async () => {
    const shop = root();
    const run = runIn(shop);
    const relay = await relayOn([shop]);
    const { page, context } = await open(relay);
    const second = await context.newPage();
    await second.goto(relay.url);
    for (const tab of [page, second]) await expect.poll(() => word(tab).innerText()).toContain("RUNNING");
    // A process id nobody has.
    const header = { ...run.header, pid: 2 ** 22 + 1 };
    run.append(runRecord({ status: "in_progress", startTime: header.startedAt, header }));
    for (const tab of [page, second]) await expect.poll(() => word(tab).innerText()).toContain("CRASHED");
    const next = runIn(shop, "run-2");
    next.task("repo-audit", { status: "in_progress", endTime: null });
    for (const tab of [page, second]) await expect.poll(() => word(tab).innerText()).toContain("RUNNING");
    await relay.close();
    for (const tab of [page, second]) {
      await expect.poll(() => word(tab).innerText()).toContain("UNKNOWN");
      await expect.poll(() => tab.locator(".connection").innerText()).toContain("not connected");
    }
  });
});
