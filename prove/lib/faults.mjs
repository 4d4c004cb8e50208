// The fault matrix: what can go wrong around a run, what must come of it. Each entry gives the files of a
// repository, how it is broken, and the exit code, cause and cure that must be told. `true_code` marks the
// faults that cannot touch the verdict: only those may end as the run would have ended without them.
import { closeSync, existsSync, openSync } from "node:fs";
import { COMMAND_FAULTS, MODULE_FAULTS, SLOW_FAULTS } from "./faults-of-gates.mjs";
import { FILE_FAULTS, REQUEST_FAULTS } from "./faults-of-runs.mjs";
import { makeRepository, start } from "./scratch.mjs";

const TRACE = /^\s+at .+:\d+:\d+/m;

export const FAULTS = { ...COMMAND_FAULTS, ...MODULE_FAULTS, ...REQUEST_FAULTS, ...FILE_FAULTS };
export { SLOW_FAULTS };

/** How stdout is given to the command. */
function openStdout(kind) {
  return kind && kind !== "closed" ? openSync(kind, "w") : "pipe";
}

async function runOnce(repository, fault) {
  const stdout = openStdout(fault.stdout);
  const options = { env: fault.env, shell: fault.shell, stdout };
  const { child, ended } = start(repository.dir, fault.args ?? [], options);
  if (fault.stdout === "closed") child.stdout.destroy();
  const result = await ended;
  if (typeof stdout === "number") closeSync(stdout);
  return result;
}

/** Brings one fault about. Resolves to what is wrong with how it was dealt with; empty = as it must be. */
export async function provoke(fault) {
  const repository = makeRepository(fault.files);
  try {
    for (const args of fault.prepare ?? []) await start(repository.dir, args).ended;
    fault.break?.(repository);
    const { code, signal, stdout, stderr } = await runOnce(repository, fault);
    const text = stdout + stderr;
    // The summary is wrapped; what is looked for may stand on two lines.
    const flat = text.replaceAll(/\s+/g, " ");
    const codes = [fault.code].flat();
    const wrong = [];
    if (!codes.includes(code)) wrong.push(`exit ${code ?? signal}, expected ${codes.join(" or ")}`);
    if (code === 0 && !fault.true_code && !fault.flaky) wrong.push("it passed");
    for (const needle of fault.says ?? []) if (!needle.test(flat)) wrong.push(`does not say ${needle}`);
    if (code !== 0 && fault.stdout !== "closed" && !/\bnext\b/.test(text))
      wrong.push("does not say what to do next");
    if (TRACE.test(text)) wrong.push("prints a stack trace");
    if (/internal fault/.test(text)) wrong.push("calls it an internal fault");
    if (fault.journal) wrong.push(...fault.journal(recordsOf(repository)));
    return { code, text, wrong };
  } finally {
    repository.remove();
  }
}

function recordsOf(repository) {
  const file = repository.journals().at(-1);
  if (!file || !existsSync(file)) return [];
  const lines = repository
    .read(file.slice(repository.dir.length + 1))
    .split("\n")
    .filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}
