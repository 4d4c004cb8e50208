// npm test [-- vitest arguments]: finds or installs what the tests need, then runs them.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ensureTools } from "./tools.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const missing = ensureTools(["git", "chromium", "openssl", "postgres", "redis"]);
for (const sentence of missing) console.error(sentence);
if (missing.length > 0) process.exit(2);
const run = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)], {
  stdio: "inherit",
});
process.exit(run.status ?? 1);
