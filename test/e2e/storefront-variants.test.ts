/** Two variants from one source, and what meta-orch makes of each: the whole way, as `npm start` goes it. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Finding, GateResult } from "../../modsquad/contracts/gate.ts";
import { type Defect, REPOSITORY, STOREFRONT, scratch, variants } from "./storefront/support.ts";

function folder(): string {
  const { path, dispose } = scratch();
  onTestFinished(dispose);
  return path;
}

/** Path → content of every file of a tree; the linked packages are no part of it. */
function contents(root: string, at = root): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(at, { withFileTypes: true })) {
    const path = join(at, entry.name);
    if (entry.name === "node_modules") continue;
    if (entry.isDirectory()) for (const [name, text] of contents(root, path)) files.set(name, text);
    else files.set(relative(root, path), readFileSync(path, "latin1"));
  }
  return files;
}

interface Outcome {
  code: number | null;
  output: string;
  reports: string;
  /** What is left in the folder for temporary files. */
  left: string[];
}

function npmStart(...options: string[]): Outcome {
  const home = folder();
  const reports = join(home, "reports");
  const temporary = join(home, "tmp");
  mkdirSync(temporary);
  const run = spawnSync(process.execPath, ["scripts/start.mjs", "--copy-to", reports, ...options], {
    cwd: REPOSITORY,
    env: { ...process.env, TMPDIR: temporary, STOREFRONT_URL: "http://127.0.0.1:1", NO_COLOR: "1", CI: "" },
    encoding: "utf8",
  });
  return { code: run.status, output: run.stdout + run.stderr, reports, left: readdirSync(temporary) };
}

function caughtBy(defect: Defect, finding: Finding): boolean {
  // Flows that a dead dependency may explain are one finding that names them all.
  if (finding.ruleId === "flows/dependency")
    return defect.gate === "live-flows" && finding.message.includes(String(defect.target));
  if (finding.ruleId !== defect.rule) return false;
  if (defect.gate === "repo-audit") {
    return finding.location?.path === defect.file && finding.message.includes(defect.target ?? "");
  }
  return finding.target === defect.target;
}

/** Every result written by a run, by gate. */
function results(reports: string): Map<string, GateResult> {
  const found = new Map<string, GateResult>();
  for (const name of readdirSync(reports).filter((file) => file.endsWith(".json"))) {
    const { gate, result } = JSON.parse(readFileSync(join(reports, name), "utf8"));
    if (gate) found.set(gate, result);
  }
  return found;
}

describe("variants of the storefront", () => {
  const defects = variants.listDefects();

  it("there are at least eight seeded defects for the first two gates, each with a file of edits and none without", () => {
    const early = defects.filter(({ gate }) => gate === "repo-audit" || gate === "live-flows");
    expect(early.length).toBeGreaterThanOrEqual(8);
    const ids = defects.map(({ id }) => id).sort();
    expect(new Set(ids).size).toBe(ids.length);
    expect(readdirSync(join(STOREFRONT, "defects")).sort()).toEqual(ids.map((id) => `${id}.mjs`));
    for (const defect of defects) {
      expect(defect.title && defect.how && defect.check && defect.rule, defect.id).toBeTruthy();
    }
  });

  it("healthy is the source, broken is healthy with exactly the listed files changed", async () => {
    const [healthy, broken] = [folder(), folder()];
    expect(await variants.buildVariant("healthy", healthy)).toEqual([]);
    const before = contents(STOREFRONT);
    expect((await variants.buildVariant("broken", broken)).map(({ id }) => id)).toEqual(
      defects.map(({ id }) => id),
    );
    expect(contents(STOREFRONT)).toEqual(before);
    const [good, bad] = [contents(healthy), contents(broken)];
    for (const [name, text] of good) expect(before.get(name), name).toBe(text);
    const changed = [...new Set([...good.keys(), ...bad.keys()])].filter(
      (name) => good.get(name) !== bad.get(name),
    );
    expect(changed.sort()).toEqual([...new Set(defects.map(({ file }) => file))].sort());
    expect([...good.keys()].filter((name) => /defect|variant/.test(name))).toEqual([]);
  });

  it("a folder that is not empty, an unknown variant: refused with a reason", async () => {
    await expect(variants.buildVariant("healthy", STOREFRONT)).rejects.toThrow("is not empty");
    await expect(variants.buildVariant("shiny", folder())).rejects.toThrow("there are healthy and broken");
  });
});

/** All but the browser, which takes longer than the others together: `npm run prove storefront` has it too. */
const QUICKER = ["contract", "design-dna", "infra-health", "live-flows", "repo-audit", "unit-tests"];
const quicker = QUICKER.flatMap((gate) => ["--gate", gate]);

describe("npm start", () => {
  it("healthy: safe to ship, exit 0, nothing found, nothing left behind", () => {
    const { code, output, reports, left } = npmStart(...quicker);
    expect(code, output).toBe(0);
    expect(output).toContain("RISK RATE");
    const found = results(reports);
    expect([...found.keys()].sort()).toEqual(
      expect.arrayContaining(["live-flows", "repo-audit", "unit-tests"]),
    );
    for (const [gate, { findings }] of found) expect(findings, gate).toEqual([]);
    expect(readdirSync(reports).some((name) => /^meta_orchestrator_.*\.txt$/.test(name))).toBe(true);
    expect(left).toEqual([]);
  });

  it("broken: blocked, exit 1, and every seeded defect found by its gate, check and rule", () => {
    const { code, output, reports, left } = npmStart("--broken", ...quicker);
    expect(code, output).toBe(1);
    const found = results(reports);
    const seeded = variants.listDefects().filter(({ gate }) => QUICKER.includes(gate));
    const missed = seeded.filter((defect) => {
      const result = found.get(defect.gate);
      const checked = result?.checks.some(({ id }) => id === defect.check);
      return !checked || !result?.findings.some((finding) => caughtBy(defect, finding));
    });
    expect(missed.map(({ id }) => id)).toEqual([]);
    expect(new Set(seeded.map(({ gate }) => gate)).size).toBeGreaterThan(3);
    expect(left).toEqual([]);
  });

  it("hands every other option on to meta-orch, and its exit code back", () => {
    const plan = npmStart("--plan");
    expect(plan.code, plan.output).toBe(0);
    expect(plan.output).toContain("live-flows");
    expect(existsSync(join(plan.reports, "live_flows.json"))).toBe(false);
    const unknown = npmStart("--no-such-option");
    expect(unknown.code).toBe(2);
    expect(unknown.left).toEqual([]);
  });

  it("interrupted: exit 130, the storefront stopped, nothing left behind", async () => {
    const home = folder();
    const child = spawn(process.execPath, ["scripts/start.mjs", "--copy-to", join(home, "reports")], {
      cwd: REPOSITORY,
      env: { ...process.env, TMPDIR: home, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const answering = new Promise<string>((resolve) => {
      child.stderr!.on("data", (chunk) => {
        output += chunk;
        const url = /answers at (\S+)/.exec(output)?.[1];
        if (url) resolve(url);
      });
    });
    const url = await answering;
    child.kill("SIGINT");
    const [code] = await once(child, "close");
    expect(code).toBe(130);
    await expect(fetch(url)).rejects.toThrow();
    expect(readdirSync(home).filter((name) => name !== "reports")).toEqual([]);
  });
});
