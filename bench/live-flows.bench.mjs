// 50 flows at concurrency 10 against a loopback server that answers in 20 ms: the ideal is five rounds of that.
import { createServer } from "node:http";
import { gateContext } from "../prove/lib/gate-context.mjs";

export const title =
  "live-flows: 50 flows at concurrency 10, each answered in 20 ms, as a ratio to the ideal";

const FLOWS = 50;
const CONCURRENCY = 10;
const ANSWER_MS = 20;

export async function run() {
  const { default: gate } = await import(new URL("../dist/esm/gates/live-flows.js", import.meta.url).href);
  const held = [];
  const server = createServer((request, response) => {
    if (request.url === "/") return response.end();
    const start = performance.now();
    return setTimeout(() => {
      held.push(performance.now() - start);
      response.end("ok");
    }, ANSWER_MS);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const flows = Array.from({ length: FLOWS }, (_, index) => ({ name: `flow ${index}`, get: `/${index}` }));
  const context = () =>
    gateContext({
      checks: ["flows"],
      baseUrl: `http://127.0.0.1:${server.address().port}`,
      options: { concurrency: CONCURRENCY, flows },
    });
  const times = [];
  const rounds = Number(process.env.BENCH_ROUNDS ?? 25);
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    const result = await gate.run(context());
    times.push(performance.now() - start);
    if (result.checks.some((check) => check.status !== "passed")) throw new Error("a flow did not hold");
  }
  server.close();
  const median = (values) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
  const ideal = (FLOWS / CONCURRENCY) * ANSWER_MS;
  const real = (FLOWS / CONCURRENCY) * median(held);
  return [
    `median of ${rounds} runs ${median(times).toFixed(1)} ms, first ${times[0].toFixed(1)} ms`,
    `${(median(times) / ideal).toFixed(2)} x the ideal of ${ideal} ms (required: 1.3)`,
    `${(median(times) / real).toFixed(2)} x what the server's own timers took (${median(held).toFixed(1)} ms each)`,
  ];
}
