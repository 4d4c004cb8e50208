/** Finds the browser, or tells every place it looked in and the command that installs one. */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { BROWSER_NAMES, browserPlaces, installCommand } from "./places.ts";

export interface Search {
  /** `executable` of the config, relative to `root`. */
  configured: string | null;
  root: string;
  env: Record<string, string | undefined>;
  platform: NodeJS.Platform;
}

export type Discovery = { ok: true; path: string } | { ok: false; looked: string[]; message: string };

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** How to get a browser here. */
export function installAdvice(): string {
  return `Run meta-orch doctor --fix, which runs: ${installCommand()}`;
}

/** A browser that is named and not there is not replaced by another one: what was asked for is said. */
export function discoverBrowser({ configured, root, env, platform }: Search): Discovery {
  const named: [string, string | undefined][] = [
    ["executable in the config", configured === null ? undefined : resolve(root, configured)],
    ["CHROME_PATH", env.CHROME_PATH],
  ];
  for (const [origin, path] of named) {
    if (!path) continue;
    if (isProgram(path)) return { ok: true, path };
    return { ok: false, looked: [path], message: `${origin} names no program: ${path}` };
  }
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  const suffix = platform === "win32" ? ".exe" : "";
  for (const name of BROWSER_NAMES) {
    for (const folder of folders) {
      const path = join(folder, name + suffix);
      if (isProgram(path)) return { ok: true, path };
    }
  }
  const places = browserPlaces(env, platform);
  for (const path of places) if (isProgram(path)) return { ok: true, path };
  const looked = [
    "executable in the config (not set)",
    "CHROME_PATH (not set)",
    `PATH for ${BROWSER_NAMES.join(", ")} (${folders.join(delimiter)})`,
    ...places,
  ];
  return { ok: false, looked, message: `No Chromium, Chrome or Edge. Looked in: ${looked.join("; ")}` };
}
