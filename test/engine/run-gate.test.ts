import { describe, expect, it } from "vitest";
import type { AttemptOutcome } from "../../modsquad/engine/executor.ts";
import { backoffMs, type GateRun, runGate } from "../../modsquad/engine/run-gate.ts";
import type { ContextData } from "../../modsquad/engine/worker-messages.ts";
import type { GateSpec } from "../../modsquad/plan/gates.ts";

const good = {
  kind: "returned" as const,
  result: {
    checks: [
      {
        id: "a",
        status: "passed",
        planned: 1,
        examined: 1,
        evidence: { tool: "t", version: "1" },
        message: "",
      },
    ],
    findings: [],
  },
};
const broke: AttemptOutcome = { kind: "broke", class: "threw", message: "boom" };

/** A run over scripted outcomes, on a clock that only its pauses and attempts move. */
function scripted(outcomes: AttemptOutcome[], fields: Partial<GateSpec> = {}, attemptMs = 10) {
  let clock = 0;
  const pauses: number[] = [];
  const timeouts: number[] = [];
  const run: GateRun = {
    spec: {
      timeoutMs: 10_000,
      retry: { attempts: 3, backoffMs: 100, on: ["errored"] },
      ...fields,
    } as GateSpec,
    context: {} as ContextData,
    bench: async () => ({
      checksInScope: ["a"],
      failOn: "high",
      baseline: null,
      changedLines: null,
      waiverOf: () => undefined,
    }),
    executor: {
      attempt: async ({ timeoutMs }) => {
        timeouts.push(timeoutMs);
        clock += attemptMs;
        return outcomes.shift() ?? broke;
      },
    },
    signal: new AbortController().signal,
    readBase: async () => null,
    onAttempt: () => {},
    onProgress: () => {},
    now: () => clock,
    random: () => 1,
    pause: async (ms) => {
      pauses.push(ms);
      clock += ms;
    },
  };
  return { run, pauses, timeouts };
}

describe("runGate", () => {
  it("tries an errored gate again, with doubling pauses", async () => {
    const { run, pauses } = scripted([broke, broke, good]);
    const { judgement, attempts } = await runGate(run);
    expect([judgement.status, attempts, pauses]).toEqual(["completed", 3, [100, 200]]);
  });

  it("does not try again what a second attempt cannot mend", async () => {
    const unable = (failureClass: string): AttemptOutcome => ({
      kind: "returned",
      result: { ...good.result, checks: [{ ...good.result.checks[0], status: "errored", failureClass }] },
    });
    const attemptsFor = async (failureClass: string) =>
      (await runGate(scripted([unable(failureClass), good]).run)).attempts;
    expect(await attemptsFor("no-base-url")).toBe(1);
    expect(await attemptsFor("refused")).toBe(2);
  });

  it("does not try a failed gate again unless the gate says so", async () => {
    const failed: AttemptOutcome = {
      kind: "returned",
      result: { ...good.result, checks: [{ ...good.result.checks[0], status: "failed" }] },
    };
    expect((await runGate(scripted([failed, good]).run)).judgement.status).toBe("failed");
    const retry = { attempts: 2, backoffMs: 1, on: ["failed" as const] };
    expect((await runGate(scripted([failed, good], { retry }).run)).judgement.status).toBe("completed");
  });

  it("keeps every attempt and pause inside the gate's one deadline", async () => {
    const { run, timeouts, pauses } = scripted([broke, broke, broke], { timeoutMs: 350 }, 100);
    const { attempts } = await runGate(run);
    expect([attempts, timeouts, pauses]).toEqual([2, [350, 150], [100]]);
  });

  it("spreads the pauses: between half and all of the exponential step", () => {
    expect(backoffMs(100, 1, 0)).toBe(50);
    expect(backoffMs(100, 3, 1)).toBe(400);
  });
});
