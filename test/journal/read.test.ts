import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFold, fold } from "../../modsquad/journal/fold.ts";
import { splitLines } from "../../modsquad/journal/lines.ts";
import { decodeRecords, type RecordBatch, readJournal, readRecords } from "../../modsquad/journal/read.ts";
import { type AnyRecord, taskRecord } from "../../modsquad/journal/record.ts";
import { append, FIRST, finding, journalIn, LAST, SMALL_RUN, task, temporaryFolder } from "./support.ts";

/** A journal of a small run with text of more than one byte a character. */
function writtenRun() {
  const dir = temporaryFolder();
  const writer = journalIn(dir);
  const records = SMALL_RUN.map((draft) => append(writer, draft));
  records.push(append(writer, taskRecord(task("third", { warnings: ["grün, 😀, \u2028"] }))));
  writer.close();
  return { dir, path: writer.path, records, bytes: readFileSync(writer.path) };
}

/** Start and end (newline included) of every line. */
function spans(bytes: Buffer): [number, number][] {
  const found: [number, number][] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    found.push([start, end]);
    start = end;
  }
  return found;
}

describe("reading a journal", () => {
  it("gives every record of an intact one", () => {
    const { path, records, bytes } = writtenRun();
    expect(readJournal(path)).toEqual({
      records,
      broken: [],
      pendingTail: false,
      offset: bytes.length,
      line: records.length,
      problem: null,
    });
  });

  it("keeps an unfinished last line pending", () => {
    const { path, records, bytes } = writtenRun();
    writeFileSync(path, bytes.subarray(0, bytes.length - 1));
    const read = readJournal(path);
    expect(read).toMatchObject({ broken: [], pendingTail: true, line: records.length - 1 });
    expect(read.records).toEqual(records.slice(0, -1));
    // Reading on from there loses nothing.
    appendFileSync(path, "\n");
    const rest = decodeRecords(join(path, "..")).push(readFileSync(path).subarray(read.offset));
    expect(rest.records).toEqual(records.slice(-1));
  });

  it("says of every line it cannot read which it is and why", () => {
    const { path, bytes } = writtenRun();
    const lines = [
      "not json",
      "",
      '{"kind":"task"}',
      "[1,2]",
      '{"kind":"weather","outlook":"fair"}',
      `${JSON.stringify({ ...JSON.parse(bytes.toString().split("\n")[1]!), seq: "7" })}`,
    ];
    writeFileSync(path, Buffer.concat([Buffer.from(lines.join("\n")), Buffer.from([10, 0xff, 0xfe, 10])]));
    const read = readJournal(path);
    expect(read.records).toEqual([{ kind: "weather", outlook: "fair" }]);
    expect(read.broken).toEqual([
      { line: 1, offset: 0, reason: "not JSON" },
      { line: 3, offset: 10, reason: "task_id: missing" },
      { line: 4, offset: 26, reason: "not an object" },
      { line: 6, offset: expect.any(Number), reason: "seq: not a whole number of 0 or more" },
      { line: 7, offset: expect.any(Number), reason: "not UTF-8" },
    ]);
  });

  it("takes a byte order mark and Windows line ends", () => {
    const { path, records, bytes } = writtenRun();
    writeFileSync(path, `\uFEFF${bytes.toString().replaceAll("\n", "\r\n")}`);
    expect(readJournal(path)).toMatchObject({ records, broken: [] });
  });

  it("gives up on a line beyond all measure, and only on that", () => {
    const lines = splitLines();
    const many = Buffer.alloc(1024 * 1024, "a");
    for (let i = 0; i < 9; i++) expect(lines.push(many)).toEqual([]);
    const [long, next] = lines.push(Buffer.from("\nb\n"));
    expect(long).toMatchObject({
      text: null,
      line: 1,
      offset: 0,
      reason: expect.stringContaining("longer than"),
    });
    expect(next).toMatchObject({ text: "b", line: 2, offset: 9 * 1024 * 1024 + 1 });
  });

  it("takes a missing file, a folder and an empty file as values", async () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, "folder.jsonl"));
    writeFileSync(join(dir, "empty.jsonl"), "");
    for (const [name, code] of [
      ["missing.jsonl", "ENOENT"],
      ["folder.jsonl", "EISDIR"],
    ] as const) {
      const read = readJournal(join(dir, name));
      expect(read.records).toEqual([]);
      expect(read.problem?.what).toContain(code);
      const batches: RecordBatch[] = [];
      for await (const batch of readRecords(join(dir, name))) batches.push(batch);
      expect(batches.at(-1)?.problem?.what).toContain(code);
    }
    expect(readJournal(join(dir, "empty.jsonl"))).toMatchObject({ records: [], broken: [], problem: null });
  });

  it("in slices of any size gives the same, with a character or a line cut anywhere", () => {
    const { dir, records, bytes } = writtenRun();
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }), (sizes) => {
        const decoder = decodeRecords(dir);
        const read: AnyRecord[] = [];
        // One buffer for all, as a reader of a file has it.
        const buffer = Buffer.alloc(3000);
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const count = bytes.copy(buffer, 0, at, at + sizes[turn % sizes.length]!);
          read.push(...decoder.push(buffer.subarray(0, count)).records);
          at += count;
        }
        expect(read).toEqual(records);
      }),
      { seed: 8, numRuns: 100 },
    );
  });

  it("streams from a given place", async () => {
    const { path, records, bytes } = writtenRun();
    const third = spans(bytes)[2]!;
    const read: AnyRecord[] = [];
    let line = 0;
    for await (const batch of readRecords(path, { offset: third[0], line: 2 })) {
      read.push(...batch.records);
      line = batch.line;
    }
    expect(read).toEqual(records.slice(2));
    expect(line).toBe(records.length);
  });
});

describe("a damaged journal", () => {
  interface Damage {
    at: number;
    bytes: Uint8Array;
    cut: number | null;
  }
  const damage: fc.Arbitrary<Damage[]> = fc.array(
    fc.record({
      at: fc.nat(20_000),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      cut: fc.option(fc.nat(20_000), { freq: 8 }),
    }),
    { minLength: 1, maxLength: 4 },
  );

  it("never throws, and every line without damage survives", () => {
    const { path, records, bytes } = writtenRun();
    const lineSpans = spans(bytes);
    fc.assert(
      fc.property(damage, (damages) => {
        const file = Buffer.from(bytes);
        let end = file.length;
        const touched = new Set<number>();
        for (const { at, bytes: noise, cut } of damages) {
          const start = at % file.length;
          Buffer.from(noise).copy(file, start);
          for (let i = start; i < start + noise.length; i++) if (file[i] !== bytes[i]) touched.add(i);
          if (cut !== null) end = Math.min(end, cut % file.length);
        }
        writeFileSync(path, file.subarray(0, end));
        const read = readJournal(path);
        const told = read.records.map((record) => JSON.stringify(record));
        for (const [index, [from, to]] of lineSpans.entries()) {
          // A lost newline before a line makes it part of the line before.
          const hit = [...touched].some((i) => i >= from - 1 && i < to);
          if (!hit && to <= end) expect(told).toContain(JSON.stringify(records[index]));
        }
        expect(() => fold(read.records, read)).not.toThrow();
      }),
      { seed: 9, numRuns: 400 },
    );
  });

  it("cut off anywhere has at most a pending line, and folds", () => {
    const { path, records, bytes } = writtenRun();
    for (let end = 0; end <= bytes.length; end += 7) {
      writeFileSync(path, bytes.subarray(0, end));
      const read = readJournal(path);
      expect(read.broken).toEqual([]);
      expect(read.records).toEqual(records.slice(0, read.records.length));
      expect(read.pendingTail).toBe(end > 0 && bytes[end - 1] !== 10);
      expect(fold(read.records, read).pendingTail).toBe(read.pendingTail);
    }
  });

  it("hands on unknown kinds, which change nothing in the fold", () => {
    const records = readJournal(writtenRun().path).records;
    const folding = createFold();
    for (const record of records) folding.push(record);
    const before = folding.state();
    folding.push({ kind: "weather", task_id: "repo-audit", status: "failed", seq: 99, run_id: "run-1" });
    expect(folding.state()).toEqual(before);
  });

  it("with a lost line about a large record is no shorter list of findings", () => {
    const dir = temporaryFolder();
    const writer = journalIn(dir);
    append(writer, FIRST);
    append(writer, taskRecord(task("repo-audit", { status: "in_progress" })));
    append(
      writer,
      taskRecord(task("repo-audit", { findings: Array.from({ length: 9 }, (_, i) => finding(i)) })),
    );
    append(writer, LAST);
    const bytes = readFileSync(writer.path);
    bytes[spans(bytes)[2]![0]] = 0;
    writeFileSync(writer.path, bytes);
    const read = readJournal(writer.path);
    const state = fold(read.records, read);
    expect(state.tasks[0]?.status).toBe("in_progress");
    expect(state.broken).toHaveLength(1);
    expect(state.warnings[0]).toContain("line 3");
  });
});
