/**
 * The one browser of a run. It is started through `exec`, so that the engine owns its process group: it ends
 * with the gate, with the run, and by the watchdog when the runner is killed. Playwright only connects to it.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import type { ExecResult, GateContext } from "../../modsquad/contracts/gate.ts";
import { pause, within } from "./deadline.ts";
import { keepPlaywright, loadPlaywright } from "./library.ts";
import type { BrowserHandle } from "./page-check.ts";
import { openWire } from "./wire.ts";

const PREFIX = "meta-orch-browser-";
const START_MS = 20_000;
const CLOSE_MS = 2000;
const POLL_MS = 10;

/** The address bar's menus are pages of their own, drawn for every window: a second of work for nobody. */
export const NO_MENUS =
  "--disable-features=Translate,OptimizationHints,MediaRouter,WebUIOmniboxPopup,WebUIOmniboxAimPopup";

const FLAGS = [
  "--headless",
  "--remote-debugging-port=0",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--no-default-browser-check",
  // Every page has a window of its own: one nobody looks at need not be drawn.
  "--no-startup-window",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-sync",
  "--disable-extensions",
  NO_MENUS,
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  "--disable-dev-shm-usage",
  "--disable-breakpad",
  // What a page opens by itself is seen and closed, not quietly held back.
  "--disable-popup-blocking",
  // What has the focus is in its place at once, instead of gliding there for a second.
  "--disable-smooth-scrolling",
  "--hide-scrollbars",
  "--mute-audio",
  "--force-color-profile=srgb",
  "--password-store=basic",
  "--use-mock-keychain",
];

/**
 * The shell waits for the browser and then removes its profile, also when it is told to end. It is told when nobody
 * wants the browser any more: there is nothing to save, and the profile has to be gone within the grace. Where no
 * watchdog can tell it, because the process that wanted the browser was killed by itself, it looks after that one.
 * Its own output goes nowhere: writing to a runner that is gone would kill it first.
 * Arguments: process id of who wants the browser, profile, command line of the browser.
 */
export const GUARD = `owner=$1; profile=$2; shift 2
"$@" & child=$!
exec >/dev/null 2>&1
(
  trap 'kill "$nap"; exit' TERM INT HUP
  while kill -s 0 "$owner"; do sleep 2 & nap=$!; wait "$nap"; done
  kill -s KILL "$child"
) & lookout=$!
trap 'kill -s KILL "$child" 2>/dev/null' TERM INT HUP
while :; do wait "$child"; code=$?; kill -s 0 "$child" 2>/dev/null || break; done
trap '' TERM INT HUP
kill "$lookout"
rm -rf "$profile"
exit "$code"`;

export interface Session {
  handle: BrowserHandle;
  browser: Browser;
  /** Resolves when the process has ended, for whatever reason. */
  ended: Promise<ExecResult>;
  close(): Promise<void>;
}

export type Opening = { ok: true; session: Session } | { ok: false; class: string; message: string };

/** Profiles whose run is gone without having been able to clean up. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (!pid || isAlive(pid)) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** "156.0.1.2" and the product, from what the browser says of itself. */
function nameOf(executable: string, version: string): string {
  const product = /edge/i.test(executable)
    ? "Edge"
    : /google|chrome$/i.test(executable)
      ? "Chrome"
      : "Chromium";
  return `${product} ${version}`;
}

/** The lines that tell why, without what Chromium prints every time. */
function reasonIn({ error, stderr, code, signal }: ExecResult): string {
  if (error) return error;
  const lines = stderr
    .split("\n")
    .map((line) => line.replace(/^\[[^\]]*\]\s*/, "").trim())
    .filter((line) => line !== "" && !/unexpected operator|dbus|DevTools listening/i.test(line));
  const how = signal ? `killed by ${signal}` : `exit code ${code}`;
  return lines.length > 0 ? `${how}: ${lines.slice(-3).join(" | ").slice(0, 600)}` : how;
}

async function readPort(profile: string): Promise<{ port: number; path: string } | null> {
  try {
    const [port, path] = (await readFile(join(profile, "DevToolsActivePort"), "utf8")).split("\n");
    return port && path ? { port: Number(port), path } : null;
  } catch {
    return null;
  }
}

/**
 * Starts the browser and connects. Never throws.
 * @param startMs settles within this time, 20 s at most
 */
export async function openBrowser(
  context: Pick<GateContext, "exec" | "signal">,
  executable: string,
  args: readonly string[],
  startMs: number,
): Promise<Opening> {
  const limitMs = Math.min(START_MS, startMs);
  const temporary = tmpdir();
  sweep(temporary);
  const profile = mkdtempSync(join(temporary, `${PREFIX}${process.pid}-`));
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const line = [executable, ...FLAGS, ...root, `--user-data-dir=${profile}`, ...args];
  const posix = process.platform !== "win32";
  const ended = posix
    ? // What the browser writes beside its profile goes the same way as the profile.
      context.exec("/bin/sh", ["-c", GUARD, "meta-orch-browser", String(process.pid), profile, ...line], {
        env: { TMPDIR: profile },
      })
    : context.exec(executable, line.slice(1));
  let result: ExecResult | null = null;
  ended.then((value) => {
    result = value;
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  });
  const failed = (kind: string, message: string): Opening => ({ ok: false, class: kind, message });
  const until = Date.now() + limitMs;
  // Both take a while and neither needs the other: the browser first, since the library keeps this process busy.
  await pause(0);
  const { chromium } = loadPlaywright();
  let address = await readPort(profile);
  while (address === null && result === null && Date.now() < until && !context.signal.aborted) {
    await pause(POLL_MS);
    address = await readPort(profile);
  }
  if (result !== null)
    return failed("browser-crashed", `${executable} ended before it could be used (${reasonIn(result)})`);
  if (context.signal.aborted) return failed("cancelled", "cancelled while the browser started");
  if (address === null)
    return failed("browser-hangs", `${executable} opened no DevTools port within ${limitMs / 1000} s`);
  try {
    const endpoint = `ws://127.0.0.1:${address.port}${address.path}`;
    const wire = await within(openWire(endpoint), START_MS);
    const browser = await within(
      chromium.connectOverCDP(wire, { timeout: START_MS, artifactsDir: profile }),
      START_MS,
    );
    const version = browser.version();
    const handle = {
      port: address.port,
      version,
      name: nameOf(executable, version),
      executablePath: executable,
    };
    return { ok: true, session: { handle, browser, ended, close: () => closeBrowser(browser, ended) } };
  } catch (error) {
    return failed(
      "browser-crashed",
      `${executable} started but cannot be driven: ${(error as Error).message}`,
    );
  }
}

/**
 * At once, since there is nothing to save: a browser that closes in good order takes twice as long. What does not end
 * is ended by the engine when the gate returns.
 */
async function closeBrowser(browser: Browser, ended: Promise<ExecResult>): Promise<void> {
  await within(endProcess(browser), CLOSE_MS).catch(() => {});
  keepPlaywright();
  await within(ended, CLOSE_MS).catch(() => {});
}

async function endProcess(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const own = processInfo.find(({ type }) => type === "browser");
  // Without the shell that waits for it, as on Windows, its helpers would be left.
  if (own && process.platform !== "win32") process.kill(own.id, "SIGKILL");
  else await session.send("Browser.close");
}
