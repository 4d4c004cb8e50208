// Messages of the relay through a storm: services that answer 429, 500 and nothing at all, a relay that is killed.
import { appendFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { scratchRepository, sleep, startRelay, until } from "../bench/lib/relay-load.mjs";

export const title = "Ops Relay: one message per change, whatever happens";

const TYPES = ["webhook", "slack", "teams", "discord"];
const CHANGES = 40;
const KILLS = 20;
/** Numbers that are the same in every run. */
const random = (() => {
  let state = 12345;
  return () => {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
})();

/** A service per channel; `mood` decides how it answers. What it took is in `taken`, by message id. */
async function services() {
  const taken = new Map(TYPES.map((type) => [type, []]));
  const state = { mood: "calm", requests: 0, oversized: 0, early: 0, blockedUntil: new Map() };
  const limits = { slack: 13_000, teams: 28 * 1024, discord: 8000, webhook: 64 * 1024 };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      state.requests += 1;
      const type = request.url.slice(1);
      if (Buffer.byteLength(body) > limits[type]) state.oversized += 1;
      if (performance.now() < (state.blockedUntil.get(type) ?? 0)) state.early += 1;
      const dice = state.mood === "calm" ? 1 : random();
      if (dice < 0.2) {
        state.blockedUntil.set(type, performance.now() + 900);
        response.writeHead(429, { "retry-after": "1" }).end();
      } else if (dice < 0.45) response.writeHead(500 + Math.floor(random() * 4)).end();
      else if (dice < 0.5) request.socket.destroy();
      else {
        const id = /message ([0-9a-f]{12})/.exec(body)?.[1] ?? JSON.parse(body).id.slice(0, 12);
        taken
          .get(type)
          .push({ id, repeat: body.includes("may be a repeat"), key: request.headers["idempotency-key"] });
        response.writeHead(type === "discord" ? 204 : 200).end();
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { taken, state, port: server.address().port, close: () => server.close() };
}

function repositoryWith(port) {
  const { root, remove } = scratchRepository();
  const channels = Object.fromEntries(
    TYPES.map((type) => [type, { type, url: `http://127.0.0.1:${port}/${type}` }]),
  );
  writeFileSync(join(root, "modsquad.config.json"), JSON.stringify({ channels }));
  return { root, remove };
}

/** A finished run, written at once as an engine would have; returns its number. */
function finishedRuns(root, template) {
  let number = 0;
  return (safe) => {
    number += 1;
    const startedAt = new Date(Date.now()).toISOString();
    const stamp = startedAt.replace(/[-:]|\.\d+/g, "");
    const path = join(
      root,
      "modsquad",
      "logs",
      `execution_log_${stamp}_${process.pid}_${String(number).padStart(8, "0")}.jsonl`,
    );
    const lines = template(safe).map((record, at) => {
      const told = { ...record, run_id: `run-${number}`, seq: at + 1, ts: startedAt };
      if (told.header) told.header = { ...told.header, run_id: `run-${number}`, started_at: startedAt };
      return `${JSON.stringify(told)}\n`;
    });
    appendFileSync(path, lines.join(""));
    return number;
  };
}

/** Records of a real run of one gate that passes or fails, as what others are made from. */
async function templates() {
  const { spawnSync } = await import("node:child_process");
  const { readdirSync, readFileSync } = await import("node:fs");
  const { fileURLToPath } = await import("node:url");
  const binary = fileURLToPath(new URL("../dist/meta-orch.js", import.meta.url));
  const manifest = JSON.parse(readFileSync(new URL("../dist/gates/manifest.json", import.meta.url), "utf8"));
  const found = {};
  for (const [name, run] of [
    ["safe", "true"],
    ["blocked", "false"],
  ]) {
    const { root, remove } = scratchRepository();
    const notApplicable = Object.fromEntries(manifest.map(({ id }) => [id, "only messages are tested here"]));
    const config = { notApplicable, gates: { one: { run } }, risk: { target: 99, critical: 100, warn: 99 } };
    writeFileSync(join(root, "modsquad.config.json"), JSON.stringify(config));
    const { status } = spawnSync(process.execPath, [binary, "--repo", root, "--quiet"]);
    if (status !== (name === "safe" ? 0 : 1)) throw new Error(`the ${name} run ended with ${status}`);
    const logs = join(root, "modsquad", "logs");
    const journal = readdirSync(logs).find((file) => file.startsWith("execution_log_"));
    const records = readFileSync(join(logs, journal), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    found[name] = records;
    remove();
  }
  return (safe) => (safe ? found.safe : found.blocked);
}

const outboxOf = async (root) => {
  const { readFileSync } = await import("node:fs");
  const lines = readFileSync(join(root, "modsquad", "logs", "relay_outbox.jsonl"), "utf8")
    .trim()
    .split("\n");
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
};

/** A hundred failures in a row, then one run that is safe. */
async function quiet(template) {
  const service = await services();
  const { root, remove } = repositoryWith(service.port);
  const relay = await startRelay(root, ["--allow-control"]);
  const finish = finishedRuns(root, template);
  finish(true);
  await sleep(500);
  for (let at = 0; at < 100; at += 1) {
    finish(false);
    await sleep(20);
  }
  const count = () => TYPES.map((type) => service.taken.get(type).length);
  await until(() => count().every((number) => number >= 1), 20_000);
  await sleep(2000);
  const after = count();
  finish(true);
  await until(() => count().every((number) => number >= 2), 20_000);
  await sleep(2000);
  const end = count();
  await relay.end();
  service.close();
  remove();
  return {
    ok: after.every((number) => number === 1) && end.every((number) => number === 2),
    line: `100 failures in a row: ${after.join(", ")} messages to ${TYPES.join(", ")}; the recovery: ${end.map((number, at) => number - after[at]).join(", ")}`,
  };
}

/** Changes, while every second answer is a fault and the relay is killed again and again. */
async function storm(template) {
  const service = await services();
  service.state.mood = "storm";
  const { root, remove } = repositoryWith(service.port);
  const finish = finishedRuns(root, template);
  let relay = await startRelay(root);
  let killed = 0;
  for (let at = 0; at < CHANGES; at += 1) {
    finish(at % 2 === 1);
    await sleep(300 + random() * 500);
    if (killed < KILLS && random() < 0.6) {
      await relay.end("SIGKILL");
      killed += 1;
      relay = await startRelay(root);
    }
  }
  service.state.mood = "calm";
  const changes = (await outboxOf(root))
    .filter(({ kind }) => kind === "transition")
    .map(({ transition }) => transition.id.slice(0, 12));
  const missing = () =>
    TYPES.reduce(
      (sum, type) =>
        sum + changes.filter((id) => !service.taken.get(type).some((one) => one.id === id)).length,
      0,
    );
  await until(() => missing() === 0, 180_000);
  await sleep(3000);
  await relay.end();
  let unmarked = 0;
  let marked = 0;
  let keyless = 0;
  for (const type of TYPES) {
    const seen = new Set();
    for (const one of service.taken.get(type)) {
      if (type === "webhook" && !one.key?.startsWith(one.id)) keyless += 1;
      if (seen.has(one.id)) {
        // A webhook tells repeats by the key; people by the words.
        if (type === "webhook" || one.repeat) marked += 1;
        else unmarked += 1;
      }
      seen.add(one.id);
    }
  }
  service.close();
  const lost = missing();
  remove();
  const { requests, oversized, early } = service.state;
  return {
    ok:
      lost + unmarked + keyless + oversized + early === 0 &&
      changes.length > CHANGES / 2 &&
      killed >= KILLS / 2,
    line: `storm: ${changes.length} changes x ${TYPES.length} channels, ${killed} times SIGKILL, ${requests} requests: ${lost} lost, ${unmarked} told twice, ${marked} repeats that say so or have the same key (the relay was killed between the service's answer and its own note), ${oversized} over a limit, ${early} before Retry-After`,
  };
}

export async function run() {
  const template = await templates();
  const results = [await quiet(template), await storm(template)];
  return { ok: results.every(({ ok }) => ok), lines: results.map(({ line }) => line) };
}
