/** One Chromium for the tests of a file, fixture pages over HTTP, and visits of them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";
import { discoverBrowser } from "../../../gates/browser/discover.ts";
import { readOptions } from "../../../gates/browser/options.ts";
import type { Variant, Visit } from "../../../gates/browser/page-check.ts";
import { NO_MENUS } from "../../../gates/browser/session.ts";
import { openStill } from "../../../gates/browser/still.ts";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";

const FIXTURES = path.resolve("gates/browser/fixtures");

export interface Ground {
  browser: Browser;
  /** Address of the fixture server. */
  url: string;
  /** What a check sees of a page; `headers` are added to every answer. */
  visit(page: string, options?: JsonObject, more?: Partial<Visit>): Promise<Visit>;
  /** Headers of the next answers. */
  headers: Record<string, string>;
  /** Pages that are no files: path → HTML. */
  pages: Map<string, string>;
  root: string;
  close(): Promise<void>;
}

export async function openGround(args: string[] = []): Promise<Ground> {
  const found = discoverBrowser({
    configured: null,
    root: process.cwd(),
    env: process.env,
    platform: process.platform,
  });
  if (!found.ok) throw new Error(found.message);
  const pages = new Map<string, string>();
  const ground = { headers: {} as Record<string, string> };
  const server = createServer(async (request, response) => {
    const where = new URL(request.url ?? "/", "http://x").pathname;
    const body = pages.get(where) ?? (await readFile(path.join(FIXTURES, where), "utf8").catch(() => null));
    response.writeHead(body === null ? 404 : 200, { "content-type": "text/html", ...ground.headers });
    response.end(body ?? "not here");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch({
    executablePath: found.path,
    chromiumSandbox: process.getuid?.() !== 0,
    args: ["--disable-gpu", "--disable-quic", NO_MENUS, ...args],
  });
  const root = mkdtempSync(path.join(tmpdir(), "browser-test-"));
  const visit: Ground["visit"] = async (name, options = {}, more = {}) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(`${url}${name}`);
    const variant: Variant = {
      id: "1280x800",
      viewport: { width: 1280, height: 800 },
      colorScheme: "light",
      reducedMotion: "no-preference",
      locale: "en-US",
    };
    const slug = name.replace(/\W+/g, "-");
    return {
      name,
      slug,
      url: page.url(),
      variant,
      isFirstVariant: true,
      page,
      context,
      still: () => openStill(browser, variant, { state: null, ignoreHttpsErrors: false }),
      browser: { port: 0, version: browser.version(), name: "Chromium", executablePath: found.path },
      options: readOptions(options),
      remainingMs: () => 30_000,
      signal: new AbortController().signal,
      saveArtifact: async (file: string, bytes: Uint8Array | string) => {
        const where = path.join(root, `${slug}-${file}`);
        writeFileSync(where, bytes);
        return where;
      },
      readFile: async (file: string) => readFile(path.join(root, file)).catch(() => null),
      sourceOf: () => null,
      root,
      main: null,
      loadMs: 0,
      env: "workstation",
      ...more,
    } as Visit;
  };
  const close = async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
    rmSync(root, { recursive: true, force: true });
  };
  return Object.assign(ground, { browser, url, visit, pages, root, close });
}
