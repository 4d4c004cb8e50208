// The result cache against mutation: one byte of one input changes, and the gates it concerns must run again
// and name exactly that input, while the others stay cached. Counter files outside the repository tell what
// really ran, whatever the journal says.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONFIG, configOf, makeRepository, start } from "./scratch.mjs";

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const SOURCES = ["src/one.txt", "src/two.txt", "src/deep/three.txt", "src/four.bin", "src/ü five.txt"];

const PLUGIN = (state) => `// ${state.code}
import { appendFileSync } from "node:fs";
const evidence = { tool: "plug", version: "1" };
export default {
  apiVersion: 1, id: "plug", version: "${state.gateVersion}", title: "Plug", summary: "a plugin", agent: "plugger",
  areas: ["quality"], tier: 2, needs: [], locks: [], timeoutMs: 20_000,
  retry: { attempts: 1, backoffMs: 10, on: ["errored"] }, env: ["COUNTER_PLUG"], defectClasses: {},
  checks: { look: ["quick", "full"] }, options: { type: "object" }, reportName: "plug",
  detect: async () => ({ applicable: true, reason: "always" }),
  inputs: () => ["src/**", "docs/**"],
  run: async (context) => {
    appendFileSync(context.secrets.COUNTER_PLUG, "x");
    const check = { id: "look", status: "passed", planned: 1, examined: 1, evidence, message: "looked" };
    return { checks: [check], findings: [], metrics: {}, artifacts: [] };
  },
};
`;

/** Kind of mutation → how to mutate the state, the gates that depend on it, and the name --why must give. */
const KINDS = {
  source: { gates: ["lint", "plug"], name: (at) => `file ${at}`, at: SOURCES },
  document: { gates: ["plug"], name: () => "file docs/guide.md" },
  ignored: { gates: ["lint"], name: () => "file build/out.txt" },
  script: { gates: ["lint"], name: () => "tool scripts/check.sh" },
  tool: { gates: ["lint"], name: () => "tool stub" },
  command: { gates: ["lint"], name: () => "command" },
  option: { gates: ["plug"], name: () => "option.words.first" },
  listed: { gates: ["plug"], name: () => "option.list[1]" },
  variable: { gates: ["lint"], name: () => "variable LEVEL" },
  envFile: { gates: ["lint"], name: () => "file .env.lint" },
  gateVersion: { gates: ["plug"], name: () => "gate version", also: ["gate code"] },
  code: { gates: ["plug"], name: () => "gate code" },
  policy: { gates: ["lint", "plug"], name: () => "policy" },
  stage: { gates: ["lint", "plug"], name: () => "env" },
  unrelated: { gates: [], name: () => null },
};

function word(random, length) {
  let text = "";
  for (let at = 0; at < length; at += 1) text += LETTERS[Math.floor(random() * LETTERS.length)];
  return text;
}

/** The text with one character replaced by another. */
function mutated(random, text) {
  const at = Math.floor(random() * text.length);
  const others = LETTERS.replace(text[at], "");
  return text.slice(0, at) + others[Math.floor(random() * others.length)] + text.slice(at + 1);
}

/** Writes what a state says. Files keep their size, so only their content and times tell them apart. */
function writeState(repository, tools, state) {
  const { write } = repository;
  for (const path of SOURCES) write(path, state[path]);
  write("docs/guide.md", state.document);
  write("README.md", state.unrelated);
  write("build/out.txt", state.ignored);
  write("scripts/check.sh", `# ${state.script}\nprintf x >> "$COUNTER_LINT"\n`);
  write(".env.lint", `WORD=${state.envFile}\n`);
  writeFileSync(join(tools, "stub"), `#!/bin/sh\necho stub ${state.tool}\n`);
  chmodSync(join(tools, "stub"), 0o755);
  write("gates/plug/index.mjs", PLUGIN(state));
  const lint = {
    run: `stub --level ${state.command} && sh scripts/check.sh`,
    inputs: ["src/**", "build/*.txt"],
    env: ["LEVEL", "COUNTER_LINT"],
    envFile: ".env.lint",
  };
  const plug = { words: { first: state.option }, list: ["fixed", state.listed] };
  const risk = { policy: { hazard: { high: Number(`0.02${state.policy}`) } } };
  // An environment is known when the config mentions it.
  const baseUrl = { [state.stage]: "http://127.0.0.1:9" };
  write(CONFIG, configOf({ lint, plug }, { plugins: ["./gates/*"], risk, baseUrl }));
}

const counted = (file) => {
  try {
    return readFileSync(file, "utf8").length;
  } catch {
    return 0;
  }
};

/** Opens the experiment: a repository with both gates cached. */
export async function openCache(random) {
  const outside = mkdtempSync(join(tmpdir(), "meta-orch-tools-"));
  const tools = join(outside, "bin");
  mkdirSync(tools);
  const state = Object.fromEntries(SOURCES.map((path) => [path, word(random, 64)]));
  for (const kind of Object.keys(KINDS)) state[kind] = word(random, 24);
  state.policy = "123456789";
  state.stage = "stage-aaaaaaaa";
  const repository = makeRepository({ ".gitignore": "build/\n.env*\ngates/\n" });
  const counters = { lint: join(outside, "lint"), plug: join(outside, "plug") };
  const env = () => ({
    PATH: `${tools}:${process.env.PATH}`,
    LEVEL: state.variable,
    COUNTER_LINT: counters.lint,
    COUNTER_PLUG: counters.plug,
  });
  const meta = (args) => start(repository.dir, [...args, "--env", state.stage], { env: env() }).ended;
  writeState(repository, tools, state);
  repository.git("add", "-A");
  await meta(["--quiet"]);
  return {
    repository,
    tools,
    state,
    counters,
    meta,
    close: () => {
      repository.remove();
      rmSync(outside, { recursive: true, force: true });
    },
  };
}

const DIGITS = "123456789";
const changeDigit = (random, text) => {
  const at = Math.floor(random() * text.length);
  const others = DIGITS.replace(text[at], "");
  return text.slice(0, at) + others[Math.floor(random() * others.length)] + text.slice(at + 1);
};

/** One mutation, one run. Resolves to what was mutated and what is wrong with the answer. */
export async function mutateAndRun(experiment, random) {
  const { repository, tools, state, counters, meta } = experiment;
  const kinds = Object.keys(KINDS);
  const kind = kinds[Math.floor(random() * kinds.length)];
  const { gates, name, at, also = [] } = KINDS[kind];
  const key = at ? at[Math.floor(random() * at.length)] : kind;
  const change = kind === "policy" ? changeDigit : mutated;
  state[key] =
    kind === "stage" ? `stage-${mutated(random, state.stage.slice(6))}` : change(random, state[key]);
  writeState(repository, tools, state);
  // Half of the changes are staged: then git, not the disk, says what the content is.
  if (random() < 0.5) repository.git("add", "-A");
  const before = { lint: counted(counters.lint), plug: counted(counters.plug) };
  const run = await meta(["--quiet"]);
  const why = await meta(["--why", "--json"]);
  const wrong =
    run.code === 0 ? [] : [`exit ${run.code}: ${run.stderr.slice(0, 200)}${run.stdout.slice(0, 300)}`];
  const explained = why.code === 0 ? JSON.parse(why.stdout) : [];
  let falseHits = 0;
  for (const gate of ["lint", "plug"]) {
    const ran = counted(counters[gate]) > before[gate];
    const told = explained.find((one) => one.gate === gate);
    const expected = gates.includes(gate) ? [name(key), ...also].sort() : [];
    if (expected.length > 0 && !ran) falseHits += 1;
    if (expected.length === 0 && ran) wrong.push(`${gate} ran again although ${key} is no input of it`);
    if ((told?.decision === "run") !== ran)
      wrong.push(`${gate}: --why says ${told?.decision}, it ${ran ? "ran" : "did not run"}`);
    const named = JSON.stringify([...(told?.changed ?? [])].sort());
    if (named !== JSON.stringify(expected))
      wrong.push(`${gate}: --why names ${named}, mutated ${JSON.stringify(expected)}`);
  }
  if (falseHits > 0) wrong.push(`${falseHits} false hits`);
  return { kind, key, falseHits, wrong };
}
