/** Old debt does not block, new debt does, and the baseline can only shrink. */
import { describe, expect, it } from "vitest";
import { commandConfig, type Ended, type Scratch, scratch } from "./scratch.ts";

/** A gate that reports each line with TODO as a finding known by its text, wherever it stands. */
const SCANNER = `
const { readFileSync } = require("node:fs");
const results = readFileSync("notes.txt", "utf8").split("\\n").flatMap((text, at) =>
  text.startsWith("TODO") ? [{ ruleId: "todo", level: "error", message: { text },
    partialFingerprints: { line: text },
    locations: [{ physicalLocation: { artifactLocation: { uri: "notes.txt" }, region: { startLine: at + 1 } } }] }] : []);
console.log(JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "todo", version: "1" } }, results }] }));
`;
const config = commandConfig({
  todo: { run: "node scan.cjs", parse: "sarif", modes: ["quick", "full"], inputs: ["*"] },
});
const project = (notes: string): Scratch =>
  scratch({ "modsquad.config.json": config, "scan.cjs": SCANNER, "notes.txt": notes });

const baseline = (repo: Scratch, ...args: string[]): Promise<Ended> => repo.run(["baseline", ...args]);
const kept = (repo: Scratch): number =>
  (JSON.parse(repo.read("modsquad.baseline.json")) as { findings: { todo?: string[] } }).findings.todo
    ?.length ?? 0;
const quick = async (repo: Scratch) => {
  repo.git("add", "-A");
  return (await repo.run(["--mode", "quick"])).code;
};

describe("the baseline", { timeout: 120_000 }, () => {
  it("keeps old findings from blocking wherever they move, and lets only it shrink", async () => {
    const repo = project("TODO one\nTODO two\n");
    expect((await baseline(repo, "create")).stdout).toContain("2 findings of today (todo 2)");
    repo.commit();
    repo.write("notes.txt", "moved\n\nTODO two\nTODO one\n");
    expect(await quick(repo)).toBe(0);
    repo.write("notes.txt", "TODO one\nTODO three\n");
    expect(await quick(repo)).toBe(1);
    repo.commit();
    const update = await baseline(repo, "update");
    expect(update.code).toBe(1);
    expect(update.stdout).toMatch(/todo +1 still there, 1 gone, 1 new/);
    expect(update.stdout).toMatch(/new high notes\.txt:2 +TODO three/);
    expect(kept(repo)).toBe(1);
    // What was fixed and comes back is new.
    repo.write("notes.txt", "TODO one\nTODO two\n");
    repo.commit();
    expect((await baseline(repo, "status")).code).toBe(1);
    const accepted = await baseline(repo, "update", "--accept-new", "--reason", "needed until spring");
    expect(accepted.code).toBe(0);
    expect(kept(repo)).toBe(2);
    expect(repo.read("modsquad.baseline.json")).toContain("needed until spring");
    const before = repo.read("modsquad.baseline.json");
    expect((await baseline(repo, "update")).stdout).toContain("stays as it is");
    expect(repo.read("modsquad.baseline.json")).toBe(before);
    expect((await baseline(repo, "status")).code).toBe(0);
  });

  it("never takes in what is not committed yet", async () => {
    const repo = project("TODO one\n");
    repo.write("notes.txt", "TODO one\nTODO two\n");
    expect((await baseline(repo, "create")).stdout).toContain(
      "left out: 1 finding in lines that are not committed",
    );
    expect(kept(repo)).toBe(1);
    expect(repo.git("status", "--porcelain").trim().split("\n")).toHaveLength(2);
  });

  it("keeps what a gate could not look at", async () => {
    const repo = project("TODO one\n");
    await baseline(repo, "create");
    repo.write("scan.cjs", "process.exit(3)");
    repo.commit();
    const { stdout } = await baseline(repo, "update");
    expect(stdout).toMatch(/1 not looked at/);
    expect(kept(repo)).toBe(1);
  });

  it("says what is wrong with the words", async () => {
    const repo = project("TODO one\n");
    for (const [args, message] of [
      [["update"], /There is no baseline/],
      [["create", "--accept-new", "--reason", "x"], /belongs to meta-orch baseline update/],
      [["update", "--accept-new"], /needs a --reason/],
      [["creat"], /Did you mean "create"/],
    ] as const) {
      const { code, stderr } = await baseline(repo, ...args);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
  });
});
