/** What is judged, when the mode's own choice is not wanted. */
import { describe, expect, it } from "vitest";
import { commandConfig, type Scratch, scratch } from "./scratch.ts";

const DEFECT = "here is a DEFECT\n";
const config = commandConfig({
  scan: { run: "! grep -rn DEFECT src", modes: ["quick", "full"], inputs: ["src/**"] },
  words: { run: "! grep -rn DEFECT docs", modes: ["quick", "full"], inputs: ["docs/**"] },
});

const project = (): Scratch =>
  scratch({ "modsquad.config.json": config, "src/a.txt": "a\n", "docs/a.md": "a\n" });

const code = async (repo: Scratch, ...args: string[]) => (await repo.run(args)).code;

interface Plan {
  gates: { id: string; decision: string }[];
}

async function running(repo: Scratch, ...args: string[]): Promise<string[]> {
  const { stdout } = await repo.run(["--plan", "--json", ...args]);
  const { gates } = JSON.parse(stdout) as Plan;
  return gates.filter(({ decision }) => decision === "run").map(({ id }) => id);
}

describe("a view", { timeout: 120_000 }, () => {
  it("--work-tree judges in quick mode what is not staged", async () => {
    const repo = project();
    repo.write("src/a.txt", DEFECT);
    expect(await code(repo, "--mode", "quick")).toBe(0);
    expect(await code(repo, "--mode", "quick", "--work-tree")).toBe(1);
  });

  it("--range judges a commit whatever lies in the tree, and leaves everything as it is", async () => {
    const repo = project();
    repo.write("src/a.txt", DEFECT);
    repo.commit();
    repo.write("src/a.txt", "a\n");
    const before = [repo.git("status", "--porcelain"), repo.git("ls-files", "-s"), repo.git("for-each-ref")];
    expect(await code(repo, "--mode", "quick", "--range", "HEAD~1..HEAD")).toBe(1);
    expect(await code(repo, "--mode", "quick", "--range", "HEAD..HEAD~1")).toBe(0);
    const after = [repo.git("status", "--porcelain"), repo.git("ls-files", "-s"), repo.git("for-each-ref")];
    expect(after).toEqual(before);
  });

  it("runs in quick mode only the gates that the change can touch, and all with the config", async () => {
    const repo = project();
    repo.git("branch", "start");
    repo.write("docs/a.md", "better\n");
    repo.git("add", ".");
    expect(await running(repo, "--mode", "quick")).toEqual(["words"]);
    expect(await running(repo, "--mode", "quick", "--all")).toEqual(["scan", "words"]);
    expect(await running(repo, "--mode", "quick", "--gate", "scan")).toEqual(["scan"]);
    repo.commit();
    expect(await running(repo, "--mode", "quick", "--since", "start")).toEqual(["words"]);
    expect(await running(repo, "--mode", "quick", "--range", "start..")).toEqual(["words"]);
    expect(await running(repo, "--mode", "full", "--since", "start")).toEqual(["scan", "words"]);
    repo.write("modsquad.config.json", `${config}\n`);
    repo.git("add", ".");
    expect(await running(repo, "--mode", "quick")).toEqual(["scan", "words"]);
  });

  it("says what is wrong with it", async () => {
    const repo = project();
    for (const [args, message] of [
      [["--range", "HEAD"], /two dots/],
      [["--since", "nowhere"], /"nowhere" is no commit/],
      [["--range", "a..b"], /is no commit/],
      [["--since", "HEAD", "--work-tree"], /exclude each other/],
    ] as const) {
      const { code, stderr } = await repo.run(["--mode", "quick", ...args]);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
  });
});
