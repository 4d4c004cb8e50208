/** Builds real repositories in temporary folders for the tests of the git room. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach } from "vitest";
import { openRepository, type Repository } from "../../modsquad/git/index.ts";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty temporary folder, removed after the test. */
export function scratch(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "meta-orch-test-")));
  folders.push(folder);
  return folder;
}

const PERSON = {
  GIT_AUTHOR_NAME: "T",
  GIT_AUTHOR_EMAIL: "t@example.invalid",
  GIT_COMMITTER_NAME: "T",
  GIT_COMMITTER_EMAIL: "t@example.invalid",
  GIT_CONFIG_GLOBAL: os.devNull,
  GIT_CONFIG_SYSTEM: os.devNull,
};

export class Scratch {
  readonly dir: string;

  constructor(dir = scratch()) {
    this.dir = dir;
  }

  git(...args: string[]): string {
    const env = { ...process.env, ...PERSON };
    return execFileSync("git", args, {
      cwd: this.dir,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  init(branch = "main"): this {
    this.git("init", "-q", "-b", branch);
    return this;
  }

  write(file: string, content: string | Buffer): this {
    mkdirSync(path.dirname(path.join(this.dir, file)), { recursive: true });
    writeFileSync(path.join(this.dir, file), content);
    return this;
  }

  remove(file: string): this {
    rmSync(path.join(this.dir, file));
    return this;
  }

  commit(message = "c"): string {
    this.git("add", "-A");
    this.git("commit", "-q", "--allow-empty", "-m", message);
    return this.git("rev-parse", "HEAD").trim();
  }

  async open(below = ""): Promise<Repository> {
    const opened = await openRepository(path.join(this.dir, below));
    if (!opened.ok || !opened.value) throw new Error(`not opened: ${JSON.stringify(opened)}`);
    return opened.value;
  }

  /** Digest of every byte a run must not touch: the work tree, and the whole git folder but our own part. */
  fingerprint(): string {
    const hash = createHash("sha256");
    const visit = (folder: string): void => {
      for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
        a.name < b.name ? -1 : 1,
      )) {
        const full = path.join(folder, entry.name);
        if (entry.name === "meta-orch") continue;
        hash.update(`${path.relative(this.dir, full)}\0`);
        if (entry.isDirectory()) visit(full);
        else if (entry.isFile()) hash.update(readFileSync(full));
      }
    };
    visit(this.dir);
    return hash.digest("hex");
  }
}

/** The value of a Result, or a failed test. */
export function value<T>(result: { ok: true; value: T } | { ok: false; problems: unknown[] }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}
