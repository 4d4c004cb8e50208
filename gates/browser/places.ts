/** Where browsers are found. Plain data and directory listings: the gate and `meta-orch doctor` share it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix, win32 } from "node:path";

/** Names looked up on PATH, in this order. */
export const BROWSER_NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "microsoft-edge-stable",
];

const isRoot = () => process.getuid?.() === 0;

/** Debian's packages with a browser in them; Ubuntu's package of that name only points at a snap. */
export function debianPackages(): string[] {
  try {
    return /^ID=ubuntu$/m.test(readFileSync("/etc/os-release", "utf8")) ? [] : ["chromium"];
  } catch {
    return ["chromium"];
  }
}

/** Playwright's own download: what installs a browser where Debian's package cannot be used. */
export function playwrightInstall(): string {
  const libraries = isRoot() && existsSync("/etc/debian_version") ? " --with-deps" : "";
  return `npx --yes playwright-core@1.65.1 install${libraries} chromium`;
}

/** The command `meta-orch doctor --fix` runs here. */
export function installCommand(): string {
  const packages = existsSync("/etc/debian_version") && isRoot() ? debianPackages() : [];
  return packages.length > 0
    ? `apt-get update && apt-get install -y ${packages.join(" ")}`
    : playwrightInstall();
}

const FIXED: Partial<Record<NodeJS.Platform, string[]>> = {
  linux: [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/snap/bin/chromium",
    "/opt/google/chrome/chrome",
    "/opt/microsoft/msedge/msedge",
  ],
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
};
const WINDOWS = [
  ["Google", "Chrome", "Application", "chrome.exe"],
  ["Chromium", "Application", "chrome.exe"],
  ["Microsoft", "Edge", "Application", "msedge.exe"],
];

/** Programs below a folder of Playwright's cache, by system. */
const DOWNLOADED: Partial<Record<NodeJS.Platform, string[]>> = {
  linux: [
    "chrome-linux64/chrome",
    "chrome-linux/chrome",
    "chrome-headless-shell-linux64/chrome-headless-shell",
    "chrome-linux/headless_shell",
  ],
  darwin: [
    "chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
    "chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
    "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
  ],
  win32: ["chrome-win64/chrome.exe", "chrome-win/chrome.exe"],
};

type Environment = Record<string, string | undefined>;

function playwrightCache(env: Environment, platform: NodeJS.Platform): string | null {
  if (env.PLAYWRIGHT_BROWSERS_PATH && env.PLAYWRIGHT_BROWSERS_PATH !== "0")
    return env.PLAYWRIGHT_BROWSERS_PATH;
  if (platform === "win32") return env.LOCALAPPDATA ? win32.join(env.LOCALAPPDATA, "ms-playwright") : null;
  if (!env.HOME) return null;
  const cache = platform === "darwin" ? posix.join(env.HOME, "Library", "Caches") : env.XDG_CACHE_HOME;
  return posix.join(cache || posix.join(env.HOME, ".cache"), "ms-playwright");
}

/** Browsers in Playwright's cache, the newest first; the pattern looked for when there is none. */
function downloaded(env: Environment, platform: NodeJS.Platform): string[] {
  const cache = playwrightCache(env, platform);
  if (cache === null) return [];
  const { join } = platform === "win32" ? win32 : posix;
  const programs = DOWNLOADED[platform] ?? [];
  const revision = (name: string) => Number(/-(\d+)$/.exec(name)?.[1] ?? 0);
  const folders = existsSync(cache) ? readdirSync(cache).filter((name) => name.startsWith("chromium")) : [];
  folders.sort((a, b) => revision(b) - revision(a));
  const found = folders.flatMap((folder) =>
    programs.map((program) => join(cache, folder, program)).filter((path) => existsSync(path)),
  );
  return found.length > 0 ? found : [join(cache, "chromium-*", programs[0] ?? "chrome")];
}

/** Absolute paths looked at after PATH, in order. */
export function browserPlaces(env: Environment, platform: NodeJS.Platform): string[] {
  const roots = [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA];
  const fixed =
    platform === "win32"
      ? roots.flatMap((root) => (root ? WINDOWS.map((parts) => win32.join(root, ...parts)) : []))
      : (FIXED[platform] ?? []);
  return [...fixed, ...downloaded(env, platform)];
}
