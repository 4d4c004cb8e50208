/** What is printed where: for people, for pipes and for programs. */
import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { BINARY, commandConfig, type Scratch, scratch } from "./scratch.ts";

const ESC = "\u001b";
const files = {
  "modsquad.config.json": commandConfig({
    lint: { run: "true" },
    unit: { run: "echo 'one test broke'; exit 1", needs: ["lint"], area: "backend" },
  }),
};

describe("for programs", () => {
  it("--json prints one summary on stdout and nothing else", async () => {
    const { code, stdout, stderr } = await scratch(files).run(["--json"]);
    expect(code).toBe(1);
    expect(stderr).toBe("");
    const summary = JSON.parse(stdout) as Record<string, unknown>;
    expect(summary).toMatchObject({ verdict: "CRITICAL", readiness: "BLOCKED", exitCode: 1, mode: "full" });
  });

  it("--json keeps stdout to itself when the run cannot be done", async () => {
    const { code, stdout, stderr } = await scratch(files).run(["--json", "--gate", "unti"]);
    expect(code).toBe(2);
    if (stdout !== "") expect(() => JSON.parse(stdout)).not.toThrow();
    expect(stderr + stdout).toContain("unit");
  });

  it("--plan --json is JSON and executes nothing", async () => {
    const repo = scratch({
      "modsquad.config.json": commandConfig({ unit: { run: "touch ran" } }),
    });
    const { code, stdout } = await repo.run(["--plan", "--json"]);
    expect(code).toBe(0);
    const plan = JSON.parse(stdout) as { gates: { id: string }[] };
    expect(plan.gates.map(({ id }) => id)).toContain("unit");
    expect(() => repo.read("ran")).toThrow();
    expect(repo.git("status", "--porcelain")).toBe("");
  });

  it("gate ID prints the gate's result, and --output writes the same bytes", async () => {
    const repo = scratch(files);
    const { code, stdout } = await repo.run(["gate", "unit"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ gate: "unit", status: "failed" });
    const written = await repo.run(["gate", "unit", "--output", "out/unit.json"]);
    expect(written).toMatchObject({ code: 1, stdout: "" });
    expect(JSON.parse(repo.read("out/unit.json"))).toMatchObject({ gate: "unit", status: "failed" });
  });
});

describe("for people", () => {
  it("--plan says what would run, in which order and why", async () => {
    const { code, stdout } = await scratch(files).run(["--plan"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/1\. lint[\s\S]*2\. unit/);
    expect(stdout).toMatch(/Would not run:[\s\S]*repo-audit/);
  });

  it("--quiet is one line with the answer in it", async () => {
    const { code, stdout } = await scratch(files).run(["--quiet"]);
    expect(code).toBe(1);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(stdout).toMatch(/^BLOCKED {2}risk .*exit 1$/m);
  });

  it("--verbose shows every gate and each of its checks", async () => {
    const { stdout } = await scratch(files).run(["--verbose"]);
    expect(stdout).toMatch(/lint\s+passed[\s\S]*command: passed, 1 of 1 examined/);
    expect(stdout).toContain("one test broke");
  });

  it("a piped run has stable lines, no escape codes and each reason once", async () => {
    const { stdout } = await scratch(files).run([]);
    expect(stdout).not.toContain(ESC);
    expect(stdout).not.toContain("\r");
    const progress = stdout.split("\n").filter((line) => /^\[ *\d+\/\d+\]/.test(line));
    const totals = new Set(progress.map((line) => line.replace(/^\[ *\d+\/(\d+)\].*/, "$1")));
    expect(totals.size).toBe(1);
    expect(stdout).not.toContain("warning: config: only commands are tested here");
  });

  const COLOUR: [Record<string, string>, string[], boolean][] = [
    [{ FORCE_COLOR: "1" }, [], true],
    [{ FORCE_COLOR: "0" }, [], false],
    [{ NO_COLOR: "1" }, [], false],
    [{ CI: "1" }, [], false],
    [{ TERM: "dumb" }, [], false],
    [{ FORCE_COLOR: "1" }, ["--no-color"], false],
  ];
  for (const [env, args, coloured] of COLOUR) {
    it(`${JSON.stringify(env)} ${args.join(" ")}: ${coloured ? "coloured" : "plain"}`, async () => {
      const { stdout } = await scratch(files).run(args, env);
      expect(stdout.includes(ESC)).toBe(coloured);
    });
  }
});

describe("an output that goes away", () => {
  /** Runs the command with a reader that closes its end at the first byte. */
  function closedEarly(repo: Scratch): Promise<number | null> {
    const child = spawn(process.execPath, [BINARY], {
      cwd: repo.dir,
      env: { PATH: process.env.PATH ?? "", HOME: repo.dir },
      stdio: ["ignore", "pipe", "ignore"],
    });
    child.stdout.once("data", () => child.stdout.destroy());
    return new Promise((resolve) => child.on("close", resolve));
  }

  it("does not change the verdict", async () => {
    expect(await closedEarly(scratch(files))).toBe(1);
    const good = scratch({ "modsquad.config.json": commandConfig({ lint: { run: "true" } }) });
    expect(await closedEarly(good)).toBe(0);
  });
});
