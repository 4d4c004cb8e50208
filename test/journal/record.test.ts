import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  faultOfRecord,
  type RunRecord,
  runHeader,
  runRecord,
  type TaskRecord,
  taskRecord,
  taskState,
} from "../../modsquad/journal/record.ts";
import { validateRecord } from "../../modsquad/journal/validate-record.generated.mjs";
import * as any from "./arbitraries.ts";
import { FIRST, HEARTBEAT, LAST, task } from "./support.ts";

const schema = JSON.parse(readFileSync("schema/journal-record.schema.json", "utf8"));
const published = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

const STAMP = { run_id: "run-1", seq: 1, ts: "2026-11-21T10:00:00.000Z" };
const FIXED = [
  ...["task_id", "agent", "phase", "description", "status", "start_time", "end_time", "duration_seconds"],
  ...["dependencies", "errors", "warnings", "metrics", "kind", "run_id", "seq", "attempt", "tier", "worker"],
  ...["checks", "findings"],
];
const asRead = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe("the journal record", () => {
  it("validates the record printed in the documentation", () => {
    const example = JSON.parse(
      /```json\n(\{"task_id"[\s\S]*?\})\n```/.exec(readFileSync("docs/journal.md", "utf8"))![1]!,
    );
    expect(published(example)).toBe(true);
    expect(validateRecord(example)).toBe(true);
    expect(faultOfRecord(example)).toBeNull();
  });

  it("has all fixed fields on every kind of line the factories make", () => {
    for (const draft of [FIRST, HEARTBEAT, LAST, taskRecord(task("repo-audit"))]) {
      expect(Object.keys({ ...draft, ...STAMP })).toEqual(expect.arrayContaining(FIXED));
    }
    expect(Object.keys({ ...HEARTBEAT, ...STAMP }).sort()).toEqual([...FIXED, "ts"].sort());
    expect(HEARTBEAT.metrics).toEqual({ heartbeat: true });
  });

  it("is valid for whatever the factories are given", () => {
    fc.assert(
      fc.property(any.draft, (draft) => {
        const record = asRead({ ...draft, ...STAMP });
        expect(published(record), JSON.stringify(published.errors)).toBe(true);
        expect(validateRecord(record)).toBe(true);
        expect(faultOfRecord(record)).toBeNull();
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("turns a task into a record and back", () => {
    fc.assert(
      fc.property(any.taskState, (state) => {
        const record = asRead({ ...taskRecord(state), ...STAMP }) as TaskRecord;
        expect(taskState(record)).toEqual(state);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it("turns a header into JSON and back", () => {
    fc.assert(
      fc.property(any.runHeader, (header) => {
        const line = runRecord({ status: "in_progress", startTime: null, header });
        expect(runHeader(asRead({ ...line, ...STAMP }) as RunRecord)).toEqual(header);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it("spells our own fields in snake_case and leaves free-form data alone", () => {
    const state = task("repo-audit", {
      metrics: { filesRead: 3, "some-id": { innerKey: 1 } },
      checks: [
        {
          id: "secrets",
          status: "failed",
          planned: 2,
          examined: 2,
          evidence: { tool: "meta-orch", version: "1" },
          failureClass: "found",
          message: "",
        },
      ],
    });
    const record = taskRecord(state);
    expect(record.checks[0]).toHaveProperty("failure_class", "found");
    expect(record.metrics).toEqual({ filesRead: 3, "some-id": { innerKey: 1 } });
  });

  it("tells progress only of a task in progress", () => {
    const progress = { done: 1, total: 2, label: "files" };
    expect(taskRecord(task("a", { status: "in_progress", progress })).metrics).toHaveProperty(
      "progress",
      progress,
    );
    expect(taskRecord(task("a", { progress })).metrics).not.toHaveProperty("progress");
    const own = { ...asRead(taskRecord(task("a", { metrics: { progress } }))), ...STAMP } as TaskRecord;
    expect(taskState(own)).toMatchObject({ metrics: { progress }, progress: null });
  });

  it("drops an optional detail of a finding that makes no sense, and keeps the finding", () => {
    const odd = {
      ruleId: "a/b",
      severity: "high",
      message: "m",
      fingerprint: "f",
      isNew: true,
      location: "here",
    };
    const record = taskRecord(task("plugin", { findings: [odd as never] }));
    expect(record.findings).toEqual([
      { rule_id: "a/b", severity: "high", message: "m", fingerprint: "f", is_new: true },
    ]);
  });

  it.each([
    ["an unknown field", { extra: 1 }],
    ["an unknown kind", { kind: "weather" }],
    ["a wrong status", { status: "fine" }],
    [
      "a check without evidence",
      { checks: [{ id: "a", status: "passed", planned: 1, examined: 1, message: "" }] },
    ],
    ["a negative duration", { duration_seconds: -1 }],
  ])("the schema refuses %s in what we write", (_what, change) => {
    const record = { ...asRead({ ...taskRecord(task("repo-audit")), ...STAMP }), ...change };
    expect(published(record)).toBe(false);
    expect(validateRecord(record)).toBe(false);
  });

  it.each(FIXED)("the schema and the reader refuse a line without %s", (field) => {
    const record: Record<string, unknown> = asRead({ ...taskRecord(task("repo-audit")), ...STAMP });
    delete record[field];
    expect(published(record)).toBe(false);
    expect(validateRecord(record)).toBe(false);
    expect(faultOfRecord(record)).toContain(field);
  });

  it("the reader takes what a newer version adds and refuses what it would misread", () => {
    const record = asRead({ ...taskRecord(task("repo-audit")), ...STAMP });
    expect(faultOfRecord({ ...record, colour: "blue" })).toBeNull();
    expect(faultOfRecord({ kind: "weather", outlook: "fair" })).toBeNull();
    expect(faultOfRecord({ ...record, status: "fine" })).toBe("status: not a status");
    expect(faultOfRecord({ ...record, findings: [{ rule_id: "a" }] })).toBe("findings[0].severity: missing");
    expect(faultOfRecord({ ...record, findings: [null] })).toBe("findings[0]: not an object");
    expect(faultOfRecord([record])).toBe("not an object");
  });

  it("reads a header of an older version that lacks what decides nothing, and none that lacks the policy", () => {
    const line = asRead({ ...FIRST, ...STAMP }) as unknown as { header: Record<string, unknown> };
    delete line.header.host;
    expect(faultOfRecord(line)).toBeNull();
    expect(runHeader(line as unknown as RunRecord)?.host).toBe("");
    delete line.header.policy;
    expect(faultOfRecord(line)).toBe("header.policy: missing");
  });
});
