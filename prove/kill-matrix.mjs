import { fileURLToPath } from "node:url";
import { EVENTS, killCell, LIMIT_MS, SHAPES } from "./lib/kill-matrix.mjs";

export const title = "Kill matrix: no survivor, the right exit code, within grace + 0.5 s";

export async function run() {
  const binary = fileURLToPath(new URL("../dist/meta-orch.js", import.meta.url));
  const cells = [];
  for (const event of Object.keys(EVENTS)) {
    for (const shape of Object.keys(SHAPES)) cells.push(await killCell(binary, event, shape));
  }
  const lines = cells.map(
    ({ eventName, shapeName, survivors, code, ms, faults }) =>
      `${eventName} × ${shapeName}: ${survivors} survivors, exit ${code}, ${ms} ms${faults.length > 0 ? ` FAULT: ${faults.join("; ")}` : ""}`,
  );
  return { ok: cells.every((cell) => cell.faults.length === 0 && cell.ms <= LIMIT_MS), lines };
}
