import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { listDefects } from "../examples/storefront/variant.mjs";

export const title =
  "The storefront, whole: nothing on healthy, every seeded defect on broken by its gate and rule";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Exit code, seconds and the findings of every gate of one `npm start`. */
function start(...options) {
  const reports = mkdtempSync(join(tmpdir(), "meta-orch-storefront-proof-"));
  const from = performance.now();
  const { status } = spawnSync(process.execPath, ["scripts/start.mjs", "--copy-to", reports, ...options], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "ignore"],
  });
  const seconds = (performance.now() - from) / 1000;
  const found = new Map();
  for (const name of readdirSync(reports).filter((file) => file.endsWith(".json"))) {
    const { gate, result } = JSON.parse(readFileSync(join(reports, name), "utf8"));
    if (gate) found.set(gate, result.findings);
  }
  rmSync(reports, { recursive: true });
  return { status, seconds, found };
}

function isFound({ gate, rule, file, target }, findings) {
  return findings.some((finding) => {
    if (finding.ruleId === "flows/dependency")
      return gate === "live-flows" && finding.message.includes(target);
    if (finding.ruleId !== rule) return false;
    if (gate !== "repo-audit") return finding.target === undefined || finding.target.startsWith(target);
    return finding.location?.path === file && finding.message.includes(target ?? "");
  });
}

export async function run() {
  const healthy = start();
  const extra = [...healthy.found].flatMap(([gate, findings]) =>
    findings.map(({ ruleId }) => `${gate}: ${ruleId}`),
  );
  const broken = start("--broken");
  const defects = listDefects();
  const missed = defects.filter((defect) => !isFound(defect, broken.found.get(defect.gate) ?? []));
  return {
    ok: healthy.status === 0 && extra.length === 0 && broken.status === 1 && missed.length === 0,
    lines: [
      `healthy: exit ${healthy.status} in ${healthy.seconds.toFixed(0)} s, ${healthy.found.size} gates, ${extra.length} findings ${extra.join(", ")}`.trim(),
      `broken: exit ${broken.status} in ${broken.seconds.toFixed(0)} s, ${defects.length - missed.length} of ${defects.length} seeded defects found ${missed.map(({ id }) => id).join(", ")}`.trim(),
    ],
  };
}
