// Programs the tests and the storefront need beside Node. What is there is used; what is missing is
// installed from Debian's packages when we are root, else we say exactly what to install.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

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
    found: () => onPath("chromium", "chromium-browser", "google-chrome"),
    packages: ["chromium"],
    advice: "Chromium",
  },
  tmux: { found: () => onPath("tmux"), packages: ["tmux"], advice: "tmux" },
  openssl: { found: () => onPath("openssl"), packages: ["openssl"], advice: "the openssl command" },
};

/** Makes sure the named tools are there; returns the sentences about what is still missing. */
export function ensureTools(names) {
  const missing = names.filter((name) => !TOOLS[name].found());
  if (missing.length === 0) return [];
  const packages = missing.flatMap((name) => TOOLS[name].packages);
  if (process.getuid?.() === 0 && onPath("apt-get")) {
    console.log(`Installing ${packages.join(", ")} from Debian's packages ...`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { env, stdio: "ignore" });
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], {
      env,
      stdio: "ignore",
    });
  }
  return missing
    .filter((name) => !TOOLS[name].found())
    .map(
      (name) =>
        `${name} is missing: install ${TOOLS[name].advice} (Debian: sudo apt-get install ${TOOLS[name].packages.join(" ")}).`,
    );
}
