// Faults of single gates: commands and modules. How an entry reads is told in faults.mjs.
import { CONFIG, configOf } from "./scratch.mjs";

const PASS = { ok: { run: "true" } };

/** A repository whose one command gate is this. */
export const command = (gate, more) => ({ [CONFIG]: configOf({ victim: gate }, more) });

/** A gate module; `fields` is the source of what differs from a gate that passes. */
const plugin = (fields, before = "") => `${before}
const evidence = { tool: "plug", version: "1" };
const passed = { id: "look", status: "passed", planned: 1, examined: 1, evidence, message: "looked" };
const result = (check) => ({ checks: [{ ...passed, ...check }], findings: [], metrics: {}, artifacts: [] });
export default {
  apiVersion: 1, id: "plug", version: "1", title: "Plug", summary: "a plugin", agent: "plugger",
  areas: ["quality"], tier: 2, needs: [], locks: [], timeoutMs: 20_000,
  retry: { attempts: 1, backoffMs: 10, on: ["errored"] }, env: [], defectClasses: {},
  checks: { look: ["quick", "full"] }, options: { type: "object" }, reportName: "plug",
  detect: async () => ({ applicable: true, reason: "always" }),
  inputs: () => "live",
  run: async () => result({}),
  ${fields}
};
`;
const plugged = (fields, before) => ({
  [CONFIG]: configOf(PASS, { plugins: ["./gates/*"] }),
  "gates/plug/index.mjs": plugin(fields, before),
});

export const COMMAND_FAULTS = {
  "a gate killed by the out-of-memory killer": {
    files: command({ run: "sh -c 'kill -9 $$'" }),
    code: 1,
    says: [/killed|SIGKILL/i, /memory/i],
  },
  "a program that is not there": {
    files: command({ run: "no-such-tool --check" }),
    code: 1,
    says: [/no-such-tool/, /install it/],
  },
  "a program that is not there, in a line for the shell": {
    files: command({ run: "no-such-tool && true" }),
    code: 1,
    says: [/no-such-tool|127/, /install|PATH/],
  },
  "a program that may not be executed": {
    files: { ...command({ run: "./tool.sh" }), "tool.sh": "exit 0\n" },
    code: 1,
    says: [/tool\.sh/, /EACCES|could not be started/],
  },
  "a command line that the system refuses": {
    files: command({ run: "true", env: ["HUGE"] }),
    env: { HUGE: "x".repeat(130_000) },
    shell: 'HUGE2=$HUGE exec "$@"',
    code: 0,
    true_code: true,
  },
  "a report that is not written": {
    files: command({ run: "true", parse: "junit", report: "out.xml" }),
    code: 1,
    says: [/out\.xml/, /left no readable/, /Check that it writes/],
  },
  "a report of an earlier run": {
    files: {
      ...command({ run: "true", parse: "junit", report: "out.xml" }),
      "out.xml": '<testsuite><testcase name="a"/></testsuite>',
    },
    code: 1,
    says: [/out\.xml was written/, /Remove the old file/],
  },
  "a report without a result": {
    files: command({ run: "sh -c 'echo \"<testsuite/>\" > out.xml'", parse: "junit", report: "out.xml" }),
    code: 1,
    says: [/no .*result|no test/i],
  },
  "no output where a report is expected": {
    files: command({ run: "true", parse: "tap" }),
    code: 1,
    says: [/No tap result was found/, /Check parse:/],
  },
  "a gate that does not end": {
    files: command({ run: "sleep 60", timeout: "300ms" }),
    code: 1,
    says: [/timed out/, /within 0\.3 s/],
  },
  "an env file that is not there": {
    files: command({ run: "true", envFile: ".env.test" }),
    code: 1,
    says: [/\.env\.test/, /make it or correct/],
  },
  "a daemon that keeps the output open": {
    files: command({ run: "sh -c 'setsid sleep 3 & exit 0'" }),
    code: 0,
    true_code: true,
  },
  "a gate that passes on the second attempt": {
    files: command({
      run: "sh -c 'test -e second || { touch second; exit 1; }'",
      retry: { attempts: 2, backoff: "10ms", on: ["failed"] },
    }),
    code: [0, 1],
    says: [/attempt 1|flaky|2 attempts/i],
    flaky: true,
  },
};

export const MODULE_FAULTS = {
  "a gate that throws": {
    files: plugged('run: async () => { throw new Error("boom in run"); }'),
    code: 1,
    says: [/boom in run/],
  },
  "a gate that throws nothing": {
    files: plugged("run: async () => { throw undefined; }"),
    code: 1,
    says: [/plug/],
  },
  "a gate that leaves a rejection behind": {
    files: plugged(
      'run: async () => { Promise.reject(new Error("left behind")); await new Promise((r) => setTimeout(r, 5_000)); return result({}); }',
    ),
    code: 1,
    says: [/left behind/],
  },
  "a gate that loops for ever": {
    files: plugged("timeoutMs: 400, run: () => { for (;;); }"),
    code: 1,
    says: [/timed out/],
  },
  "a gate that waits for nothing": {
    files: plugged("run: () => new Promise(() => {})"),
    code: 1,
    says: [/ended its thread/],
  },
  "a gate that waits for ever": {
    files: plugged("timeoutMs: 400, run: () => new Promise(() => setInterval(() => {}, 1000))"),
    code: 1,
    says: [/timed out/],
  },
  "a gate that returns garbage": {
    files: plugged('run: async () => "all good"'),
    code: 1,
    says: [/something else than a result/],
  },
  "a gate that returns nothing": {
    files: plugged("run: async () => {}"),
    code: 1,
    says: [/something else than a result|undefined|JSON/],
  },
  "a gate that returns what no JSON holds": {
    files: plugged("run: async () => { const a = {}; a.a = a; return a; }"),
    code: 1,
    says: [/circular/i],
  },
  "a status nobody knows": {
    files: plugged('run: async () => result({ status: "fine" })'),
    code: 1,
    says: [/status "fine"/],
  },
  "artifacts that are none": {
    files: plugged("run: async () => ({ ...result({}), artifacts: [42] })"),
    code: 1,
    says: [/artifacts\[0\]/],
  },
  "progress that is none": {
    files: plugged(
      "run: async (ctx) => { ctx.progress({ done: NaN }); ctx.progress(null); return result({}); }",
    ),
    code: 0,
    true_code: true,
  },
  "a process that cannot be started": {
    files: plugged(
      'run: async (ctx) => { const { error } = await ctx.exec("a\\0b", []); return result({ status: error ? "errored" : "passed", message: `exec: ${error}` }); }',
    ),
    code: 1,
    says: [/exec: .*null bytes/],
  },
  "a pass that examined nothing": {
    files: plugged("run: async () => result({ examined: 0 })"),
    code: 1,
    says: [/examined nothing/],
  },
  "a result without checks": {
    files: plugged("run: async () => ({ checks: [], findings: [] })"),
    code: 1,
    says: [/reported nothing about it/],
  },
  "a check in scope that is not reported": {
    files: plugged('checks: { look: ["full"], listen: ["full"] }'),
    code: 1,
    says: [/listen: in scope/],
  },
  "a gate that ends its thread": {
    files: plugged("run: () => process.exit(0)"),
    code: 1,
    says: [/ended its thread \(code 0\)/],
  },
  "a gate that leaks memory": {
    files: plugged(
      "run: async () => { const kept = []; for (;;) kept.push(new Array(10_000).fill(Math.random())); }",
    ),
    env: { NODE_OPTIONS: "--max-old-space-size=96" },
    code: 1,
    says: [/MiB of heap/],
  },
  "a gate that prints without end": {
    files: plugged(
      'run: async () => { for (let i = 0; i < 300; i++) { if (!process.stdout.write("x".repeat(10_000))) await new Promise((r) => process.stdout.once("drain", r)); } return result({}); }',
    ),
    code: 0,
    true_code: true,
  },
  "detection that throws": {
    files: plugged('detect: async () => { throw new Error("boom in detect"); }'),
    code: 1,
    says: [/could not tell whether it applies: boom in detect/],
  },
  "detection that answers garbage": {
    files: plugged("detect: async () => ({})"),
    code: 1,
    says: [/could not tell whether it applies/, /\{ applicable, reason \}/],
  },
  "detection that ends its thread": {
    files: plugged("detect: () => process.exit(0)"),
    code: 1,
    says: [/could not tell whether it applies/],
  },
  "a module that throws when it is loaded": {
    files: plugged("", 'throw new Error("boom at import");'),
    code: 2,
    says: [/boom at import/, /plug\/index\.mjs/, /next: Mend or remove/],
  },
  "a module without a gate": {
    files: { ...plugged(""), "gates/plug/index.mjs": "export const gate = 1;\n" },
    code: 2,
    says: [/no gate as its default export/, /next:/],
  },
  "a module that is no JavaScript": {
    files: { ...plugged(""), "gates/plug/index.mjs": "export default {\n" },
    code: 2,
    says: [/plug\/index\.mjs/, /next:/],
  },
  "a gate that lacks half of its fields": {
    files: {
      ...plugged(""),
      "gates/plug/index.mjs": 'export default { apiVersion: 1, id: "plug", run() {} };\n',
    },
    code: 2,
    says: [/"plug" has no valid "version"/, /next:/],
  },
  "a gate for another API": {
    files: plugged("apiVersion: 99"),
    code: 2,
    says: [/gate API 99/, /next: Install a version/],
  },
  "a gate id used twice": {
    files: { ...plugged(""), "gates/twin/index.mjs": plugin("") },
    code: 2,
    says: [/Two gates have the id "plug"/, /next: Rename/],
  },
  "a plugin that is not there": {
    files: { [CONFIG]: configOf(PASS, { plugins: ["no-such-package"] }) },
    code: 2,
    says: [/"no-such-package" was not found/, /next: Install it/],
  },
};

/** Faults that take their time; run side by side. */
export const SLOW_FAULTS = {
  "detection that hangs": {
    files: plugged("detect: () => { for (;;); }"),
    code: 1,
    says: [/could not tell whether it applies: did not answer within 20 s/],
  },
  "a module that hangs when it is loaded": {
    files: plugged("", "for (;;);"),
    code: 2,
    says: [/did not answer within 20 s/, /next:/],
  },
};
