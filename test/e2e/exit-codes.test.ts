import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandConfig, scratch } from "./scratch.ts";

const CONFIG = "modsquad.config.json";
const noTrace = (text: string) => expect(text).not.toMatch(/^\s+at .+:\d+:\d+/m);

describe("exit code 0: safe to ship", () => {
  it("every gate passes", async () => {
    const repo = scratch({ [CONFIG]: commandConfig({ unit: { run: "true" } }) });
    const { code, stdout } = await repo.run(["--mode", "full"]);
    expect(code).toBe(0);
    expect(stdout).toContain("RISK RATE 0.00%");
    expect(repo.reports().some((name) => /^meta_orchestrator_\d{8}T\d{6}Z\.txt$/.test(name))).toBe(true);
  });
});

describe("exit code 1: blocked", () => {
  it("a gate fails", async () => {
    const repo = scratch({ [CONFIG]: commandConfig({ unit: { run: "false" } }) });
    const { code, stdout } = await repo.run([]);
    expect(code).toBe(1);
    expect(stdout).toContain("BLOCKED");
  });

  it("a program is missing: named, with what to do, and never a pass", async () => {
    const repo = scratch({ [CONFIG]: commandConfig({ unit: { run: "no-such-tool --check" } }) });
    const { code, stdout, stderr } = await repo.run([]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/no-such-tool.*not found/s);
    expect(stdout).toContain("install it");
    noTrace(stdout + stderr);
  });

  it("the service cannot be reached", async () => {
    const repo = scratch({
      "package.json": JSON.stringify({ dependencies: { express: "4.0.0" } }),
      [CONFIG]: JSON.stringify({
        required: ["live-flows"],
        gates: { "live-flows": { retry: { attempts: 1 }, flows: [{ name: "home", get: "/" }] } },
      }),
    });
    const { code, stdout, stderr } = await repo.run([
      "--gate",
      "live-flows",
      "--base-url",
      "http://127.0.0.1:9",
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/refused|unreachable/i);
    noTrace(stdout + stderr);
  });

  it("a run that the fail mode cut short is cancelled, not passed", async () => {
    const gates = { a: { run: "false" }, b: { run: "true", needs: ["a"] } };
    const repo = scratch({ [CONFIG]: commandConfig(gates, { required: ["a"] }) });
    const { code, stdout } = await repo.run(["--fail-mode", "no-new"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/b\s+cancelled/);
  });

  it("the run takes longer than --timeout", async () => {
    const gates = { slow: { run: "sleep 60" } };
    const repo = scratch({ [CONFIG]: commandConfig(gates, { required: ["slow"] }) });
    const { code, stdout } = await repo.run(["--timeout", "500ms"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/slow\s+timed out/);
  });
});

/** Each: files, arguments, and what the message must name. */
const UNDOABLE: Record<string, [Record<string, string>, string[], RegExp[]]> = {
  "a typo in the config": [
    { "modsquad.config.yaml": "risk:\n  targt: 0.5\n" },
    [],
    [/modsquad\.config\.yaml:2/, /targt/, /target/],
  ],
  "a config that is not YAML": [{ "modsquad.config.yaml": "gates: [" }, [], [/modsquad\.config\.yaml/]],
  "an unknown gate": [{ [CONFIG]: commandConfig({}) }, ["--gate", "repo-audt"], [/repo-audt/, /repo-audit/]],
  "an unknown option": [{}, ["--moed", "quick"], [/--moed/, /--mode/]],
  "an unknown check": [
    {},
    ["gate", "repo-audit", "--check", "secerts"],
    [/secerts/, /Did you mean "secrets"/],
  ],
  "an unknown mode": [{}, ["--mode", "qick"], [/qick/, /quick/]],
  "an unknown command": [{}, ["doctr"], [/doctr/, /doctor/]],
  "a dependency cycle": [
    { [CONFIG]: commandConfig({ a: { run: "true", needs: ["b"] }, b: { run: "true", needs: ["a"] } }) },
    [],
    [/circle|cycle/, /a -> b -> a|b -> a -> b/],
  ],
  "nothing to check in full mode": [
    { [CONFIG]: commandConfig({}) },
    ["--mode", "full"],
    [/nothing would be checked/i],
  ],
  "a repository that is not there": [{}, ["--repo", "/no/such/folder"], [/no\/such\/folder/]],
  "a negative target": [{}, ["--risk-target", "-1"], [/risk-target/]],
  "a report without a run": [{}, ["--report"], [/no run/i]],
  "a damaged baseline": [{ "modsquad.baseline.json": "{" }, [], [/modsquad\.baseline\.json/]],
};

describe("exit code 2: the run itself could not be done", () => {
  for (const [name, [files, args, needles]] of Object.entries(UNDOABLE)) {
    it(name, async () => {
      const repo = scratch(files);
      const { code, stdout, stderr } = await repo.run(args);
      expect(code).toBe(2);
      for (const needle of needles) expect(stderr).toMatch(needle);
      expect(stderr).toContain("next:");
      noTrace(stdout + stderr);
    });
  }
});

describe("exit code 130: interrupted", () => {
  it("cancels cleanly and leaves a journal that says so", async () => {
    const repo = scratch({ [CONFIG]: commandConfig({ slow: { run: "sh -c 'echo up > up; sleep 60'" } }) });
    const { child, ended } = repo.start(["--mode", "full"]);
    while (!existsSync(join(repo.dir, "up"))) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill("SIGINT");
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toContain("cancelled");
    const last = repo.journal().at(-1);
    expect(last).toMatchObject({ task_id: "meta-orchestrator", status: "cancelled" });
  });
});
