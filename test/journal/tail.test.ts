import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { AnyRecord } from "../../modsquad/journal/record.ts";
import { type FollowedBatch, type Tail, type TailOptions, tailJournal } from "../../modsquad/journal/tail.ts";
import { append, FIRST, HEARTBEAT, journalIn, LAST, SMALL_RUN, temporaryFolder } from "./support.ts";

const HOUR = 3_600_000;

/** A tail whose batches are collected; `until` waits for what it has told to satisfy a condition. */
function tailed(target: string, options: Partial<TailOptions> = {}) {
  const abort = new AbortController();
  const batches: FollowedBatch[] = [];
  const records: AnyRecord[] = [];
  let check = () => {};
  const tail: Tail = tailJournal(
    target,
    (batch) => {
      batches.push(batch);
      records.push(...batch.records);
      check();
    },
    // So rarely that only the file system or the test itself makes it look.
    { signal: abort.signal, pollMs: HOUR, ...options },
  );
  onTestFinished(() => abort.abort());
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      check = () => condition() && resolve();
      check();
    });
  return { tail, batches, records, until, abort };
}

it("tells what is there and then what is appended, as the file system tells of it", async () => {
  const writer = journalIn(temporaryFolder());
  append(writer, FIRST);
  const { records, until } = tailed(writer.path);
  expect(records).toHaveLength(1);
  const appended = [append(writer, HEARTBEAT), append(writer, LAST)];
  await until(() => records.length === 3);
  expect(records.slice(1)).toEqual(appended);
});

it("looks by itself where the file system tells nothing", async () => {
  const dir = join(temporaryFolder(), "not", "yet");
  const { records, until } = tailed(join(dir, "execution_log_20261121T100000Z_1_a.jsonl"), { pollMs: 5 });
  const writer = journalIn(dir);
  append(writer, FIRST);
  renameSync(writer.path, join(dir, "execution_log_20261121T100000Z_1_a.jsonl"));
  await until(() => records.length === 1);
});

it("puts a character and a line together that come in pieces", () => {
  const dir = temporaryFolder();
  const writer = journalIn(dir);
  const record = append(writer, { ...FIRST, warnings: ["grün 😀"] });
  const bytes = readFileSync(writer.path);
  const path = join(dir, "pieces.jsonl");
  writeFileSync(path, "");
  const { tail, records, batches } = tailed(path);
  for (let at = 0; at < bytes.length; at += 11) {
    appendFileSync(path, bytes.subarray(at, at + 11));
    tail.poll();
    if (at + 11 < bytes.length) expect(batches.at(-1)).toMatchObject({ pendingTail: true, records: [] });
  }
  expect(records).toEqual([record]);
  expect(batches.every(({ restarted }) => !restarted)).toBe(true);
});

it("starts anew when the file is cut short", () => {
  const writer = journalIn(temporaryFolder());
  append(writer, FIRST);
  const first = readFileSync(writer.path);
  append(writer, HEARTBEAT);
  const { tail, batches } = tailed(writer.path);
  expect(batches[0]).toMatchObject({ restarted: false, line: 2 });
  truncateSync(writer.path, first.length);
  tail.poll();
  expect(batches.at(-1)).toMatchObject({ restarted: true, line: 1 });
  truncateSync(writer.path, 0);
  tail.poll();
  expect(batches.at(-1)).toMatchObject({ restarted: true, records: [], line: 0 });
});

it("starts anew when another file takes its place, after telling the rest of the old one", async () => {
  const dir = temporaryFolder();
  const writer = journalIn(dir);
  append(writer, FIRST);
  const path = join(dir, "one.jsonl");
  copyFileSync(writer.path, path);
  const { tail, batches, until } = tailed(path);
  appendFileSync(path, readFileSync(writer.path));
  copyFileSync(writer.path, join(dir, "other"));
  appendFileSync(join(dir, "other"), "broken\n");
  renameSync(join(dir, "other"), path);
  tail.poll();
  await until(() => batches.length === 3);
  expect(batches.map(({ restarted, records, broken }) => [restarted, records.length, broken.length])).toEqual(
    [
      [false, 1, 0],
      [false, 1, 0],
      [true, 1, 1],
    ],
  );
});

it("finds the file again when it was away", async () => {
  const dir = temporaryFolder();
  const writer = journalIn(dir);
  append(writer, FIRST);
  const bytes = readFileSync(writer.path);
  const { tail, batches, until } = tailed(writer.path);
  rmSync(writer.path);
  tail.poll();
  writeFileSync(writer.path, bytes);
  tail.poll();
  await until(() => batches.length === 2);
  expect(batches[1]).toMatchObject({ restarted: true, line: 1 });
});

it("follows a folder that is made anew", async () => {
  const dir = join(temporaryFolder(), "logs");
  append(journalIn(dir), FIRST);
  const { tail, records, until } = tailed(dir);
  expect(records).toHaveLength(1);
  rmSync(dir, { recursive: true });
  mkdirSync(dir);
  tail.poll();
  const writer = journalIn(dir);
  append(writer, FIRST);
  append(writer, LAST);
  await until(() => records.length === 3);
});

it("tells all journals of a folder, those to come as well, and nothing else in it", async () => {
  const dir = temporaryFolder();
  const one = journalIn(dir, { runId: "one" });
  append(one, FIRST);
  writeFileSync(join(dir, "control.jsonl"), '{"kind":"task"}\n');
  const { batches, records, until } = tailed(dir);
  const two = journalIn(dir, { runId: "two", startedAt: "2026-11-21T11:00:00.000Z" });
  for (const draft of SMALL_RUN) append(two, draft);
  append(one, LAST);
  await until(() => records.length === SMALL_RUN.length + 2);
  for (const [writer, runId, count] of [
    [one, "one", 2],
    [two, "two", SMALL_RUN.length],
  ] as const) {
    const told = batches.filter(({ path }) => path === writer.path).flatMap((batch) => batch.records);
    expect(told.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect(new Set(told.map((record) => record.run_id))).toEqual(new Set([runId]));
  }
});

it("of the journals already in a folder tells only as many as asked for", async () => {
  const dir = temporaryFolder();
  for (const hour of [10, 11, 12]) {
    append(journalIn(dir, { runId: `at-${hour}`, startedAt: `2026-11-21T${hour}:00:00.000Z` }), FIRST);
  }
  const { records, until } = tailed(dir, { existing: 1 });
  // Older by its name, but it came later.
  append(journalIn(dir, { runId: "late", startedAt: "2026-11-21T09:00:00.000Z" }), FIRST);
  await until(() => records.length === 2);
  expect(records.map(({ run_id }) => run_id)).toEqual(["at-12", "late"]);
});

it("reads a large file in slices, giving way in between", async () => {
  const writer = journalIn(temporaryFolder());
  for (let i = 0; i < 400; i++) append(writer, { ...HEARTBEAT, warnings: ["x".repeat(2000)] });
  const { batches, records, until } = tailed(writer.path);
  expect(records.length).toBeLessThan(400);
  await until(() => records.length === 400);
  expect(batches.length).toBeGreaterThan(2);
});

it("ends with its signal, even from inside the call, and is silent afterwards", async () => {
  const writer = journalIn(temporaryFolder());
  append(writer, FIRST);
  const abort = new AbortController();
  let told = 0;
  const tail = tailJournal(
    writer.path,
    () => {
      told++;
      abort.abort();
    },
    { signal: abort.signal },
  );
  await tail.done;
  append(writer, LAST);
  tail.poll();
  expect(told).toBe(1);
  await tailJournal(writer.path, () => told++, { signal: abort.signal }).done;
  expect(told).toBe(1);
});
