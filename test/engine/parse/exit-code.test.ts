import { describe, expect, test } from "vitest";
import type { CommandOutput } from "../../../modsquad/engine/parse/index.ts";
import { parse } from "./helpers.ts";

describe("exit-code", () => {
  const rows: [string, Partial<CommandOutput>, string, string | undefined, number][] = [
    ["0 passes", { code: 0 }, "passed", undefined, 1],
    ["1 fails", { code: 1 }, "failed", "exit-code", 1],
    ["255 fails", { code: 255 }, "failed", "exit-code", 1],
    ["126 is a missing tool", { code: 126 }, "errored", "missing-tool", 0],
    ["127 is a missing tool", { code: 127 }, "errored", "missing-tool", 0],
    ["a start that failed is a missing tool", { code: null, error: "ENOENT" }, "errored", "missing-tool", 0],
    ["SIGKILL is killed", { code: null, signal: "SIGKILL" }, "errored", "killed", 0],
    ["SIGTERM is killed", { code: null, signal: "SIGTERM" }, "errored", "killed", 0],
    ["a shell's 137 is killed", { code: 137 }, "errored", "killed", 0],
    ["a shell's 134 is killed", { code: 134 }, "errored", "killed", 0],
    ["no code and no signal is killed", { code: null }, "errored", "killed", 0],
    ["a timeout is errored", { code: null, signal: "SIGTERM", timedOut: true }, "errored", "timeout", 0],
  ];
  test.each(rows)("%s", (_, output, status, failureClass, examined) => {
    const { check, findings } = parse(output);
    expect(check).toMatchObject({ id: "command", status, planned: 1, examined });
    expect(check.failureClass).toBe(failureClass);
    expect(findings.length).toBe(status === "failed" ? 1 : 0);
  });

  test("SIGKILL hints at memory, SIGTERM does not", () => {
    expect(parse({ code: null, signal: "SIGKILL" }).check.message).toContain("memory");
    expect(parse({ code: 137 }).check.message).toMatch(/SIGKILL \(exit code 137\).*memory/s);
    expect(parse({ code: null, signal: "SIGTERM" }).check.message).not.toContain("memory");
  });

  test("the finding holds the last 20 lines of output without escape codes, and how to run it again", () => {
    const lines = Array.from({ length: 50 }, (_, index) => `\u001b[31mline ${index + 1}\u001b[0m`);
    const { findings } = parse({ code: 2, stdout: lines.join("\r\n") });
    const message = findings[0]!.message;
    expect(message).toContain("Exit code 2");
    expect(message).not.toContain("\u001b");
    expect(message).toContain("line 50");
    expect(message).toContain("line 31");
    expect(message).not.toContain("line 30\n");
    expect(findings[0]!.fix?.command).toBe("npm test");
    expect(findings[0]!.severity).toBe("high");
  });

  test("both streams are heard; neither drowns the other", () => {
    const many = (word: string) => Array.from({ length: 40 }, (_, index) => `${word}-${index}`).join("\n");
    const message = parse({ code: 1, stdout: many("out"), stderr: many("err") }).findings[0]!.message;
    expect(message).toContain("out-39");
    expect(message).toContain("err-39");
    expect(message.split("\n").length).toBe(21);
    const oneSided = parse({ code: 1, stdout: "one\ntwo", stderr: many("err") }).findings[0]!.message;
    expect(oneSided).toContain("one\ntwo\nerr-22");
  });

  test("the fingerprint depends on the command, not on what it printed", () => {
    const one = parse({ code: 1, stdout: "took 12 ms" }).findings[0]!.fingerprint;
    expect(parse({ code: 3, stdout: "took 99 ms" }).findings[0]!.fingerprint).toBe(one);
    expect(parse({ code: 1, command: "npm run lint" }).findings[0]!.fingerprint).not.toBe(one);
  });
});
