import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeReports } from "../../modsquad/report/index.ts";
import { renderText } from "../../modsquad/report/text.ts";
import { buildPlanned, buildRisk, buildState, buildTask } from "./build-state.ts";
import { blockedRun } from "./storefront-run.ts";

const TEXT = "reports/meta_orchestrator_20261031T144746Z.txt";
let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "meta-orch-report-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const read = (file: string) => readFileSync(join(root, file), "utf8");

describe("writeReports", () => {
  it("writes the named formats and one file per gate that reported, and nothing else", async () => {
    const { state, risk } = blockedRun();
    const outcome = await writeReports(root, ["text", "json"], state, risk);
    expect(outcome.problems).toEqual([]);
    expect(readdirSync(join(root, "reports")).sort()).toEqual([
      ".gitignore",
      "browser_mod.json",
      "github_mod.json",
      "infra_health.json",
      "live_flows.json",
      "meta_orchestrator_20261031T144746Z.txt",
      "run_summary.json",
      "unit_tests.json",
    ]);
    expect(read(TEXT)).toBe(renderText(state, risk));
    expect(JSON.parse(read("reports/run_summary.json")).reports).toEqual(outcome.written);
  });

  it("gives each gate's file its schema, run, status and whole result", async () => {
    const { state, risk } = blockedRun();
    await writeReports(root, [], state, risk);
    const report = JSON.parse(read("reports/infra_health.json"));
    expect(Object.keys(report)).toEqual(["schema", "runId", "gate", "status", "result", "errors"]);
    expect(report).toMatchObject({
      schema: "meta-orch/gate-report@1",
      runId: state.header.runId,
      gate: "infra-health",
      status: "errored",
      errors: ["missing-tool: docker not found"],
    });
    expect(Object.keys(report.result)).toEqual(["checks", "findings", "metrics", "artifacts"]);
  });

  it("names an unknown format and still writes the others", async () => {
    const { state, risk } = blockedRun();
    const outcome = await writeReports(root, ["txt", "constructor", "json"], state, risk);
    expect(outcome.problems.map((one) => one.what)).toEqual([
      'there is no report format "txt"',
      'there is no report format "constructor"',
    ]);
    expect(outcome.written).toContain("reports/run_summary.json");
  });

  it("refuses a gate file that would overwrite another report", async () => {
    const gates = [
      buildPlanned("evil", { reportName: "run_summary" }),
      buildPlanned("a", { reportName: "same" }),
      buildPlanned("b", { reportName: "same" }),
    ];
    const tasks = gates.map((gate) => buildTask(gate.id));
    const outcome = await writeReports(root, ["json"], buildState(tasks, { header: { gates } }), buildRisk());
    expect(outcome.problems.map((one) => one.where)).toEqual(["evil", "b"]);
    expect(JSON.parse(read("reports/run_summary.json")).schema).toBe("meta-orch/run-summary@1");
    expect(JSON.parse(read("reports/same.json")).gate).toBe("a");
  });

  it("keeps the user's .gitignore, and never hides files that were there before", async () => {
    const { state, risk } = blockedRun();
    const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" });
    git("init", "-q");
    mkdirSync(join(root, "reports"));
    writeFileSync(join(root, "reports/mine.txt"), "mine");
    await writeReports(root, ["text", "json"], state, risk);
    expect(git("status", "--porcelain", "-uall")).toBe("?? reports/mine.txt\n");
    writeFileSync(join(root, "reports/.gitignore"), "own rules\n");
    await writeReports(root, ["text"], state, risk);
    expect(read("reports/.gitignore")).toBe("own rules\n");
  });

  it("leaves a new folder clean in git", async () => {
    const { state, risk } = blockedRun();
    execFileSync("git", ["init", "-q"], { cwd: root });
    await writeReports(root, ["text", "json"], state, risk);
    expect(execFileSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" })).toBe("");
  });

  it("does not follow a symbolic link out of the repository", async () => {
    const outside = mkdtempSync(join(tmpdir(), "meta-orch-outside-"));
    symlinkSync(outside, join(root, "reports"));
    const { state, risk } = blockedRun();
    const outcome = await writeReports(root, ["text"], state, risk);
    expect(outcome.written).toEqual([]);
    expect(outcome.problems[0]?.what).toContain("symbolic link");
    expect(readdirSync(outside)).toEqual([]);
    rmSync(outside, { recursive: true });
  });

  it("says what to do when the folder cannot be made", async () => {
    writeFileSync(join(root, "reports"), "a file");
    const { state, risk } = blockedRun();
    const outcome = await writeReports(root, ["text"], state, risk);
    expect(outcome.written).toEqual([]);
    expect(outcome.problems).toHaveLength(1);
    expect(outcome.problems[0]?.next).toContain("meta-orch --report");
  });

  it("leaves no temporary file and no half report when one file cannot be replaced", async () => {
    mkdirSync(join(root, "reports/run_summary.json"), { recursive: true });
    const { state, risk } = blockedRun();
    const outcome = await writeReports(root, ["text", "json"], state, risk);
    expect(outcome.problems.map((one) => one.where)).toEqual(["reports/run_summary.json"]);
    expect(outcome.written).toContain(TEXT);
    expect(readdirSync(join(root, "reports")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
