import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { COMMANDS } from "../../modsquad/cli/commands.ts";
import { gateCommands, loadGateCommand, matchGateCommand } from "../../modsquad/cli/gate-commands.ts";
import { dispatch } from "../../modsquad/cli/main.ts";
import { reportFault } from "../../modsquad/cli/process-life.ts";
import type { ManifestEntry } from "../../modsquad/plan/gates.ts";
import { folderWith } from "../config/temporary.ts";
import { fakeIo } from "./fake-io.ts";

describe("dispatch", () => {
  it.each([
    [["lst"], /no command "lst"/, /"meta-orch list"/],
    [["quick"], /no command "quick"/, /"meta-orch --mode quick"/],
    [["ful"], /no command "ful"/, /"meta-orch --mode full"/],
    [["xyzzy"], /no command "xyzzy"/, /next: meta-orch --help lists/],
    [["gate"], /needs the id of a gate/, /meta-orch list/],
    [["--nope"], /no option --nope/, /--help/],
  ])("%j", async (argv, what, next) => {
    const io = fakeIo();
    expect(await dispatch(argv, io)).toBe(2);
    expect(io.err()).toMatch(what);
    expect(io.err()).toMatch(next);
    expect(io.err()).not.toMatch(/ {4}at /);
    expect(io.out()).toBe("");
  });

  it.each([
    [["--help"], /^meta-orch: one command/],
    [["-h"], /^meta-orch: one command/],
    [["doctor", "--help"], /^meta-orch doctor:/],
    [["--mode", "quick", "--help"], /^meta-orch: one command/],
    [["help", "list"], /^meta-orch list:/],
    [["version"], /^0\.0\.0-test\n$/],
  ])("%j is help", async (argv, text) => {
    const io = fakeIo();
    expect(await dispatch(argv, io)).toBe(0);
    expect(io.out()).toMatch(text);
  });

  it("turns an exception into one line, with the stack only on request", () => {
    const quiet = fakeIo();
    expect(reportFault(new TypeError("boom\nsecond line"), quiet)).toBe(2);
    expect(quiet.err()).toMatch(
      /^meta-orch: internal fault, nothing is proven: TypeError: boom\n {2}next: .*META_ORCH_DEBUG=1/,
    );
    expect(quiet.err()).not.toMatch(/ at /);
    const loud = fakeIo({ env: { META_ORCH_DEBUG: "1" } });
    expect(reportFault(new TypeError("boom"), loud)).toBe(2);
    expect(loud.err()).toMatch(/TypeError: boom\n +at /);
  });

  it("has each name once and a summary for each", () => {
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
    for (const { name, summary } of COMMANDS) expect(summary, name).toMatch(/^\S.*[^.]$/);
  });
});

describe("commands of gates", () => {
  const entries = [
    { name: "design learn", summary: "", gate: "design-dna" },
    { name: "design", summary: "", gate: "design-dna" },
  ];

  it("match by all their words, the longest first", () => {
    expect(matchGateCommand(["design", "learn", "--x"], entries)).toEqual({
      entry: entries[0],
      rest: ["--x"],
    });
    expect(matchGateCommand(["design", "other"], entries)).toEqual({ entry: entries[1], rest: ["other"] });
    expect(matchGateCommand(["learn", "design"], entries)).toBeNull();
  });

  it("are read from the manifest, and a manifest that is missing is none", async () => {
    const manifest = [{ id: "g", commands: [{ name: "g do", summary: "s" }] }] as unknown as ManifestEntry[];
    expect(gateCommands(() => manifest)).toEqual([{ name: "g do", summary: "s", gate: "g" }]);
    const unreadable = () => {
      throw new Error("ENOENT");
    };
    expect(gateCommands(unreadable)).toEqual([]);
  });

  it("run with what follows their words", async () => {
    const code =
      'export default { commands: [{ name: "g do", run: async (args, cwd) => args.length * 10 + cwd.length }] };\n';
    const url = pathToFileURL(join(folderWith({ "gate.mjs": code }), "gate.mjs")).href;
    const main = await loadGateCommand({ name: "g do", summary: "", gate: "g" }, url);
    expect(await main(["a", "b"], fakeIo({ cwd: "/xyz" }))).toBe(24);
    await expect(loadGateCommand({ name: "g other", summary: "", gate: "g" }, url)).rejects.toThrow(
      /no command "g other"/,
    );
  });
});

describe("the program", () => {
  // The real build, copied into a package folder of its own so that parts of it can be taken away.
  let folder = "";
  let program = "";

  beforeAll(() => {
    folder = folderWith({ "package.json": '{"name":"meta-orch","type":"module"}' });
    program = join(folder, "dist/meta-orch.js");
    cpSync("dist", join(folder, "dist"), { recursive: true });
    mkdirSync(join(folder, "schema"));
    symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  });

  const start = (args: string[], env: Record<string, string> = {}) =>
    spawnSync(process.execPath, [program, ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env.PATH, ...env },
    });

  it("answers --version with nothing else loaded", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    const alone = join(folderWith({}), "meta-orch.cjs");
    cpSync(program, alone);
    for (const flag of ["--version", "-V"]) {
      const answer = spawnSync(process.execPath, [alone, flag], { encoding: "utf8" });
      expect(answer).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: "" });
    }
  });

  it("keeps its exit code and stays silent when the reader goes away", () => {
    const line = `"${process.execPath}" "${program}" --help; echo "code $?" >&2`;
    const piped = spawnSync("/bin/sh", ["-c", `(${line}) | true`], { encoding: "utf8" });
    expect(piped.stderr).toBe("code 0\n");
  });

  it("does not end well when the output could not be written", () => {
    const full = spawnSync("/bin/sh", ["-c", `"${process.execPath}" "${program}" --help > /dev/full`], {
      encoding: "utf8",
    });
    expect(full.status).toBe(2);
    expect(full.stderr).toMatch(/output could not be written/);
  });

  it("prints problems without a stack trace", () => {
    const wrong = start(["--gte", "x"]);
    expect(wrong).toMatchObject({ status: 2, stdout: "" });
    expect(wrong.stderr).toMatch(/Did you mean "--gate"\?/);
    expect(wrong.stderr).not.toMatch(/ at /);
  });

  it("reads YAML with what was bundled", () => {
    writeFileSync(join(folder, "wrong.yaml"), "run:\n  timout: 5s\n");
    const wrong = start(["list", "--config", "wrong.yaml"]);
    expect(wrong.stderr).toMatch(
      /wrong\.yaml:2:3 {2}run\.timout is not a known key\n {2}next: Did you mean "timeout"\?/,
    );
    expect(wrong.status).toBe(2);
  });

  it("says of a fault that it is one", () => {
    // A broken installation.
    rmSync(join(folder, "dist/gates/manifest.json"));
    const broken = start(["list"]);
    expect(broken.status).toBe(2);
    expect(broken.stderr).toMatch(/^meta-orch: internal fault, nothing is proven: /);
    expect(broken.stderr.split("\n").filter((line) => line !== "")).toHaveLength(2);
    expect(start(["list"], { META_ORCH_DEBUG: "1" }).stderr).toMatch(/\n +at /);
  });

  it("of the dashboard is a program of its own, and says so when there is nothing to show", () => {
    const dashboard = join(folder, "dist/meta-dashboard.js");
    const shown = spawnSync(process.execPath, [dashboard, "--once"], { cwd: folder, encoding: "utf8" });
    expect(shown.stdout).toContain("UNKNOWN");
    expect(shown.stderr).toContain("No run has been recorded");
    expect(shown.status).toBe(2);
  });
});
