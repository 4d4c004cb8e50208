import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const title = "Properties of the risk model and of the reports, over 2,000 random states each";

export async function run() {
  const dir = mkdtempSync(join(tmpdir(), "meta-orch-properties-"));
  const report = join(dir, "report.json");
  spawnSync(
    process.execPath,
    [
      "node_modules/vitest/vitest.mjs",
      "run",
      "test/risk",
      "test/report",
      "--reporter=json",
      `--outputFile=${report}`,
    ],
    { env: { ...process.env, META_ORCH_FULL_SIZE: "1" }, stdio: ["ignore", "ignore", "inherit"] },
  );
  const {
    numPassedTests: passed,
    numFailedTests: failed,
    testResults,
  } = JSON.parse(readFileSync(report, "utf8"));
  rmSync(dir, { recursive: true });
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  return {
    ok: failed === 0 && broken.length === 0 && passed > 0,
    lines: [`${passed} tests passed, ${failed + broken.length} failed, with every property at its full size`],
  };
}
