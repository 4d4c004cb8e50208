import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { type ListedGate, listCommand, renderList } from "../../modsquad/cli/list.ts";
import type { ResolvedConfig } from "../../modsquad/contracts/config.ts";
import { folderWith } from "../config/temporary.ts";
import { fakeIo } from "./fake-io.ts";

const CONFIG = `gates:
  unit-tests: { run: "npm test", needs: [{ gate: lint, required: true }], locks: [database] }
  lint: { run: biome, modes: [quick] }
notApplicable: { repo-audit: "judged elsewhere" }
required: [unit-tests]
`;

function repository(config: string): string {
  const folder = folderWith({ "modsquad.config.yaml": config }, { git: false });
  execFileSync("git", ["init", "-q"], { cwd: folder });
  execFileSync("git", ["add", "."], { cwd: folder });
  return folder;
}

describe("list", () => {
  it("shows every gate with its checks, needs and whether it would run here", async () => {
    const io = fakeIo({ cwd: repository(CONFIG), env: { PATH: process.env.PATH } });
    expect(await listCommand({ json: true }, io)).toBe(0);
    const { schema, gates } = JSON.parse(io.out()) as { schema: string; gates: ListedGate[] };
    expect(schema).toBe("meta-orch/list@1");
    const by = Object.fromEntries(gates.map((gate) => [gate.id, gate]));
    expect(by["unit-tests"]).toMatchObject({
      origin: "command",
      checks: { command: ["quick", "full"] },
      needs: [{ gate: "lint", required: true }],
      locks: ["database"],
      required: true,
      would: "run",
    });
    expect(by.lint).toMatchObject({ modes: ["quick"], would: "not_in_mode", required: false });
    expect(by["repo-audit"]).toMatchObject({
      origin: "built-in",
      would: "not_applicable",
      reason: "config: judged elsewhere",
    });
  });

  it("prints it for people", async () => {
    const io = fakeIo({ cwd: repository(CONFIG), env: { PATH: process.env.PATH } });
    expect(await listCommand({ json: false }, io)).toBe(0);
    expect(io.out()).toMatch(
      /unit-tests {2}unit-tests \(command, required\)\n {2}here {4}runs: configured command\n/,
    );
    expect(io.out()).toMatch(/needs {3}lint \(required\)/);
    expect(io.out()).toMatch(/1 of \d+ gates would run in full mode\./);
  });

  it("works without a variable that only a run needs, and says so", async () => {
    const config = 'gates: { t: { run: "x", envFile: "${SECRET_FILE}" } }\n';
    const io = fakeIo({ cwd: repository(config), env: { PATH: process.env.PATH } });
    expect(await listCommand({ json: true }, io)).toBe(0);
    expect(io.err()).toMatch(/^warning: gates\.t\.envFile needs the environment variable SECRET_FILE/);
  });

  it("stops at a wrong config", async () => {
    const io = fakeIo({ cwd: repository("gats: {}\n"), env: { PATH: process.env.PATH } });
    expect(await listCommand({ json: true }, io)).toBe(2);
    expect(io.err()).toMatch(
      /modsquad\.config\.yaml:1:1 {2}gats is not a known key\n {2}next: Did you mean "gates"\?/,
    );
  });

  it("prints a check that config cut away with its reason", () => {
    const gate: ListedGate = {
      id: "contract",
      title: "Contract",
      summary: "",
      origin: "built-in",
      version: "1",
      areas: ["backend"],
      modes: ["full"],
      checks: { responses: ["full"], diff: ["full"] },
      scopeCuts: { responses: "no test system" },
      needs: [],
      locks: [],
      timeoutMs: 1,
      required: true,
      configured: true,
      would: "run",
      reason: "openapi.yaml",
    };
    const text = renderList({ root: "/r", env: "ci", file: null } as ResolvedConfig, [gate]);
    expect(text).toContain("checks  responses (cut: no test system), diff (full)");
    expect(text).not.toContain("needs");
  });
});
