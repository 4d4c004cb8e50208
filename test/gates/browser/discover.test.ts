import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { discoverBrowser, installAdvice } from "../../../gates/browser/discover.ts";
import {
  BROWSER_NAMES,
  browserPlaces,
  installCommand,
  playwrightInstall,
} from "../../../gates/browser/places.ts";
import { folderWith } from "../../config/temporary.ts";

function folderWithProgram(path: string): string {
  const folder = folderWith({ [path]: "#!/bin/sh\n" }, { git: false });
  chmodSync(join(folder, path), 0o755);
  return folder;
}
const nothing = { configured: null, root: "/", env: {}, platform: "linux" as const };

describe("finding a browser", () => {
  it("believes the config, then CHROME_PATH, then PATH", () => {
    const folder = folderWithProgram("google-chrome");
    const own = join(folder, "google-chrome");
    const other = join(folderWithProgram("mine"), "mine");
    const env = { PATH: folder };
    expect(discoverBrowser({ ...nothing, env })).toEqual({ ok: true, path: own });
    expect(discoverBrowser({ ...nothing, env: { ...env, CHROME_PATH: other } })).toEqual({
      ok: true,
      path: other,
    });
    const configured = discoverBrowser({
      ...nothing,
      root: folder,
      configured: "google-chrome",
      env: { CHROME_PATH: other },
    });
    expect(configured).toEqual({ ok: true, path: own });
  });

  it("replaces nothing that was asked for by something else", () => {
    const folder = folderWithProgram("chromium");
    writeFileSync(join(folder, "text"), "");
    const env = { PATH: folder, CHROME_PATH: join(folder, "text") };
    expect(discoverBrowser({ ...nothing, env })).toMatchObject({
      ok: false,
      message: `CHROME_PATH names no program: ${join(folder, "text")}`,
    });
  });

  it("finds Playwright's newest download", () => {
    const folder = folderWith(
      {
        "ms-playwright/chromium-1200/chrome-linux/chrome": "",
        "ms-playwright/chromium-1187/chrome-linux/chrome": "",
      },
      { git: false },
    );
    const places = browserPlaces({ XDG_CACHE_HOME: folder, HOME: "/home/x" }, "linux");
    expect(places.slice(-2)).toEqual([
      join(folder, "ms-playwright/chromium-1200/chrome-linux/chrome"),
      join(folder, "ms-playwright/chromium-1187/chrome-linux/chrome"),
    ]);
  });

  it.each(["linux", "darwin", "win32"] as const)(
    "lists every place looked in on %s, and how to get one",
    (platform) => {
      const env = {
        PATH: "/nowhere",
        HOME: "/nobody",
        PROGRAMFILES: "C:\\Programs",
        LOCALAPPDATA: "C:\\Local",
      };
      // No browser of this machine: the places of the other systems are looked at here as well.
      const places = browserPlaces(env, platform);
      expect(places.length).toBeGreaterThan(3);
      expect(places.at(-1)).toMatch(/ms-playwright.*chromium-\*/);
      const found = discoverBrowser({ ...nothing, env, platform });
      if (found.ok) return;
      for (const place of [...places, ...BROWSER_NAMES, "CHROME_PATH"])
        expect(found.message).toContain(place);
      expect(installAdvice()).toBe(`Run meta-orch doctor --fix, which runs: ${installCommand()}`);
    },
  );

  it("downloads the browser of the Playwright that is used", () => {
    const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
      dependencies: Record<string, string>;
    };
    expect(playwrightInstall()).toContain(`playwright-core@${dependencies["playwright-core"]} install`);
  });
});
