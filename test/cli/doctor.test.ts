import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type DoctorReport,
  doctorCommand,
  fixCommands,
  installCommand,
  nodeIsRecent,
  type System,
  type ToolReport,
} from "../../modsquad/cli/doctor.ts";
import { programOf } from "../../modsquad/cli/doctor-commands.ts";
import { findTool, versionIn } from "../../modsquad/cli/doctor-probe.ts";
import { renderDoctor } from "../../modsquad/cli/doctor-text.ts";
import { TOOLS, type Tool } from "../../modsquad/cli/doctor-tools.ts";
import { folderWith } from "../config/temporary.ts";
import { fakeIo } from "./fake-io.ts";

function program(folder: string, name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A folder of programs for PATH: enough for the runner itself, so that tests add or leave out the rest. */
function bin(extra: Record<string, string> = {}): string {
  const folder = folderWith({}, { git: false });
  for (const [name, script] of Object.entries({ git: "echo git version 2.39.5", sh: "exit 0", ...extra }))
    program(folder, name, script);
  return folder;
}

const TOOL: Tool = {
  id: "thing",
  title: "Thing",
  gates: ["repo-audit"],
  required: true,
  variable: "THING_PATH",
  names: ["thing", "thing2"],
  places: [],
  versionArgs: ["--version"],
  debian: ["thing-package"],
  manual: "Install Thing from its site",
};

describe("finding a tool", () => {
  it("takes the first name on PATH that answers, and its version", async () => {
    const folder = bin({ thing: "exit 3", thing2: 'echo "Thing 12.8.2 (Debian)"' });
    const { found, broken } = await findTool(TOOL, { PATH: folder }, "/");
    expect(found).toEqual({ path: join(folder, "thing2"), version: "12.8.2" });
    expect(broken).toBeNull();
  });

  it("does not count one that is there and does not work", async () => {
    const folder = bin({ thing: "exit 3" });
    const { found, broken } = await findTool(TOOL, { PATH: folder }, "/");
    expect(found).toBeNull();
    expect(broken).toBe(`${join(folder, "thing")} --version ends with code 3`);
  });

  it("believes the variable before PATH, even when it is wrong", async () => {
    const folder = bin({ thing: "echo 1.0", other: "echo 2.0" });
    const env = { PATH: folder, THING_PATH: join(folder, "other") };
    expect((await findTool(TOOL, env, "/")).found?.version).toBe("2.0");
    const wrong = await findTool(TOOL, { PATH: folder, THING_PATH: "/nowhere/thing" }, "/");
    expect(wrong).toEqual({ found: null, broken: "THING_PATH names no program: /nowhere/thing" });
  });

  it("looks at fixed places after PATH", async () => {
    const folder = bin();
    const place = program(folder, "placed", "echo 3.1");
    expect((await findTool({ ...TOOL, places: [place] }, { PATH: "" }, "/")).found).toEqual({
      path: place,
      version: "3.1",
    });
  });

  it("skips folders and files that cannot be run", async () => {
    const folder = folderWith({ "thing/x": "", thing2: "echo 1.0" }, { git: false });
    expect((await findTool(TOOL, { PATH: folder }, "/")).found).toBeNull();
  });

  it.each([
    ["Chromium 156.0.8078.73 built on Debian", "156.0.8078.73"],
    ["Docker Compose version v2.27.1", "2.27.1"],
    ["no number", null],
  ])("reads the version in %j", (output, version) => expect(versionIn(output)).toBe(version));
});

describe("the install command", () => {
  it.each([
    [{ debian: true, root: true }, "apt-get update && apt-get install -y thing-package", true],
    [{ debian: true, root: false }, "sudo apt-get update && sudo apt-get install -y thing-package", false],
    [{ debian: false, root: true }, null, false],
  ])("on %j", (system, command, fixable) =>
    expect(installCommand(TOOL, system)).toEqual({ command, fixable }),
  );

  it("works anywhere when the tool says so", () => {
    const tool = { ...TOOL, debian: [], anywhere: "npm install --global thing" };
    expect(installCommand(tool, { debian: false, root: false })).toEqual({
      command: "npm install --global thing",
      fixable: true,
    });
  });

  it("prefers what works anywhere to a sudo somebody has to type", () => {
    const tool = { ...TOOL, anywhere: "npx thing install" };
    expect(installCommand(tool, { debian: true, root: false })).toEqual({
      command: "npx thing install",
      fixable: true,
    });
    expect(installCommand(tool, { debian: true, root: true }).command).toContain(
      "apt-get install -y thing-package",
    );
  });
});

describe("programOf", () => {
  it.each([
    ["npm test", "npm"],
    ["  ./scripts/check.sh --all", "./scripts/check.sh"],
    ["CI=1 NAME='a b' vitest run", "vitest"],
    ["ruff check . && mypy .", "ruff"],
    ["biome", "biome"],
    ["cd app && npm test", null],
    ["$TOOL run", null],
    ["(npm test)", null],
    ["if true; then x; fi", null],
    ["X=$(date) npm test", null],
    ["[ -f x ]", null],
  ])("%s starts %s", (line, name) => expect(programOf(line)).toBe(name));
});

it.each([
  ["v20.19.0", true],
  ["v20.18.9", false],
  ["v22.0.0", true],
  ["v18.20.0", false],
])("Node %s: %s", (version, ok) => expect(nodeIsRecent(version)).toBe(ok));

it("every tool of the table can be installed or says how", () => {
  for (const tool of TOOLS) {
    expect(tool.manual, tool.id).not.toBe("");
    expect(tool.gates.length, tool.id).toBeGreaterThan(0);
    expect(tool.names.length, tool.id).toBeGreaterThan(0);
  }
  expect(new Set(TOOLS.map(({ id }) => id)).size).toBe(TOOLS.length);
});

/** A browser that is there, whatever this machine has. */
const chromium = () => program(bin(), "chromium", "echo Chromium 156.0.8078.73");

const NO_INSTALLS: System = {
  debian: true,
  root: true,
  install: async () => {
    throw new Error("nothing may be installed here");
  },
};
const ARGS = { fix: false, json: true };

async function doctor(
  files: Record<string, string>,
  path: string,
  system: System = NO_INSTALLS,
  args = ARGS,
) {
  const io = fakeIo({ cwd: folderWith(files), env: { PATH: path, CHROME_PATH: chromium() } });
  const code = await doctorCommand(args, io, system);
  return { code, io, report: args.json ? (JSON.parse(io.out()) as DoctorReport) : null };
}
const tool = (report: DoctorReport | null, id: string): ToolReport | undefined =>
  report?.tools.find((one) => one.id === id);

describe("doctor", () => {
  it("is content when what the runner needs is there", async () => {
    const { code, report } = await doctor({}, bin());
    expect(code).toBe(0);
    expect(report?.ok).toBe(true);
    expect(tool(report, "git")).toMatchObject({
      state: "found",
      version: "2.39.5",
      neededBy: ["meta-orch"],
      install: null,
    });
  });

  it("names what is missing, who needs it, and the exact command", async () => {
    const folder = folderWith({}, { git: false });
    program(folder, "sh", "exit 0");
    const { code, report } = await doctor({}, folder);
    expect(code).toBe(1);
    expect(tool(report, "git")).toMatchObject({
      state: "missing",
      required: true,
      neededBy: ["meta-orch"],
      install: "apt-get update && apt-get install -y git",
      fixable: true,
    });
  });

  it("knows the programs of command gates", async () => {
    const config =
      'gates:\n  a: { run: "missing-tool --x" }\n  b: { run: "missing-tool" }\n  c: { run: "./own.sh" }\n  d: { run: "git status" }\n';
    const { code, report } = await doctor({ "modsquad.config.yaml": config, "own.sh": "" }, bin());
    expect(code).toBe(1);
    expect(tool(report, "command:missing-tool")).toMatchObject({
      state: "missing",
      neededBy: ["a", "b"],
      manual: "Install missing-tool, or correct run: under gates.a, gates.b",
    });
    expect(tool(report, "command:./own.sh")?.state).toBe("missing");
    expect(tool(report, "command:git")?.state).toBe("found");
  });

  it("shows what is wrong with the config instead of giving up", async () => {
    const { code, report } = await doctor({ "modsquad.config.yaml": "rsk: {}\n" }, bin());
    expect(code).toBe(1);
    expect(report?.problems[0]).toMatchObject({
      what: "rsk is not a known key",
      where: "modsquad.config.yaml:1:1",
    });
    expect(tool(report, "git")?.state).toBe("found");
  });

  it("does not ask for variables: it runs no gate", async () => {
    const { code } = await doctor({ "modsquad.config.yaml": 'baseUrl: "${PREVIEW_URL}"\n' }, bin());
    expect(code).toBe(0);
  });

  it("fixes with the commands it printed, each once, and looks again", async () => {
    const folder = folderWith({}, { git: false });
    program(folder, "sh", "exit 0");
    const ran: string[] = [];
    const system: System = {
      debian: true,
      root: true,
      install: async (command) => {
        ran.push(command);
        program(folder, "git", "echo git version 9.9.9");
        return 0;
      },
    };
    const excused = {
      "modsquad.config.yaml": "notApplicable: { infra-health: nothing to stand on, browser: no pages }\n",
    };
    const io = fakeIo({ cwd: folderWith(excused), env: { PATH: folder, CHROME_PATH: chromium() } });
    expect(await doctorCommand({ fix: true, json: false }, io, system)).toBe(0);
    expect(ran).toEqual(["apt-get update && apt-get install -y git"]);
    const [before, after] = io.out().split("meta-orch 0.0.0-test on ").slice(1);
    expect(before).toMatch(/MISSING +Git[\s\S]*install: apt-get update && apt-get install -y git/);
    expect(after).toMatch(/ok +Git 9\.9\.9/);
    expect(io.err()).toContain("running: apt-get update && apt-get install -y git\n");
  });

  it("stays red when the fix did not help, and says so", async () => {
    const folder = folderWith({}, { git: false });
    program(folder, "sh", "exit 0");
    const failing: System = { debian: true, root: true, install: async () => 100 };
    const { code, io, report } = await doctor({}, folder, failing, { fix: true, json: true });
    expect(code).toBe(1);
    expect(report?.ok).toBe(false);
    expect(io.err()).toContain("that command ended with code 100");
  });

  it("runs nothing it may not: sudo is for the person", async () => {
    const folder = folderWith({}, { git: false });
    program(folder, "sh", "exit 0");
    const noPages = { "modsquad.config.yaml": "notApplicable: { browser: no pages }\n" };
    const system = { ...NO_INSTALLS, root: false };
    const { report } = await doctor(noPages, folder, system, { fix: true, json: true });
    expect(tool(report, "git")).toMatchObject({
      install: "sudo apt-get update && sudo apt-get install -y git",
      fixable: false,
    });
    expect(fixCommands(report!)).toEqual([]);
  });

  it("runs the printed command through the shell, its output on stderr", async () => {
    // The real installer, with an apt-get of our own in PATH.
    const folder = bin({ "apt-get": 'echo "apt-get $*"; touch "$(/usr/bin/dirname "$0")/ran"' });
    const { rmSync } = await import("node:fs");
    rmSync(join(folder, "git"));
    const io = fakeIo({
      cwd: folderWith({}),
      env: { PATH: [folder, "/usr/bin-not", "/bin-not"].join(delimiter) },
    });
    const isDebianRoot = existsSync("/etc/debian_version") && process.getuid?.() === 0;
    const code = await doctorCommand({ fix: true, json: true }, io);
    expect(code).toBe(1);
    JSON.parse(io.out());
    if (isDebianRoot) expect(io.err()).toContain("apt-get install -y git\n");
  });
});

describe("the doctor's text", () => {
  const base: ToolReport = {
    id: "t",
    title: "Thing",
    state: "missing",
    path: null,
    version: null,
    neededBy: ["browser"],
    required: true,
    note: null,
    install: "apt-get install thing",
    fixable: true,
    manual: "Install it",
  };
  const report = (tools: ToolReport[], ok = false): DoctorReport => ({
    schema: "meta-orch/doctor@1",
    version: "1.0.0",
    node: { version: "v20.19.0", ok: true, needs: ">=20.19" },
    system: "linux",
    configFile: null,
    problems: [],
    tools,
    ok,
  });

  it("tells required from optional, and what nothing here uses", () => {
    const text = renderDoctor(
      report([
        base,
        { ...base, title: "Extra", required: false, install: null },
        { ...base, title: "Other", neededBy: [] },
      ]),
      false,
    );
    expect(text).toContain(
      "MISSING  Thing  needed by browser\n           install: apt-get install thing  (meta-orch doctor --fix runs it)",
    );
    expect(text).toContain("optional Extra  used by browser\n           Install it");
    expect(text).toContain("Not used by the gates here: Other.");
    expect(text).toContain("To mend: 1 required missing.");
  });

  it("ends well when only something optional is missing", () => {
    expect(renderDoctor(report([{ ...base, required: false }], true), false)).toContain(
      "Nothing required is missing; optional and missing: 1.",
    );
  });
});
