import { describe, expect, test } from "vitest";
import { parse } from "./helpers.ts";

const GOOD = { junit: `<testsuite><testcase name="a"/></testsuite>`, tap: "1..1\nok 1\n" } as const;
const STARTED = Date.UTC(2026, 10, 21, 12, 0, 0);

describe.each(["junit", "tap"] as const)("a %s report file", (format) => {
  const file = { format, reportPath: "out/report", reportText: GOOD[format], startedMs: STARTED } as const;

  test("fresh: read, and stdout is not", () => {
    const { check } = parse({ ...file, reportMtimeMs: STARTED + 1500, stdout: "noise" });
    expect(check).toMatchObject({ status: "passed", planned: 1 });
  });

  test("older than the start: stale, whatever it says", () => {
    const { check } = parse({ ...file, reportMtimeMs: STARTED - 3_600_000 });
    expect(check).toMatchObject({ status: "errored", failureClass: "stale-report", examined: 0 });
    expect(check.message).toContain("3600 s before");
  });

  test("a stamp one clock tick early is fresh: file systems use a coarse clock", () => {
    expect(parse({ ...file, reportMtimeMs: STARTED - 4 }).check.status).toBe("passed");
    expect(parse({ ...file, reportMtimeMs: STARTED - 1000 }).check.failureClass).toBe("stale-report");
  });

  test("missing: named, with the exit code", () => {
    const { check } = parse({ ...file, reportText: null, reportMtimeMs: null, code: 1 });
    expect(check).toMatchObject({ status: "errored", failureClass: "missing-report", planned: 0 });
    expect(check.message).toContain("out/report");
    expect(check.message).toContain("exit code 1");
  });

  test("a command that was killed is errored even beside a green report", () => {
    const { check } = parse({ ...file, reportMtimeMs: STARTED + 1, code: null, signal: "SIGKILL" });
    expect(check).toMatchObject({ status: "errored", failureClass: "killed" });
  });

  test("a missing tool is named before the missing report", () => {
    const { check } = parse({ ...file, reportText: null, code: 127, stderr: "sh: vitest: not found" });
    expect(check.failureClass).toBe("missing-tool");
    expect(check.message).toContain("vitest: not found");
  });

  test("no report file configured: stdout is read", () => {
    const { check } = parse({ format, stdout: GOOD[format], reportText: null, reportMtimeMs: null });
    expect(check).toMatchObject({ status: "passed", planned: 1 });
  });

  test("stdout that was cut off is no report", () => {
    const { check } = parse({ format, stdout: GOOD[format], truncated: true });
    expect(check).toMatchObject({ status: "errored", failureClass: "truncated" });
  });
});
