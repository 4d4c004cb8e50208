// live-flows in full: planted faults and 500 clean runs, planted delays, deadlines, and phases that add up.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { compare, startFaultServer } from "./lib/fault-server.mjs";
import { gateContext } from "./lib/gate-context.mjs";

export const title =
  "live-flows: planted faults named, 500 clean runs without a finding, delays, deadlines and phases";

const CLEAN_RUNS = 500;
const DELAYS = [5, 10, 20, 50, 100, 200, 500, 1000, 2000];
const DEADLINES = [50, 100, 300, 500, 1000, 2000];
/** Enough that one pause of the machine is beyond the p95, few enough for the long ones. */
const samplesOf = (delay) => (delay <= 100 ? 60 : 20);
/** Whatever else runs on the machine only ever adds: of so many rounds the best one is the measurement's own error. */
const ROUNDS = 5;

const loadGate = async () =>
  (await import(new URL("../dist/esm/gates/live-flows.js", import.meta.url).href)).default;

async function faults(gate) {
  const server = await startFaultServer();
  try {
    const run = (flows) =>
      gate.run(
        gateContext({
          checks: ["flows"],
          baseUrl: server.url,
          options: { concurrency: 16, flows: flows.map((one) => one.flow) },
        }),
      );
    const broken = server.faults("broken");
    const { missed, wrong } = compare(broken, await run(broken));
    const named = broken.length - missed.length;
    const lines = [
      `${named} of ${broken.length} planted faults named by their rule${missed.length > 0 ? `; missed: ${missed.join(", ")}` : ""}`,
      `${wrong.length} findings beside the planted ones${wrong.length > 0 ? `: ${wrong.join("; ")}` : ""}`,
    ];
    const clean = server.faults("clean");
    const found = [];
    for (let turn = 0; turn < CLEAN_RUNS; turn += 1) {
      const result = await run(clean);
      for (const finding of result.findings) found.push(`run ${turn + 1}: ${finding.message}`);
      for (const check of result.checks)
        if (check.status !== "passed") found.push(`run ${turn + 1}: ${check.target} ${check.status}`);
    }
    lines.push(
      `${CLEAN_RUNS} clean runs of ${clean.length} flows: ${found.length} findings${found.length > 0 ? `: ${found.slice(0, 5).join("; ")}` : ""}`,
    );
    return { ok: missed.length <= broken.length - 28 && wrong.length === 0 && found.length === 0, lines };
  } finally {
    await server.close();
  }
}

const p95 = (values) => [...values].sort((one, other) => one - other)[Math.ceil(0.95 * values.length) - 1];

/** One round of one delay: what was held, what was measured, and whether that is near enough. */
async function measure(gate, child, port, delay) {
  const flows = [{ name: "delay", get: `/?ms=${delay}`, repeat: samplesOf(delay) }];
  const result = await gate.run(
    gateContext({
      checks: ["flows"],
      baseUrl: `http://127.0.0.1:${port}`,
      options: { concurrency: 1, flows },
    }),
  );
  const [row] = result.metrics.latency;
  child.send("held");
  const [{ held }] = await once(child, "message");
  const { total, ...phases } = row.phasesMs;
  const sum = Object.values(phases).reduce((one, other) => one + other, 0);
  const error = row.p95Ms - p95(held);
  const ok = Math.abs(error) <= Math.max(2, delay * 0.02) && Math.abs(sum - total) <= 1;
  return { ok, error, held: p95(held), measured: row.p95Ms, sum, total };
}

async function delays(gate) {
  const child = fork(fileURLToPath(new URL("lib/delay-server.mjs", import.meta.url)));
  const [{ port }] = await once(child, "message");
  const lines = [];
  let allOk = true;
  try {
    for (const delay of DELAYS) {
      let round = 1;
      let best = await measure(gate, child, port, delay);
      for (; !best.ok && round < ROUNDS; round += 1) {
        const next = await measure(gate, child, port, delay);
        if (Math.abs(next.error) < Math.abs(best.error)) best = next;
      }
      const { ok, error, held, measured, sum, total } = best;
      allOk &&= ok;
      lines.push(
        `${delay} ms planted, held ${held.toFixed(1)} (p95): measured p95 of ${samplesOf(delay)} ${measured} ms ` +
          `(${error >= 0 ? "+" : ""}${error.toFixed(1)}, ${round} round${round === 1 ? "" : "s"}), median phases add up to ${sum.toFixed(1)} of ${total} ms${ok ? "" : " FAULT"}`,
      );
    }
  } finally {
    child.disconnect();
  }
  return { ok: allOk, lines };
}

/** A port that takes connections and never says a word. */
async function silence() {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: server.address().port, close };
}

async function deadlines(gate) {
  const { port, close } = await silence();
  const lines = [];
  let ok = true;
  try {
    for (const deadline of DEADLINES) {
      const late = [];
      for (let turn = 0; turn < 10; turn += 1) {
        const flows = [{ name: "silence", get: "/", timeout: `${deadline}ms` }];
        const options = { warmUp: false, flows };
        const start = performance.now();
        const result = await gate.run(
          gateContext({ checks: ["flows"], baseUrl: `http://127.0.0.1:${port}`, options }),
        );
        late.push(performance.now() - start - deadline);
        ok &&= result.findings.some((finding) => finding.ruleId === "flows/timeout");
      }
      const worst = Math.max(...late);
      ok &&= worst <= 20;
      lines.push(
        `deadline ${deadline} ms: whole gate run at most ${worst.toFixed(1)} ms longer, p95 ${p95(late).toFixed(1)}`,
      );
    }
  } finally {
    close();
  }
  return { ok, lines };
}

export async function run() {
  const gate = await loadGate();
  const parts = [await delays(gate), await deadlines(gate), await faults(gate)];
  return { ok: parts.every((part) => part.ok), lines: parts.flatMap((part) => part.lines) };
}
