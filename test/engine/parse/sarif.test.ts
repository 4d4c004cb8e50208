import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { parse } from "./helpers.ts";

const place = (uri: string, startLine = 3) => [
  {
    physicalLocation: {
      artifactLocation: { uri },
      region: { startLine, startColumn: 5, endLine: startLine },
    },
  },
];
const result = (more: JsonObject = {}): JsonObject => ({
  ruleId: "no-eval",
  level: "error",
  message: { text: "eval can be harmful" },
  locations: place("src/a.js"),
  ...more,
});
const report = (results: JsonObject[], run: JsonObject = {}): string =>
  JSON.stringify({
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "Linty", version: "3.1" } }, results, ...run }],
  });
const sarif = (stdout: string, code = 0) => parse({ format: "sarif", stdout, code });

describe("sarif", () => {
  test("a result becomes a finding with place and rule; the tool is the evidence", () => {
    const { check, findings } = sarif(report([result()]), 1);
    expect(check).toMatchObject({ id: "results", status: "passed", planned: 1, examined: 1 });
    expect(check.evidence).toEqual({ tool: "Linty", version: "3.1" });
    expect(findings[0]).toMatchObject({
      ruleId: "results/no-eval",
      severity: "high",
      message: "eval can be harmful",
      location: { path: "src/a.js", line: 3, column: 5, endLine: 3 },
      fix: { command: "npm test" },
    });
  });

  test.each([
    ["error", "high"],
    ["warning", "medium"],
    ["note", "low"],
    ["none", "info"],
    [undefined, "medium"],
  ])("level %s is %s", (level, severity) => {
    expect(sarif(report([result({ level })])).findings[0]!.severity).toBe(severity);
  });

  test("level, message and id may come from the rule", () => {
    const rules = [
      {
        id: "R1",
        defaultConfiguration: { level: "note" },
        messageStrings: { m: { text: "do not {0}" } },
        helpUri: "https://example.test/R1",
      },
    ];
    const run = { tool: { driver: { name: "T", rules } } };
    const entry = { ruleIndex: 0, message: { id: "m", arguments: ["panic"] } };
    const { findings } = sarif(report([entry], run));
    expect(findings[0]).toMatchObject({ ruleId: "results/R1", severity: "low", message: "do not panic" });
    expect(findings[0]!.fix?.description).toContain("https://example.test/R1");
  });

  test("places: file URLs, indexes, escapes, and none outside the repository", () => {
    const at = (uri: string) =>
      sarif(report([result({ locations: place(uri) })])).findings[0]!.location?.path;
    expect(at("file:///repo/src/a%20b.js")).toBe("src/a b.js");
    expect(at("src/../lib/x.js")).toBe("lib/x.js");
    expect(at("../outside.js")).toBeUndefined();
    expect(at("file:///etc/passwd")).toBeUndefined();
    expect(at("%E0%A4%A")).toBeUndefined();
    const locations = [{ physicalLocation: { artifactLocation: { index: 1 }, region: { startLine: 0 } } }];
    const artifacts = [{}, { location: { uri: "lib/y.js" } }];
    const { findings } = sarif(report([result({ locations })], { artifacts }));
    expect(findings[0]!.location).toEqual({ path: "lib/y.js", line: 1 });
  });

  test("suppressed, absent and passing results are no findings but were looked at", () => {
    const { check, findings, metrics } = sarif(
      report([
        result({ suppressions: [{ kind: "inSource" }] }),
        result({ suppressions: [{ kind: "external", status: "accepted" }] }),
        result({ suppressions: [{ kind: "external", status: "rejected" }] }),
        result({ baselineState: "absent" }),
        result({ kind: "pass", level: "none" }),
      ]),
    );
    expect(check).toMatchObject({ status: "passed", planned: 5, examined: 5 });
    expect(findings).toHaveLength(1);
    expect(metrics.results).toMatchObject({ total: 5, open: 1, suppressed: 2 });
  });

  test("a clean report passes only when it lists what was analysed", () => {
    expect(sarif(report([])).check).toMatchObject({ status: "errored", failureClass: "no-results" });
    const successful = { invocations: [{ executionSuccessful: true }] };
    expect(sarif(report([], successful)).check.failureClass).toBe("no-results");
    const listed = { artifacts: [{ location: { uri: "src/a.js" } }, { location: { uri: "src/b.js" } }] };
    expect(sarif(report([], listed)).check).toMatchObject({ status: "passed", planned: 2, examined: 2 });
  });

  test("a tool that says its run failed is not believed", () => {
    const invocations = [
      {
        executionSuccessful: false,
        toolExecutionNotifications: [{ level: "error", message: { text: "parser crashed" } }],
      },
    ];
    const { check } = sarif(report([result({ kind: "pass" })], { invocations }));
    expect(check).toMatchObject({ status: "errored", failureClass: "tool-error" });
    expect(check.message).toContain("parser crashed");
  });

  test("exit code 1 without an error result fails; with one it is explained", () => {
    const warning = sarif(report([result({ level: "warning" })]), 1);
    expect(warning.check).toMatchObject({ status: "failed", failureClass: "exit-code" });
    expect(warning.findings.map((finding) => finding.ruleId)).toEqual([
      "results/no-eval",
      "results/exit-code",
    ]);
    expect(sarif(report([result()]), 1).check.status).toBe("passed");
  });

  test.each([
    ["empty", "", "no-results"],
    ["no JSON", "3 problems", "malformed"],
    ["cut off", report([result()]).slice(0, -9), "malformed"],
    ["another JSON", "[1,2]", "malformed"],
    ["no runs", '{"version":"2.1.0"}', "malformed"],
    ["another version", '{"version":"1.0.0","runs":[]}', "malformed"],
    ["runs of nonsense", '{"version":"2.1.0","runs":[null,3,"x"]}', "no-results"],
  ])("%s is errored, never a pass", (_, text, failureClass) => {
    expect(sarif(text).check).toMatchObject({ status: "errored", failureClass });
  });

  test("a report on stdout is found between banners", () => {
    expect(sarif(`> lint\n${report([result()])}\nDone.`).findings).toHaveLength(1);
  });

  test("the fingerprint ignores the line, heeds the text, and tells repetitions apart", () => {
    const print = (entry: JsonObject) => sarif(report([entry])).findings[0]!.fingerprint;
    const one = print(result());
    expect(print(result({ locations: place("src/a.js", 90) }))).toBe(one);
    expect(print(result({ message: { text: "other words" } }))).not.toBe(one);
    expect(print(result({ locations: place("src/b.js") }))).not.toBe(one);
    expect(print(result({ partialFingerprints: { hash: "ab12:1" } }))).not.toBe(one);
    const twice = sarif(report([result(), result({ locations: place("src/a.js", 40) })])).findings;
    expect(new Set(twice.map((finding) => finding.fingerprint)).size).toBe(2);
    expect(twice[0]!.fingerprint).toBe(one);
  });
});
