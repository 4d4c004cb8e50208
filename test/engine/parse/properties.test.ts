/** Whatever a command prints, no parser throws, and none passes without results. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CommandOutput } from "../../../modsquad/engine/parse/index.ts";
import { parse } from "./helpers.ts";

const RUNS = { numRuns: 600, seed: 20261121 };
const format = fc.constantFrom<CommandOutput["format"]>("junit", "sarif", "tap");
const code = fc.constantFrom<(number | null)[]>(0, 0, 0, 1, 2, 126, 127, 137, null);

/** Pieces of the formats in any order reach further into the parsers than plain noise does. */
const pieces = fc.constantFrom(
  "<testsuites>",
  "</testsuites>",
  "<testsuite tests='3'>",
  "</testsuite>",
  "<testcase name='a'>",
  "</testcase>",
  "<testcase/>",
  "<failure>",
  "</failure>",
  "<skipped/>",
  "<![CDATA[",
  "]]>",
  "&#27;",
  "&lt;",
  "<?xml",
  "\u001b[0m",
  "TAP version 14\n",
  "1..2\n",
  "ok 1\n",
  "not ok 2 - x\n",
  "    ok 1\n",
  "    1..1\n",
  "  ---\n",
  "  ...\n",
  "# Subtest: s\n",
  "Bail out! x\n",
  "ok 2 # SKIP\n",
  "        ok 1\n",
  "    # Subtest: t\n",
  "\n",
  '{"version":"2.1.0",',
  '"runs":[',
  '{"results":[',
  '{"level":"error"}',
  "]}",
  "]}",
  "null",
  ",",
);
const stitched = fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join(""));
const anything = fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), stitched, fc.json());
const sarifShaped = fc
  .array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 4 })
  .map((runs) => JSON.stringify({ version: "2.1.0", runs }));
const sarifResults = fc
  .dictionary(
    fc.constantFrom(
      "ruleId",
      "level",
      "message",
      "locations",
      "suppressions",
      "rule",
      "ruleIndex",
      "partialFingerprints",
    ),
    fc.jsonValue({ maxDepth: 3 }),
  )
  .map((entry) => JSON.stringify({ version: "2.1.0", runs: [{ results: [entry] }] }));

function wellFormed(output: Partial<CommandOutput>): void {
  const { check, findings } = parse(output);
  expect(Number.isInteger(check.planned) && check.planned >= check.examined && check.examined >= 0).toBe(
    true,
  );
  expect(check.message).not.toBe("");
  if (check.status === "passed") {
    expect(check.examined).toBeGreaterThan(0);
    if (output.format !== "sarif") expect(findings.length).toBe(0);
  } else expect(check.failureClass).toBeTruthy();
  const prints = findings.map((finding) => finding.fingerprint);
  expect(new Set(prints).size).toBe(prints.length);
  for (const finding of findings) {
    expect(finding.message).not.toMatch(/\u001b/);
    expect(finding.fix?.command).toBeTruthy();
    if (finding.location) expect(finding.location.line).toBeGreaterThan(0);
  }
}

describe("any text", () => {
  test("never throws, never passes without results", () => {
    fc.assert(
      fc.property(format, anything, code, (kind, stdout, exit) =>
        wellFormed({ format: kind, stdout, code: exit }),
      ),
      RUNS,
    );
  });

  test("SARIF of any shape", () => {
    fc.assert(
      fc.property(fc.oneof(sarifShaped, sarifResults), code, (stdout, exit) =>
        wellFormed({ format: "sarif", stdout, code: exit }),
      ),
      RUNS,
    );
  });

  test("a non-zero exit never passes a test format", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("junit", "tap"),
        stitched,
        fc.integer({ min: 1, max: 255 }),
        (kind, stdout, exit) => {
          expect(parse({ format: kind as "junit" | "tap", stdout, code: exit }).check.status).not.toBe(
            "passed",
          );
        },
      ),
      RUNS,
    );
  });
});

describe("a report cut anywhere", () => {
  const cases = fc.array(fc.boolean(), { minLength: 1, maxLength: 6 });
  const cut = fc.double({ min: 0, max: 0.999, noNaN: true });
  /** Up to the first character of the last line: a lone "ok" there would already be a whole result. */
  const neverPasses = (kind: CommandOutput["format"], text: string, at: number) => {
    const lastLine = text.trimEnd().lastIndexOf("\n") + 1;
    const { check } = parse({ format: kind, stdout: text.slice(0, Math.floor((lastLine + 2) * at)) });
    expect(check.status).not.toBe("passed");
  };

  test("JUnit", () => {
    fc.assert(
      fc.property(cases, cut, (oks, at) => {
        const body = oks.map(
          (ok, index) => `<testcase name="t${index}">${ok ? "" : "<failure/>"}</testcase>`,
        );
        neverPasses(
          "junit",
          `<testsuites><testsuite name="s">${body.join("\n")}</testsuite></testsuites>`,
          at,
        );
      }),
      RUNS,
    );
  });

  test("TAP with the plan first or last", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), cut, (oks, first, at) => {
        const points = oks.map((ok, index) => `${ok ? "ok" : "not ok"} ${index + 1}\n`);
        const plan = `1..${oks.length}\n`;
        neverPasses("tap", first ? plan + points.join("") : points.join("") + plan, at);
      }),
      RUNS,
    );
  });
});

test("what was reported is what comes out: counts of passed, failed and skipped", () => {
  const outcome = fc.constantFrom("passed", "failed", "skipped");
  fc.assert(
    fc.property(
      fc.array(outcome, { minLength: 1, maxLength: 30 }),
      fc.constantFrom("junit", "tap"),
      (outcomes, kind) => {
        const inner = { passed: "", failed: "<failure message='m'/>", skipped: "<skipped/>" } as const;
        const xml = outcomes
          .map((word, index) => `<testcase name="t${index}">${inner[word]}</testcase>`)
          .join("");
        const lines = outcomes.map((word, index) => {
          const end = word === "skipped" ? " # SKIP" : "";
          return `${word === "failed" ? "not ok" : "ok"} ${index + 1} - t${index}${end}`;
        });
        const stdout =
          kind === "junit" ? `<testsuite>${xml}</testsuite>` : `1..${outcomes.length}\n${lines.join("\n")}\n`;
        const { metrics, findings } = parse({ format: kind as "junit" | "tap", stdout });
        const count = (word: string) => outcomes.filter((entry) => entry === word).length;
        expect(metrics.results).toMatchObject({
          total: outcomes.length,
          passed: count("passed"),
          failed: count("failed"),
          skipped: count("skipped"),
        });
        expect(findings.length).toBe(count("failed"));
      },
    ),
    RUNS,
  );
});
