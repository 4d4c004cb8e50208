/** The git hooks as people meet them: real commits and pushes. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faultOfRecord } from "../../modsquad/journal/record.ts";
import { commandConfig, type Scratch, scratch } from "./scratch.ts";

const CLEAN = "nothing to see\n";
const DEFECT = "here is a DEFECT\n";
const config = commandConfig({
  scan: { run: "! grep -rn DEFECT src", modes: ["quick", "full"], inputs: ["src/**"] },
});

async function project(...names: string[]): Promise<Scratch> {
  const repo = scratch({ "modsquad.config.json": config, "src/a.txt": CLEAN, "docs/a.md": "text\n" });
  const { code, stderr } = await repo.run(["hook", "install", ...names]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return repo;
}

/** A git command with what it printed; hooks run in the environment a terminal gives them. */
function git(repo: Scratch, args: string[], env: Record<string, string> = {}) {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"];
  const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], {
    cwd: repo.dir,
    encoding: "utf8",
    env: { PATH: process.env.PATH ?? "", HOME: repo.dir, ...env },
  });
  return { code: status, text: stdout + stderr };
}

const commit = (repo: Scratch, env?: Record<string, string>) => git(repo, ["commit", "-m", "change"], env);
const hooks = (repo: Scratch) => join(repo.dir, ".git", "hooks");

function script(file: string, text: string): void {
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
}

/** The hook alone, started as git starts it. */
function hook(repo: Scratch): { text: string } {
  const env = { PATH: process.env.PATH ?? "", HOME: repo.dir };
  const { stdout, stderr } = spawnSync(".git/hooks/pre-commit", { cwd: repo.dir, encoding: "utf8", env });
  return { text: stdout + stderr };
}

/** Index, stash, refs and every file of the work tree. */
function state(repo: Scratch): unknown {
  const files = readdirSync(repo.dir, { recursive: true, encoding: "utf8" })
    .filter((name) => !/^(\.git|modsquad|reports)(\/|$)/.test(name))
    .sort();
  const bytes = (name: string) => {
    try {
      return readFileSync(join(repo.dir, name), "latin1");
    } catch {
      return null;
    }
  };
  return [files.map((name) => [name, bytes(name)]), repo.git("ls-files", "-s"), repo.git("for-each-ref")];
}

describe("the pre-commit hook", { timeout: 120_000 }, () => {
  it("says one line when nothing blocks, and blocks what is staged with what, where and how", async () => {
    const repo = await project();
    repo.write("src/a.txt", `${CLEAN}more\n`);
    repo.git("add", ".");
    const clean = commit(repo);
    expect(clean.code, clean.text).toBe(0);
    expect(clean.text.split("\n").filter((line) => line.includes("meta-orch"))).toHaveLength(1);
    expect(clean.text).toMatch(/^meta-orch: clean, 1 gate in /m);
    repo.write("src/a.txt", DEFECT);
    repo.git("add", ".");
    const before = state(repo);
    const blocked = commit(repo);
    expect(blocked.code).toBe(1);
    expect(blocked.text).toMatch(/meta-orch: commit blocked: scan failed/);
    expect(blocked.text).toContain("MODSQUAD=0 git commit");
    expect(blocked.text.trimEnd().split("\n").length).toBeLessThan(24);
    expect(state(repo)).toEqual(before);
    expect(commit(repo).code).toBe(1);
  });

  it("judges what git commit -a and git commit FILE will commit, not what else is staged", async () => {
    const repo = await project();
    repo.write("src/a.txt", DEFECT);
    expect(git(repo, ["commit", "-am", "all"]).code).toBe(1);
    repo.git("checkout", "-q", "src/a.txt");
    repo.write("src/b.txt", DEFECT);
    repo.git("add", "src/b.txt");
    repo.write("docs/a.md", "better text\n");
    expect(git(repo, ["commit", "-m", "docs only", "docs/a.md"]).code).toBe(0);
    expect(commit(repo).code).toBe(1);
  });

  it("does not look again when nothing that decides has changed, and does when anything has", async () => {
    const repo = await project();
    const empty = (env?: Record<string, string>) => git(repo, ["commit", "--allow-empty", "-m", "x"], env);
    empty();
    empty();
    expect(empty().text).toContain("already judged");
    const changes: [string, () => Record<string, string> | undefined][] = [
      ["the config", () => void repo.write("modsquad.config.json", `${config}\n`)],
      ["waivers", () => void repo.write("modsquad.waivers.yaml", "[]\n")],
      ["a variable", () => ({ CI: "1" })],
      ["the installed packages", () => void repo.write("node_modules/.package-lock.json", "{}")],
      ["git's settings", () => void repo.git("config", "core.autocrlf", "input")],
    ];
    for (const [what, change] of changes) {
      const { code, text } = empty(change());
      expect(code, text).toBe(0);
      expect(text, what).not.toContain("already judged");
      expect(empty().text, what).toContain("already judged");
    }
  });

  it("looks again on the next day, and when the index differs by one byte", async () => {
    const repo = await project();
    repo.write("src/a.txt", "one\n");
    repo.git("add", ".");
    const run = () => hook(repo);
    run();
    run();
    expect(run().text).toContain("already judged");
    repo.write("src/a.txt", "onf\n");
    repo.git("add", ".");
    expect(run().text).toMatch(/clean/);
    const script = readFileSync(join(hooks(repo), "pre-commit"), "utf8");
    const tomorrow = script.replace("--since=midnight", "--since=2001-01-01");
    expect(tomorrow).not.toBe(script);
    writeFileSync(join(hooks(repo), "pre-commit"), tomorrow);
    expect(run().text).toMatch(/clean/);
  });

  it("tells why nothing is remembered", async () => {
    const repo = scratch({
      "modsquad.config.json": commandConfig({ scan: { run: "true", modes: ["quick"] } }),
    });
    await repo.run(["hook", "install"]);
    for (let at = 0; at < 2; at += 1) {
      expect(git(repo, ["commit", "--allow-empty", "-m", "x"]).text).not.toContain("already judged");
    }
    expect((await repo.run(["hook", "status"])).stdout).toMatch(
      /fast path +off .*scan does not say .*inputs/,
    );
  });

  it("is skipped with MODSQUAD=0, which is written down", async () => {
    const repo = await project();
    repo.write("src/a.txt", DEFECT);
    repo.git("add", ".");
    const { code, text } = commit(repo, { MODSQUAD: "0" });
    expect(code).toBe(0);
    expect(text).toContain("nothing was checked");
    const lines = repo.read("modsquad/logs/hook_skips.jsonl").trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    const record = JSON.parse(lines[0]!) as { kind: string; status: string };
    expect(faultOfRecord(record)).toBeNull();
    expect(record).toMatchObject({ kind: "run", status: "skipped" });
    expect(repo.git("status", "--porcelain")).toBe("");
    expect((await repo.run(["hook", "status"])).stdout).toMatch(/skipped +1 times/);
  });

  it("blocks and says what to do when the program is gone", async () => {
    const repo = await project();
    const file = join(hooks(repo), "pre-commit");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("/dist/meta-orch.js", "/gone/meta-orch.js"));
    repo.write("src/a.txt", "more\n");
    repo.git("add", ".");
    const { code, text } = commit(repo);
    expect(code).toBe(1);
    expect(text).toMatch(/not checked: .*gone.*\n.*next: .*hook install/);
    expect((await repo.run(["hook", "status"])).stdout).toMatch(/pre-commit +outdated/);
  });

  it("works in a linked worktree, from a folder below the top and before the first commit", async () => {
    const repo = await project();
    const linked = join(repo.dir, "..", `${repo.dir.split("/").at(-1)}-linked`);
    repo.git("worktree", "add", "-q", linked);
    writeFileSync(join(linked, "src/a.txt"), DEFECT);
    const there = { ...repo, dir: linked };
    expect(git(there, ["commit", "-am", "x"]).code).toBe(1);
    rmSync(linked, { recursive: true });
    repo.write("src/a.txt", DEFECT);
    expect(git({ ...repo, dir: join(repo.dir, "docs") }, ["commit", "-am", "x"]).code).toBe(1);
    repo.git("update-ref", "-d", "HEAD");
    repo.git("add", "-A");
    expect(commit(repo).code).toBe(1);
  });
});

describe("hook install", { timeout: 120_000 }, () => {
  it("runs what was there first, with its say, and puts it back", async () => {
    const repo = scratch({ "modsquad.config.json": config, "src/a.txt": CLEAN });
    const file = join(hooks(repo), "pre-commit");
    script(file, 'echo before "$0" >>ran; exit "${FAIL:-0}"');
    script(join(hooks(repo), "commit-msg"), "echo message >>ran");
    const original = readFileSync(file, "utf8");
    expect((await repo.run(["hook", "install"])).stdout).toMatch(/pre-commit +installed, after a script/);
    const again = await repo.run(["hook", "install"]);
    expect(again.stdout).toMatch(/pre-commit +was installed already/);
    expect(git(repo, ["commit", "--allow-empty", "-m", "x"]).code).toBe(0);
    expect(repo.read("ran")).toMatch(/before .*\nmessage\n/);
    expect(git(repo, ["commit", "--allow-empty", "-m", "x"], { FAIL: "3" }).text).not.toContain("meta-orch");
    expect((await repo.run(["hook", "uninstall"])).stdout).toMatch(/pre-commit +removed; a script is back/);
    expect(readFileSync(file, "utf8")).toBe(original);
    expect(
      readdirSync(hooks(repo))
        .filter((name) => !name.endsWith(".sample"))
        .sort(),
    ).toEqual(["commit-msg", "pre-commit"]);
  });

  it("stands in for a folder that is committed, passes every hook on, and gives it back", async () => {
    const repo = scratch({ "modsquad.config.json": config, "src/a.txt": CLEAN });
    const folder = join(repo.dir, ".husky", "_");
    mkdirSync(folder, { recursive: true });
    // As husky does: every hook is the same file, which looks at its own name.
    for (const name of ["pre-commit", "commit-msg", "post-commit"])
      script(join(folder, name), 'echo "$(basename "$0")" >>ran');
    repo.git("config", "core.hooksPath", ".husky/_");
    const before = execFileSync("git", ["status", "--porcelain"], { cwd: repo.dir, encoding: "utf8" });
    const { stdout } = await repo.run(["hook", "install"]);
    expect(stdout).toMatch(/passed through to \.husky\/_/);
    expect(stdout).toContain("prepare script");
    expect(repo.git("status", "--porcelain")).toBe(before);
    expect(git(repo, ["commit", "--allow-empty", "-m", "x"]).text).toContain("meta-orch: clean");
    expect(repo.read("ran").split("\n")).toEqual(["pre-commit", "commit-msg", "post-commit", ""]);
    expect((await repo.run(["hook", "status"])).code).toBe(0);
    // npm install, as husky's prepare script does it.
    repo.git("config", "core.hooksPath", ".husky/_");
    const aside = await repo.run(["hook", "status"]);
    expect(aside.code).toBe(1);
    expect(aside.stdout).toMatch(/replaced +core\.hooksPath is \.husky\/_ again/);
    await repo.run(["hook", "install"]);
    await repo.run(["hook", "uninstall"]);
    expect(repo.git("config", "core.hooksPath").trim()).toBe(".husky/_");
    expect(existsSync(join(repo.dir, ".git", "meta-orch", "hooks"))).toBe(false);
  });

  it("knows its words", async () => {
    const repo = scratch();
    const wrong: [string[], RegExp][] = [
      [["hook"], /needs a word/],
      [["hook", "instal"], /Did you mean "install"/],
      [["hook", "install", "post-commit"], /does not know "post-commit"/],
      [["hook", "status", "pre-push"], /for all hooks/],
    ];
    for (const [args, message] of wrong) {
      const { code, stderr } = await repo.run(args);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
    expect((await repo.run(["hook", "status"])).code).toBe(1);
  });
});

describe("the pre-push hook", { timeout: 120_000 }, () => {
  it("judges what the other side does not have", async () => {
    const repo = await project("pre-push");
    const remote = `${repo.dir}/.git/remote.git`;
    execFileSync("git", ["init", "-q", "--bare", remote]);
    repo.git("remote", "add", "origin", remote);
    expect(git(repo, ["push", "-q", "origin", "main"]).code).toBe(0);
    repo.write("src/a.txt", DEFECT);
    repo.commit();
    repo.write("src/a.txt", CLEAN);
    const blocked = git(repo, ["push", "-q", "origin", "main"]);
    expect(blocked.code).toBe(1);
    expect(blocked.text).toMatch(/push blocked: scan failed/);
    expect(git(repo, ["push", "-q", "origin", "HEAD:refs/heads/new"]).code).toBe(1);
    repo.commit();
    expect(git(repo, ["push", "-q", "origin", "main"]).code).toBe(0);
    expect(git(repo, ["push", "-q", "origin", ":main"]).code).toBe(0);
  });
});
