import * as fs from "node:fs";
import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJournal } from "../../modsquad/journal/read.ts";
import { taskRecord } from "../../modsquad/journal/record.ts";
import { createRedactor } from "../../modsquad/journal/redact.ts";
import { validateRecord } from "../../modsquad/journal/validate-record.generated.mjs";
import { openJournal } from "../../modsquad/journal/write.ts";
import type { JournalIo } from "../../modsquad/journal/write-fully.ts";
import * as any from "./arbitraries.ts";
import {
  append,
  FIRST,
  finding,
  HEARTBEAT,
  journalIn,
  LAST,
  SMALL_RUN,
  task,
  temporaryFolder,
} from "./support.ts";

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Real files, every call written down; `rule` may shorten or refuse a write. */
function watchedIo(rule: (call: number, length: number) => number | Error = (_call, length) => length) {
  const calls: string[] = [];
  let writes = 0;
  const io: JournalIo = {
    openSync: fs.openSync,
    closeSync: fs.closeSync,
    fdatasyncSync: (fd) => {
      calls.push("sync");
      fs.fdatasyncSync(fd);
    },
    fdatasync: ((fd: number, done: fs.NoParamCallback) => {
      calls.push("sync");
      fs.fdatasync(fd, done);
    }) as typeof fs.fdatasync,
    writeSync: ((fd: number, bytes: Buffer, offset: number, length: number) => {
      const allowed = rule(++writes, length);
      calls.push("write");
      if (allowed instanceof Error) throw allowed;
      return fs.writeSync(fd, bytes, offset, Math.min(allowed, length));
    }) as typeof fs.writeSync,
  };
  return { io, calls };
}

describe("the writer", () => {
  it("makes the folder with its own ignore file and names the journal by time, process and chance", () => {
    const dir = join(temporaryFolder(), "modsquad", "logs");
    const writer = journalIn(dir, { pid: 4711 });
    expect(writer.path).toMatch(/logs\/execution_log_20261121T100000Z_4711_[0-9a-f]{8}\.jsonl$/);
    const ignore = readFileSync(join(dir, ".gitignore"), "utf8").split("\n");
    expect(ignore).toEqual(expect.arrayContaining(["*", "!README.md"]));
  });

  it("leaves an ignore file that is already there as it is", () => {
    const dir = temporaryFolder();
    fs.writeFileSync(join(dir, ".gitignore"), "mine\n");
    journalIn(dir);
    expect(readFileSync(join(dir, ".gitignore"), "utf8")).toBe("mine\n");
  });

  it("gives two journals of the same moment two files", () => {
    const dir = temporaryFolder();
    expect(journalIn(dir).path).not.toBe(journalIn(dir).path);
  });

  it("writes each record as one write of one line, numbered from 1", () => {
    const { io, calls } = watchedIo();
    const writer = journalIn(temporaryFolder(), { io });
    for (const draft of SMALL_RUN) append(writer, draft);
    expect(calls.filter((call) => call === "write")).toHaveLength(SMALL_RUN.length);
    const lines = readFileSync(writer.path, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("flushes final states and the end, and nothing else", () => {
    const { io, calls } = watchedIo();
    const writer = journalIn(temporaryFolder(), { io });
    append(writer, FIRST);
    append(writer, HEARTBEAT);
    expect(calls).toEqual(["write", "write"]);
    append(writer, taskRecord(task("repo-audit")));
    append(writer, LAST);
    expect(writer.close().ok).toBe(true);
    // The second request comes while the first is under way: the close stands for it.
    expect(calls).toEqual(["write", "write", "write", "sync", "write", "sync"]);
  });

  it("gives back exactly what a reader will get, always valid", () => {
    const dir = temporaryFolder();
    const writer = journalIn(dir);
    const appended: unknown[] = [];
    fc.assert(
      fc.property(any.draft, (draft) => {
        const record = append(writer, draft);
        expect(validateRecord(JSON.parse(JSON.stringify(record)))).toBe(true);
        appended.push(record);
      }),
      { seed: 6, numRuns: 200 },
    );
    const read = readJournal(writer.path);
    expect(read).toMatchObject({ broken: [], pendingTail: false, problem: null });
    expect(read.records).toEqual(appended);
  });

  it("lets no declared secret through", () => {
    const writer = journalIn(temporaryFolder(), { redactor: createRedactor(["hunter2-hunter2-hunter2"]) });
    const record = append(
      writer,
      taskRecord(task("db", { errors: ["no login with hunter2-hunter2-hunter2"] })),
    );
    expect(JSON.stringify(record)).not.toContain("hunter2-hunter2");
    expect(readFileSync(writer.path, "utf8")).not.toContain("hunter2-hunter2");
  });

  it("refuses a record that does not fit the schema, in words, and goes on", () => {
    const writer = journalIn(temporaryFolder());
    const bad = taskRecord(task("plugin", { findings: [finding(1, { severity: "awful" as never })] }));
    const refused = writer.append(bad);
    expect(refused.ok).toBe(false);
    if (!refused.ok) expect(refused.problems[0]?.where).toBe("plugin/findings/0/severity");
    append(writer, taskRecord(task("repo-audit")));
    expect(readJournal(writer.path).records).toHaveLength(1);
  });

  it("says so when it is closed; closing twice is fine", () => {
    const writer = journalIn(temporaryFolder());
    expect([writer.close(), writer.close()]).toEqual([
      { ok: true, value: null },
      { ok: true, value: null },
    ]);
    expect(writer.append(FIRST).ok).toBe(false);
  });
});

describe("when the disk does not play along", () => {
  it("completes short writes", () => {
    const { io, calls } = watchedIo((_call, length) => Math.ceil(length / 3));
    const writer = journalIn(temporaryFolder(), { io });
    for (const draft of SMALL_RUN) append(writer, draft);
    expect(calls.length).toBeGreaterThan(SMALL_RUN.length * 3);
    expect(readJournal(writer.path)).toMatchObject({
      broken: [],
      pendingTail: false,
      line: SMALL_RUN.length,
    });
  });

  it("returns a full disk as a problem and starts the next record on a line of its own", () => {
    // The third record gets half-way, then the disk is full once.
    const { io } = watchedIo((call, length) => (call === 3 ? 40 : call === 4 ? failure("ENOSPC") : length));
    const writer = journalIn(temporaryFolder(), { io });
    append(writer, FIRST);
    append(writer, HEARTBEAT);
    const refused = writer.append(taskRecord(task("repo-audit")));
    expect(refused).toMatchObject({ ok: false, problems: [{ what: expect.stringContaining("ENOSPC") }] });
    append(writer, taskRecord(task("repo-audit")));
    append(writer, LAST);
    const read = readJournal(writer.path);
    expect(read.records).toHaveLength(4);
    expect(read.broken).toMatchObject([{ line: 3, reason: "not JSON" }]);
    expect(read.pendingTail).toBe(false);
  });

  it("does not give a number twice when only the newline is missing", () => {
    const { io } = watchedIo((call, length) =>
      call === 2 ? length - 1 : call === 3 ? failure("ENOSPC") : length,
    );
    const writer = journalIn(temporaryFolder(), { io });
    append(writer, FIRST);
    expect(writer.append(HEARTBEAT).ok).toBe(false);
    append(writer, LAST);
    const read = readJournal(writer.path);
    expect(read.records.map((record) => (record as { seq: number }).seq)).toEqual([1, 2, 3]);
  });

  it("leaves no half side file behind", () => {
    const { io } = watchedIo((call, length) => (call === 1 ? 100 : call === 2 ? failure("ENOSPC") : length));
    const dir = temporaryFolder();
    const writer = journalIn(dir, { io });
    const large = taskRecord(task("a", { errors: ["x".repeat(100_000)] }));
    expect(writer.append(large).ok).toBe(false);
    expect(readdirSync(join(dir, "artifacts", "run-1"))).toEqual([]);
    expect(append(writer, large)).toEqual(readJournal(writer.path).records[0]);
  });

  it("leaves no trace of a record of which nothing was written", () => {
    const { io } = watchedIo((call, length) => (call === 2 ? failure("EIO") : length));
    const writer = journalIn(temporaryFolder(), { io });
    append(writer, FIRST);
    expect(writer.append(HEARTBEAT).ok).toBe(false);
    append(writer, LAST);
    const read = readJournal(writer.path);
    expect(read.records.map((record) => (record as { seq: number }).seq)).toEqual([1, 2]);
    expect(read.broken).toEqual([]);
  });

  it("never loses an accepted record, whatever fails when", () => {
    const plan = fc.array(fc.oneof(fc.constant(-1), fc.constant(0), fc.integer({ min: 1, max: 400 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(plan, (steps) => {
        const dir = fs.mkdtempSync(join(fs.realpathSync("/tmp"), "meta-orch-disk-"));
        try {
          const { io } = watchedIo((call, length) => {
            const step = steps[call - 1] ?? length;
            return step === -1 ? failure("ENOSPC") : step === 0 ? 0 : Math.min(step, length);
          });
          const opened = openJournal({
            dir,
            runId: "run-1",
            startedAt: "2026-11-21T10:00:00Z",
            redactor: createRedactor([]),
            io,
          });
          if (!opened.ok) throw new Error("not opened");
          const accepted: unknown[] = [];
          for (const draft of [...SMALL_RUN, ...SMALL_RUN, ...SMALL_RUN]) {
            const result = opened.value.append(draft);
            if (result.ok) accepted.push(result.value);
          }
          opened.value.close();
          const read = readJournal(opened.value.path);
          expect(read.records).toEqual(expect.arrayContaining(accepted));
        } finally {
          fs.rmSync(dir, { recursive: true });
        }
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  it("says what to do when the folder cannot be made", () => {
    const dir = temporaryFolder();
    fs.writeFileSync(join(dir, "modsquad"), "a file in the way");
    const opened = openJournal({
      dir: join(dir, "modsquad", "logs"),
      runId: "run-1",
      startedAt: "2026-11-21T10:00:00Z",
      redactor: createRedactor([]),
    });
    expect(opened).toMatchObject({ ok: false, problems: [{ next: expect.any(String) }] });
  });

  it.skipIf(process.getuid?.() === 0)("says what to do when the folder is read-only", () => {
    const dir = temporaryFolder();
    chmodSync(dir, 0o500);
    const opened = openJournal({
      dir,
      runId: "run-1",
      startedAt: "2026-11-21T10:00:00Z",
      redactor: createRedactor([]),
    });
    expect(opened).toMatchObject({ ok: false, problems: [{ what: expect.stringContaining("EACCES") }] });
    expect(existsSync(join(dir, ".gitignore"))).toBe(false);
    expect(readdirSync(dir)).toEqual([]);
  });
});
