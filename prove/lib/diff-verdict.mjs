/** The verdict of schema-diff on two texts or files: how many breaking changes, how many to be looked at. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

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
      const result = await gate.run(contextOf(root ?? dir, options));
      const [check] = result.checks;
      if (check.status === "errored") return { breaking: 0, warnings: 0, error: check.message, findings: [] };
      const { breaking, warnings } = result.metrics.diff;
      return { breaking, warnings, findings: result.findings };
    } finally {
      if (dir) rmSync(dir, { recursive: true, force: true });
    }
  };
}

const contextOf = (root, options) => ({
  runId: "prove",
  mode: "quick",
  env: "ci",
  root,
  dependenciesRoot: root,
  files: [],
  changed: null,
  base: null,
  options,
  checks: ["schema-diff"],
  upstream: {},
  history: [],
  secrets: {},
  artifactsDir: root,
  signal: new AbortController().signal,
  exec: async () => ({ code: 1, signal: null, stdout: "", stderr: "", truncated: false }),
  progress: () => {},
});
