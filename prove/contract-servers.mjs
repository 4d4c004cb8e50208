// The contract gate on public servers that nobody here wrote, started from npm, each with its own document: how much is
// exercised, how fast, and what is held against it, for triage by reading. PROVE_SERVER='Name=http://127.0.0.1:4242'
// judges a server that is running already besides, with PROVE_OPTIONS='{"credentials":{}}' as options of the gate.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { freePort, install, runGate } from "./lib/prism.mjs";

export const title = "Contract: public servers from npm, each by its own document";

const CHECKS = ["responses", "negative", "auth"];
const EXERCISED = 0.95;
/** For 200 operations, and for fewer. */
const MAX_MS = 10_000;
const START_MS = 90_000;

const SERVERS = [
  {
    name: "LoopBack 4 todo example 6.0.0",
    packages: ["@loopback/example-todo@6.0.0"],
    options: {},
    prepare(home, port) {
      mkdirSync(path.join(home, "data"));
      writeFileSync(path.join(home, "data/db.json"), '{"ids":{"Todo":1},"models":{"Todo":{}}}');
      const start = path.join(home, "start.cjs");
      writeFileSync(
        start,
        `const { TodoListApplication } = require("@loopback/example-todo");
const app = new TodoListApplication({ rest: { port: ${port}, host: "127.0.0.1" } });
app.boot().then(() => app.start());`,
      );
      return { args: [start], cwd: home };
    },
  },
  {
    name: "Etherpad 1.8.14",
    packages: ["ep_etherpad-lite@1.8.14", "--ignore-scripts"],
    options: { credentials: { ApiKey: "proof" } },
    prepare(home, port) {
      // It looks for its settings above a folder called "src".
      const src = path.join(home, "src");
      cpSync(path.join(home, "node_modules/ep_etherpad-lite"), src, { recursive: true });
      rmSync(path.join(home, "node_modules/ep_etherpad-lite"), { recursive: true });
      symlinkSync(src, path.join(home, "node_modules/ep_etherpad-lite"));
      mkdirSync(path.join(home, "var"));
      const settings = { ip: "127.0.0.1", port, dbType: "dirty", dbSettings: { filename: "var/dirty.db" } };
      writeFileSync(path.join(home, "settings.json"), JSON.stringify(settings));
      writeFileSync(path.join(home, "APIKEY.txt"), "proof");
      return { args: ["node/server.js"], cwd: src };
    },
  },
];

async function isUp(url) {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(url).catch(() => null);
    if (answer) return true;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return false;
}

async function judge(name, url, options) {
  const dir = mkdtempSync(path.join(os.tmpdir(), "meta-orch-prove-server-"));
  try {
    // No document is named: it is found at the addresses where services have it.
    const { result, ms } = await runGate(dir, {
      baseUrl: url,
      checks: CHECKS,
      options: { document: undefined, ...options },
    });
    const { inScope = 0, exercised = 0, succeeded = 0, notExercised = [] } = result.metrics.coverage ?? {};
    const exerciseMs = result.metrics.exerciseMs ?? ms;
    const kinds = new Map();
    for (const { ruleId, message } of result.findings) {
      const verdict = /^\[(.*?)\]/.exec(message)?.[1];
      if (verdict) kinds.set(`${ruleId} [${verdict}]`, (kinds.get(`${ruleId} [${verdict}]`) ?? 0) + 1);
    }
    const wrong = result.findings.filter(({ message }) => message.startsWith("[server wrong]"));
    const examples = [...new Map(wrong.map((one) => [one.ruleId, one])).values()];
    return {
      ok:
        inScope > 0 && exercised >= inScope * EXERCISED && exerciseMs <= MAX_MS * Math.max(1, inScope / 200),
      lines: [
        `${name}: ${exercised} of ${inScope} operations exercised (${succeeded} with success) in ${exerciseMs} ms; all checks ${ms} ms, ${result.metrics.requests} requests`,
        `${name}: ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(", ") || "nothing found"}`,
        ...notExercised
          .slice(0, 10)
          .map(({ operation, reason }) => `${name}: not exercised: ${operation}: ${reason}`),
        ...examples.map(({ ruleId, message }) => `${name}: for example ${ruleId}: ${message.slice(15, 240)}`),
      ],
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function started({ name, packages, options, prepare }) {
  const home = mkdtempSync(path.join(os.tmpdir(), "meta-orch-prove-server-"));
  let child = null;
  try {
    const fault = install(home, packages);
    if (fault) return { ok: false, lines: [`${name}: ${fault}`] };
    const port = await freePort();
    const { args, cwd } = prepare(home, port);
    child = spawn(process.execPath, args, { cwd, stdio: "ignore" });
    const url = `http://127.0.0.1:${port}`;
    if (!(await isUp(url)))
      return { ok: false, lines: [`${name}: it did not come up within ${START_MS} ms`] };
    return await judge(name, url, options);
  } finally {
    if (child && child.exitCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    rmSync(home, { recursive: true, force: true });
  }
}

export async function run() {
  const { PROVE_SERVER, PROVE_OPTIONS = "{}" } = process.env;
  const outcomes = [];
  for (const server of SERVERS) outcomes.push(await started(server));
  if (PROVE_SERVER) {
    const [name, ...address] = PROVE_SERVER.split("=");
    outcomes.push(await judge(name, address.join("="), JSON.parse(PROVE_OPTIONS)));
  }
  return {
    ok: outcomes.every(({ ok }) => ok),
    lines: outcomes.flatMap(({ ok, lines }) => (ok ? lines : [`FAULT: ${lines[0]}`, ...lines.slice(1)])),
  };
}
