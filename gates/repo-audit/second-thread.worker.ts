/** What runs in the second thread: the same checks, asked about single files. */
import { parentPort, workerData } from "node:worker_threads";
import type { GateContext } from "../../modsquad/contracts/gate.ts";
import type { CacheEntry } from "./cache.ts";
import { makeChecks } from "./checks.ts";
import { ask, type NumberedNoter } from "./look.ts";
import type { LookTask, SecondThreadStart, Seen } from "./second-thread.ts";
import { SourceFile } from "./source.ts";
import { readText } from "./text.ts";

const { context: data, numbers } = workerData as SecondThreadStart;

/** No check starts a program, or asks for what was before, while it looks at a file. */
const context: GateContext = {
  ...data,
  base: null,
  signal: new AbortController().signal,
  exec: () => Promise.reject(new Error("Internal error: the second thread starts no programs")),
  progress() {},
};

const { scope, checks } = await makeChecks(context);
const noters = checks.flatMap(({ check, skips }) =>
  check.noters.flatMap((noter): NumberedNoter[] => {
    const number = numbers.get(noter.id);
    return number === undefined ? [] : [{ noter, number, skips }];
  }),
);
const paths = scope.files.map((file) => file.path);
for (const { check } of checks) await check.load?.(paths);

function look({ file, asked }: LookTask): Seen {
  const entry: CacheEntry = { stamp: "", size: file.size, asked, notes: null };
  const content = readText(scope.root, file);
  if ("text" in content) ask(noters, new SourceFile(file.path, content.text), entry);
  // A file that was text before and cannot be read now is empty to the noters, as in the first thread.
  else if (asked === 0) entry.skip = content.skip;
  return { asked: entry.asked, notes: entry.notes, ...(entry.skip && { skip: entry.skip }) };
}

parentPort!.on("message", (tasks: LookTask[]) => parentPort!.postMessage(tasks.map(look)));
