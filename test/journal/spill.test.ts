import { createHash } from "node:crypto";
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunHeader, TaskState } from "../../modsquad/contracts/run-state.ts";
import { fold } from "../../modsquad/journal/fold.ts";
import { readJournal } from "../../modsquad/journal/read.ts";
import {
  type RecordDraft,
  runRecord,
  type TaskRecord,
  taskRecord,
  taskState,
} from "../../modsquad/journal/record.ts";
import { createRedactor } from "../../modsquad/journal/redact.ts";
import { validateRecord } from "../../modsquad/journal/validate-record.generated.mjs";
import {
  append,
  FIRST,
  finding,
  header,
  journalIn,
  LAST,
  planned,
  task,
  temporaryFolder,
} from "./support.ts";

const FINDINGS = Array.from({ length: 2000 }, (_, index) => finding(index));

function lines(path: string): TaskRecord[] {
  return readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as TaskRecord);
}

function longestLine(path: string): number {
  return Math.max(
    ...readFileSync(path, "utf8")
      .split("\n")
      .map((line) => Buffer.byteLength(line) + 1),
  );
}

/** A journal with one large task, and the path of its side file. */
function largeRun(dir: string, more: Partial<TaskState> = {}) {
  const writer = journalIn(dir);
  append(writer, FIRST);
  const state = task("repo-audit", { findings: FINDINGS, ...more });
  append(writer, taskRecord(state));
  append(writer, LAST);
  return { path: writer.path, side: join(dir, lines(writer.path)[1]!.spill!.path), state };
}

describe("a record beyond 64 KiB", () => {
  const huge: [string, RecordDraft][] = [
    ["findings", taskRecord(task("a", { findings: FINDINGS }))],
    [
      "checks and findings",
      taskRecord(
        task("a", {
          findings: FINDINGS,
          checks: Array.from({ length: 900 }, (_, index) => ({
            id: `check-${index}`,
            status: "passed" as const,
            planned: 1,
            examined: 1,
            evidence: { tool: "t", version: "1" },
            message: "a".repeat(100),
          })),
        }),
      ),
    ],
    ["errors", taskRecord(task("a", { errors: ["x".repeat(300_000)], status: "errored" }))],
    [
      "many errors of many bytes a character",
      taskRecord(task("a", { errors: Array(50).fill("ü€😀".repeat(900)) })),
    ],
    [
      "texts that fit by characters and not by bytes",
      taskRecord(task("a", { errors: ["€".repeat(40_000)], warnings: ["€".repeat(30_000)] })),
    ],
    ["metrics", taskRecord(task("a", { metrics: { status: "passed", series: Array(30_000).fill(1.5) } }))],
    [
      "artifacts",
      taskRecord(
        task("a", { artifacts: Array(2000).fill({ path: "p".repeat(50), mediaType: "m", title: "t" }) }),
      ),
    ],
    ["description", taskRecord(task("a", { description: "d".repeat(100_000) }))],
    [
      "the header of a run of many gates",
      runRecord({
        status: "in_progress",
        startTime: null,
        header: header({ gates: Array.from({ length: 400 }, (_, index) => planned(`gate-${index}`)) }),
      }),
    ],
  ];

  it.each(huge)("keeps %s in a side file and reads back the same", (_what, draft) => {
    const writer = journalIn(temporaryFolder());
    const appended = append(writer, draft);
    expect(longestLine(writer.path)).toBeLessThanOrEqual(65_536);
    const [line] = lines(writer.path);
    expect(line!.spill!.path).toMatch(/^artifacts\/run-1\/[a-z-]+-1\.json$/);
    expect(validateRecord(line)).toBe(true);
    const read = readJournal(writer.path);
    expect(read.broken).toEqual([]);
    expect(read.records).toEqual([appended]);
    expect(read.records[0]).toMatchObject(JSON.parse(JSON.stringify(draft)));
  });

  it("keeps on the line what a reader of lines needs", () => {
    const writer = journalIn(temporaryFolder());
    append(writer, taskRecord(task("a", { errors: ["first", "x".repeat(90_000)], status: "errored" })));
    append(writer, taskRecord(task("b", { metrics: { status: "passed", text: "y".repeat(90_000) } })));
    const [errored, passed] = lines(writer.path);
    expect(errored!.errors).toEqual(["first", "x".repeat(200)]);
    expect(passed!.metrics).toEqual({ status: "passed" });
  });

  it("is redacted in its side file as well", () => {
    const secret = "hunter2-hunter2-hunter2";
    const dir = temporaryFolder();
    const writer = journalIn(dir, { redactor: createRedactor([secret]) });
    append(writer, taskRecord(task("a", { errors: [`${secret} ${"x".repeat(90_000)}`] })));
    const side = readFileSync(join(dir, lines(writer.path)[0]!.spill!.path), "utf8");
    expect(side).toContain("[redacted");
    expect(side).not.toContain(secret);
  });

  it("with names too long for a line is a problem, not a torn line", () => {
    const writer = journalIn(temporaryFolder());
    const refused = writer.append(taskRecord(task("a".repeat(70_000))));
    expect(refused).toMatchObject({
      ok: false,
      problems: [{ what: "A record is too large for the journal" }],
    });
    expect(statSync(writer.path).size).toBe(0);
  });

  it("cannot leave its folder through its names", () => {
    const dir = temporaryFolder();
    const writer = journalIn(dir, { runId: "../../escape" });
    append(writer, taskRecord(task("../../../etc/x", { findings: FINDINGS })));
    const [line] = lines(writer.path);
    expect(line!.spill!.path.split("/")).not.toContain("..");
    expect(readdirSync(join(dir, "artifacts"))).toHaveLength(1);
    expect(readJournal(writer.path).broken).toEqual([]);
  });
});

describe("a side file that cannot be read back", () => {
  const damages: [string, (side: string) => void, RegExp][] = [
    ["gone", (side) => rmSync(side), /ENOENT/],
    ["cut short", (side) => truncateSync(side, 100), /100 bytes instead of/],
    ["grown", (side) => appendFileSync(side, " "), /bytes instead of/],
    [
      "changed",
      (side) => writeFileSync(side, readFileSync(side, "utf8").replace('"low"', '"LOW"')),
      /is not what was written/,
    ],
  ];

  it.each(damages)("because it is %s is told aloud, and nothing passes on it", (_what, damage, reason) => {
    const { path, side } = largeRun(temporaryFolder());
    damage(side);
    const read = readJournal(path);
    expect(read.records).toHaveLength(3);
    expect(read.broken).toEqual([
      { line: 2, offset: expect.any(Number), reason: expect.stringMatching(reason) },
    ]);
    const state = fold(read.records, read);
    expect(state.warnings.join()).toMatch(reason);
    expect(state.tasks[0]).toMatchObject({ taskId: "repo-audit", status: "errored" });
    expect(state.tasks[0]?.errors.at(-1)).toMatch(reason);
  });

  it("leaves a failed task failed", () => {
    const { path, side } = largeRun(temporaryFolder(), { status: "failed" });
    rmSync(side);
    const read = readJournal(path);
    expect(fold(read.records, read).tasks[0]?.status).toBe("failed");
  });

  it.each(["/etc/passwd", "../outside.json", "artifacts/../../outside.json", "artifacts\\..\\x"])(
    "is not looked for outside the journal's folder: %s",
    (elsewhere) => {
      const { path } = largeRun(temporaryFolder());
      const [first, large, last] = lines(path);
      large!.spill!.path = elsewhere;
      writeFileSync(path, [first, large, last].map((line) => `${JSON.stringify(line)}\n`).join(""));
      expect(readJournal(path).broken[0]?.reason).toContain("leads out of the journal's folder");
    },
  );

  it("cannot replace what belongs on the line", () => {
    const { path, side } = largeRun(temporaryFolder(), { status: "failed" });
    const [first, large, last] = lines(path);
    const content = '{"status":"completed"}';
    writeFileSync(side, content);
    const sha256 = createHash("sha256").update(content).digest("hex");
    large!.spill = { ...large!.spill!, size: content.length, sha256, fields: ["status"] };
    writeFileSync(path, [first, large, last].map((line) => `${JSON.stringify(line)}\n`).join(""));
    const read = readJournal(path);
    expect(read.broken[0]?.reason).toContain("does not hold the field status");
    expect(fold(read.records, read).tasks[0]?.status).toBe("failed");
  });

  it("is no matter while it is there: the task is what it was", () => {
    const { path, state } = largeRun(temporaryFolder());
    expect(taskState(readJournal(path).records[1] as TaskRecord)).toEqual(state);
    const folded = fold(readJournal(path).records);
    expect(folded.tasks[0]).toEqual(state);
    expect((folded.header as RunHeader).runId).toBe("run-1");
  });
});
