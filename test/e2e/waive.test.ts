/** Accepting a risk by name and until a day, from the command line. */
import { describe, expect, it } from "vitest";
import { commandConfig, type Scratch, scratch } from "./scratch.ts";

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
const report = (level: string) =>
  JSON.stringify({
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "lint", version: "1" } },
        results: [{ ruleId: "no-eval", level, message: { text: "eval is dangerous" } }],
      },
    ],
  });

const project = (): Scratch =>
  scratch({
    "modsquad.config.json": commandConfig({ lint: { run: "cat lint.sarif", parse: "sarif" } }),
    "modsquad.waivers.yaml":
      "# ours\n- { gate: lint, why: checks, owner: bo, reason: kept, until: 2020-01-01 } # old\n",
    "lint.sarif": report("error"),
  });

const by = ["--owner", "ana", "--reason", "sandboxed: for now"];

describe("waive", { timeout: 120_000 }, () => {
  it("takes a finding by its fingerprint, within the policy, and renews it", async () => {
    const repo = project();
    await repo.run([]);
    const tasks = repo.journal() as { findings: { fingerprint: string }[] }[];
    const id = tasks.flatMap(({ findings }) => findings)[0]?.fingerprint ?? "";
    expect(id).not.toBe("");
    const tooLong = await repo.run(["waive", id, ...by, "--until", day(15)]);
    expect(tooLong.code).toBe(2);
    expect(tooLong.stderr).toContain(`The last day the policy allows is ${day(14)}`);
    const waived = await repo.run(["waive", id.slice(0, 8), ...by, "--until", day(2)]);
    expect(waived.stderr).toBe("");
    expect(waived.stdout).toMatch(/^waived until .* by ana: high eval is dangerous/);
    expect((await repo.run(["waive", id, ...by, "--until", day(9)])).stdout).toMatch(/^renewed until/);
    const text = repo.read("modsquad.waivers.yaml");
    expect(text).toMatch(/^# ours\n- \{ gate: lint, .* # old\n- \{ fingerprint: lint:/);
    expect(text.match(/fingerprint/g)).toHaveLength(1);
    expect((await repo.run([])).stdout).toMatch(/waived: .*ana: sandboxed: for now/);
  });

  it("refuses days, gates and findings that are none", async () => {
    const repo = project();
    for (const [args, message] of [
      [["lint", ...by, "--until", day(-1)], /has passed/],
      [["lint", ...by, "--until", "tomorrow"], /is no day/],
      [["lintt", ...by, "--until", day(1)], /Did you mean "lint"/],
      [["lint", "--owner", "ana"], /needs --reason/],
      [["deadbeef", ...by, "--until", day(1)], /there is no run/],
    ] as const) {
      const { code, stderr } = await repo.run(["waive", ...args]);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
    expect(repo.git("status", "--porcelain")).toBe("");
  });
});

describe("waivers", { timeout: 120_000 }, () => {
  it("lists the state of each, and takes out what is past its day or named", async () => {
    const repo = project();
    await repo.run(["waive", "lint", ...by, "--until", day(3)]);
    await repo.run([]);
    const listed = await repo.run(["waivers", "list"]);
    expect(listed.code).toBe(1);
    expect(listed.stdout).toMatch(/expired +lint +until 2020-01-01 .*\n +bo: kept/);
    expect(listed.stdout).toMatch(/live +lint +until .*\(3 days left\)/);
    expect((await repo.run(["waivers", "expire"])).stdout).toContain("ended lint (bo, until 2020-01-01)");
    expect((await repo.run(["waivers", "expire", "lint"])).stdout).toContain("1 waiver taken out");
    expect(repo.read("modsquad.waivers.yaml")).toBe("# ours\n[]\n");
    expect((await repo.run(["waivers", "list"])).stdout).toContain("There are no waivers");
    expect((await repo.run(["waivers", "expire", "lint"])).code).toBe(2);
  });
});
