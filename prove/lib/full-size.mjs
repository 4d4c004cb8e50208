// Runs tests of the suite with everything they leave out for time.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How many tests of these paths passed and failed; a file that broke before its first test counts as failed. */
export function atFullSize(...paths) {
  const dir = mkdtempSync(join(tmpdir(), "meta-orch-full-size-"));
  const report = join(dir, "report.json");
  spawnSync(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", ...paths, "--reporter=json", `--outputFile=${report}`],
    { env: { ...process.env, META_ORCH_FULL_SIZE: "1" }, stdio: ["ignore", "ignore", "inherit"] },
  );
  const { numPassedTests: passed, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  rmSync(dir, { recursive: true });
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  return { passed, failed: numFailedTests + broken.length };
}
