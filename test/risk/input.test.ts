import { describe, expect, it } from "vitest";
import { parseState } from "../../modsquad/risk/input.ts";
import { assessRuns } from "../../modsquad/risk/model.ts";

const pass = { status: "pass" };

/** Where and what next of the problems a state has. */
function problemsOf(runs: unknown, options: unknown = {}): string[] {
  const result = assessRuns(runs, options);
  return result.ok ? [] : result.problems.map((problem) => `${problem.where}: ${problem.next}`);
}

describe("a malformed state is a problem that names its path", () => {
  const cases: [string, unknown, unknown, string, RegExp][] = [
    ["no runs", undefined, {}, "runs", /an object/],
    ["runs as a list", [], {}, "runs", /an object/],
    ["a run that is a word", { browser: "pass" }, {}, "runs.browser", /an object/],
    ["no status", { browser: {} }, {}, "runs.browser.status", /expected one of pass/],
    ["a mistyped status", { browser: { status: "skiped" } }, {}, "runs.browser.status", /"skipped"/],
    ["a product's own word", { browser: { status: "timed_out" } }, {}, "runs.browser.status", /"timeout"/],
    ["a mistyped key", { browser: { ...pass, retires: 1 } }, {}, "runs.browser.retires", /"retries"/],
    ["checks as a list", { browser: { ...pass, checks: [] } }, {}, "runs.browser.checks", /an object/],
    [
      "a mistyped check key",
      { b: { ...pass, checks: { axe: { ...pass, coverge: 0 } } } },
      {},
      "runs.b.checks.axe.coverge",
      /"coverage"/,
    ],
    [
      "a coverage above 1",
      { b: { ...pass, checks: { axe: { ...pass, coverage: 20 } } } },
      {},
      "runs.b.checks.axe.coverage",
      /at most 1/,
    ],
    [
      "a negative count",
      { b: { ...pass, findings: [{ severity: "low", count: -79 }] } },
      {},
      "runs.b.findings[0].count",
      /0 or more/,
    ],
    ["a number in quotes", { b: { ...pass, retries: "2" } }, {}, "runs.b.retries", /a number/],
    ["not a number", { b: { ...pass, age_h: Number.NaN } }, {}, "runs.b.age_h", /a number/],
    ["no end", { b: { ...pass, age_h: Number.POSITIVE_INFINITY } }, {}, "runs.b.age_h", /a number/],
    [
      "an unknown severity",
      { b: { ...pass, findings: [{ severity: "blocker" }] } },
      {},
      "runs.b.findings[0].severity",
      /critical, high/,
    ],
    [
      "a word for a flag",
      { b: { ...pass, same_digest: "false" } },
      {},
      "runs.b.same_digest",
      /true or false/,
    ],
    ["a mistyped option", { b: pass }, { wavers: [] }, "options.wavers", /"waivers"/],
    ["options as a list", { b: pass }, [], "options", /an object/],
    ["an unknown mode", { b: pass }, { mode: "fast" }, "options.mode", /quick, full/],
    ["a date for a day number", { b: pass }, { today: "2026-11-21" }, "options.today", /a number/],
    ["half a diff", { b: pass }, { diff: { la: 1, ld: 2 } }, "options.diff.nf", /give it a value/],
    ["one gate for a list", { b: pass }, { required: "b" }, "options.required", /a list/],
    [
      "a waiver without an end",
      { b: pass },
      { waivers: [{ gate: "b" }] },
      "options.waivers[0].expires",
      /give it a value/,
    ],
    [
      "a waiver without a gate",
      { b: pass },
      { waivers: [{ expires: 3 }] },
      "options.waivers[0].gate",
      /give it a value/,
    ],
    [
      "a waiver with an empty reason",
      { b: pass },
      { waivers: [{ gate: "b", expires: 3, why: "" }] },
      "options.waivers[0].why",
      /not empty/,
    ],
    [
      "an unknown class in history",
      { b: pass },
      { history: { k: { flwo: 1 } } },
      "options.history.k.flwo",
      /"flow"/,
    ],
    [
      "a mistyped policy key",
      { b: pass },
      { policy: { target_pc: 1 } },
      "options.policy.target_pc",
      /"target_pct"/,
    ],
  ];

  it.each(cases)("%s", (_, runs, options, where, next) => {
    const problems = problemsOf(runs, options);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(next);
    expect(problems[0]!.startsWith(`${where}: `), problems[0]).toBe(true);
  });

  it("and all problems are told at once", () => {
    expect(
      problemsOf({ a: {}, b: { status: 1 } }, { mode: 2, policy: { hazard: { low: -1 } } }),
    ).toHaveLength(4);
  });

  it.each([null, undefined, 7, "x", []])("a state that is %j is none", (value) => {
    expect(parseState(value).ok).toBe(false);
  });
});

describe("what is allowed", () => {
  it("keys beside runs and options, and null for anything optional", () => {
    const run = {
      status: "pass",
      checks: null,
      findings: null,
      retries: null,
      age_h: null,
      same_digest: null,
    };
    const options = {
      mode: null,
      env: null,
      today: null,
      diff: null,
      required: null,
      na: null,
      scope: null,
      waivers: null,
      history: null,
      policy: null,
    };
    const got = parseState({ name: "n", runs: { b: run }, options, expect: {} });
    expect(got).toEqual(parseState({ runs: { b: pass } }));
    expect(got.ok).toBe(true);
  });

  it("owner and reason on a waiver", () => {
    const waiver = { gate: "b", expires: 1, owner: "ana", reason: "verified in CI" };
    expect(problemsOf({ b: pass }, { waivers: [waiver] })).toEqual([]);
  });
});
