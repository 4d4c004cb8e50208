import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { appendControl, type ControlRequest } from "../../modsquad/journal/control.ts";
import type { AnyRecord } from "../../modsquad/journal/record.ts";
import { tailJournal } from "../../modsquad/journal/tail.ts";
import { commandConfig, type Scratch, scratch } from "./scratch.ts";

/** A gate that ends when the test writes a file. */
const until = (file: string) => `sh -c 'while [ ! -e ${file} ]; do sleep 0.05; done'`;

interface Line {
  seq: number;
  task_id: string;
  status: string;
  attempt: number;
  metrics: { control?: { id: string; accepted: boolean; reason: string } };
}

/** The journal as it grows; `when` resolves with the first line that fits. */
function follow(repo: Scratch, signal: AbortSignal) {
  const lines: Line[] = [];
  const waiting: (() => void)[] = [];
  const tell = ({ records }: { records: AnyRecord[] }) => {
    lines.push(...(records as unknown as Line[]));
    for (const wake of waiting.splice(0)) wake();
  };
  tailJournal(join(repo.dir, "modsquad", "logs"), tell, { signal, pollMs: 100 });
  const when = async (fits: (line: Line) => boolean | undefined): Promise<Line> => {
    for (;;) {
      const found = lines.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { lines, when };
}

async function live(gates: Record<string, unknown>) {
  const repo = scratch({ "modsquad.config.json": commandConfig(gates) });
  const end = new AbortController();
  const journal = follow(repo, end.signal);
  const run = repo.start(["--concurrency", "2"]);
  const first = (await journal.when((line) => line.task_id === "meta-orchestrator")) as unknown as AnyRecord;
  const ask = async (request: ControlRequest["request"], gate?: string) => {
    const runId = (first as { run_id?: string }).run_id ?? "";
    const asked = appendControl(join(repo.dir, "modsquad", "logs"), { by: "ana", request, runId, gate });
    if (!asked.ok) throw new Error(JSON.stringify(asked.problems));
    return journal.when((line) => line.metrics.control?.id === asked.value.id);
  };
  const ended = run.ended.finally(() => end.abort());
  return { repo, ...journal, ask, ended };
}

describe("requests to a live run", () => {
  it("pauses, runs a gate again and resumes", async () => {
    const run = await live({
      quick: { run: "sh -c 'echo x >> quick.runs; test $(wc -l < quick.runs) -gt 1'" },
      held: { run: until("go") },
      later: { run: "true", needs: ["held"] },
    });
    await run.when((line) => line.task_id === "quick" && line.status === "failed");
    expect((await run.ask("pause")).metrics.control).toMatchObject({ accepted: true });
    expect((await run.ask("pause")).metrics.control).toMatchObject({ accepted: false });
    expect((await run.ask("run-gate", "quick")).metrics.control).toMatchObject({ accepted: true });
    expect((await run.ask("run-gate", "held")).metrics.control?.reason).toBe("held has not finished yet");
    run.repo.write("go", "");
    await run.when((line) => line.task_id === "held" && line.status === "completed");
    const resumed = await run.ask("resume");
    expect(resumed.metrics.control).toMatchObject({ accepted: true, reason: "resumed by ana" });
    await run.when((line) => line.task_id === "later" && line.status === "completed");
    const started = (id: string) =>
      run.lines.findLast((line) => line.task_id === id && line.status === "in_progress");
    expect(started("later")!.seq).toBeGreaterThan(resumed.seq);
    expect(started("quick")!.seq).toBeGreaterThan(resumed.seq);
    await run.ended;
    const quick = run.lines.findLast((line) => line.task_id === "quick");
    expect(quick).toMatchObject({ status: "completed", attempt: 2 });
  });

  it("stops, and what was stopped is never a pass", async () => {
    const run = await live({ done: { run: "true" }, held: { run: until("never") } });
    await run.when((line) => line.task_id === "done" && line.status === "completed");
    expect((await run.ask("review")).metrics.control?.accepted).toBe(false);
    expect((await run.ask("stop")).metrics.control).toMatchObject({ accepted: true });
    expect((await run.ended).code).toBe(1);
    const last = run.repo.journal().at(-1) as unknown as Line;
    expect(last).toMatchObject({ task_id: "meta-orchestrator", status: "cancelled" });
    const held = run.repo.journal().findLast((line) => line.task_id === "held");
    expect(held).toMatchObject({ status: "cancelled" });
  });
});
