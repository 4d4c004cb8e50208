/** The verdict of schema-diff on two texts or files: how many breaking changes, how many to be looked at. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gateContext } from "./gate-context.mjs";

const GATE = new URL("../../dist/esm/gates/contract.js", import.meta.url).href;

export async function verdictOf() {
  const { default: gate } = await import(GATE);
  return async ({ base, revision, root }) => {
    const dir = root ? null : mkdtempSync(path.join(os.tmpdir(), "meta-orch-diff-"));
    const place = (name, document) => {
      if (typeof document === "string") return document;
      writeFileSync(path.join(dir, name), JSON.stringify(document));
      return name;
    };
    try {
      const options = { document: place("revision.json", revision), base: place("base.json", base) };
      const result = await gate.run(
        gateContext({ root: root ?? dir, mode: "quick", options, checks: ["schema-diff"] }),
      );
      const [check] = result.checks;
      if (check.status === "errored") return { breaking: 0, warnings: 0, error: check.message, findings: [] };
      const { breaking, warnings } = result.metrics.diff;
      return { breaking, warnings, findings: result.findings };
    } finally {
      if (dir) rmSync(dir, { recursive: true, force: true });
    }
  };
}
