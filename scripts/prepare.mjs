// Runs after `npm install`. Builds when the build tools are there; an install without them (--omit=dev,
// a published package) has either dist/ already or no use for it, and must not fail here.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
if (existsSync(`${root}/node_modules/esbuild`) && existsSync(`${root}/scripts/meta-orch.ts`)) {
  const built = spawnSync(process.execPath, [`${root}/scripts/build.mjs`], { stdio: "inherit" });
  if (built.status !== 0) console.warn("meta-orch: the build failed; `npm run build` shows why.");
}
