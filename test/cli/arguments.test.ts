import { describe, expect, it } from "vitest";
import { otherThan } from "../../modsquad/cli/commands.ts";
import { parseDoctorArguments } from "../../modsquad/cli/usage/doctor.ts";
import { parseGateArguments } from "../../modsquad/cli/usage/gate.ts";
import { parseListArguments } from "../../modsquad/cli/usage/list.ts";
import { parseRunArguments } from "../../modsquad/cli/usage/run.ts";
import type { Problem, Result } from "../../modsquad/contracts/config.ts";

function valued<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}
const problemsOf = (result: Result<unknown>): Problem[] => (result.ok ? [] : result.problems);
const run = (...argv: string[]) => valued(parseRunArguments(argv));

describe("run", () => {
  it("has defaults for everything", () => {
    expect(run()).toEqual({
      mode: "full",
      view: null,
      all: false,
      liveData: false,
      gates: [],
      skips: [],
      json: false,
      quiet: false,
      verbose: false,
      plan: false,
      report: false,
      why: null,
      resume: false,
      watch: false,
      useCache: true,
      argv: [],
    });
  });

  it("reads every option", () => {
    const line =
      "--mode quick --risk-target 0.5 --gate a,b --skip c --config x.yaml --repo ../r --base-url http://h:1/p --env ci " +
      "--concurrency 3 --timeout 90s --fail-mode no-new --json --quiet --no-color --plan --no-cache --resume";
    const argv = line.split(" ");
    expect(run(...argv)).toEqual({
      mode: "quick",
      view: null,
      all: false,
      riskTarget: 0.5,
      gates: ["a", "b"],
      skips: ["c"],
      config: "x.yaml",
      repo: "../r",
      baseUrl: "http://h:1/p",
      liveData: false,
      env: "ci",
      concurrency: 3,
      timeoutMs: 90_000,
      failMode: "no-new",
      json: true,
      quiet: true,
      verbose: false,
      color: false,
      plan: true,
      report: false,
      why: null,
      resume: true,
      watch: false,
      useCache: false,
      argv,
    });
    expect(run("--report", "--output=r.txt", "--verbose")).toMatchObject({
      report: true,
      output: "r.txt",
      verbose: true,
    });
  });

  it("demands live data only where the browser looks", () => {
    expect(run("--live-data").liveData).toBe(true);
    for (const argv of [
      ["--mode", "quick"],
      ["--skip", "browser"],
      ["--gate", "repo-audit"],
    ]) {
      const parsed = parseRunArguments(["--live-data", ...argv]);
      expect(parsed.ok ? [] : parsed.problems.map(({ where }) => where)).toEqual(["--live-data"]);
    }
  });

  it.each([
    [["--gate", "a,b"]],
    [["--gate", "a", "b"]],
    [["--gate", "a", "--gate", "b"]],
    [["--gate=a", "b", "a"]],
    [["--gate", "a, b,"]],
    [["--gate", "a", "b", "--json"]],
  ])("takes several gates as %j", (argv) => expect(run(...argv).gates).toEqual(["a", "b"]));

  it("takes a percent sign, and the last of two", () => {
    expect(run("--risk-target", "1.5%").riskTarget).toBe(1.5);
    expect(run("--mode", "quick", "--mode", "full").mode).toBe("full");
    expect(run("--risk-target", "0").riskTarget).toBe(0);
  });
});

const WRONG: [string[], RegExp, string, RegExp][] = [
  [["--mod", "quick"], /no option --mod here/, "--mod", /"--mode"/],
  [["--risktarget", "1"], /no option --risktarget/, "--risktarget", /"--risk-target"/],
  [["--xyzzy"], /no option --xyzzy/, "--xyzzy", /--help/],
  [["-x"], /no option -x/, "-x", /--help/],
  [["--check", "a"], /no option --check here/, "--check", /belongs to: meta-orch gate/],
  [["--fix"], /no option --fix here/, "--fix", /belongs to: meta-orch doctor/],
  [["--constructor"], /no option --constructor/, "--constructor", /--help/],
  [["--mode"], /--mode needs a value/, "--mode", /quick\|full/],
  [["--mode="], /--mode needs a value/, "--mode", /quick\|full/],
  [["--mode", "--json"], /--mode needs a value, but --json follows/, "--mode", /quick\|full/],
  [["--mode", "quikc"], /--mode must be quick or full, not "quikc"/, "--mode", /"quick"/],
  [["--mode", "slow"], /--mode must be quick or full/, "--mode", /Write quick or full/],
  [["--gate"], /--gate needs a value/, "--gate", /--gate ID/],
  [["--gate", ","], /--gate names nothing/, "--gate", /--gate ID/],
  [["--gate", ""], /--gate needs a value/, "--gate", /--gate ID/],
  [
    ["--risk-target", "low"],
    /--risk-target must be a number from 0 to 100, not "low"/,
    "--risk-target",
    /0\.5/,
  ],
  [["--risk-target", "-1"], /from 0 to 100, not "-1"/, "--risk-target", /0\.5/],
  [["--risk-target", "NaN"], /not "NaN"/, "--risk-target", /0\.5/],
  [["--risk-target", "1e1"], /not "1e1"/, "--risk-target", /0\.5/],
  [["--risk-target", "101"], /from 0 to 100/, "--risk-target", /0\.5/],
  [
    ["--concurrency", "0"],
    /--concurrency must be a whole number from 1 to 256, not "0"/,
    "--concurrency",
    /2/,
  ],
  [["--concurrency", "2.5"], /whole number/, "--concurrency", /2/],
  [["--timeout", "60"], /--timeout must be a duration.*not "60"/, "--timeout", /"60s"/],
  [["--timeout", "soon"], /--timeout must be a duration/, "--timeout", /"2m"/],
  [["--timeout", "0s"], /above zero/, "--timeout", /"60s"/],
  [["--fail-mode", "kil"], /--fail-mode must be continue or no-new or kill/, "--fail-mode", /"kill"/],
  [["--base-url", "localhost:3000"], /--base-url must be an http or https URL/, "--base-url", /127\.0\.0\.1/],
  [["--json=yes"], /--json takes no value/, "--json", /alone/],
  [["--quiet", "--verbose"], /--quiet and --verbose exclude each other/, "--quiet", /Leave one/],
  [["--plan", "--report"], /--plan and --report exclude each other/, "--plan", /Leave one/],
  [["--output", "x"], /--output belongs to --report/, "--output", /Add --report/],
  [["--gate", "a", "--skip", "a"], /"a" is asked for and skipped/, "--skip", /Leave it out/],
  [["--json", "quick"], /word "quick" is not expected/, "quick", /meta-orch run/],
];

describe("a wrong option", () => {
  it.each(WRONG)("%j", (argv, what, where, next) => {
    const problems = problemsOf(parseRunArguments(argv, otherThan("run")));
    const found = problems.find((problem) => what.test(problem.what));
    expect(found, JSON.stringify(problems)).toBeDefined();
    expect(found?.where).toBe(where);
    expect(found?.next).toMatch(next);
  });

  it("is one problem: the value of an unknown option is not a second one", () => {
    expect(problemsOf(parseRunArguments(["--mod", "quick"]))).toHaveLength(1);
  });

  it("does not hide the next", () => {
    expect(problemsOf(parseRunArguments(["--mode", "slow", "--timeout", "5", "--nope"]))).toHaveLength(3);
  });
});

describe("the other commands", () => {
  it("gate takes an id and checks", () => {
    const args = valued(
      parseGateArguments(["repo-audit", "--check", "secrets,ports", "--output", "o.json", "--mode", "quick"]),
    );
    expect(args).toMatchObject({
      gate: "repo-audit",
      checks: ["secrets", "ports"],
      output: "o.json",
      mode: "quick",
    });
    expect(valued(parseGateArguments(["repo-audit"]))).toMatchObject({ checks: null, mode: "full" });
  });

  it.each([
    [[], /needs the id of a gate/],
    [["--check", "secrets"], /needs the id of a gate/],
    [["a", "b"], /one gate at a time/],
  ])("gate refuses %j", (argv, what) => expect(problemsOf(parseGateArguments(argv))[0]?.what).toMatch(what));

  it("list and doctor take their own", () => {
    expect(valued(parseListArguments(["--json", "--repo", "x"]))).toMatchObject({ json: true, repo: "x" });
    expect(valued(parseDoctorArguments(["--fix"]))).toMatchObject({ fix: true, json: false });
    expect(problemsOf(parseDoctorArguments(["--fx"]))[0]?.next).toMatch(/"--fix"/);
    expect(problemsOf(parseListArguments(["--mode", "quick"], otherThan("list")))[0]?.next).toMatch(
      /belongs to: meta-orch run/,
    );
    expect(problemsOf(parseListArguments(["repo-audit"]))[0]?.what).toMatch(/not expected/);
  });
});
