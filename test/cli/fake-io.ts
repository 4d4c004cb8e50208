/** An Io whose output is kept as text. */
import { PassThrough } from "node:stream";
import type { Io } from "../../modsquad/cli/io.ts";

export interface FakeIo extends Io {
  out(): string;
  err(): string;
}

export function fakeIo(overrides: Partial<Io> = {}): FakeIo {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const kept = { out: "", err: "" };
  stdout.setEncoding("utf8").on("data", (text: string) => {
    kept.out += text;
  });
  stderr.setEncoding("utf8").on("data", (text: string) => {
    kept.err += text;
  });
  // What was written but not yet delivered is read here, so that no test has to wait.
  const drain = (stream: PassThrough) => String(stream.read() ?? "");
  return {
    stdin: new PassThrough(),
    stdout,
    stderr,
    columns: 100,
    isTTY: false,
    color: false,
    env: {},
    cwd: process.cwd(),
    ...overrides,
    out: () => kept.out + drain(stdout),
    err: () => kept.err + drain(stderr),
  };
}
