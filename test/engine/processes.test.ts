import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { groupAlive } from "../../modsquad/engine/process-group.ts";
import { createProcessHost, type ProcessHost } from "../../modsquad/engine/processes.ts";

const hosts: ProcessHost[] = [];
const newHost = (graceMs = 300) => {
  const host = createProcessHost({ runId: `test-${Math.random()}`, graceMs });
  hosts.push(host);
  return host;
};
afterEach(() => {
  for (const host of hosts.splice(0)) host.close();
});

const base = (signal = new AbortController().signal) => ({
  cwd: tmpdir(),
  env: { PATH: process.env.PATH ?? "" },
  signal,
  shell: true,
});
/** A file a script writes its process group to, so that the test can look for survivors. */
const groupFile = () => join(mkdtempSync(join(tmpdir(), "meta-orch-")), "group");
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};
const groupIn = (file: string) => Number(readFileSync(file, "utf8"));

/** What a gate may start, and how it may refuse to end. */
const SHAPES = {
  plain: "sleep 600",
  "background grandchild": "sleep 600 & sleep 600",
  "ignores signals": "trap '' TERM INT HUP; while :; do sleep 600; done",
  "forks every 50 ms": "while :; do sleep 600 & sleep 0.05; done",
};

describe("process host", () => {
  it("returns code, output and signal", async () => {
    const result = await newHost().run("echo out; echo err >&2; exit 3", [], base());
    expect(result).toMatchObject({
      code: 3,
      signal: null,
      stdout: "out\n",
      stderr: "err\n",
      truncated: false,
    });
  });

  it("names a program that is not there", async () => {
    const result = await newHost().run("no-such-program-here", [], { ...base(), shell: false });
    expect(result).toMatchObject({ code: null, error: "ENOENT" });
  });

  it("keeps the head of endless output and says that it cut", async () => {
    const result = await newHost().run("head -c 300000 /dev/zero | tr '\\0' x", [], {
      ...base(),
      maxOutputBytes: 1000,
    });
    expect(result).toMatchObject({ code: 0, truncated: true });
    expect(result.stdout).toBe("x".repeat(1000));
  });

  it("does not wait for a background job the command leaves behind, and ends it", async () => {
    const file = groupFile();
    const result = await newHost().run(`echo $$ > ${file}; sleep 600 & exit 0`, [], base());
    expect(result.code).toBe(0);
    expect(groupAlive(groupIn(file))).toBe(false);
  });

  for (const [shape, script] of Object.entries(SHAPES)) {
    it(`leaves no survivor when cancelled: ${shape}`, async () => {
      const file = groupFile();
      const cancel = new AbortController();
      const done = newHost().run(`echo $$ > ${file}; ${script}`, [], base(cancel.signal));
      await until(() => existsSync(file) && groupIn(file) > 0);
      cancel.abort();
      await done;
      expect(groupAlive(groupIn(file))).toBe(false);
    });

    it(`leaves no survivor when it times out: ${shape}`, async () => {
      const file = groupFile();
      const result = await newHost().run(`echo $$ > ${file}; ${script}`, [], { ...base(), timeoutMs: 200 });
      expect(result.timedOut).toBe(true);
      expect(groupAlive(groupIn(file))).toBe(false);
    });
  }

  it.runIf(process.platform === "linux")(
    "ends what left the group when cancelled, not after an orderly end",
    async () => {
      const daemon = (file: string) => `setsid sh -c 'echo $$ > ${file}; exec sleep 600' &`;
      const [early, late] = [groupFile(), groupFile()];
      const cancel = new AbortController();
      const done = newHost().run(`${daemon(early)} sleep 600`, [], base(cancel.signal));
      await until(() => existsSync(early) && groupIn(early) > 0);
      cancel.abort();
      await done;
      expect(groupAlive(groupIn(early))).toBe(false);

      await newHost().run(`${daemon(late)} while ! [ -s ${late} ]; do sleep 0.02; done`, [], base());
      expect(groupAlive(groupIn(late))).toBe(true);
      process.kill(groupIn(late), "SIGKILL");
    },
  );

  it("ends everything at once when forced", async () => {
    const file = groupFile();
    const host = newHost(60_000);
    const done = host.run(`echo $$ > ${file}; ${SHAPES["ignores signals"]}`, [], base());
    await until(() => existsSync(file) && groupIn(file) > 0);
    host.killAll();
    expect(await done).toMatchObject({ signal: "SIGKILL" });
  });
});
