// How long a line of the journal takes to its readers, and what it costs the relay, against the least a Node program
// can do: write the same bytes to the same number of connections.
import { spawn } from "node:child_process";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import {
  cpuOf,
  follow,
  growingJournal,
  pour,
  quantile,
  scratchRepository,
  sleep,
  startRelay,
} from "./lib/relay-load.mjs";

export const title = "Ops Relay: from the journal to 20 clients, 500 records a second";
const SECONDS = 5;
const CLIENTS = 20;

/** CPU of a bare server that writes a line of 600 bytes to every connection, in the relay's rhythm. */
async function bareBroadcast() {
  const file = fileURLToPath(new URL("./lib/bare-broadcaster.mjs", import.meta.url));
  const child = spawn(process.execPath, [file, String(SECONDS)], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise((resolve) =>
    child.stdout.once("data", (chunk) => resolve(Number(String(chunk)))),
  );
  const sockets = Array.from({ length: CLIENTS }, () => connect(port, "127.0.0.1").resume());
  await sleep(200);
  const before = cpuOf(child.pid);
  await sleep(SECONDS * 1000);
  const used = cpuOf(child.pid) - before;
  for (const socket of sockets) socket.destroy();
  child.kill();
  return used / SECONDS;
}

/** One record now and then, as at the end of a gate, to one client of each kind. */
async function gateEnds() {
  const { root, remove } = scratchRepository();
  const journal = growingJournal(root);
  journal.write();
  const relay = await startRelay(root);
  const delays = await gateEndDelays(relay, journal, 100);
  await relay.end();
  remove();
  return delays;
}

export async function run() {
  const gates = await gateEnds();
  const { root, remove } = scratchRepository();
  const journal = growingJournal(root);
  journal.write();
  const relay = await startRelay(root);
  const delays = { ws: [], sse: [] };
  const clients = [];
  for (let at = 0; at < CLIENTS; at += 1) {
    const way = at % 2 === 0 ? "ws" : "sse";
    const onMessage = ({ type, data }) => {
      if (type === "record") delays[way].push(Date.now() - data.metrics.written_at);
    };
    clients.push(await follow(relay, way, { onMessage }));
  }
  await sleep(500);
  const before = cpuOf(relay.pid);
  await pour(journal, 500, SECONDS);
  const used = (cpuOf(relay.pid) - before) / SECONDS;
  await sleep(1000);
  const lost = clients.reduce((sum, { seen }) => sum + SECONDS * 500 - seen.records, 0);
  for (const client of clients) client.close();
  await relay.end();
  remove();
  const bare = await bareBroadcast();
  const words = (values) =>
    `p50 ${quantile(values, 0.5)} ms, p95 ${quantile(values, 0.95)} ms, p99 ${quantile(values, 0.99)} ms`;
  return [
    `gate end to WebSocket  ${words(gates.ws)}   (aim: p95 at most 100 ms)`,
    `gate end to SSE        ${words(gates.sse)}   (aim: p95 at most 100 ms)`,
    `under load, WebSocket  ${words(delays.ws)}   (${CLIENTS} clients x 500 a second, parsed by one process)`,
    `under load, SSE        ${words(delays.sse)}`,
    `lost                   ${lost} of ${CLIENTS * SECONDS * 500}`,
    `CPU of the relay       ${used.toFixed(0)} ms a second, ${(used / Math.max(1, bare)).toFixed(1)} x a bare broadcast (${bare.toFixed(0)} ms)`,
  ];
}
