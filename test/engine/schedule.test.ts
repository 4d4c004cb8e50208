import { describe, expect, it } from "vitest";
import {
  type EndStatus,
  type ScheduleHandle,
  type ScheduleOptions,
  schedule,
} from "../../modsquad/engine/schedule.ts";
import type { Job } from "../../modsquad/plan/order.ts";

/** A schedule whose jobs end when the test says so. */
function held(jobs: Job[], options: Partial<ScheduleOptions> = {}) {
  const finish = new Map<string, (status: EndStatus) => void>();
  const started: string[] = [];
  const notStarted: [string, string, string][] = [];
  const cancel = new AbortController();
  const handles: (ScheduleHandle | null)[] = [];
  const done = schedule(jobs, {
    concurrency: 2,
    failMode: "continue",
    abortAbovePct: 100,
    signal: cancel.signal,
    start: (job, signal) => {
      started.push(job.id);
      return new Promise((resolve) => {
        finish.set(job.id, resolve);
        signal.addEventListener("abort", () => resolve("cancelled"));
      });
    },
    onNotStarted: (job, status, reason) => notStarted.push([job.id, status, reason]),
    onHandle: (handle) => handles.push(handle),
    ...options,
  });
  const end = async (id: string, status: EndStatus = "completed") => {
    finish.get(id)?.(status);
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { started, notStarted, end, done, cancel, handles };
}

const job = (id: string, fields: Partial<Job> = {}): Job => ({
  id,
  needs: [],
  locks: [],
  priority: 0,
  rank: 1,
  ...fields,
});

describe("schedule", () => {
  it("fills the slots with the longest remaining paths", async () => {
    const run = held([job("short"), job("long", { rank: 9 }), job("middle", { rank: 5 })]);
    expect(run.started).toEqual(["long", "middle"]);
    await run.end("middle");
    expect(run.started).toEqual(["long", "middle", "short"]);
  });

  it("puts priority before the length of the path, and needs before both", async () => {
    const first = { priority: 5 };
    const run = held([
      job("long", { rank: 9 }),
      job("asked", first),
      job("late", { ...first, needs: [{ gate: "asked" }] }),
    ]);
    expect(run.started).toEqual(["asked", "long"]);
    await run.end("asked");
    expect(run.started).toEqual(["asked", "long", "late"]);
  });

  it("starts a gate only when its needs have ended, however they ended", async () => {
    const run = held([job("a"), job("b", { needs: [{ gate: "a" }] })]);
    expect(run.started).toEqual(["a"]);
    await run.end("a", "failed");
    expect(run.started).toEqual(["a", "b"]);
  });

  it("skips what needs a gate that had to complete and did not, and what needs that in turn", async () => {
    const run = held([
      job("a"),
      job("b", { needs: [{ gate: "a", required: true }] }),
      job("c", { needs: [{ gate: "b", required: true }] }),
    ]);
    await run.end("a", "errored");
    const statuses = await run.done;
    expect([statuses.get("b"), statuses.get("c")]).toEqual(["skipped", "skipped"]);
    expect(run.notStarted[0]?.[2]).toContain("a, which errored");
  });

  it("never runs two holders of one lock side by side, and lets others pass them", async () => {
    const browser = { locks: ["browser"] };
    const run = held([job("x", { ...browser, rank: 3 }), job("y", { ...browser, rank: 2 }), job("z")]);
    expect(run.started).toEqual(["x", "z"]);
    await run.end("x");
    expect(run.started).toEqual(["x", "z", "y"]);
  });

  it("fail mode no-new lets running gates end and cancels the waiting ones", async () => {
    const run = held([job("a"), job("b"), job("c")], { failMode: "no-new" });
    await run.end("a", "failed");
    await run.end("b");
    const statuses = await run.done;
    expect(Object.fromEntries(statuses)).toEqual({ a: "failed", b: "completed", c: "cancelled" });
  });

  it("fail mode kill cancels running gates too", async () => {
    const run = held([job("a"), job("b"), job("c")], { failMode: "kill" });
    await run.end("a", "failed");
    expect(Object.fromEntries(await run.done)).toEqual({ a: "failed", b: "cancelled", c: "cancelled" });
  });

  it("aborts above the threshold, not at it", async () => {
    const jobs = ["a", "b", "c", "d"].map((id) => job(id));
    const run = held(jobs, { abortAbovePct: 25 });
    await run.end("a", "failed");
    expect(run.started).toContain("c");
    await run.end("b", "errored");
    const statuses = await run.done;
    expect([statuses.get("c"), statuses.get("d")]).toEqual(["cancelled", "cancelled"]);
  });

  it("cancels everything when the run is cancelled", async () => {
    const run = held([job("a"), job("b"), job("c")]);
    run.cancel.abort();
    expect([...(await run.done).values()]).toEqual(["cancelled", "cancelled", "cancelled"]);
  });

  it("ends at once with nothing to do", async () => {
    expect((await held([]).done).size).toBe(0);
  });

  describe("asked while it runs", () => {
    it("starts nothing while it is paused, and goes on when it is resumed", async () => {
      const run = held([job("a"), job("b", { needs: [{ gate: "a" }] })]);
      const handle = run.handles[0]!;
      expect([handle.pause(), handle.pause()]).toEqual([true, false]);
      await run.end("a");
      expect(run.started).toEqual(["a"]);
      expect([handle.resume(), handle.resume()]).toEqual([true, false]);
      expect(run.started).toEqual(["a", "b"]);
      await run.end("b");
      await run.done;
      expect(run.handles).toEqual([handle, null]);
    });

    it("runs a job again that has ended, and the last end counts", async () => {
      const run = held([job("a"), job("b")]);
      const handle = run.handles[0]!;
      await run.end("a", "failed");
      let readied = 0;
      expect(handle.again("a", () => readied++)).toBeNull();
      expect(run.started).toEqual(["a", "b", "a"]);
      expect(readied).toBe(1);
      await run.end("a", "completed");
      await run.end("b");
      expect((await run.done).get("a")).toBe("completed");
    });

    it("says why a job cannot run again", async () => {
      const run = held([job("a"), job("b")], { concurrency: 1 });
      const { again } = run.handles[0]!;
      const never = () => expect.unreachable();
      expect(again("nobody", never)).toBe("nobody is not part of this run");
      expect(again("a", never)).toBe("a has not finished yet");
      await run.end("a");
      run.cancel.abort(new Error("stopped by ana"));
      expect(again("a", never)).toBe("the run is ending: stopped by ana");
      await run.done;
    });

    it("is cancelled while paused", async () => {
      const run = held([job("a"), job("b")], { concurrency: 1 });
      run.handles[0]!.pause();
      run.cancel.abort(new Error("stopped by ana"));
      expect([...(await run.done).values()]).toEqual(["cancelled", "cancelled"]);
    });
  });
});
