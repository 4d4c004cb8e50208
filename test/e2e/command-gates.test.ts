/** Any shell command is a gate: what its output becomes, when it is run again, and what it waits for. */
import { describe, expect, it } from "vitest";
import { commandConfig, type Scratch, scratch } from "./scratch.ts";

interface GateJson {
  status: string;
  result: {
    checks: { id: string; status: string; planned: number; examined: number; failureClass?: string }[];
    findings: { ruleId: string; message: string; location?: { path: string; line: number } }[];
    metrics: Record<string, unknown>;
  };
}

async function only(gate: Record<string, unknown>, files: Record<string, string> = {}): Promise<GateJson> {
  const repo = scratch({ "modsquad.config.json": commandConfig({ unit: gate }), ...files });
  return JSON.parse((await repo.run(["gate", "unit"])).stdout) as GateJson;
}

const JUNIT = `<testsuite name="cart" tests="2">
  <testcase name="adds" classname="cart" file="test/cart.test.js" line="7"><failure message="expected 2, got 3"/></testcase>
  <testcase name="empties" classname="cart"/>
</testsuite>`;

describe("output that is parsed", () => {
  it("junit: a finding with its place for each test that failed", async () => {
    const { status, result } = await only({
      run: `printf '%s' '${JUNIT}' > out.xml; exit 1`,
      parse: "junit",
      report: "out.xml",
    });
    expect(status).toBe("failed");
    expect(result.checks[0]).toMatchObject({ status: "failed", planned: 2, examined: 2 });
    expect(result.findings).toHaveLength(1);
    expect(result.findings[0]).toMatchObject({ location: { path: "test/cart.test.js", line: 7 } });
    expect(result.findings[0]?.message).toContain("expected 2, got 3");
  });

  it("tap: the point that is not ok", async () => {
    const { status, result } = await only({
      run: "printf 'TAP version 13\\n1..2\\nok 1 - adds\\nnot ok 2 - empties\\n'",
      parse: "tap",
    });
    expect(status).toBe("failed");
    expect(result.findings[0]?.message).toContain("empties");
  });

  it("sarif: a finding with its place for each result", async () => {
    const place = { physicalLocation: { artifactLocation: { uri: "src/a.js" }, region: { startLine: 1 } } };
    const results = [
      { ruleId: "no-eval", level: "error", message: { text: "eval" }, locations: [place] },
      { ruleId: "no-var", level: "note", message: { text: "var" }, locations: [place] },
    ];
    const report = { version: "2.1.0", runs: [{ tool: { driver: { name: "lint" } }, results }] };
    const { status, result } = await only(
      { run: "cat lint.sarif", parse: "sarif" },
      { "lint.sarif": JSON.stringify(report), "src/a.js": "eval(1)\n" },
    );
    expect(status).toBe("failed");
    expect(result.findings.map(({ location }) => location)).toEqual([
      expect.objectContaining({ path: "src/a.js", line: 1 }),
      expect.objectContaining({ path: "src/a.js", line: 1 }),
    ]);
  });

  const EMPTY: [string, Record<string, unknown>, string][] = [
    ["junit without a test", { run: "echo '<testsuites/>'", parse: "junit" }, "no-results"],
    ["tap without a point", { run: "printf '1..0\\n'", parse: "tap" }, "no-results"],
    [
      "sarif that looked at nothing",
      { run: `echo '{"version":"2.1.0","runs":[]}'`, parse: "sarif" },
      "no-results",
    ],
    ["no report file", { run: "true", parse: "junit", report: "gone.xml" }, "missing-report"],
    ["other text", { run: "echo fine", parse: "junit" }, "malformed"],
    ["a report of yesterday", { run: "true", parse: "junit", report: "old.xml" }, "stale-report"],
  ];
  for (const [name, gate, failureClass] of EMPTY) {
    it(`${name} is errored, never a pass`, async () => {
      const { status, result } = await only(gate, { "old.xml": JUNIT });
      expect(status).toBe("errored");
      expect(result.checks[0]).toMatchObject({ failureClass });
    });
  }

  it("a command that a signal ended could not check", async () => {
    expect((await only({ run: "kill -9 $$" })).status).toBe("errored");
  });
});

describe("retries", () => {
  const once = "test -e tried || { touch tried; exit 1; }";

  it("a gate that failed runs again only where it says so, and a pass is recorded as flaky", async () => {
    expect((await only({ run: once, retry: { attempts: 2 } })).status).toBe("failed");
    const repo = scratch({
      "modsquad.config.json": commandConfig({
        unit: { run: once, retry: { attempts: 3, backoff: "1ms", on: ["errored", "failed"] } },
      }),
    });
    const summary = JSON.parse((await repo.run(["--json"])).stdout) as {
      risk: { ledger: { gate: string; reason: string }[] };
    };
    expect(summary.risk.ledger).toEqual([expect.objectContaining({ gate: "unit", reason: "flaky" })]);
    const last = repo.journal().filter(({ task_id: id }) => id === "unit");
    expect(last.at(-1)).toMatchObject({ status: "completed", attempt: 2 });
  });

  it("a gate that could not check runs again by default, as often as it says and no more", async () => {
    const repo = scratch({
      "modsquad.config.json": commandConfig({
        unit: { run: "echo x >> tries; exit 127", retry: { attempts: 3, backoff: "1ms" } },
      }),
    });
    expect((await repo.run([])).code).toBe(1);
    expect(repo.read("tries").trim().split("\n")).toHaveLength(3);
  });
});

/** Runs gates that write when they begin and end, and returns what they wrote. */
async function trace(gates: Record<string, Record<string, unknown>>): Promise<string[]> {
  const repo = scratch({ "modsquad.config.json": commandConfig(gates) });
  await repo.run(["--concurrency", "4"]);
  return repo.read("trace").trim().split("\n");
}

const traced = (id: string) => `echo +${id} >> trace; sleep 0.1; echo -${id} >> trace`;

describe("order", () => {
  it("a gate begins after those it needs have ended", async () => {
    const lines = await trace({
      last: { run: traced("last"), needs: ["middle"] },
      middle: { run: traced("middle"), needs: ["first"] },
      first: { run: traced("first") },
    });
    expect(lines).toEqual(["+first", "-first", "+middle", "-middle", "+last", "-last"]);
  });

  it("gates that hold the same lock never run side by side", async () => {
    const lines = await trace({
      a: { run: traced("a"), locks: ["database"] },
      b: { run: traced("b"), locks: ["database", "browser"] },
      c: { run: traced("c"), locks: ["browser", "database"] },
    });
    for (let at = 0; at < lines.length; at += 2) expect(lines[at + 1]).toBe(lines[at]?.replace("+", "-"));
  });

  it("a gate whose required need failed does not run", async () => {
    const repo: Scratch = scratch({
      "modsquad.config.json": commandConfig({
        base: { run: "false" },
        top: { run: "touch ran", needs: [{ gate: "base", required: true }] },
      }),
    });
    const { stdout } = await repo.run([]);
    expect(stdout).toMatch(/top\s+skipped/);
    expect(() => repo.read("ran")).toThrow();
  });

  it("abortAbove ends the run when more gates failed than it allows", async () => {
    const gates = {
      a: { run: "false" },
      b: { run: "touch ran", needs: ["a"] },
    };
    const repo = scratch({
      "modsquad.config.json": commandConfig(gates, { run: { abortAbove: "30%", concurrency: 1 } }),
    });
    const { code, stdout } = await repo.run([]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/b\s+cancelled/);
    expect(() => repo.read("ran")).toThrow();
  });
});
