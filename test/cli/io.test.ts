import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { flushed, guardOutput, type OutputHealth, wantsColor } from "../../modsquad/cli/io.ts";
import { printProblems, renderProblem } from "../../modsquad/cli/problems.ts";
import { fakeIo } from "./fake-io.ts";

describe("colour", () => {
  it.each([
    [[], {}, true, true],
    [[], {}, false, false],
    [["--no-color"], { FORCE_COLOR: "1" }, true, false],
    [["--", "--no-color"], {}, true, true],
    [[], { NO_COLOR: "1" }, true, false],
    [[], { NO_COLOR: "" }, true, true],
    [[], { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
    [[], { FORCE_COLOR: "1" }, false, true],
    [[], { FORCE_COLOR: "" }, false, true],
    [[], { FORCE_COLOR: "0" }, true, false],
    [[], { FORCE_COLOR: "false" }, true, false],
    [[], { TERM: "dumb" }, true, false],
    [[], { TERM: "dumb", FORCE_COLOR: "3" }, false, true],
  ])("argv %j, env %j, terminal %s: %s", (argv, env, isTTY, color) => {
    expect(wantsColor(argv, env, isTTY)).toBe(color);
  });
});

describe("a guarded stream", () => {
  const failing = (code: string) =>
    new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error(code), { code }));
      },
    });

  it.each([
    ["EPIPE", null],
    ["ENOSPC", "ENOSPC"],
  ])("%s leaves %s", async (code, message) => {
    const health: OutputHealth = { failure: null };
    const stream = failing(code);
    guardOutput(stream, health);
    stream.write("x");
    await new Promise((done) => stream.once("close", done));
    await flushed(stream);
    expect(health.failure?.message ?? null).toBe(message);
  });

  it("is flushed only when everything was taken", async () => {
    let release = () => {};
    const taken: string[] = [];
    const slow = new Writable({
      write(chunk, _encoding, done) {
        taken.push(String(chunk));
        release = done;
      },
    });
    slow.write("a");
    let over = false;
    const waiting = flushed(slow).then(() => {
      over = true;
    });
    await Promise.resolve();
    expect(over).toBe(false);
    release();
    await new Promise((done) => setImmediate(done));
    release();
    await waiting;
    expect(taken[0]).toBe("a");
  });
});

describe("problems", () => {
  it("are printed on stderr with exit 2", () => {
    const io = fakeIo();
    const code = printProblems(
      [
        { what: "a is wrong", where: "f.yaml:1:2", next: "Mend it." },
        { what: "--b needs a value", where: "--b", next: "" },
      ],
      io,
    );
    expect(code).toBe(2);
    expect(io.err()).toBe(
      "meta-orch stopped: 2 problems\nf.yaml:1:2  a is wrong\n  next: Mend it.\n--b needs a value\n",
    );
    expect(io.out()).toBe("");
  });

  it("carry no control characters to the terminal", () => {
    expect(renderProblem({ what: "\u001b[31mred\u0007", where: "x\u0000", next: "\u009b1m\r" })).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/,
    );
  });
});
