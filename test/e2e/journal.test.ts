/** The journal of a real run: every line as published, and enough to tell the whole story again. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { commandConfig, type Scratch, scratch } from "./scratch.ts";

/** The names that every line carries, as the design fixes them. */
const FIELDS = [
  "task_id",
  "agent",
  "phase",
  "description",
  "status",
  "start_time",
  "end_time",
  "duration_seconds",
  "dependencies",
  "errors",
  "warnings",
  "metrics",
  "kind",
  "run_id",
  "seq",
  "attempt",
  "tier",
  "worker",
  "checks",
  "findings",
];

function validator(): (line: unknown) => string[] {
  const file = new URL("../../schema/journal-record.schema.json", import.meta.url);
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(file, "utf8")) as object);
  return (line) =>
    validate(line) ? [] : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
}

/** Gates that end in every way a gate can end in. */
const MANY_ENDS = commandConfig({
  good: { run: "true" },
  bad: { run: "echo broken; exit 3", needs: ["good"] },
  absent: { run: "no-such-tool" },
  endless: { run: "sleep 60", timeout: "300ms" },
  flaky: { run: "test -e tried || { touch tried; exit 1; }", retry: { attempts: 2, on: ["failed"] } },
});

function textReport(repo: Scratch): string {
  const name = repo.reports().find((one) => one.endsWith(".txt"));
  return repo.read(join("reports", name ?? ""));
}

describe("the journal of a run", () => {
  it("has every field on every line, and every line validates against the published schema", async () => {
    const repo = scratch({ "modsquad.config.json": MANY_ENDS });
    expect((await repo.run([])).code).toBe(1);
    const lines = repo.journal();
    const problems = validator();
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(expect.arrayContaining(FIELDS));
      expect(problems(line)).toEqual([]);
    }
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
    expect(new Set(lines.map(({ run_id: id }) => id)).size).toBe(1);
  });

  it("begins and ends with the run, and the last line of each gate is its state", async () => {
    const repo = scratch({ "modsquad.config.json": MANY_ENDS });
    await repo.run([]);
    const lines = repo.journal();
    for (const line of [lines[0], lines.at(-1)])
      expect(line).toMatchObject({ kind: "run", task_id: "meta-orchestrator", tier: 0, phase: "RUN" });
    const last = new Map(lines.map((line) => [line.task_id, line.status]));
    expect(Object.fromEntries(last)).toMatchObject({
      good: "completed",
      bad: "failed",
      absent: "errored",
      endless: "timed_out",
      flaky: "completed",
    });
  });

  it("rebuilds the very bytes of the report from it, and runs nothing", async () => {
    const repo = scratch({ "modsquad.config.json": MANY_ENDS });
    await repo.run([]);
    const before = repo.reports();
    const { code, stdout } = await repo.run(["--report"]);
    expect(code).toBe(0);
    expect(stdout).toBe(textReport(repo));
    await repo.run(["--report", "--output", "again/report.txt"]);
    expect(repo.read("again/report.txt")).toBe(stdout);
    expect(repo.reports()).toEqual(before);
  });

  it("prints the report in 100 columns of ASCII", async () => {
    const gates = { words: { run: `printf 'sehr schön — %0300d\\n' 7; exit 1`, title: "Größe → „Maß“" } };
    const repo = scratch({ "modsquad.config.json": commandConfig(gates) });
    await repo.run([]);
    const report = textReport(repo);
    expect(report).toMatch(/^[\x20-\x7e\n]*$/);
    for (const line of report.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("adds one line to the history of runs", async () => {
    const repo = scratch({ "modsquad.config.json": commandConfig({ unit: { run: "true" } }) });
    await repo.run([]);
    await repo.run(["--no-cache"]);
    const history = repo.read("modsquad/logs/run-history/runs.jsonl").trim().split("\n");
    expect(history).toHaveLength(2);
  });

  it("holds no secret that a gate was given or printed, and no report does", async () => {
    const key = `ghp_${"A1b2C3d4E5f6".repeat(3)}`;
    const gates = {
      leaky: { run: 'echo "$TOKEN"; echo $DSN >&2; exit 1', env: ["TOKEN", "DSN"] },
    };
    const repo = scratch({ "modsquad.config.json": commandConfig(gates) });
    const dsn = "postgres://app:hunter2-and-more@db.example.com/x";
    const { stdout, stderr } = await repo.run(["--verbose"], { TOKEN: key, DSN: dsn });
    const texts = [stdout, stderr, JSON.stringify(repo.journal())];
    for (const name of repo.reports()) {
      if (existsSync(join(repo.dir, "reports", name))) texts.push(repo.read(join("reports", name)));
    }
    texts.push(repo.read("modsquad/logs/run-history/runs.jsonl"));
    for (const text of texts) {
      expect(text).not.toContain(key);
      expect(text).not.toContain("hunter2-and-more");
    }
  });
});
