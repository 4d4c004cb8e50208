// Programs the tests and the storefront need beside Node. What is there is used; what is missing is
// installed from Debian's packages when we are root, else we say exactly what to install.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const onPath = (...names) =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .some((dir) => names.some((name) => dir && existsSync(join(dir, name))));
const postgresServer = () =>
  onPath("postgres") ||
  (existsSync("/usr/lib/postgresql") &&
    readdirSync("/usr/lib/postgresql").some((version) =>
      existsSync(`/usr/lib/postgresql/${version}/bin/postgres`),
    ));

const browser = () =>
  Boolean(process.env.CHROME_PATH) ||
  onPath(
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chrome.exe",
  ) ||
  existsSync("/Applications/Google Chrome.app") ||
  existsSync("/Applications/Chromium.app") ||
  downloadedBrowser();
/** Where Playwright keeps what it downloads. */
const downloadedBrowser = () => {
  const caches = [
    process.env.PLAYWRIGHT_BROWSERS_PATH,
    join(homedir(), ".cache", "ms-playwright"),
    join(homedir(), "Library", "Caches", "ms-playwright"),
    join(process.env.LOCALAPPDATA ?? homedir(), "ms-playwright"),
  ];
  return caches.some(
    (cache) => cache && existsSync(cache) && readdirSync(cache).some((name) => name.startsWith("chromium")),
  );
};
/** Ubuntu's package of that name only points at a snap. */
const isUbuntu = () =>
  existsSync("/etc/os-release") && /^ID=ubuntu$/m.test(readFileSync("/etc/os-release", "utf8"));
const PLAYWRIGHT = fileURLToPath(new URL("../node_modules/playwright-core/cli.js", import.meta.url));

/** name → how to see it, Debian package, what a person on another system installs. */
const TOOLS = {
  git: { found: () => onPath("git"), packages: ["git"], advice: "git, https://git-scm.com" },
  postgres: {
    found: postgresServer,
    packages: ["postgresql"],
    advice: "a PostgreSQL server (postgres, initdb)",
  },
  redis: { found: () => onPath("redis-server"), packages: ["redis-server"], advice: "redis-server" },
  chromium: {
    found: browser,
    packages: isUbuntu() ? [] : ["chromium"],
    advice: "Chromium, Chrome or Edge, or run npx playwright-core install chromium",
    // Needs nobody's permission.
    download: ["install", "chromium"],
  },
  tmux: { found: () => onPath("tmux"), packages: ["tmux"], advice: "tmux" },
  openssl: { found: () => onPath("openssl"), packages: ["openssl"], advice: "the openssl command" },
};

const hint = (packages) =>
  packages.length > 0 ? ` (Debian: sudo apt-get install ${packages.join(" ")})` : "";

/** Makes sure the named tools are there; returns the sentences about what is still missing. */
export function ensureTools(names) {
  const missing = names.filter((name) => !TOOLS[name].found());
  if (missing.length === 0) return [];
  const packages = missing.flatMap((name) => TOOLS[name].packages);
  if (packages.length > 0 && process.getuid?.() === 0 && onPath("apt-get")) {
    // Not on stdout: it may be reserved for JSON.
    console.error(`Installing ${packages.join(", ")} from Debian's packages ...`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { env, stdio: "ignore" });
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], {
      env,
      stdio: "ignore",
    });
  }
  for (const { found, download } of missing.map((name) => TOOLS[name])) {
    if (!download || found() || !existsSync(PLAYWRIGHT)) continue;
    console.error("Downloading a browser ...");
    spawnSync(process.execPath, [PLAYWRIGHT, ...download], { stdio: ["ignore", 2, 2] });
  }
  return missing
    .filter((name) => !TOOLS[name].found())
    .map((name) => `${name} is missing: install ${TOOLS[name].advice}${hint(TOOLS[name].packages)}.`);
}
