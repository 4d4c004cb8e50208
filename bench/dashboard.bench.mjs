// The live dashboard: pictures of 10,000 gates, a journal of a gigabyte, and from the end of a gate to the terminal.
// BENCH_JOURNAL_MB makes the large journal smaller.
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { smallContrib } from "../scripts/build-plugins.mjs";
import { firstPictures } from "./lib/first-picture.mjs";

export const title = "Dashboard: CPU per picture, a gigabyte of journal, latency";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const NAME = "execution_log_20261129T100000Z_4711_bench.jsonl";

export async function run() {
  const folder = mkdtempSync(join(tmpdir(), "meta-orch-bench-dashboard-"));
  try {
    const lab = await bundle(folder);
    const measure = (what, file, ...flags) =>
      JSON.parse(
        execFileSync(process.execPath, [...flags, lab, what, join(file, ".."), file], { encoding: "utf8" }),
      );
    const large = journal(folder, "large/modsquad/logs", { gates: 400, bytes: megabytes() * 1e6 });
    return [
      ...pictureLines(measure("pictures", journal(folder, "many", { gates: 10_000, bytes: 0 }))),
      ...(await pictureOfLarge(join(folder, "large"))),
      ...largeLines(measure("large", large)),
      ...latencyLines(measure("latency", journal(folder, "live", { gates: 20, bytes: 0 }))),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function megabytes() {
  return Number(process.env.BENCH_JOURNAL_MB ?? 1000);
}

async function bundle(folder) {
  const outfile = join(folder, "lab.mjs");
  symlinkSync(here("../node_modules"), join(folder, "node_modules"));
  await build({
    entryPoints: [here("lib/dashboard-lab.mjs")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    minify: true,
    external: ["blessed"],
    define: { __VERSION__: '"bench"' },
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    plugins: [smallContrib],
    logLevel: "error",
  });
  return outfile;
}

const CHECK = {
  id: "main",
  status: "passed",
  planned: 10,
  examined: 10,
  evidence: { tool: "t", version: "1" },
  message: "",
};
const STATUSES = ["completed", "completed", "completed", "failed", "errored", "in_progress"];
const BEGAN = Date.parse("2026-11-29T10:00:00.000Z");
const clock = (seconds) => new Date(BEGAN + seconds * 1000).toISOString();

const finding = (i) => ({
  rule_id: `rule-${i % 40}`,
  severity: "high",
  message: `Something is broken in place ${i} and has to be mended`,
  fingerprint: `f${i}`,
  location: { path: `src/folder-${i % 70}/file-${i % 900}.ts`, line: (i % 400) + 1 },
  is_new: true,
});

/** A line as the journal's writer writes it: with its fields in its order. */
function lineOf(seq, { seconds, kind = "task", gate, status, ended, ...rest }) {
  const run = kind === "run";
  const record = {
    task_id: run ? "meta-orchestrator" : `gate-${gate}`,
    agent: run ? "meta-orchestrator" : `runner-${gate % 30}`,
    phase: run ? "RUN" : "VALIDATION",
    description: run ? "Validation run" : "gate",
    status,
    start_time: clock(Math.max(0, seconds - 1.5)),
    end_time: ended ? clock(seconds) : null,
    duration_seconds: ended ? 1.5 : null,
    dependencies: [],
    errors: rest.errors ?? [],
    warnings: [],
    metrics: rest.metrics ?? {},
    attempt: 1,
    tier: run ? 0 : 2,
    worker: "local",
    checks: rest.checks ?? [],
    findings: rest.findings ?? [],
    kind,
    ...(rest.header && { header: rest.header }),
    run_id: "lab",
    seq,
    ts: clock(seconds),
  };
  return `${JSON.stringify(record)}\n`;
}

/**
 * A journal of a run in progress with `gates` gates and about so many bytes: progress of every gate once a second,
 * a heartbeat now and then, and one line in a hundred the end of a gate with a few findings, which runs anew.
 */
function journal(folder, name, { gates, bytes }) {
  const logs = join(folder, name);
  mkdirSync(logs, { recursive: true });
  const file = join(logs, NAME);
  const fd = openSync(file, "w");
  let seq = 0;
  let pending = "";
  let written = 0;
  const put = (fields) => {
    pending += lineOf(++seq, fields);
    if (pending.length < 1 << 20) return;
    written += writeSync(fd, pending);
    pending = "";
  };
  put({ kind: "run", seconds: 0, status: "in_progress", header: header(gates) });
  let seconds = 1;
  for (let i = 0; written < bytes; i++) {
    seconds = 1 + i / gates;
    const gate = i % gates;
    if (i % 100 === 50) put({ gate, seconds, ...endOf("failed", i, 5) });
    else if (i % 100 === 75)
      put({ kind: "run", seconds, status: "in_progress", metrics: { heartbeat: true } });
    else {
      const metrics = { progress: { done: i % 900, total: 900, label: "files examined" } };
      put({ gate, seconds, status: "in_progress", metrics });
    }
  }
  for (let gate = 0; gate < gates; gate++) {
    const status = STATUSES[gate % STATUSES.length];
    seconds += 0.02;
    if (status === "in_progress") put({ gate, seconds, status });
    else put({ gate, seconds, ...endOf(status, gate, status === "failed" ? 1 : 0) });
  }
  writeSync(fd, pending);
  closeSync(fd);
  return file;
}

function endOf(status, i, findings) {
  return {
    status,
    ended: true,
    metrics: { status: "passed" },
    checks: [CHECK],
    findings: Array.from({ length: findings }, (_, at) => finding(i + at)),
    errors: status === "errored" ? ["tool missing"] : [],
  };
}

function header(gates) {
  const policy = JSON.parse(
    execFileSync("cat", [here("../modsquad/risk/policy-defaults.json")], { encoding: "utf8" }),
  );
  const planned = Array.from({ length: gates }, (_, i) => ({
    id: `gate-${i}`,
    title: `Gate ${i}`,
    agent: `runner-${i % 30}`,
    areas: ["quality"],
    report_name: `gate_${i}`,
    version: "1",
    checks_in_scope: ["main"],
    needs: [],
    locks: [],
    expected_seconds: null,
    defect_classes: {},
    reason: "configured",
    decision: "run",
  }));
  return {
    run_id: "lab",
    mode: "full",
    env: "ci",
    scope: null,
    today: "2026-11-29",
    target_pct: 0.5,
    policy,
    policy_digest: "x",
    diff: null,
    waivers: [],
    required: [],
    gates: gates > 1000 ? [] : planned,
    pid: process.pid,
    boot_id: "",
    host: "elsewhere",
    started_at: "2026-11-29T10:00:00.000Z",
  };
}

const ms = (value) => `${value.toFixed(1)} ms`;
const aim = (holds) => (holds ? "met" : "MISSED");

function pictureLines({ frameP95, paintedP95, viewP50, rssMB, baseline }) {
  return [
    `10,000 gates: frame ${ms(frameP95)} CPU at p95 (aim 4, ${aim(frameP95 <= 4)}), painted through blessed ${ms(paintedP95)} (aim 25, ${aim(paintedP95 <= 25)}), ${rssMB.toFixed(0)} MB (aim 130, ${aim(rssMB <= 130)})`,
    `  the view it is a picture of: ${ms(viewP50)} CPU at p50; 1,000 small objects through JSON: ${ms(baseline)}, so frame = ${(frameP95 / baseline).toFixed(1)} x`,
  ];
}

async function pictureOfLarge(repository) {
  const measured = await firstPictures(repository, 9);
  const what = `${megabytes()} MB of journal: first picture`;
  if (measured === null) return [`${what} not measured: it needs script(1) of util-linux`];
  const { picture, empty } = measured;
  return [
    `${what} ${ms(picture)} after the start of the process (aim 300, ${aim(picture <= 300)}), ${(picture / empty).toFixed(2)} x an empty Node program (${ms(empty)})`,
  ];
}

function largeLines({ exact, exactCpu, longestMs, longestCpuMs, p99Ms, totals, rssMB }) {
  return [
    `  exact totals after ${(exact / 1000).toFixed(1)} s (aim 10, ${aim(exact <= 10_000)}), ${(exactCpu / 1000).toFixed(1)} s of CPU`,
    `  longest block ${ms(longestMs)} (aim 50, ${aim(longestMs <= 50)}), p99 ${ms(p99Ms)}; ${totals.total} gates, ${totals.failed} failed; ${rssMB.toFixed(0)} MB`,
    `  longest turn ${ms(longestCpuMs)} of CPU`,
  ];
}

function latencyLines({ p50, p95, worst }) {
  return [
    `end of a gate to terminal: p50 ${ms(p50)}, p95 ${ms(p95)} (aim 100, ${aim(p95 <= 100)}), worst ${ms(worst)}`,
  ];
}
