import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { processIdentity } from "../../modsquad/journal/alive.ts";
import {
  latestJournal,
  listJournals,
  listRuns,
  readHeader,
  readLatest,
  readRun,
  writeLatest,
} from "../../modsquad/journal/files.ts";
import { runRecord, taskRecord } from "../../modsquad/journal/record.ts";
import { applyRetention } from "../../modsquad/journal/retention.ts";
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

interface Made {
  hour: number;
  finished?: boolean;
  resumes?: string;
  mine?: boolean;
  host?: string;
}

/** A journal with a side file, started at a full hour; run id "run-<hour>". */
function made(dir: string, { hour, finished = true, resumes, mine, host }: Made): string {
  const runId = `run-${hour}`;
  const startedAt = `2026-11-21T${String(hour).padStart(2, "0")}:00:00.000Z`;
  const writer = journalIn(dir, { runId, startedAt });
  const process_ = mine
    ? { pid: process.pid, bootId: processIdentity(), host: hostname() }
    : { host: hostname() };
  const about = header({ runId, startedAt, resumes: resumes ?? null, ...process_, ...(host && { host }) });
  append(writer, runRecord({ status: "in_progress", startTime: startedAt, header: about }));
  const findings = Array.from({ length: 600 }, (_, index) => finding(index));
  append(writer, taskRecord(task("repo-audit", { findings })));
  if (finished) append(writer, { ...LAST, header: undefined });
  writer.close();
  return writer.path;
}

const left = (dir: string) => listJournals(dir).map(({ name }) => Number(/T(\d\d)/.exec(name)![1]));

describe("the journals of a folder", () => {
  it("are listed newest first, by the time in their names; other files are none", () => {
    const dir = temporaryFolder();
    for (const hour of [11, 9, 10]) made(dir, { hour });
    for (const name of ["execution_log_yesterday.jsonl", "control.jsonl", "notes.txt"]) {
      writeFileSync(join(dir, name), "x\n");
    }
    mkdirSync(join(dir, "execution_log_20261121T230000Z_1_a.jsonl"));
    expect(left(dir)).toEqual([11, 10, 9]);
    expect(latestJournal(dir)).toMatchObject({ startedAt: "2026-11-21T11:00:00Z", pid: process.pid });
  });

  it("of no folder are none", () => {
    const nowhere = join(temporaryFolder(), "nowhere");
    expect(listJournals(nowhere)).toEqual([]);
    expect(latestJournal(nowhere)).toBeNull();
    expect(applyRetention(nowhere, 1)).toEqual({ deleted: [], problems: [] });
  });

  it("give their runs, with those whose process is gone as crashed", () => {
    const dir = temporaryFolder();
    made(dir, { hour: 9 });
    made(dir, { hour: 10, finished: false });
    made(dir, { hour: 11, finished: false, mine: true });
    made(dir, { hour: 12, finished: false, host: "elsewhere" });
    expect(listRuns(dir).map(({ state }) => [state.header.runId, state.status])).toEqual([
      ["run-12", "running"],
      ["run-11", "running"],
      ["run-10", "crashed"],
      ["run-9", "finished"],
    ]);
    expect(listRuns(dir, 1)).toHaveLength(1);
  });

  it("read as a state even when there is no such file", () => {
    const state = readRun(join(temporaryFolder(), "execution_log_20261121T100000Z_1_a.jsonl"));
    expect(state.broken[0]?.reason).toContain("ENOENT");
    expect(state.errors).toHaveLength(1);
    expect(state.header.required.length).toBeGreaterThan(0);
  });

  it("tell their header without being read whole, from a side file as well", () => {
    const dir = temporaryFolder();
    expect(readHeader(made(dir, { hour: 9 }))?.runId).toBe("run-9");
    const writer = journalIn(dir);
    const gates = Array.from({ length: 400 }, (_, index) => planned(`gate-${index}`));
    append(writer, runRecord({ status: "in_progress", startTime: null, header: header({ gates }) }));
    expect(readHeader(writer.path)?.gates).toHaveLength(400);
    expect(readHeader(join(dir, "missing"))).toBeNull();
  });
});

describe("latest.json", () => {
  it("points to a journal, and again to the next", () => {
    const dir = temporaryFolder();
    const pointer = {
      runId: "run-1",
      file: "execution_log_20261121T100000Z_1_a.jsonl",
      startedAt: "2026-11-21",
    };
    expect(readLatest(dir)).toBeNull();
    expect(writeLatest(dir, pointer)).toEqual({ ok: true, value: null });
    expect(writeLatest(dir, { ...pointer, runId: "run-2" })).toEqual({ ok: true, value: null });
    expect(readLatest(dir)).toEqual({ ...pointer, runId: "run-2" });
    expect(readdirSync(dir)).toEqual(["latest.json"]);
  });

  it.each([
    "",
    "{",
    "[]",
    '{"runId":"a","startedAt":"b"}',
    '{"runId":"a","startedAt":"b","file":"../../x.jsonl"}',
  ])("that reads %s points nowhere", (text) => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, "latest.json"), text);
    expect(readLatest(dir)).toBeNull();
  });

  it("that cannot be written is a problem", () => {
    const pointer = { runId: "a", file: "b", startedAt: "c" };
    expect(writeLatest(join(temporaryFolder(), "nowhere"), pointer)).toMatchObject({ ok: false });
  });
});

describe("retention", () => {
  it("deletes the oldest journals and their artifacts, and touches nothing else", () => {
    const dir = temporaryFolder();
    for (const hour of [8, 9, 10, 11]) made(dir, { hour });
    writeFileSync(join(dir, "control.jsonl"), "");
    const { deleted, problems } = applyRetention(dir, 2);
    expect(problems).toEqual([]);
    expect(deleted).toHaveLength(2);
    expect(left(dir)).toEqual([11, 10]);
    expect(readdirSync(join(dir, "artifacts")).sort()).toEqual(["run-10", "run-11"]);
    expect(existsSync(join(dir, "control.jsonl"))).toBe(true);
    expect(applyRetention(dir, 2).deleted).toEqual([]);
  });

  it("leaves a run in progress alone, however old", () => {
    const dir = temporaryFolder();
    const old = made(dir, { hour: 7, finished: false, mine: true });
    utimesSync(old, 0, 0);
    made(dir, { hour: 8, finished: false });
    for (const hour of [9, 10]) made(dir, { hour });
    applyRetention(dir, 1);
    expect(left(dir)).toEqual([10, 7]);
  });

  it("leaves a run on another machine alone for a day", () => {
    const dir = temporaryFolder();
    made(dir, { hour: 7, finished: false, host: "elsewhere" });
    made(dir, { hour: 8 });
    applyRetention(dir, 1);
    expect(left(dir)).toEqual([8, 7]);
    applyRetention(dir, 1, Date.now() + 25 * 3600 * 1000);
    expect(left(dir)).toEqual([8]);
  });

  it("keeps what a kept run has resumed, link by link", () => {
    const dir = temporaryFolder();
    for (const hour of [5, 6]) made(dir, { hour, finished: false });
    made(dir, { hour: 7, resumes: "run-5", finished: false });
    made(dir, { hour: 8 });
    made(dir, { hour: 9, resumes: "run-7" });
    applyRetention(dir, 1);
    expect(left(dir)).toEqual([9, 7, 5]);
  });

  it("deletes a journal of which nothing can be read, and no artifacts with it", () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, "execution_log_20261121T060000Z_1_a.jsonl"), "garbage\n");
    utimesSync(join(dir, "execution_log_20261121T060000Z_1_a.jsonl"), 0, 0);
    made(dir, { hour: 9 });
    applyRetention(dir, 1);
    expect(left(dir)).toEqual([9]);
    expect(readdirSync(join(dir, "artifacts"))).toEqual(["run-9"]);
  });

  it("does nothing while there is room", () => {
    const dir = temporaryFolder();
    append(journalIn(dir), FIRST);
    expect(applyRetention(dir, 1)).toEqual({ deleted: [], problems: [] });
  });
});
