// Everything below public/, read once. Served under /assets/<digest>/, so that it may be cached for ever.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { ROOT } from "./config.mjs";
import { send } from "./http.mjs";

/** @type {Record<string, string>} */
const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
};

/** Files that belong at the root of a site, by custom. */
const AT_ROOT = ["favicon.ico", "favicon.svg", "robots.txt", "site.webmanifest"];

/** @typedef {{ body: Buffer, type: string, etag: string }} Asset */

/** @returns {Map<string, Asset>} */
function readAssets() {
  const assets = new Map();
  const folder = `${ROOT}public/`;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const path = `${entry.parentPath ?? entry.path}/${entry.name}`
      .replaceAll("\\", "/")
      .replaceAll("//", "/");
    const body = readFileSync(path);
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 16)}"`;
    assets.set(path.slice(folder.replaceAll("\\", "/").length), { body, type, etag });
  }
  return assets;
}

const assets = readAssets();
const tags = [...assets].map(([name, { etag }]) => `${name} ${etag}`).sort();
const digest = createHash("sha256").update(tags.join("\n")).digest("hex").slice(0, 12);

/** Where the pages find their assets; changes with any of them. */
export const ASSET_BASE = `/assets/${digest}`;

/**
 * Answers a request for an asset; false when the path is none.
 * @param {string} path @param {import("node:http").ServerResponse} response
 */
export function serveAsset(path, response) {
  const versioned = path.startsWith(`${ASSET_BASE}/`);
  const name = versioned ? path.slice(ASSET_BASE.length + 1) : path.slice(1);
  const asset = versioned || AT_ROOT.includes(name) ? assets.get(name) : undefined;
  if (!asset) return false;
  const caching = versioned ? "public, max-age=31536000, immutable" : "public, max-age=86400";
  const headers = { etag: asset.etag, "cache-control": caching };
  if (response.req.headers["if-none-match"] === asset.etag) send(response, 304, headers, null);
  else send(response, 200, { ...headers, "content-type": asset.type }, asset.body);
  return true;
}
