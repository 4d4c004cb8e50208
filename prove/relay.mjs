// Ops Relay under the real program: delays, a cut connection, many clients at once, slow clients, killed runs.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import {
  follow,
  gateEndDelays,
  growingJournal,
  pour,
  quantile,
  scratchRepository,
  sleep,
  startRelay,
  until,
} from "../bench/lib/relay-load.mjs";

export const title = "Ops Relay: nothing lost, nothing twice, nothing late";

const BINARY = fileURLToPath(new URL("../dist/meta-orch.js", import.meta.url));
const CLIENTS = 20;
const PER_SECOND = 500;
const SECONDS = 10;
const CUT_SECONDS = 30;
const KILLS = 20;

async function withRelay(check) {
  const { root, remove } = scratchRepository();
  const journal = growingJournal(root);
  journal.write();
  const relay = await startRelay(root);
  try {
    return await check(relay, journal, root);
  } finally {
    await relay.end();
    remove();
  }
}

const delays = () =>
  withRelay(async (relay, journal) => {
    const found = await gateEndDelays(relay, journal, 200);
    const words = Object.entries(found).map(
      ([way, values]) =>
        `${way} p50 ${quantile(values, 0.5)} ms, p95 ${quantile(values, 0.95)} ms (${values.length})`,
    );
    const ok = Object.values(found).every((values) => values.length === 200 && quantile(values, 0.95) <= 100);
    return { ok, line: `gate end to client: ${words.join("; ")}; aim p95 at most 100 ms` };
  });

/** Connections are cut for 30 seconds while the journal grows, then go on with the id they had. */
const cut = () =>
  withRelay(async (relay, journal) => {
    const ways = ["ws", "sse"];
    const before = await Promise.all(ways.map((way) => follow(relay, way)));
    await pour(journal, 50, 1);
    await until(() => before.every(({ seen }) => seen.records === 50), 10_000);
    for (const client of before) client.close();
    await pour(journal, 50, CUT_SECONDS);
    const after = await Promise.all(ways.map((way, at) => follow(relay, way, { since: before[at].seen.id })));
    await pour(journal, 50, 1);
    const wanted = 50 * (CUT_SECONDS + 1);
    await until(() => after.every(({ seen }) => seen.records >= wanted), 10_000);
    await sleep(500);
    for (const client of after) client.close();
    const words = after.map(
      ({ seen }, at) =>
        `${ways[at]} ${seen.records} of ${wanted} records, ${seen.gaps} gaps, ${seen.duplicates} duplicates, ${seen.snapshots} snapshots`,
    );
    const ok = after.every(
      ({ seen }) => seen.records === wanted && seen.gaps + seen.duplicates + seen.snapshots === 0,
    );
    return { ok, line: `back after ${CUT_SECONDS} s: ${words.join("; ")}` };
  });

const crowd = () =>
  withRelay(async (relay, journal) => {
    const clients = [];
    for (let at = 0; at < CLIENTS; at += 1) clients.push(await follow(relay, at % 2 === 0 ? "ws" : "sse"));
    await pour(journal, PER_SECOND, SECONDS);
    const wanted = PER_SECOND * SECONDS;
    await until(() => clients.every(({ seen }) => seen.records >= wanted), 30_000);
    for (const client of clients) client.close();
    const lost = clients.reduce((sum, { seen }) => sum + wanted - seen.records, 0);
    const odd = clients.reduce((sum, { seen }) => sum + seen.gaps + seen.duplicates + seen.snapshots - 1, 0);
    return {
      ok: lost === 0 && odd === 0,
      line: `${CLIENTS} clients x ${PER_SECOND} messages a second for ${SECONDS} s: ${lost} of ${CLIENTS * wanted} lost, ${odd} gaps or duplicates`,
    };
  });

/** Clients that read nothing must cost no memory and disturb nobody. */
const stuck = () =>
  withRelay(async (relay, journal) => {
    const { hostname, port } = new URL(relay.url);
    const idle = Array.from({ length: 10 }, () => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          `GET /events HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${relay.token}\r\n\r\n`,
        ),
      );
      socket.on("error", () => {});
      return socket.pause();
    });
    const client = await follow(relay, "ws");
    const { readFileSync } = await import("node:fs");
    const rss = () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${relay.pid}/status`, "utf8"))[1]) / 1024;
    await pour(journal, PER_SECOND, 5);
    const before = rss();
    const large = { warnings: ["x".repeat(20_000)] };
    for (let at = 0; at < 2000; at += 1) {
      journal.write(1, large);
      if (at % 50 === 0) await sleep(50);
    }
    await until(() => client.seen.records >= PER_SECOND * 5 + 2000, 30_000);
    const after = rss();
    client.close();
    for (const socket of idle) socket.destroy();
    const lost = PER_SECOND * 5 + 2000 - client.seen.records;
    return {
      ok: lost === 0 && after - before < 200,
      line: `10 clients that read nothing, 42 MB of messages: the other client lost ${lost}; memory ${before.toFixed(0)} to ${after.toFixed(0)} MB (the ring holds up to 32 million characters)`,
    };
  });

/** The web dashboard in a browser, and the word it shows. */
async function openPage(relay) {
  const { existsSync } = await import("node:fs");
  const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
    (path) => path && existsSync(path),
  );
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage();
  await page.goto(`${relay.url}/?token=${relay.token}`);
  return { word: () => page.locator(".answer h1").innerText(), close: () => browser.close() };
}

/** Real runs, killed hard: how long until WebSocket, server-sent events and the page say so. */
async function kills() {
  const { root, remove } = scratchRepository();
  const config = { notApplicable: {}, gates: { slow: { run: "sleep 60" } } };
  writeFileSync(join(root, "modsquad.config.json"), JSON.stringify(config));
  const relay = await startRelay(root);
  const page = await openPage(relay);
  const times = [];
  let green = 0;
  for (let at = 0; at < KILLS; at += 1) {
    const heard = { ws: 0, sse: 0, page: 0 };
    let runId = null;
    let word = "";
    const clients = [];
    for (const way of ["ws", "sse"]) {
      const onMessage = (message) => {
        if (message.type !== "view") return;
        if (message.data.life === "live") runId = message.runId;
        if (message.runId === runId && message.data.life === "crashed") {
          heard[way] ||= performance.now();
          word = message.data.answer.word;
        }
      };
      clients.push(await follow(relay, way, { onMessage }));
    }
    const run = spawn(process.execPath, [BINARY, "--repo", root, "--gate", "slow"], { stdio: "ignore" });
    const ended = new Promise((resolve) => run.on("exit", resolve));
    const live = await until(() => runId !== null, 20_000);
    while (!(await page.word()).includes("RUNNING")) await sleep(20);
    run.kill("SIGKILL");
    const from = performance.now();
    await ended;
    while (!heard.page && performance.now() < from + 15_000) {
      if ((await page.word()).includes("CRASHED")) heard.page = performance.now();
      else await sleep(20);
    }
    await until(() => heard.ws && heard.sse, 10_000);
    for (const client of clients) client.close();
    if (!live || word !== "CRASHED") green += 1;
    const all = Object.values(heard);
    times.push(all.every(Boolean) ? Math.max(...all) - from : Number.POSITIVE_INFINITY);
  }
  await page.close();
  await relay.end();
  remove();
  const worst = Math.max(...times) / 1000;
  return {
    ok: worst <= 10 && green === 0,
    line: `${KILLS} runs killed with SIGKILL: crashed by WebSocket, SSE and in the page within ${worst.toFixed(1)} s at worst (aim 10 s); ${green} shown as anything else`,
  };
}

export async function run() {
  const results = [];
  for (const check of [delays, cut, crowd, stuck, kills]) results.push(await check());
  return { ok: results.every(({ ok }) => ok), lines: results.map(({ line }) => line) };
}
