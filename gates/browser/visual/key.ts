/// <reference lib="dom" />
/**
 * What decides the pixels beside the page itself: platform, browser and fonts. A baseline of another key says
 * nothing about this machine, so it is not compared.
 */
import { createHash } from "node:crypto";
import type { Page } from "playwright-core";

/** Runs in the page: how text comes out here, as one picture. */
function fontSample(): string {
  const canvas = document.createElement("canvas");
  canvas.width = 600;
  canvas.height = 160;
  const paint = canvas.getContext("2d");
  if (!paint) return "none";
  for (const [at, family] of ["serif", "sans-serif", "monospace", "system-ui", "Arial"].entries()) {
    paint.font = `18px ${family}`;
    paint.fillText("Hamburgefonstiv 0123456789 äöü ß € \u201cquoted\u201d", 4, 24 + at * 28);
  }
  return canvas.toDataURL();
}

/**
 * Such as "linux-x64-chromium156-4f2a91".
 * @param browser name and version, such as "Chromium 156.0.1.2"
 */
export async function baselineKey(page: Page, browser: string): Promise<string> {
  const [name = "chromium", version = "0"] = browser.toLowerCase().split(" ");
  const fonts = createHash("sha256")
    .update(await page.evaluate(fontSample))
    .digest("hex")
    .slice(0, 6);
  return `${process.platform}-${process.arch}-${name}${version.split(".")[0]}-${fonts}`;
}
