/** Quick mode tells the truth about what is staged, and touches nothing of the user's. */
import { generateKeyPairSync } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandConfig, type Scratch, scratch } from "./scratch.ts";

const CLEAN = "nothing to see\n";
const DEFECT = "here is a DEFECT\n";
const config = commandConfig({
  scan: { run: "! grep -rn DEFECT src", modes: ["quick", "full"] },
});

function project(): Scratch {
  return scratch({ "modsquad.config.json": config, "src/a.txt": CLEAN });
}

const quick = (repo: Scratch) => repo.run(["--mode", "quick"]);

describe("quick mode", () => {
  it("does not block for a defect that is only in the work tree", async () => {
    const repo = project();
    repo.write("src/a.txt", DEFECT);
    expect((await quick(repo)).code).toBe(0);
    expect((await repo.run(["--mode", "full"])).code).toBe(1);
  });

  it("blocks for a defect that is staged, though the work tree no longer has it", async () => {
    const repo = project();
    repo.write("src/a.txt", DEFECT);
    repo.git("add", "src/a.txt");
    repo.write("src/a.txt", CLEAN);
    expect((await quick(repo)).code).toBe(1);
    expect((await repo.run(["--mode", "full"])).code).toBe(0);
  });

  it("judges the staged part of a file that is staged in part", async () => {
    const repo = project();
    repo.write("src/a.txt", `${CLEAN}one more line\n`);
    repo.git("add", "src/a.txt");
    repo.write("src/a.txt", `${CLEAN}one more line\n${DEFECT}`);
    expect((await quick(repo)).code).toBe(0);
    repo.git("add", "src/a.txt");
    expect((await quick(repo)).code).toBe(1);
  });

  it("sees neither untracked files nor files whose deletion is staged", async () => {
    const repo = scratch({ "modsquad.config.json": config, "src/a.txt": CLEAN, "src/b.txt": DEFECT });
    repo.write("src/untracked.txt", DEFECT);
    repo.git("rm", "-q", "--cached", "src/b.txt");
    expect((await quick(repo)).code).toBe(0);
  });

  it("judges the index that a hook names", async () => {
    const repo = project();
    const other = repo.git("rev-parse", "--git-path", "other-index").trim();
    repo.git("read-tree", `--index-output=${other}`, "HEAD");
    repo.write("src/a.txt", DEFECT);
    repo.git("add", "src/a.txt");
    expect((await quick(repo)).code).toBe(1);
    expect((await repo.run(["--mode", "quick"], { GIT_INDEX_FILE: other })).code).toBe(0);
  });

  it("judges by the config, the waivers and the baseline that are staged, and says so", async () => {
    const strict = commandConfig({ scan: { run: "false", modes: ["quick", "full"] } });
    const lax = commandConfig({ scan: { run: "true", modes: ["quick", "full"] } });
    const repo = scratch({ "modsquad.config.json": strict, "src/a.txt": CLEAN });
    repo.write("src/a.txt", "changed\n");
    repo.git("add", "src/a.txt");
    repo.write("modsquad.config.json", lax);
    const { code, stdout } = await quick(repo);
    expect(code).toBe(1);
    expect(stdout).toContain("modsquad.config.json: read as staged, not as in the work tree");
    expect((await repo.run(["--mode", "quick", "--work-tree"])).code).toBe(0);
    rmSync(join(repo.dir, "modsquad.config.json"));
    expect((await quick(repo)).code).toBe(1);
    repo.write("modsquad.config.json", lax);
    repo.git("add", "modsquad.config.json");
    expect((await quick(repo)).code).toBe(0);
  });

  it("counts a waiver only once it is staged", async () => {
    const until = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    const waiver = `- { gate: scan, why: tried, owner: t@example.org, reason: tried out, until: ${until} }\n`;
    const files = { "modsquad.config.json": config, "modsquad.waivers.yaml": "[]\n", "src/a.txt": CLEAN };
    const repo = scratch(files);
    repo.write("src/a.txt", DEFECT);
    repo.git("add", "src/a.txt");
    repo.write("modsquad.waivers.yaml", waiver);
    const blocked = await quick(repo);
    expect(blocked.code).toBe(1);
    expect(blocked.stdout).toContain("modsquad.waivers.yaml: read as staged, not as in the work tree");
    expect(blocked.stdout).not.toContain("t@example.org");
    repo.git("add", "modsquad.waivers.yaml");
    expect((await quick(repo)).stdout).toContain("scan by t@example.org has no effect");
  });

  it("leaves a config that is a program, or named, where it is when others are read as staged", async () => {
    const module = `import { gates } from "tools"; export default { ...${config}, gates };\n`;
    const repo = scratch({
      ".gitignore": "node_modules\n",
      "modsquad.config.mjs": module,
      "modsquad.waivers.yaml": "[]\n",
      "src/a.txt": CLEAN,
    });
    repo.write("node_modules/tools/package.json", '{ "name": "tools", "exports": "./index.mjs" }');
    repo.write("node_modules/tools/index.mjs", 'export const gates = { scan: { run: "true" } };\n');
    repo.write("modsquad.waivers.yaml", "# mine\n[]\n");
    const { code, stderr } = await quick(repo);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    repo.write("strict.json", commandConfig({ scan: { run: "false", modes: ["quick", "full"] } }));
    repo.git("add", "strict.json");
    repo.write("strict.json", commandConfig({ scan: { run: "true", modes: ["quick", "full"] } }));
    expect((await repo.run(["--mode", "quick", "--all", "--config", "strict.json"])).code).toBe(0);
  });

  it("works before the first commit", async () => {
    const repo = scratch();
    repo.git("update-ref", "-d", "HEAD");
    repo.write("modsquad.config.json", config);
    repo.write("src/a.txt", DEFECT);
    repo.git("add", "-A");
    expect((await quick(repo)).code).toBe(1);
  });

  it("blocks a private key as soon as it is staged", async () => {
    const repo = scratch({ "src/a.txt": CLEAN });
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    repo.write("src/server.key", pem);
    expect((await quick(repo)).code).toBe(0);
    repo.git("add", "src/server.key");
    const { code, stdout } = await quick(repo);
    expect(code).toBe(1);
    expect(stdout).toContain("src/server.key:");
    for (const line of pem.split("\n").filter((one) => !one.startsWith("-----") && one !== ""))
      expect(stdout).not.toContain(line);
  });

  it("tells a gate that detects by content what is staged, with its size", async () => {
    const gate = `
      const evidence = { tool: "plug", version: "1" };
      const passed = { id: "look", status: "passed", planned: 1, examined: 1, evidence, message: "looked" };
      export default {
        apiVersion: 1, id: "plug", version: "1", title: "Plug", summary: "a plugin", agent: "plugger",
        areas: ["quality"], tier: 2, needs: [], locks: [], timeoutMs: 20_000,
        retry: { attempts: 1, backoffMs: 10, on: ["errored"] }, env: [], defectClasses: {},
        checks: { look: ["quick", "full"] }, options: { type: "object" }, reportName: "plug",
        detect: async (repo) => {
          const file = repo.files.find(({ path }) => path === "src/a.txt");
          return { applicable: false, reason: \`\${await repo.readText(file.path)} of \${file.size} bytes\` };
        },
        inputs: () => "live",
        run: async () => ({ checks: [passed], findings: [], metrics: {}, artifacts: [] }),
      };`;
    const repo = scratch({
      "modsquad.config.json": commandConfig({ ok: { run: "true" } }, { plugins: ["./gates/*"] }),
      "gates/plug/index.mjs": gate,
      "src/a.txt": "staged",
    });
    repo.write("src/a.txt", "changed since");
    expect((await quick(repo)).stdout).toContain("staged of 6 bytes");
  });

  it("writes no files when nothing has to look into one, and all of them when something has", async () => {
    const kept = (repo: Scratch) => existsSync(join(repo.dir, ".git/meta-orch/snapshot/kept/tree/src/a.txt"));
    const { notApplicable } = JSON.parse(commandConfig({})) as { notApplicable: Record<string, string> };
    const { "repo-audit": _on, ...others } = notApplicable;
    const repo = scratch({
      "modsquad.config.json": JSON.stringify({ notApplicable: others }),
      "src/a.txt": CLEAN,
    });
    await quick(repo);
    expect(kept(repo)).toBe(true);
    rmSync(join(repo.dir, ".git/meta-orch/snapshot"), { recursive: true });
    expect((await quick(repo)).stdout).toMatch(/repo-audit\s.*cached/);
    expect(kept(repo)).toBe(false);
    repo.write("src/a.txt", "another\n");
    repo.git("add", "src/a.txt");
    expect((await quick(repo)).stdout).not.toMatch(/repo-audit\s.*cached/);
    expect(kept(repo)).toBe(true);
  });

  it("leaves index, work tree and refs byte for byte as they were", async () => {
    const repo = project();
    repo.write("src/a.txt", DEFECT);
    repo.git("add", "src/a.txt");
    repo.write("src/a.txt", CLEAN);
    const state = () => [
      repo.git("--no-optional-locks", "status", "--porcelain=v2", "--branch", "--", "src"),
      repo.git("ls-files", "--stage", "--debug"),
      repo.git("for-each-ref"),
      repo.git("stash", "list"),
      repo.read("src/a.txt"),
    ];
    const before = state();
    await quick(repo);
    expect(state()).toEqual(before);
  });

  it("names what it left to full mode, and is never a release", async () => {
    const { code, stdout } = await quick(scratch({ "src/a.txt": CLEAN }));
    expect(code).toBe(0);
    expect(stdout).toMatch(/live-flows\s+deferred/);
    expect(stdout).toContain("HOLD");
    expect(stdout).not.toContain("APPROVED");
  });
});
