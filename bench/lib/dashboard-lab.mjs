// The dashboard's own modules in a process of their own, on streams that stand in for a terminal. Bundled from
// source by the benchmark; what to measure comes as the first argument, the folder of journals as the second.
import { appendFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { PassThrough } from "node:stream";
import { STILL } from "../../modsquad/dashboard/frame/ui.ts";
import { compose, frame } from "../../modsquad/dashboard/frame.ts";
import { openSource } from "../../modsquad/dashboard/source.ts";
import { Terminal } from "../../modsquad/dashboard/terminal/screen.ts";
import { runSession } from "../../modsquad/dashboard/terminal/session.ts";

const [what, logs, file] = process.argv.slice(2);
const look = { colour: true, unicode: true };
const ui = { ...STILL, interactive: true };
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function streams(columns = 140, rows = 40) {
  const output = Object.assign(new PassThrough(), { columns, rows, isTTY: true });
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {} });
  return { output, input };
}

const usedMs = () => {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1000;
};
/**
 * The CPU that `work` takes. What is counted is the process, whose other threads compile and collect meanwhile, but
 * a thread can have used no more of it than the time that passed.
 */
const cpuMs = (work) => {
  const before = usedMs();
  const started = performance.now();
  work();
  const passed = performance.now() - started;
  return Math.min(usedMs() - before, passed);
};
const at = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

/** Loads the journal, then lets gates end one by one and draws each time. */
async function pictures() {
  const stop = new AbortController();
  const source = openSource({ logs, onChange() {}, signal: stop.signal });
  await sleep(3000);
  while (source.view().totals.total < 10_000) await sleep(1000);
  const { output, input } = streams();
  output.resume();
  const terminal = new Terminal({ input, output, term: "xterm-256color", look, palette: "default" });
  await terminal.loadCharts();
  const frames = [];
  const painted = [];
  const views = [];
  let view;
  for (let i = 0; i < 260; i++) {
    // Several pictures are drawn of one view, as while the keys move through a list.
    if (i % 10 === 0) {
      appendFileSync(file, ended(i));
      await sleep(50);
      views.push(cpuMs(() => (view = source.view())));
    }
    const options = { columns: 140, rows: 40, ...look, ui: { ...ui, chosen: { gates: i * 30 } } };
    frames.push(cpuMs(() => frame(view, options)));
    painted.push(cpuMs(() => terminal.draw(compose(view, { ...options, charts: true }), view)));
    await sleep(0);
  }
  const warm = 60;
  const result = {
    frameP95: at(frames.slice(warm), 0.95),
    paintedP95: at(painted.slice(warm), 0.95),
    viewP50: at(views, 0.5),
    rssMB: process.memoryUsage.rss() / 1e6,
    baseline: at(
      Array.from({ length: 50 }, () => cpuMs(() => JSON.parse(JSON.stringify(SAMPLE)))),
      0.5,
    ),
  };
  stop.abort();
  return result;
}

const SAMPLE = Array.from({ length: 1000 }, (_, i) => ({ id: `gate-${i}`, word: "passed", seconds: i }));

let seq = 1e7;
function ended(i) {
  const time = new Date().toISOString();
  return `${JSON.stringify({
    task_id: `gate-${i * 37}`,
    agent: "runner",
    phase: "VALIDATION",
    description: "gate",
    status: "completed",
    start_time: time,
    end_time: time,
    duration_seconds: 1,
    dependencies: [],
    errors: [],
    warnings: [],
    metrics: { status: "passed" },
    kind: "task",
    run_id: "lab",
    seq: ++seq,
    ts: time,
    attempt: 1,
    tier: 2,
    worker: "local",
    checks: [],
    findings: [],
  })}\n`;
}

/** The most CPU one turn of the event loop takes: what is left of a block when other programs do not count. */
function longestTurn() {
  let longest = 0;
  let ended = false;
  let before = usedMs();
  const look = () => {
    const now = usedMs();
    longest = Math.max(longest, now - before);
    before = now;
    if (!ended) setImmediate(look);
  };
  setImmediate(look);
  return {
    end() {
      ended = true;
      return longest;
    },
  };
}

/** From the start of the process to exact totals; the longest time nobody was heard. */
async function large() {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const { output, input } = streams();
  let exact = 0;
  let exactCpu = 0;
  output.on("data", (chunk) => {
    const text = String(chunk);
    // Its last record is old and its process elsewhere, so READING becomes STALLED.
    if (exact === 0 && text.includes("STALLED")) {
      exact = performance.now();
      exactCpu = usedMs();
    }
  });
  let source;
  const stop = new AbortController();
  const session = runSession({
    input,
    output,
    term: "xterm-256color",
    look,
    palette: "default",
    logs,
    root: logs,
    refreshMs: null,
    open: (onChange) => (source = openSource({ logs, onChange, signal: stop.signal })),
  });
  await sleep(0);
  delay.enable();
  const turns = longestTurn();
  while (exact === 0 && performance.now() < 120_000) await sleep(50);
  delay.disable();
  const longestCpuMs = turns.end();
  const view = source.view();
  stop.abort();
  input.write("q");
  await session;
  return {
    exact,
    exactCpu,
    longestMs: delay.max / 1e6,
    longestCpuMs,
    p99Ms: delay.percentile(99) / 1e6,
    totals: view.totals,
    rssMB: process.memoryUsage.rss() / 1e6,
  };
}

/** Only cells that change are written, so two marks in a row have no letter in common. */
function mark(i) {
  const first = i % 2 === 0 ? 97 : 110;
  return [i % 13, (i * 5) % 13, Math.floor(i / 13), 3, 7, 1, 9]
    .map((at) => String.fromCharCode(first + at))
    .join("");
}

/** Gates end at odd moments; how long until the terminal has been told. */
async function latency() {
  const { output, input } = streams();
  let text = "";
  output.on("data", (chunk) => (text += chunk));
  const stop = new AbortController();
  const session = runSession({
    input,
    output,
    term: "xterm-256color",
    look,
    palette: "default",
    logs,
    root: logs,
    refreshMs: null,
    open: (onChange) => openSource({ logs, onChange, signal: stop.signal }),
  });
  await sleep(1500);
  const times = [];
  for (let i = 0; i < 100; i++) {
    text = "";
    const started = performance.now();
    appendFileSync(file, ended(i).replaceAll(`gate-${i * 37}`, mark(i)));
    while (!text.includes(mark(i)) && performance.now() - started < 2000) await sleep(1);
    times.push(performance.now() - started);
    await sleep(40 + ((i * 53) % 300));
  }
  stop.abort();
  input.write("q");
  await session;
  return { p50: at(times, 0.5), p95: at(times, 0.95), worst: Math.max(...times) };
}

const result = await { pictures, large, latency }[what]();
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
