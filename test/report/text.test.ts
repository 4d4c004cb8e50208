import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderText } from "../../modsquad/report/text.ts";
import { anyRisk, anyState } from "./arbitrary.ts";
import { buildRisk, buildState, buildTask } from "./build-state.ts";
import { approvedRun, blockedRun } from "./storefront-run.ts";

const LINE = /^[\x20-\x7e]{0,100}$/;

describe("renderText", () => {
  it("tells a blocked release from the top down", () => {
    const { state, risk } = blockedRun();
    expect(renderText(state, risk)).toMatchSnapshot();
  });

  it("is short when all is well", () => {
    const { state, risk } = approvedRun();
    expect(renderText(state, risk)).toMatchSnapshot();
  });

  it("puts the answer in the first lines and quotes the command for a shell", () => {
    const { state, risk } = blockedRun();
    const lines = renderText(state, risk).split("\n");
    expect(lines[3]).toBe("Production readiness   BLOCKED");
    expect(lines.join("\n")).toContain("meta-orch --mode full --config 'my config.yaml'");
  });

  it("never says approved for a run that did not finish", () => {
    const state = buildState([buildTask("a", { status: "in_progress" })], {
      status: "crashed",
      exitCode: null,
    });
    const text = renderText(state, buildRisk());
    expect(text).toContain("Production readiness   BLOCKED");
    expect(text).toContain("no exit code: the run has not ended");
  });

  it("is printable ASCII of at most 100 columns, with totals that sum, for any run", () => {
    fc.assert(
      fc.property(anyState, anyRisk, (state, risk) => {
        const text = renderText(state, risk);
        expect(text.endsWith("\n")).toBe(true);
        const lines = text.slice(0, -1).split("\n");
        for (const line of lines) expect(line).toMatch(LINE);
        expect(totalsIn(lines)).toEqual({ sums: true });
        expect(renderText(structuredClone(state), structuredClone(risk))).toBe(text);
      }),
      { numRuns: 150, seed: 11 },
    );
  });
});

/** Reads the printed totals back, as a person with a pencil would. */
function totalsIn(lines: string[]): { sums: boolean } {
  const from = lines.indexOf("TOTALS") + 2;
  const values = lines.slice(from, from + 9).map((line) => Number(line.trim().split(/\s{2,}/)[1]));
  const [total, ...statuses] = values;
  return { sums: statuses.reduce((sum, value) => sum + value, 0) === total };
}
