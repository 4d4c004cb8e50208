import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandConfig, type Scratch, scratch } from "./scratch.ts";

const CONFIG = "modsquad.config.json";
/** Says that it runs, ends when "go" is there, and notices when another one runs at the same time. */
const GATE =
  "sh -c 'mkdir inside || exit 1; touch up; while [ ! -e go ]; do sleep 0.02; done; rmdir inside; echo x >> runs'";

const held = () =>
  scratch({ [CONFIG]: commandConfig({ held: { run: GATE } }), ".gitignore": "inside\nup\ngo\nruns\n" });

async function appears(repo: Scratch, path: string): Promise<void> {
  while (!existsSync(join(repo.dir, path))) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Resolves when the process has printed that. */
function prints(child: ReturnType<Scratch["start"]>["child"], pattern: RegExp): Promise<void> {
  let text = "";
  return new Promise((resolve) =>
    child.stderr?.on("data", (chunk) => {
      text += chunk;
      if (pattern.test(text)) resolve();
    }),
  );
}

describe("one run at a time in a tree", () => {
  it("the second one says for whom it waits, and then runs", async () => {
    const repo = held();
    const first = repo.start(["--mode", "full"]);
    await appears(repo, "up");
    const second = repo.start(["--mode", "full"]);
    await prints(
      second.child,
      new RegExp(`waiting for a full run \\(process ${first.child.pid} on .+, since `),
    );
    repo.write("go", "");
    expect((await first.ended).code).toBe(0);
    expect((await second.ended).code).toBe(0);
    expect(repo.read("runs")).toBe("x\nx\n");
  });

  it("the second one gives up with the name of the holder", async () => {
    const repo = held();
    const first = repo.start(["--mode", "full"]);
    await appears(repo, "up");
    const { code, stderr } = await repo.run(["--mode", "full"]);
    repo.write("go", "");
    expect(code).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`This tree is busy: a full run \\(process ${first.child.pid} .*holds it`),
    );
    expect(stderr).toContain("next: Wait for that run to end");
    expect((await first.ended).code).toBe(0);
  });

  it("Ctrl-C ends the waiting", async () => {
    const repo = held();
    const first = repo.start([]);
    await appears(repo, "up");
    const second = repo.start([]);
    await prints(second.child, /waiting for/);
    second.child.kill("SIGINT");
    expect((await second.ended).code).toBe(130);
    repo.write("go", "");
    expect((await first.ended).code).toBe(0);
  });

  it("takes over from a process that is gone, two at once one after the other", async () => {
    const repo = held();
    const dead = repo.start([]);
    await appears(repo, "up");
    dead.child.kill("SIGKILL");
    await dead.ended;
    repo.write("go", "");
    repo.git("clean", "-fdxq", "inside");
    const both = await Promise.all([repo.run([]), repo.run([])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(existsSync(join(repo.dir, "modsquad/logs/run.lock"))).toBe(false);
  });
});
