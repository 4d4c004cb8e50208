import { describe, expect, test } from "vitest";
import { parse } from "./helpers.ts";

const junit = (stdout: string, code = 0) => parse({ format: "junit", stdout, code });

const SUITE = (body: string, attributes = "") => `<testsuite name="cart"${attributes}>${body}</testsuite>`;
const OK = `<testcase classname="Cart" name="adds"/>`;
const BAD = `<testcase classname="Cart" name="totals"><failure message="expected 3 to be 4" type="AssertionError">at total (/repo/src/cart.ts:12:5)
at node:internal/x:1:1</failure></testcase>`;

describe("junit", () => {
  test("all green", () => {
    const { check, findings } = junit(`<?xml version="1.0"?><testsuites>${SUITE(OK + OK)}</testsuites>`);
    expect(check).toMatchObject({ id: "results", status: "passed", planned: 2, examined: 2 });
    expect(findings).toEqual([]);
  });

  test("a failure becomes a finding with its place, words and command", () => {
    const { check, findings } = junit(SUITE(OK + BAD), 1);
    expect(check).toMatchObject({ status: "failed", failureClass: "test-failed", planned: 2, examined: 2 });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      ruleId: "results/failed-test",
      severity: "high",
      target: "cart > Cart > totals",
      location: { path: "src/cart.ts", line: 12, column: 5 },
      fix: { command: "npm test" },
    });
    expect(findings[0]!.message).toContain("expected 3 to be 4");
  });

  test("errors count like failures", () => {
    const { check } = junit(SUITE(`<testcase name="a"><error message="boom"/></testcase>`), 1);
    expect(check.status).toBe("failed");
  });

  test("a failure wins over exit code 0", () => {
    expect(junit(SUITE(OK + BAD), 0).check.status).toBe("failed");
  });

  test("exit code 1 with only green tests fails and says so", () => {
    const { check, findings } = junit(SUITE(OK.repeat(12)), 1);
    expect(check.status).toBe("failed");
    expect(check.message).toBe("Exit code 1 although all 12 results passed.");
    expect(findings.map((finding) => finding.ruleId)).toEqual(["results/exit-code"]);
  });

  test("nested suites, file and line attributes", () => {
    const { findings } = junit(
      `<testsuites><testsuite name="outer"><testsuite name="inner" file="test/a_test.py">
       <testcase name="x" file="test/b_test.py" line="9"><failure/></testcase>
       <testcase name="y"><failure>text only</failure></testcase></testsuite></testsuite></testsuites>`,
      1,
    );
    expect(findings.map((finding) => [finding.target, finding.location])).toEqual([
      ["outer > inner > x", { path: "test/b_test.py", line: 9 }],
      ["outer > inner > y", { path: "test/a_test.py", line: 1 }],
    ]);
    expect(findings[1]!.message).toContain("text only");
  });

  test("entities, CDATA and text of nested tags are read", () => {
    const { findings } = junit(
      SUITE(`<testcase name="a &lt; b"><failure>one &amp; <![CDATA[<two> & ]]>three</failure></testcase>`),
    );
    expect(findings[0]!.message).toContain("one & <two> & three");
    expect(findings[0]!.target).toContain("a < b");
  });

  test("terminal noise in any spelling is neither malformed nor kept", () => {
    const raw = "\u001b[31mred\u001b[0m\u0000";
    const escaped = "&#27;[31mred&#x1B;[0m&#x0;";
    const pytest = "#x1B[31mred#x1B[0m#x00";
    for (const noise of [raw, escaped, pytest]) {
      const { check, findings } = junit(
        SUITE(`<testcase name="a"><failure message="${noise}"/></testcase>`),
        1,
      );
      expect(check.status).toBe("failed");
      expect(findings[0]!.message).toBe("cart > a: red");
    }
  });

  test("a report on stdout is found between banners", () => {
    const { check } = junit(
      `\n> app@1.0.0 test\n> runner\n\n<testsuites>${SUITE(OK)}</testsuites>\nDone in 2s.\n`,
    );
    expect(check).toMatchObject({ status: "passed", planned: 1 });
  });

  test("skipped tests are planned but not examined", () => {
    const skipped = `<testcase name="s"><skipped/></testcase><testcase name="t" status="notrun"/>`;
    const { check, metrics } = junit(SUITE(OK + skipped));
    expect(check).toMatchObject({ status: "passed", planned: 3, examined: 1 });
    expect(metrics.results).toMatchObject({ total: 3, passed: 1, skipped: 2 });
  });

  test("only skipped tests check nothing", () => {
    const { check } = junit(SUITE(`<testcase name="s"><skipped/></testcase>`));
    expect(check).toMatchObject({ status: "errored", failureClass: "no-results", examined: 0 });
  });

  test("a test marked todo that fails is no failure", () => {
    const { check } = junit(
      SUITE(`${OK}<testcase name="t"><skipped type="todo"/><failure message="yet"/></testcase>`),
    );
    expect(check.status).toBe("passed");
  });

  test("passing on a rerun is flaky; rerun failures beside a failure are one failure", () => {
    const flaky = junit(SUITE(`<testcase name="f"><flakyFailure message="once"/></testcase>`));
    expect(flaky.check).toMatchObject({ status: "passed", retries: 1 });
    const rerun = junit(SUITE(`<testcase name="f"><failure/><rerunFailure/></testcase>`), 1);
    expect(rerun.findings).toHaveLength(1);
    expect(rerun.check.retries).toBeUndefined();
  });

  test("counts that the listed tests do not bear out", () => {
    expect(junit(SUITE(OK, ` tests="10"`)).check).toMatchObject({
      status: "errored",
      failureClass: "incomplete",
      planned: 10,
      examined: 1,
    });
    expect(junit(SUITE(OK, ` tests="1" failures="0" errors="2"`)).check.status).toBe("failed");
    const split = `<testsuites>${SUITE(OK, ' tests="1"')}${SUITE(OK, ' tests="2"')}</testsuites>`;
    expect(junit(split).check).toMatchObject({ failureClass: "incomplete", planned: 3 });
    const counted = `<testsuites tests="2">${SUITE(OK + SUITE(OK, ' tests="1"'), ' tests="2"')}</testsuites>`;
    expect(junit(counted).check.status).toBe("passed");
  });

  test.each([
    ["empty", "", "no-results"],
    ["no XML at all", "3 passing (12ms)", "malformed"],
    ["empty suites", "<testsuites/>", "no-results"],
    ["other XML", "<html><body/></html>", "malformed"],
    ["cut off", `<testsuites>${SUITE(OK).slice(0, -8)}`, "malformed"],
    ["cut off inside a tag", "<testsuite><testcase name='a", "malformed"],
    ["crossed tags", "<testsuite><testcase name='a'></testsuite></testcase>", "malformed"],
  ])("%s is errored, never a pass", (_, text, failureClass) => {
    expect(junit(text).check).toMatchObject({ status: "errored", failureClass });
  });

  test("equal failures are counted together, and many are cut with a count", () => {
    const same = junit(SUITE(BAD + BAD + BAD), 1);
    expect(same.findings.map((finding) => finding.count)).toEqual([3]);
    const many = Array.from(
      { length: 600 },
      (_, index) => `<testcase name="t${index}"><failure/></testcase>`,
    );
    const { findings, check } = junit(SUITE(many.join("")), 1);
    expect(check.message).toBe("600 of 600 results failed.");
    expect(findings).toHaveLength(501);
    expect(findings.at(-1)).toMatchObject({ ruleId: "results/more-failed-tests", count: 100 });
  });

  test("the fingerprint survives other numbers, another checkout and moved lines", () => {
    const failure = (root: string, number: number) =>
      parse({
        format: "junit",
        code: 1,
        root,
        stdout: SUITE(
          `<testcase name="a"><failure message="took ${number} ms in ${root}/src/x.ts"/></testcase>`,
        ),
      }).findings[0]!.fingerprint;
    expect(failure("/home/a/repo", 12)).toBe(failure("/ci/build", 907));
    const other = junit(SUITE(`<testcase name="a"><failure message="refused"/></testcase>`)).findings[0]!;
    expect(other.fingerprint).not.toBe(failure("/ci/build", 907));
  });
});
