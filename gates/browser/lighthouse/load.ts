/** Finds the Lighthouse of the project: an optional peer, 200 packages that not everybody wants. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

export const INSTALL = "npm install --save-dev lighthouse@12.8.2";
const MAJORS = ["12", "13"];

/** The part of a Lighthouse result that is read here. */
export interface Lhr {
  lighthouseVersion: string;
  runtimeError?: { code: string; message: string };
  environment: { benchmarkIndex: number };
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, Audit>;
}

export interface Audit {
  id: string;
  title: string;
  score: number | null;
  scoreDisplayMode: string;
  numericValue?: number;
  metricSavings?: Record<string, number>;
  details?: { items?: Record<string, unknown>[]; overallSavingsMs?: number };
}

export type Lighthouse = (
  url: string,
  flags: Record<string, unknown>,
  config: unknown,
) => Promise<{ lhr: Lhr; report: string | string[] } | undefined>;

export type Loaded =
  | { ok: true; run: Lighthouse; desktop: unknown; version: string }
  | { ok: false; message: string };

/** From the project that is judged, else from beside this package. Imports nothing that is not installed. */
export async function loadLighthouse(root: string): Promise<Loaded> {
  for (const from of [join(root, "package.json"), import.meta.url]) {
    let entry: string;
    let manifest: { version: string };
    try {
      const require = createRequire(from);
      entry = require.resolve("lighthouse");
      const file = require.resolve("lighthouse/package.json");
      manifest = JSON.parse(readFileSync(file, "utf8"));
    } catch {
      continue;
    }
    if (!MAJORS.includes(manifest.version.split(".")[0] ?? "")) {
      return { ok: false, message: `Lighthouse ${manifest.version} is installed; 12 or 13 is needed` };
    }
    const module = await import(pathToFileURL(entry).href);
    const config = join(dirname(entry), "config/desktop-config.js");
    const desktop = (await import(pathToFileURL(config).href)).default;
    return { ok: true, run: module.default as Lighthouse, desktop, version: manifest.version };
  }
  return { ok: false, message: "Lighthouse is not installed" };
}
