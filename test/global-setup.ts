/** End-to-end scenarios and workers run the built product, so it is built once before the suite. */
import { execFileSync } from "node:child_process";

export default function setup(): void {
  if (process.env.META_ORCH_SKIP_BUILD === "1") return;
  execFileSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
}
