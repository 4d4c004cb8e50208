/** The writer: the only way a record gets into a journal. One record is one write of one line. */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import type { Problem, Result } from "../contracts/config.ts";
import { ensureOutputDirectory, fileProblem } from "./directory.ts";
import { journalName } from "./names.ts";
import { isFinal, type JournalRecord, type RecordDraft } from "./record.ts";
import type { Redactor } from "./redact.ts";
import { MAX_LINE, planSpill } from "./spill.ts";
import { validateRecord } from "./validate-record.generated.mjs";
import { type JournalIo, writeFully, writeSideFile } from "./write-fully.ts";

export interface JournalOptions {
  /** modsquad/logs of the repository being judged; made when absent. */
  dir: string;
  runId: string;
  /** ISO, UTC; names the file. */
  startedAt: string;
  redactor: Redactor;
  /** For `ts`. */
  now?: () => Date;
  pid?: number;
  io?: JournalIo;
}

export interface JournalWriter {
  readonly path: string;
  readonly runId: string;
  /**
   * Stamps, redacts, checks and writes a record. The value is the record exactly as a reader will get it, so
   * that the engine folds the same as everybody else. A problem means that it is not safely in the journal.
   */
  append(draft: RecordDraft): Result<JournalRecord>;
  /** Flushes and closes; appending afterwards is a problem. Closing twice is fine. */
  close(): Result<null>;
}

function failed<T>(...problems: Problem[]): Result<T> {
  return { ok: false, problems };
}

function invalid(record: JournalRecord): Problem {
  const fault = validateRecord.errors?.[0];
  const words = fault ? `${fault.message ?? fault.keyword} ${JSON.stringify(fault.params)}` : "unknown fault";
  return {
    what: `A record does not fit the journal's schema: ${words}`,
    where: `${record.task_id}${fault?.instancePath ?? ""}`,
    next: "Mend what the gate gave as its result.",
  };
}

class Journal implements JournalWriter {
  readonly path: string;
  readonly runId: string;
  readonly #options: JournalOptions;
  readonly #io: JournalIo;
  readonly #fd: number;
  readonly #now: () => Date;
  #seq = 0;
  #open = true;
  /** A failed write left the beginning of a line behind: the next record starts on a line of its own. */
  #torn = false;
  #flushing = false;
  #flushAgain = false;
  #flushError: Error | null = null;

  constructor(options: JournalOptions, io: JournalIo, path: string, fd: number) {
    this.path = path;
    this.runId = options.runId;
    this.#options = options;
    this.#io = io;
    this.#fd = fd;
    this.#now = options.now ?? (() => new Date());
  }

  append(draft: RecordDraft): Result<JournalRecord> {
    if (!this.#open) {
      return failed({
        what: "The journal is closed",
        where: this.path,
        next: "Please report this: it is a bug.",
      });
    }
    const stamped = { ...draft, run_id: this.runId, seq: this.#seq + 1, ts: this.#now().toISOString() };
    const record: unknown = this.#options.redactor.record(stamped);
    if (!validateRecord(record)) return failed(invalid(record as JournalRecord));
    try {
      return this.#write(record);
    } catch (error) {
      return failed(fileProblem("The journal cannot be written", this.path, error));
    }
  }

  close(): Result<null> {
    if (!this.#open) return { ok: true, value: null };
    this.#open = false;
    const problems: Problem[] = [];
    if (this.#flushError)
      problems.push(fileProblem("The journal cannot be written", this.path, this.#flushError));
    for (const step of [this.#io.fdatasyncSync, this.#io.closeSync]) {
      try {
        step(this.#fd);
      } catch (error) {
        problems.push(fileProblem("The journal cannot be closed", this.path, error));
      }
    }
    return problems.length > 0 ? failed(...problems) : { ok: true, value: null };
  }

  #write(record: JournalRecord): Result<JournalRecord> {
    const line = `${JSON.stringify(record)}\n`;
    const durable = isFinal(record.status);
    if (Buffer.byteLength(line) <= MAX_LINE) {
      this.#writeLine(line, durable);
      return { ok: true, value: record };
    }
    const plan = planSpill(record);
    if (!plan) {
      return failed({
        what: "A record is too large for the journal",
        where: record.task_id.slice(0, 80),
        next: "Shorten the names it holds.",
      });
    }
    writeSideFile(this.#io, join(dirname(this.path), plan.spill.path), plan.content);
    this.#writeLine(plan.line, durable);
    return { ok: true, value: { ...record, spill: plan.spill } };
  }

  #writeLine(line: string, durable: boolean): void {
    const bytes = Buffer.from(this.#torn ? `\n${line}` : line);
    let count = 0;
    try {
      writeFully(this.#io, this.#fd, bytes, (more) => {
        count += more;
      });
    } finally {
      // What reached the file may yet be read as this record, so its number is used up.
      if (count > 0) {
        this.#seq++;
        this.#torn = count < bytes.length;
      }
    }
    if (durable) this.#flush();
  }

  /**
   * Asks for what was written to reach the disk, without waiting: a process that is killed loses nothing of
   * it, and close waits for all of it. Requests that come while one is under way share the next one.
   */
  #flush(): void {
    if (this.#flushing) {
      this.#flushAgain = true;
      return;
    }
    this.#flushing = true;
    this.#io.fdatasync(this.#fd, (error) => {
      this.#flushing = false;
      if (error && this.#open) this.#flushError ??= error;
      if (this.#flushAgain && this.#open) {
        this.#flushAgain = false;
        this.#flush();
      }
    });
  }
}

function openExclusively(options: JournalOptions, io: JournalIo): { fd: number; path: string } {
  for (let tries = 1; ; tries++) {
    const name = journalName(options.startedAt, options.pid ?? process.pid, randomBytes(4).toString("hex"));
    const path = join(options.dir, name);
    try {
      return { fd: io.openSync(path, "ax"), path };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || tries === 5) throw error;
    }
  }
}

/** Opens a new journal in `dir`. Nobody else ever writes to that file. */
export function openJournal(options: JournalOptions): Result<JournalWriter> {
  const io = options.io ?? fs;
  const made = ensureOutputDirectory(options.dir);
  if (!made.ok) return made;
  try {
    const { fd, path } = openExclusively(options, io);
    return { ok: true, value: new Journal(options, io, path, fd) };
  } catch (error) {
    return failed(fileProblem("The journal cannot be opened", options.dir, error));
  }
}
