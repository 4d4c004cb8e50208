import { describe, expect, test } from "vitest";
import { parse } from "./helpers.ts";

const tap = (stdout: string, code = 0) => parse({ format: "tap", stdout, code });

describe("tap", () => {
  test("all green, with version, comments and noise", () => {
    const { check } = tap("TAP version 14\nconsole noise\n1..2\nok 1 - a\n# note\nok 2 - b\n");
    expect(check).toMatchObject({ id: "results", status: "passed", planned: 2, examined: 2 });
  });

  test("a failure with a YAML block: message, place, story", () => {
    const { check, findings } = tap(
      [
        "TAP version 13",
        "not ok 1 - totals",
        "  ---",
        "  duration_ms: 1.5",
        "  location: '/repo/test/cart.test.js:7:3'",
        "  error: |-",
        "    expected 3",
        "    to be 4",
        "  ...",
        "ok 2 - adds",
        "1..2",
      ].join("\n"),
      1,
    );
    expect(check).toMatchObject({ status: "failed", planned: 2, examined: 2 });
    expect(findings[0]).toMatchObject({
      severity: "high",
      target: "totals",
      location: { path: "test/cart.test.js", line: 7 },
      fix: { command: "npm test" },
    });
    expect(findings[0]!.message).toMatch(/^totals: expected 3\nto be 4/);
    expect(findings[0]!.message).not.toContain("duration_ms");
  });

  test("a failure told in comments", () => {
    const { findings } = tap("1..1\nnot ok 1 - x\n#   Failed test 'x'\n#   at t/basic.t line 7.\n", 1);
    expect(findings[0]).toMatchObject({ location: { path: "t/basic.t", line: 7 } });
    expect(findings[0]!.message).toContain("Failed test 'x'");
  });

  test("subtests: leaves count, the points that sum them up do not", () => {
    const { check, findings } = tap(
      [
        "# Subtest: cart",
        "    # Subtest: adds",
        "    ok 1 - adds",
        "    # Subtest: prices",
        "        # Subtest: vat",
        "        not ok 1 - vat",
        "        1..1",
        "    not ok 2 - prices",
        "      ---",
        "      ok: not a test point",
        "      ...",
        "    1..2",
        "not ok 1 - cart",
        "# Subtest: plain",
        "ok 2 - plain",
        "1..2",
      ].join("\n"),
      1,
    );
    expect(check).toMatchObject({ status: "failed", planned: 3, examined: 3 });
    expect(findings.map((finding) => finding.target)).toEqual(["cart > prices > vat"]);
  });

  test("a comment at the subtest's own indent names it", () => {
    const { findings } = tap(
      "    # Subtest: inner\n    not ok 1 - leaf\n    1..1\nnot ok 1 - inner\n1..1\n",
      1,
    );
    expect(findings.map((finding) => finding.target)).toEqual(["inner > leaf"]);
  });

  test("a summing point that fails although its subtests passed is a failure of its own", () => {
    const { findings } = tap("# Subtest: s\n    ok 1 - a\n    1..1\nnot ok 1 - s\n1..1\n", 1);
    expect(findings.map((finding) => finding.target)).toEqual(["s"]);
  });

  test.each([
    ["skip", "ok 1 - a # SKIP no database", "skipped"],
    ["todo that fails", "not ok 1 - a # TODO later", "skipped"],
    ["todo that passes", "ok 1 - a # TODO later", "passed"],
    ["skip that fails", "not ok 1 - a # SKIP", "failed"],
    ["an escaped # is no directive", "not ok 1 - issue \\# SKIP", "failed"],
    ["no description", "ok", "passed"],
  ])("%s", (_, line, outcome) => {
    const { metrics } = tap(`1..1\n${line}\n`);
    expect(metrics.results).toMatchObject({ total: 1, [outcome]: 1 });
  });

  test.each([
    ["empty", "", "no-results"],
    ["noise only", "hello\nworld\n", "no-results"],
    ["plan of nothing", "1..0 # SKIP no tests here", "no-results"],
    ["all skipped", "1..1\nok 1 # SKIP\n", "no-results"],
    ["fewer than planned", "1..3\nok 1\nok 2\n", "incomplete"],
    ["more than planned", "1..1\nok 1\nok 2\n", "malformed"],
    ["no plan", "ok 1\nok 2\n", "malformed"],
    ["two plans", "1..1\nok 1\n1..1\n", "malformed"],
    ["a number beyond the plan", "1..2\nok 1\nok 7\n", "malformed"],
    ["open YAML block", "1..1\nok 1\n  ---\n  a: 1\n", "malformed"],
    ["subtest without its point", "1..1\nok 1\n    ok 1\n    1..1\n", "malformed"],
    ["a subtest that breaks off", "    1..2\n    ok 1\nok 1 - s\n1..1\n", "incomplete"],
    ["bail out", "1..3\nok 1\nBail out! database is gone\n", "bail-out"],
  ])("%s is errored, never a pass", (_, text, failureClass) => {
    expect(tap(text).check).toMatchObject({ status: "errored", failureClass });
  });

  test("what failed before a bail out is still told", () => {
    const { check, findings } = tap("1..3\nnot ok 1 - first\nBail out! database is gone\n", 1);
    expect(check.message).toContain("database is gone");
    expect(findings.map((finding) => finding.target)).toEqual(["first"]);
  });

  test("exit code 1 with only green points fails", () => {
    expect(tap("1..1\nok 1\n", 1).check).toMatchObject({ status: "failed", failureClass: "exit-code" });
  });
});
