import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  decidingValues,
  declaredValues,
  gateEnvironment,
  isPlainOrigin,
  readEnvFile,
} from "../../modsquad/engine/environment.ts";

const HOST = {
  PATH: "/bin",
  HOME: "/home/ana",
  LC_ALL: "C",
  TZ: "UTC",
  CI: "true",
  TRACEPARENT: "00-1-2-01",
  GITHUB_SHA: "abc",
  GITHUB_TOKEN: "t",
  CI_JOB_TOKEN: "t",
  RUNNER_PASSWORD: "p",
  AWS_SECRET_ACCESS_KEY: "s",
  DATABASE_URL: "postgres://",
  MY_TOOL: "1",
  SHLVL: "2",
};

describe("gateEnvironment", () => {
  it("passes the safe set, trace and CI facts on, and none of the credentials beside them", () => {
    expect(Object.keys(gateEnvironment([], HOST)).sort()).toEqual([
      "CI",
      "GITHUB_SHA",
      "HOME",
      "LC_ALL",
      "PATH",
      "TRACEPARENT",
      "TZ",
    ]);
  });

  it("adds what the gate declares, a credential included", () => {
    expect(gateEnvironment(["DATABASE_URL", "GITHUB_TOKEN", "ABSENT"], HOST)).toMatchObject({
      DATABASE_URL: "postgres://",
      GITHUB_TOKEN: "t",
    });
  });

  it("is all of it with inherit", () => expect(gateEnvironment("inherit", HOST)).toEqual(HOST));
});

describe("declaredValues", () => {
  it("holds the declared ones alone", () => {
    expect(declaredValues(["MY_TOOL", "ABSENT"], HOST)).toEqual({ MY_TOOL: "1" });
    expect(declaredValues("inherit", HOST)).toEqual({});
  });
});

describe("decidingValues", () => {
  it("holds what is declared and what changes the results of programs", () => {
    expect(Object.keys(decidingValues(["MY_TOOL"], HOST)).sort()).toEqual(["CI", "LC_ALL", "MY_TOOL", "TZ"]);
  });

  it("holds everything the gate sees when it inherits, but what differs from shell to shell", () => {
    const names = Object.keys(decidingValues("inherit", HOST));
    expect(names).toContain("AWS_SECRET_ACCESS_KEY");
    expect(names).not.toContain("SHLVL");
    expect(names).not.toContain("TRACEPARENT");
  });
});

describe("isPlainOrigin", () => {
  it.each(["http://127.0.0.1:3000", "https://shop.example.com/"])("%s is an address", (value) => {
    expect(isPlainOrigin(value)).toBe(true);
  });

  it.each([
    "https://user:pass@example.com",
    "https://hooks.example.com/services/T0/B0/x",
    "https://example.com/?token=x",
    "postgres://db:5432",
    "hunter2hunter2",
  ])("%s may be a secret", (value) => {
    expect(isPlainOrigin(value)).toBe(false);
  });
});

describe("readEnvFile", () => {
  it("reads NAME=value lines, and gives null for a file that is not there", () => {
    const dir = mkdtempSync(join(tmpdir(), "meta-orch-env-"));
    writeFileSync(join(dir, ".env"), "# comment\nA=1\nB='two words'\n\nEMPTY=\n");
    expect(readEnvFile(join(dir, ".env"))).toEqual({ A: "1", B: "two words", EMPTY: "" });
    expect(readEnvFile(join(dir, ".absent"))).toBeNull();
    rmSync(dir, { recursive: true });
  });
});
