import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { supportsUnicode } from "../../modsquad/cli/progress/look.ts";
import { renderSummary, type SummaryOptions } from "../../modsquad/cli/progress/summary.ts";
import { charWidth, cutToWidth, textWidth } from "../../modsquad/cli/progress/width.ts";
import { anyRisk, anyState } from "../report/arbitrary.ts";
import { buildRisk, buildState, buildTask } from "../report/build-state.ts";
import { approvedRun, blockedRun } from "../report/storefront-run.ts";

const OPTIONS: SummaryOptions = {
  verbosity: "normal",
  color: false,
  unicode: false,
  columns: 100,
  reports: ["reports/run_summary.json", "reports/meta_orchestrator_20261031T144746Z.txt"],
};

function summary(run: ReturnType<typeof blockedRun>, extra: Partial<SummaryOptions> = {}): string {
  return renderSummary(run.state, run.risk, { ...OPTIONS, ...extra });
}

describe("renderSummary", () => {
  it("tells a blocked run", () => expect(summary(blockedRun())).toMatchSnapshot());

  it("is terse when the change may ship", () => expect(summary(approvedRun())).toMatchSnapshot());

  it("is one line when asked to be quiet", () => {
    expect(summary(blockedRun(), { verbosity: "quiet" })).toBe(
      "BLOCKED  risk 10.12% (target 0.50%)  CRITICAL  6 gates: 2 completed, 1 failed, 1 errored, 1 timed out, " +
        "1 not applicable  exit 1\n",
    );
  });

  it("shows every finding and every check when asked to be verbose", () => {
    const text = summary(blockedRun(), { verbosity: "verbose" });
    expect(text.match(/secrets\/github-token/g)).toHaveLength(12);
    expect(text).toContain("latency /api/quote/SPY: skipped (refused), 0 of 1 examined: connection refused");
    expect(text).not.toContain("more in");
  });

  it("names where the rest of the findings is", () => {
    expect(summary(blockedRun())).toContain("+2 more in reports/github_mod.json");
  });

  it.each([
    ["quick", "HOLD: nothing blocks the commit; a release needs --mode full   exit 0"],
    ["full", "APPROVED: safe to ship   exit 0"],
  ] as const)("says what a green %s run means", (mode, last) => {
    const state = buildState([buildTask("a")], { header: { mode } });
    const risk = buildRisk({ readiness: mode === "quick" ? "HOLD" : "APPROVED" });
    expect(renderSummary(state, risk, OPTIONS).trimEnd().split("\n").at(-1)).toBe(last);
  });

  it("colours by status and keeps the same words without colour", () => {
    const plain = summary(blockedRun());
    const colored = summary(blockedRun(), { color: true });
    expect(colored).toContain("\x1b[1;31mfailed");
    expect(colored.replace(/\x1b\[[0-9;]*m/g, "")).toBe(plain);
  });

  it("never lets a gate's text reach the terminal as a command, for any run", () => {
    const options = fc.record({
      verbosity: fc.constantFrom("quiet", "normal", "verbose"),
      color: fc.boolean(),
      unicode: fc.boolean(),
      columns: fc.integer({ min: 0, max: 160 }),
    });
    fc.assert(
      fc.property(anyState, anyRisk, options, (state, risk, one) => {
        const text = renderSummary(state, risk, { ...OPTIONS, ...(one as Partial<SummaryOptions>) });
        const bare = text.replace(/\x1b\[[0-9;]*m/g, "");
        expect(bare).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
        if (!one.unicode) expect(bare).toMatch(/^[\x20-\x7e\n]*$/);
        if (one.verbosity === "quiet") expect(text.split("\n")).toHaveLength(2);
      }),
      { numRuns: 150, seed: 31 },
    );
  });
});

describe("width", () => {
  it.each([
    ["a", 1],
    ["漢", 2],
    ["\u0301", 0],
    ["\u{1f600}", 2],
    ["→", 1],
  ])("%j takes %d columns", (char, width) => expect(charWidth(char)).toBe(width));

  it("cuts to the width, never in the middle of a character", () => {
    expect(cutToWidth("ab漢字", 3)).toBe("ab");
    expect(cutToWidth("ab漢字", 4)).toBe("ab漢");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat({ max: 30 }), (text, columns) => {
        const fitting = cutToWidth(text, columns);
        expect(text.startsWith(fitting)).toBe(true);
        expect(textWidth(fitting)).toBeLessThanOrEqual(columns);
      }),
      { seed: 32 },
    );
  });
});

describe("supportsUnicode", () => {
  it.each([
    [{ LANG: "en_US.UTF-8" }, "linux", true],
    [{ LANG: "en_US.UTF-8", LC_ALL: "C" }, "linux", false],
    [{}, "linux", false],
    [{ LANG: "C.utf8", TERM: "linux" }, "linux", false],
    [{ WT_SESSION: "1" }, "win32", true],
    [{}, "win32", false],
  ] as const)("%j on %s: %s", (env, platform, expected) => {
    expect(supportsUnicode({ ...env }, platform)).toBe(expected);
  });
});
