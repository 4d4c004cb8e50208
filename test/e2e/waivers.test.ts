/** Waivers and baseline: accepted by name and until a day, and never more than that. */
import { describe, expect, it } from "vitest";
import { commandConfig, type Scratch, scratch } from "./scratch.ts";

const REPORT = JSON.stringify({
  version: "2.1.0",
  runs: [
    {
      tool: { driver: { name: "lint", version: "1.0.0" } },
      results: [
        {
          ruleId: "no-eval",
          level: "error",
          message: { text: "eval is dangerous" },
          locations: [
            { physicalLocation: { artifactLocation: { uri: "src/a.js" }, region: { startLine: 1 } } },
          ],
        },
      ],
    },
  ],
});

/** Within every limit of the policy. */
const SOON = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);

const gates = { lint: { run: "cat lint.sarif", parse: "sarif" }, absent: { run: "no-such-tool" } };

function project(waivers: string, only: "lint" | "absent"): Scratch {
  return scratch({
    "modsquad.config.json": commandConfig({ [only]: gates[only] }),
    "modsquad.waivers.yaml": waivers,
    "lint.sarif": REPORT,
    "src/a.js": "eval('1');\n",
  });
}

interface Summary {
  verdict: string;
  exitCode: number;
  risk: { waivedPct: number; riskPct: number };
}

async function summary(repo: Scratch, ...args: string[]): Promise<Summary> {
  return JSON.parse((await repo.run(["--json", ...args])).stdout) as Summary;
}

const forGate = (more: string) => `- { gate: absent, owner: ana, reason: "checked by hand", ${more} }\n`;

describe("a waiver of a gate", () => {
  it("lets a gate go that could not check", async () => {
    const result = await summary(project(forGate(`until: ${SOON}`), "absent"));
    expect(result).toMatchObject({ verdict: "PASS_WITH_WAIVERS", exitCode: 0 });
    expect(result.risk.waivedPct).toBeGreaterThan(0);
  });

  it("is as if absent once it has expired, and says so", async () => {
    const repo = project(forGate("until: 2020-01-01"), "absent");
    const { code, stdout } = await repo.run([]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/expired/i);
  });

  it("holds in its own environment only", async () => {
    const repo = project(forGate(`until: ${SOON}, env: ci`), "absent");
    expect((await summary(repo, "--env", "ci")).exitCode).toBe(0);
    expect((await summary(repo)).exitCode).toBe(1);
  });

  it("that lasts longer than the policy allows has no effect, and says so", async () => {
    const { code, stdout } = await project(forGate("until: 2999-01-01"), "absent").run([]);
    expect(code).toBe(1);
    expect(stdout.replace(/\s+/g, " ")).toMatch(/waiver absent by ana has no effect: .*at most: shorten it/);
  });

  it("never covers a gate that failed", async () => {
    const waiver = `- { gate: lint, owner: ana, reason: "later", until: ${SOON} }\n`;
    expect((await summary(project(waiver, "lint"))).exitCode).toBe(1);
  });

  it("stops the run when it is not a waiver, naming the line", async () => {
    const cases: [string, RegExp][] = [
      [forGate("until: tomorrow"), /modsquad\.waivers\.yaml:1:.*until/],
      [`- { gate: absnt, owner: a, reason: "b", until: ${SOON} }\n`, /Did you mean "absent"/],
      [`- { gate: absent, reason: "b", until: ${SOON} }\n`, /owner/],
    ];
    for (const [waivers, message] of cases) {
      const { code, stderr } = await project(waivers, "absent").run([]);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
  });
});

/** The fingerprint of the one finding, as a user reads it from the gate's JSON. */
async function fingerprint(repo: Scratch): Promise<string> {
  const { stdout } = await repo.run(["gate", "lint"]);
  const report = JSON.parse(stdout) as { result: { findings: { fingerprint: string }[] } };
  return report.result.findings[0]!.fingerprint;
}

describe("a known finding", () => {
  it("no longer fails the gate when the baseline lists it, and is still shown", async () => {
    const repo = project("", "lint");
    expect((await summary(repo)).exitCode).toBe(1);
    const id = (await fingerprint(repo)).replace(/^lint:/, "");
    const baseline = { schema: "meta-orch/baseline@1", created: "2026-01-01", findings: { lint: [id] } };
    repo.write("modsquad.baseline.json", JSON.stringify(baseline));
    const { code, stdout } = await repo.run([]);
    expect(code).toBe(0);
    expect(stdout).toContain("eval is dangerous");
    expect(stdout).toContain("old");
  });

  it("stays known when the lines above it move", async () => {
    const repo = project("", "lint");
    const id = (await fingerprint(repo)).replace(/^lint:/, "");
    repo.write("src/a.js", `// one line more\neval('1');\n`);
    repo.write("lint.sarif", REPORT.replace('"startLine":1', '"startLine":2'));
    expect((await fingerprint(repo)).replace(/^lint:/, "")).toBe(id);
  });

  it("is new all the same when it is another one", async () => {
    const repo = project("", "lint");
    const baseline = { schema: "meta-orch/baseline@1", created: "2026-01-01", findings: { lint: ["0000"] } };
    repo.write("modsquad.baseline.json", JSON.stringify(baseline));
    expect((await summary(repo)).exitCode).toBe(1);
  });

  it("can be waived by its fingerprint", async () => {
    const repo = project("", "lint");
    const id = await fingerprint(repo);
    const named = id.includes(":") ? id : `lint:${id}`;
    repo.write(
      "modsquad.waivers.yaml",
      `- { fingerprint: "${named}", owner: ana, reason: "sandboxed", until: ${SOON} }\n`,
    );
    const { stdout } = await repo.run([]);
    expect(stdout).toMatch(/waived: .*ana/);
  });
});
