// Twenty healthy probes of a real Postgres, a real Redis and everything else; then the same with one black hole.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

export const title = "infra-health: 20 healthy probes, and 20 with a black hole among them";

const root = fileURLToPath(new URL("..", import.meta.url));
const HOLE_TIMEOUT_MS = 1000;

/** The gate on its own, bundled below node_modules so that its packages resolve. */
async function loadGate(folder) {
  const outfile = join(folder, "infra-health.mjs");
  await build({
    entryPoints: [join(root, "gates/infra-health/index.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    define: { __VERSION__: '"0.0.0-bench"', __BUILD__: '"bench"' },
    logLevel: "error",
  });
  return (await import(pathToFileURL(outfile).href)).default;
}

function program(name) {
  const home = "/usr/lib/postgresql";
  const homes = existsSync(home) ? readdirSync(home).map((version) => join(home, version, "bin")) : [];
  const dir = [...process.env.PATH.split(delimiter), ...homes].find(
    (one) => one && existsSync(join(one, name)),
  );
  if (!dir) throw new Error(`${name} is not installed`);
  return join(dir, name);
}

async function listening(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server.address().port;
}

async function freePort() {
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, "close");
  return port;
}

function whenReady(child, sign) {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk) => {
      output += chunk;
      if (sign.test(output)) resolve();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", () => reject(new Error(output)));
  });
}

async function startServers(folder) {
  const nobody = (flag) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  const user = process.getuid?.() === 0 ? { uid: nobody("-u"), gid: nobody("-g") } : {};
  chmodSync(folder, 0o755);
  const home = join(folder, "postgres");
  mkdirSync(home);
  if (user.uid !== undefined) chownSync(home, user.uid, user.gid);
  const data = join(home, "data");
  const init = ["-D", data, "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  execFileSync(program("initdb"), init, { ...user, cwd: home, stdio: "pipe" });
  const [postgres, redis] = [await freePort(), await freePort()];
  const settings = [
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    `unix_socket_directories=${home}`,
    "-c",
    "fsync=off",
  ];
  const children = [
    spawn(program("postgres"), ["-D", data, "-p", String(postgres), ...settings], { ...user, cwd: home }),
    spawn(program("redis-server"), [
      "--port",
      String(redis),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--dir",
      folder,
    ]),
  ];
  await Promise.all([
    whenReady(children[0], /ready to accept connections/),
    whenReady(children[1], /Ready to accept connections/),
  ]);
  return { postgres, redis, children };
}

/** Twenty services of nine kinds. */
function services({ postgres, redis }, http) {
  const at = (port) => `127.0.0.1:${port}`;
  const list = {};
  for (let index = 0; index < 5; index += 1) {
    list[`postgres-${index}`] = { postgres: `postgres://app@${at(postgres)}/postgres` };
    list[`redis-${index}`] = { redis: `redis://${at(redis)}/${index}` };
  }
  for (let index = 0; index < 3; index += 1)
    list[`http-${index}`] = { http: `http://${at(http)}/`, expect: { json: { "$.ok": true } } };
  for (let index = 0; index < 2; index += 1) list[`tcp-${index}`] = { tcp: at(redis) };
  list.dns = { dns: "localhost" };
  list.disk = { disk: ".", minFree: "1kB" };
  list.memory = { memory: true, minFree: "1kB" };
  list.process = { process: http };
  list.clock = { clock: `http://${at(http)}/`, maxSkew: "1m" };
  return list;
}

const median = (values) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];

export async function run() {
  const rounds = Number(process.env.BENCH_ROUNDS ?? 11);
  const cache = join(root, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const bundled = mkdtempSync(join(cache, "infra-bench-"));
  const folder = mkdtempSync(join(tmpdir(), "infra-bench-"));
  const http = createHttpServer((_, response) => response.end('{"ok":true}'));
  const hole = createServer(() => {});
  let servers;
  try {
    const gate = await loadGate(bundled);
    servers = await startServers(folder);
    const list = services(servers, await listening(http));
    const holePort = await listening(hole);
    const measure = async (own) => {
      const began = performance.now();
      const result = await gate.run({
        runId: "bench",
        mode: "full",
        env: "ci",
        root: folder,
        dependenciesRoot: folder,
        files: [],
        changed: null,
        base: null,
        options: { services: own, discover: false },
        checks: ["live-services"],
        upstream: {},
        history: [],
        secrets: {},
        artifactsDir: folder,
        signal: new AbortController().signal,
        progress() {},
        exec: () => Promise.reject(new Error("no process is needed here")),
      });
      const ms = performance.now() - began;
      const statuses = result.checks.map((check) => check.failureClass ?? check.status);
      return { ms, statuses };
    };
    const cold = await measure(list);
    if (cold.statuses.length !== 20 || cold.statuses.some((status) => status !== "passed"))
      throw new Error(cold.statuses.join());
    const warm = [];
    for (let round = 0; round < rounds; round += 1) warm.push((await measure(list)).ms);
    const holes = [];
    for (let round = 0; round < Math.min(rounds, 5); round += 1) {
      const { dns, ...rest } = list;
      const { ms, statuses } = await measure({
        ...rest,
        hole: { redis: `127.0.0.1:${holePort}`, timeout: `${HOLE_TIMEOUT_MS}ms` },
      });
      if (statuses.filter((status) => status === "timeout").length !== 1) throw new Error(statuses.join());
      holes.push(ms - HOLE_TIMEOUT_MS);
    }
    return [
      `20 healthy probes: first ${cold.ms.toFixed(0)} ms (loading the clients included), then median ${median(warm).toFixed(0)} ms, worst ${Math.max(...warm).toFixed(0)} ms of ${rounds}`,
      `19 healthy and a black hole with a timeout of ${HOLE_TIMEOUT_MS} ms: timeout + ${median(holes).toFixed(1)} ms (median), + ${Math.max(...holes).toFixed(1)} ms (worst of ${holes.length})`,
    ];
  } finally {
    for (const child of servers?.children ?? []) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    http.closeAllConnections();
    http.close();
    hole.close();
    rmSync(folder, { recursive: true, force: true });
    rmSync(bundled, { recursive: true, force: true });
  }
}
