import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFold, fold } from "../../modsquad/journal/fold.ts";
import { type AnyRecord, type RecordDraft, runRecord, taskRecord } from "../../modsquad/journal/record.ts";
import * as any from "./arbitraries.ts";
import { FIRST, finding, HEARTBEAT, header, LAST, planned, SMALL_RUN, task } from "./support.ts";

const START = Date.parse("2026-11-21T10:00:00.000Z");

/** Stamps drafts the way the writer does: seq from 1, a second apart. */
function stamped(drafts: RecordDraft[], runId = "run-1"): AnyRecord[] {
  return drafts.map((draft, index) => ({
    ...(JSON.parse(JSON.stringify(draft)) as RecordDraft),
    run_id: runId,
    seq: index + 1,
    ts: new Date(START + index * 1000).toISOString(),
  }));
}

const run = (drafts: RecordDraft[]) => fold(stamped(drafts));

describe("the fold of a run", () => {
  it("is the header, the tasks in the order of the plan, and how it ended", () => {
    const state = run(SMALL_RUN);
    expect(state).toMatchObject({
      header: header(),
      status: "finished",
      exitCode: 0,
      finishedAt: "2026-11-21T10:00:09.000Z",
      durationSeconds: 9,
      lastRecordAt: "2026-11-21T10:00:05.000Z",
      warnings: [],
      errors: [],
      broken: [],
      pendingTail: false,
    });
    expect(state.tasks).toEqual([
      task("repo-audit", { findings: [finding(1), finding(2)] }),
      task("live-flows", { status: "failed", errors: ["quote: 500"], metrics: {} }),
    ]);
  });

  it("shows what is planned and has not begun as pending, and nothing of what does not run", () => {
    const gates = [
      planned("b"),
      planned("c", { decision: "not_applicable" }),
      planned("a", { needs: ["b"] }),
    ];
    const state = run([runRecord({ status: "in_progress", startTime: null, header: header({ gates }) })]);
    expect(state.tasks.map(({ taskId, status, attempt }) => [taskId, status, attempt])).toEqual([
      ["b", "pending", 0],
      ["a", "pending", 0],
    ]);
    expect(state.tasks[1]?.dependencies).toEqual(["b"]);
  });

  it("shows a gate that reported, planned or not", () => {
    const state = run([FIRST, taskRecord(task("stranger")), taskRecord(task("live-flows"))]);
    expect(state.tasks.map(({ taskId }) => taskId)).toEqual(["repo-audit", "live-flows", "stranger"]);
  });

  it("takes the last line of a task for its state and counts its attempts", () => {
    const state = run([
      FIRST,
      taskRecord(task("repo-audit", { status: "errored", attempt: 1, errors: ["timeout"] })),
      taskRecord(task("repo-audit", { status: "in_progress", attempt: 2 })),
      taskRecord(task("repo-audit", { status: "completed", attempt: 2 })),
    ]);
    expect(state.tasks[0]).toMatchObject({ status: "completed", attempt: 2, errors: [] });
    const withoutCount = run([
      taskRecord(task("repo-audit", { status: "in_progress", attempt: 3 })),
      taskRecord(task("repo-audit", { status: "cancelled", attempt: 0 })),
    ]);
    expect(withoutCount.tasks[0]).toMatchObject({ status: "cancelled", attempt: 3 });
  });

  it("goes by seq, not by clock or place: late and repeated lines change nothing", () => {
    const records = stamped(SMALL_RUN);
    const late = [records[0]!, records[3]!, records[3]!, ...records.slice(4), records[1]!, records[2]!];
    expect(fold(late)).toEqual(fold(records));
    const backwards = records.map((record, index) => ({
      ...record,
      ts: new Date(START - index).toISOString(),
    }));
    const state = fold(backwards as AnyRecord[]);
    expect(state.tasks).toEqual(fold(records).tasks);
    expect(state.lastRecordAt).toBe(new Date(START - 5).toISOString());
  });

  it("shows progress while a task runs and forgets it afterwards", () => {
    const progress = { done: 3, total: 9, label: "files" };
    const moving = [FIRST, taskRecord(task("repo-audit", { status: "in_progress", metrics: {}, progress }))];
    expect(run(moving).tasks[0]).toMatchObject({ progress, metrics: {} });
    expect(run([...moving, taskRecord(task("repo-audit"))]).tasks[0]?.progress).toBeNull();
  });

  it("keeps every warning of the run lines once, heartbeats or not", () => {
    const warn = (text: string) => runRecord({ status: "in_progress", startTime: null, warnings: [text] });
    const state = run([
      FIRST,
      warn("waiver expired"),
      HEARTBEAT,
      warn("waiver expired"),
      warn("no baseline"),
      LAST,
    ]);
    expect(state.warnings).toEqual(["waiver expired", "no baseline"]);
  });

  it.each([
    ["completed", "finished"],
    ["failed", "finished"],
    ["errored", "finished"],
    ["cancelled", "cancelled"],
  ] as const)("that ended %s is %s, whether its process is there or not", (status, expected) => {
    const end = runRecord({
      status,
      startTime: null,
      endTime: "2026-11-21T10:00:09.000Z",
      metrics: { exit_code: 1 },
    });
    for (const alive of [true, false, undefined]) {
      expect(fold(stamped([FIRST, end]), { alive })).toMatchObject({ status: expected, exitCode: 1 });
    }
    // A heartbeat that was under way when the run ended does not bring it back.
    expect(fold(stamped([FIRST, end, HEARTBEAT])).status).toBe(expected);
  });

  it("that never ended is crashed when its process is gone, and running otherwise", () => {
    const records = stamped([FIRST, HEARTBEAT]);
    expect(fold(records, { alive: false }).status).toBe("crashed");
    expect(fold(records, { alive: true }).status).toBe("running");
    expect(fold(records).status).toBe("running");
  });

  it("takes the header from the last line when the first is lost", () => {
    const state = fold(stamped(SMALL_RUN).slice(1));
    expect(state.header).toEqual(header());
    expect(state.errors).toEqual([]);
  });

  it("without any header requires every gate of the default policy, so that it cannot pass", () => {
    for (const records of [[], stamped(SMALL_RUN).slice(1, 5)]) {
      const state = fold(records, { alive: false });
      expect(state.status).toBe("crashed");
      expect(state.header.required).toEqual(
        expect.arrayContaining([
          "repo-audit",
          "live-flows",
          "design-dna",
          "contract",
          "browser",
          "infra-health",
        ]),
      );
      expect(state.errors.join()).toContain("no readable line about the run");
    }
  });

  it("leaves out records of another run, aloud", () => {
    const other = stamped([taskRecord(task("repo-audit", { status: "completed" }))], "run-2");
    const state = fold([...stamped([FIRST]), ...other]);
    expect(state.tasks[0]?.status).toBe("pending");
    expect(state.warnings[0]).toContain("1 records of another run");
  });

  it("of a resumed run has the finished tasks it carried over", () => {
    const carried = task("repo-audit", { cached: { ageHours: 0.2, sameDigest: true, from: "run-0" } });
    const state = run([
      runRecord({ status: "in_progress", startTime: null, header: header({ resumes: "run-0" }) }),
      taskRecord(carried),
      taskRecord(task("live-flows")),
      LAST,
    ]);
    expect(state.tasks[0]).toEqual(carried);
  });
});

describe("the incremental fold", () => {
  const records = fc.array(
    fc.oneof(
      any.draft,
      fc.constantFrom(...SMALL_RUN),
      fc.record({ kind: fc.constant("weather") }) as unknown as fc.Arbitrary<RecordDraft>,
    ),
    { maxLength: 12 },
  );
  const shuffledSeq = fc.array(fc.nat(12), { minLength: 12, maxLength: 12 });

  it("equals the fold of all after every record, and no prefix throws", () => {
    fc.assert(
      fc.property(records, shuffledSeq, (drafts, seqs) => {
        const all = stamped(drafts).map((record, index) => ({ ...record, seq: seqs[index] })) as AnyRecord[];
        const folding = createFold();
        for (const [index, record] of all.entries()) {
          const before = folding.state();
          const copy = structuredClone(before);
          folding.push(record);
          expect(before).toEqual(copy);
          expect(folding.state({ alive: false })).toEqual(fold(all.slice(0, index + 1), { alive: false }));
        }
      }),
      { seed: 10, numRuns: 150 },
    );
  });

  it("does not change the records it is given", () => {
    const all = stamped(SMALL_RUN);
    const copy = structuredClone(all);
    fold(all);
    expect(all).toEqual(copy);
  });
});
