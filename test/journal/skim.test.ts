import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BrokenLine } from "../../modsquad/contracts/run-state.ts";
import { createFold } from "../../modsquad/journal/fold.ts";
import { decodeRecords, type RecordBatch } from "../../modsquad/journal/read.ts";
import { taskRecord } from "../../modsquad/journal/record.ts";
import { append, FIRST, HEARTBEAT, journalIn, LAST, task, temporaryFolder } from "./support.ts";

/** What a reader tells of the same bytes in the same pieces, everything or only what it comes to. */
function told(pieces: readonly Buffer[], way: "push" | "skim") {
  const decoder = decodeRecords("/nowhere");
  const folding = createFold();
  const broken: BrokenLine[] = [];
  let records = 0;
  const take = (batch: RecordBatch) => {
    for (const record of batch.records) folding.push(record);
    broken.push(...batch.broken);
    records += batch.records.length;
  };
  for (const piece of pieces) take(decoder[way](piece));
  take(decoder.push(Buffer.alloc(0)));
  return { records, state: folding.state({ broken }) };
}

function pieces(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

const inProgress = (id: string, done: number) =>
  taskRecord(
    task(id, {
      status: "in_progress",
      endTime: null,
      durationSeconds: null,
      metrics: {},
      checks: [],
      findings: [],
      progress: { done, total: 50, label: "pages, größer" },
    }),
  );

/** What the writer makes of a run with a lot of progress. */
function longJournal(): Buffer {
  const writer = journalIn(temporaryFolder());
  append(writer, FIRST);
  for (let done = 0; done < 50; done++) {
    for (const id of ["repo-audit", "live-flows"]) append(writer, inProgress(id, done));
    append(writer, HEARTBEAT);
  }
  append(writer, taskRecord(task("repo-audit")));
  append(writer, LAST);
  writer.close();
  return readFileSync(writer.path);
}

describe("skimming a journal", () => {
  it("reads of progress and heartbeats as the writer writes them only the first and the last", () => {
    const whole = pieces(longJournal(), 4096);
    const everything = told(whole, "push");
    const skimmed = told(whole, "skim");
    expect(everything.records).toBe(153);
    // What is in the first piece is read before it is known whose journal it is.
    expect(skimmed.records).toBeLessThan(25);
    expect(skimmed.state).toEqual(everything.state);
    expect(skimmed.state.tasks[1]?.progress).toEqual({ done: 49, total: 50, label: "pages, größer" });
  });

  it("comes to the same as reading everything, whatever the lines are and however they are cut", () => {
    const lines = longJournal().toString().split("\n");
    const change = fc.constantFrom(
      (line: string) => line,
      (line: string) => line.slice(0, -20),
      (line: string) => line.replace('"done":', '"done":0'),
      (line: string) => line.replace('"attempt":1', '"attempt":2'),
      (line: string) => line.replace('"run_id":"', '"run_id":"other-'),
      (line: string) => line.replace(/"seq":\d+/, '"seq":60'),
      (line: string) => line.replace('"warnings":[]', '"warnings":["late"]'),
      (line: string) => line.replace('"label":"', '"label":"\\"'),
      (line: string) => line.replace('"task_id":"repo-audit"', '"task_id":"meta-orchestrator"'),
      (line: string) => line.replace('"label":"pages', '"label":"\u0001'),
    );
    const some = fc.array(fc.tuple(fc.nat(lines.length - 1), change), { maxLength: 40 });
    fc.assert(
      fc.property(some, fc.integer({ min: 50, max: 5000 }), (chosen, size) => {
        const text = chosen.map(([at, changed]) => `${changed(lines[at]!)}\n`).join("");
        const whole = pieces(Buffer.from(`${lines[0]}\n${text}`), size);
        expect(told(whole, "skim").state).toEqual(told(whole, "push").state);
      }),
      { numRuns: 150 },
    );
  });
});
