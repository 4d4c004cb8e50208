/** A thread that is started before there is a task for it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { type GateThread, startThread } from "../../modsquad/engine/run-worker.ts";
import type { FromWorker } from "../../modsquad/engine/worker-messages.ts";

const dir = mkdtempSync(join(tmpdir(), "meta-orch-thread-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function moduleOf(source: string): string {
  const file = join(dir, "gate.mjs");
  writeFileSync(file, source);
  return pathToFileURL(file).href;
}

/** Asks the thread what this gate is, until it ends. */
function describeGate(thread: GateThread, url: string): Promise<{ told: FromWorker[]; code: number }> {
  return new Promise((resolve, reject) => {
    const told: FromWorker[] = [];
    thread.give(
      { kind: "describe", urls: [url] },
      { message: (message) => told.push(message), error: reject, exit: (code) => resolve({ told, code }) },
    );
  });
}

describe("a gate's thread", () => {
  it("that has ended before its task says so when it is given one", async () => {
    const url = moduleOf("export default {};");
    const thread = startThread([url], {});
    await thread.terminate();
    expect(await describeGate(thread, url)).toMatchObject({ told: [] });
  });

  it("that could not load its gate early says so when it is asked for it, once", async () => {
    const url = moduleOf('throw new Error("no database");');
    const { told, code } = await describeGate(startThread([url], {}), url);
    expect(told).toEqual([{ kind: "threw", id: url, message: "no database" }]);
    expect(code).toBe(0);
  });

  it("ends by itself when it has done its task", async () => {
    const url = moduleOf("setInterval(() => {}, 1000).unref(); export default {};");
    const { told } = await describeGate(startThread([], {}), url);
    expect(told).toMatchObject([{ kind: "threw", id: url }]);
  });

  it("ends by itself when it had to wait for files before it could tell", async () => {
    const url = moduleOf(`export default {
      id: "reads",
      detect: async (repo) => ({ applicable: true, reason: await repo.readText("a.txt") }),
      inputs: () => ["**"],
      run() {},
    };`);
    writeFileSync(join(dir, "a.txt"), "what is in the file");
    const thread = startThread([], {});
    const repo = { root: dir, files: [], mode: "quick", env: "ci" } as const;
    const told: FromWorker[] = [];
    const code = await new Promise<number>((resolve, reject) => {
      thread.give(
        { kind: "detect", repo: { ...repo, files: [] }, gates: [{ id: "reads", url, options: {} }] },
        {
          message: (message) => {
            if (message.kind === "needs-files") thread.send({ kind: "files-ready", id: message.id });
            else told.push(message);
          },
          error: reject,
          exit: resolve,
        },
      );
    });
    expect(code).toBe(0);
    expect(told).toMatchObject([{ kind: "detected", detection: { reason: "what is in the file" } }]);
  });
});
