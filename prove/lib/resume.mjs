// Crash and resume: kill -9 at an arbitrary instant of a run of 20 gates, then --resume. Each gate appends a
// line to a counter file whenever it runs, so running one twice cannot go unseen.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CONFIG, configOf, makeRepository, start } from "./scratch.mjs";

const GATES = 20;

/** 20 command gates of 5 to 60 ms, some behind others, one with findings, and the repository audit. */
function config(random) {
  const gates = { "repo-audit": {} };
  for (let at = 1; at <= GATES; at += 1) {
    const seconds = (0.005 + random() * 0.055).toFixed(3);
    const needs = at > 3 && random() < 0.3 ? [`g${1 + Math.floor(random() * (at - 1))}`] : [];
    const end = at === 7 ? "; exit 1" : "";
    gates[`g${at}`] = {
      run: `sh -c 'echo x >> "$COUNTERS/g${at}"; sleep ${seconds}${end}'`,
      env: ["COUNTERS"],
      needs,
    };
  }
  return configOf(gates, {}, ["repo-audit"]);
}

function countersOf(dir) {
  const runs = {};
  for (let at = 1; at <= GATES; at += 1) {
    const file = join(dir, `g${at}`);
    runs[`g${at}`] = existsSync(file) ? readFileSync(file, "utf8").length / 2 : 0;
  }
  return runs;
}

/** Lines of a journal that do not parse, other than an unfinished last one. */
function brokenLines(text) {
  const lines = text.split("\n");
  lines.pop();
  return lines.filter((line) => {
    try {
      JSON.parse(line);
      return false;
    } catch {
      return true;
    }
  }).length;
}

const FINAL = new Set(["completed", "failed", "errored", "timed_out"]);

/** Gates with a final record in a journal. */
function finishedIn(text) {
  const last = new Map();
  for (const line of text.split("\n").slice(0, -1)) {
    const record = JSON.parse(line);
    if (record.kind === "task") last.set(record.task_id, record.status);
  }
  return [...last].filter(([, status]) => FINAL.has(status)).map(([id]) => id);
}

/** True when the journal has the line that ends the run. */
function endedIn(text) {
  const lines = text.split("\n").slice(0, -1);
  const last = lines.length > 0 ? JSON.parse(lines.at(-1)) : null;
  return last?.kind === "run" && last.status !== "in_progress";
}

const riskOf = ({ stdout }) => JSON.stringify(JSON.parse(stdout).risk);

/** What must be the same whether a run was interrupted or not: verdict, risk, every gate's status. */
function verdictOf(result) {
  const summary = JSON.parse(result.stdout);
  const gates = summary.gates ?? summary.tasks ?? [];
  return JSON.stringify({
    code: result.code,
    verdict: summary.verdict,
    risk: summary.risk,
    gates: gates.map(({ id, gate, taskId, status }) => [id ?? gate ?? taskId, status]).sort(),
  });
}

/** Opens the experiment: one repository, and what its run comes to when nobody disturbs it. */
export async function openResume(random) {
  const repository = makeRepository({
    [CONFIG]: config(random),
    ".gitignore": "counters\n",
    "package.json": '{ "name": "x", "private": true }\n',
    "src/a.js": "export const a = 1;\n",
  });
  const counters = join(repository.dir, "counters");
  const fresh = () => {
    rmSync(repository.logs, { recursive: true, force: true });
    rmSync(counters, { recursive: true, force: true });
    repository.write("counters/.keep", "");
  };
  const launch = (args) => start(repository.dir, args, { env: { COUNTERS: counters } });
  fresh();
  const from = performance.now();
  const whole = await launch(["--json"]).ended;
  const tookMs = performance.now() - from;
  return { repository, counters, fresh, launch, whole, verdict: verdictOf(whole), tookMs };
}

/** One kill after `atMs`, then the rest of the run. Resolves to what was seen and what is wrong with it. */
export async function killAndResume(experiment, atMs) {
  const { repository, counters, fresh, launch, verdict } = experiment;
  fresh();
  const first = launch(["--json"]);
  await new Promise((resolve) => setTimeout(resolve, atMs));
  first.child.kill("SIGKILL");
  const killed = (await first.ended).signal === "SIGKILL";
  const [journal] = repository.journals();
  const text = journal ? readFileSync(journal, "utf8") : "";
  const wrong = brokenLines(text) > 0 ? [`${brokenLines(text)} broken lines`] : [];
  const finished = wrong.length === 0 ? finishedIn(text) : [];
  const before = countersOf(counters);
  if (!killed) return { killed, finished: finished.length, wrong };
  // Killed after its last line the run is over: all that is left to ask for is its report.
  if (endedIn(text)) {
    const report = await launch(["--report", "--json"]).ended;
    if (riskOf(report) !== riskOf(experiment.whole)) wrong.push(`risk ${riskOf(report)} in the report`);
    return { killed, finished: finished.length, wrong };
  }
  // Killed before its first line was written, there is nothing to go on from.
  const started = text.includes("\n");
  const second = await launch(started ? ["--resume", "--json"] : ["--json"]).ended;
  if (second.stdout === "")
    return { killed, finished: finished.length, wrong: [...wrong, `resume: ${second.stderr.slice(0, 300)}`] };
  const after = countersOf(counters);
  for (const id of finished) {
    if (id in after && after[id] > before[id]) wrong.push(`${id} had finished and ran again`);
  }
  for (const [id, runs] of Object.entries(after)) if (runs === 0) wrong.push(`${id} never ran`);
  if (verdictOf(second) !== verdict) wrong.push(`verdict ${verdictOf(second)}, uninterrupted ${verdict}`);
  return { killed, finished: finished.length, wrong };
}
