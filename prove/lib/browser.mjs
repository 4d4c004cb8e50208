// What the proofs of the browser gate share: one Chromium, a file server on 127.0.0.1, our modules built from source.
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** Pages of the address bar that cost a second for every window. */
const NO_MENUS = "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup";
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".xhtml": "application/xhtml+xml",
  ".xml": "application/xml",
  ".svg": "image/svg+xml",
  ".js": "text/javascript",
  ".css": "text/css",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".gif": "image/gif",
  ".mp4": "video/mp4",
  ".webm": "video/webm",
  ".mp3": "audio/mpeg",
  ".vtt": "text/vtt",
};

/** Builds a module of the project and imports it. */
export async function fromSource(entry) {
  // Inside the project, so that installed packages resolve.
  const folder = mkdtempSync(path.join(ROOT, "node_modules/.cache-prove-"));
  const outfile = path.join(folder, `${path.basename(entry, ".ts")}.mjs`);
  await build({
    entryPoints: [path.join(ROOT, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    define: { __VERSION__: JSON.stringify("0.0.0-prove"), __BUILD__: JSON.stringify("prove") },
    logLevel: "warning",
  });
  const module = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true, force: true });
  return module;
}

/** Serves a folder; `mounts` maps a prefix of the address to a folder. Byte ranges are answered: media need them. */
export async function serve(mounts) {
  const server = createServer((request, response) => {
    const where = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const [prefix, folder] = Object.entries(mounts).find(([at]) => where.startsWith(at)) ?? [];
    const file = prefix === undefined ? "" : path.join(folder, where.slice(prefix.length));
    if (!file || !existsSync(file) || statSync(file).isDirectory()) {
      response.writeHead(404).end("not here");
      return;
    }
    const size = statSync(file).size;
    const type = TYPES[path.extname(file)] ?? "application/octet-stream";
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    if (!range) {
      response.writeHead(200, { "content-type": type, "content-length": size, "accept-ranges": "bytes" });
      createReadStream(file).pipe(response);
      return;
    }
    const start = Number(range[1]);
    const end = range[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
    response.writeHead(206, {
      "content-type": type,
      "content-length": end - start + 1,
      "content-range": `bytes ${start}-${end}/${size}`,
    });
    createReadStream(file, { start, end }).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A headless Chromium: CHROME_PATH, or where Debian and Google put it. */
export function launchChromium(args = []) {
  const executablePath = [process.env.CHROME_PATH, ...PLACES].find((place) => place && existsSync(place));
  if (!executablePath) throw new Error(`no Chromium in ${PLACES.join(", ")}; set CHROME_PATH`);
  return chromium.launch({
    executablePath,
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0,
    args: ["--disable-gpu", "--disable-quic", "--disable-background-networking", NO_MENUS, ...args],
  });
}

export const scratch = (name) => mkdtempSync(path.join(os.tmpdir(), `prove-${name}-`));
