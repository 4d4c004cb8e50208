/** A second thread changes nothing but the time it takes, whatever becomes of it. */
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { makeChecks } from "../../../gates/repo-audit/checks.ts";
import { byPlace } from "../../../gates/repo-audit/findings.ts";
import sourceGate from "../../../gates/repo-audit/index.ts";
import { readAll } from "../../../gates/repo-audit/reader.ts";
import { SecondThread } from "../../../gates/repo-audit/second-thread.ts";
import type { Finding, Gate, GateContext, GateResult } from "../../../modsquad/contracts/gate.ts";
import { distFile } from "../../../modsquad/paths.ts";
import { Scratch, scratch } from "../../git/scratch.ts";
import { runGate } from "../run-gate.ts";

const BUILT = pathToFileURL(distFile("esm", "gates", "repo-audit", "second-thread.worker.js"));

// In two parts, so that this file holds no secret.
const token = `${"glpat-"}Zk3xV9bQ2mT7wR5cN8yL`;

/** Enough files for many batches, of every kind that a noter asks about. */
const KINDS: ((index: number) => [name: string, text: string])[] = [
  (index) => [
    `src/a${index}.js`,
    `export const run${index} = (text) => {\n  eval(text);\n  eval(text);\n};\n`,
  ],
  (index) => [
    `src/b${index}.ts`,
    `import "undeclared-${index % 3}";\nexport const b = new Buffer(${index});\n`,
  ],
  (index) => [
    `src/c${index}.py`,
    `import imp\nrequests.get(url, verify=False)\ndef f${index}(t):\n    return eval(t)\n`,
  ],
  (index) => [`data/d${index}.json`, index % 40 === 0 ? '{"a": \n' : `{"a": ${index}}\n`],
  (index) => [
    `src/e${index}.js`,
    `fetch("http://localhost:${4000 + (index % 5)}/"); use(process.env.VALUE_${index % 7});\n`,
  ],
  (index) => [`docs/f${index}.md`, index % 50 === 0 ? `The token is ${token}.\n` : "Nothing here.\n"],
  (index) => [`src/g${index}.js`, index % 60 === 0 ? "export const = ;\n" : `export const g = ${index};\n`],
  (index) => [`src/h${index}.py`, index % 60 === 0 ? "def (:\n" : `H = ${index}\n`],
];

function repository(): Scratch {
  const made = new Scratch().init();
  for (let index = 0; index < 700; index += 1) made.write(...KINDS[index % KINDS.length]!(index));
  made
    .write("package.json", '{"name":"many","dependencies":{"express":"4.0.0"}}\n')
    .write("compose.yml", "services:\n  a:\n    image: x\n    depends_on: [gone]\n")
    .write("logo.bin", Buffer.from([0, 1, 2]));
  made.git("add", "-A");
  return made;
}

/** What is read and found when the second thread runs this module; `threads` as the config says it. */
async function audited(dir: string, module: URL, threads: number) {
  let outcome: { findings: Finding[]; read: unknown; errors: unknown[] } | undefined;
  const gate: Gate = {
    ...sourceGate,
    async run(context: GateContext): Promise<GateResult> {
      const { scope, checks } = await makeChecks(context);
      const { result: read, save } = await readAll(context, scope, checks, module);
      const findings: Finding[] = [];
      for (const { check } of checks) findings.push(...(await check.finish()));
      const errors = checks.flatMap(({ check }) => (check.failure ? [check.failure] : []));
      save();
      outcome = { findings: findings.sort(byPlace), read, errors };
      return { checks: [], findings: [], metrics: {}, artifacts: [] };
    },
  };
  await runGate(gate, dir, { options: { threads }, dependenciesRoot: scratch() });
  return outcome!;
}

/** A module that is no second thread of ours. */
function module(code: string): URL {
  const file = path.join(scratch(), "thread.mjs");
  writeFileSync(file, code);
  return pathToFileURL(file);
}

afterEach(() => {
  vi.restoreAllMocks();
});

const BROKEN: [what: string, code: string][] = [
  ["cannot be loaded", 'throw new Error("no");'],
  [
    "ends in the middle",
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => process.exit(3));',
  ],
];

describe("a second thread", () => {
  it("finds what one thread finds, takes its share, and loses nothing when it breaks", async () => {
    const { dir } = repository();
    const look = vi.spyOn(SecondThread.prototype, "look");
    const alone = await audited(dir, BUILT, 1);
    expect(look).not.toHaveBeenCalled();
    expect(alone.errors).toEqual([]);
    expect(alone.findings.length).toBeGreaterThan(200);
    expect(await audited(dir, BUILT, 2)).toEqual(alone);
    const seen = await Promise.all(look.mock.results.map(({ value }) => value));
    expect(seen.filter(Boolean).length).toBeGreaterThan(0);
    expect(await audited(dir, pathToFileURL(path.join(scratch(), "gone.js")), 2)).toEqual(alone);
    for (const [what, code] of BROKEN) expect(await audited(dir, module(code), 2), what).toEqual(alone);
  });

  it("is found by the gate as it is built", async () => {
    expect(existsSync(BUILT)).toBe(true);
    const { default: gate } = (await import(
      pathToFileURL(distFile("esm", "gates", "repo-audit.js")).href
    )) as {
      default: Gate;
    };
    const { dir } = repository();
    const artifactsDir = scratch();
    const run = (threads: number) =>
      runGate(gate, dir, { options: { threads }, dependenciesRoot: scratch(), artifactsDir });
    expect(await run(2)).toEqual(await run(1));
  });
});
