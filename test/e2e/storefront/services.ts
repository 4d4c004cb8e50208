/** A real Redis and a real Postgres for one test file, on sockets of their own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";

export interface Service {
  url: string;
  stop: () => Promise<void>;
}

const POSTGRES_HOME = "/usr/lib/postgresql";

/** Full path of a program, on PATH or where Debian keeps PostgreSQL's. Throws when there is none. */
function program(name: string): string {
  const homes = existsSync(POSTGRES_HOME)
    ? readdirSync(POSTGRES_HOME).map((v) => join(POSTGRES_HOME, v, "bin"))
    : [];
  const found = [...(process.env.PATH ?? "").split(delimiter), ...homes].find(
    (dir) => dir && existsSync(join(dir, name)),
  );
  if (!found) throw new Error(`${name} is not installed; npm test installs it or says how`);
  return join(found, name);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  return typeof address === "object" && address ? address.port : 0;
}

/** Resolves when the program says that it is ready; rejects with its output when it ends before. */
function whenReady(child: ChildProcess, sign: RegExp): Promise<void> {
  let output = "";
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      if (sign.test(output)) resolve();
    };
    child.stdout!.on("data", read);
    child.stderr!.on("data", read);
    child.once("exit", () => reject(new Error(output)));
    child.once("error", reject);
  });
}

const ending = (child: ChildProcess, signal: NodeJS.Signals) => async () => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
};

export async function startRedis(folder: string, password: string): Promise<Service> {
  const port = await freePort();
  const args = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--dir",
    folder,
    "--requirepass",
    password,
  ];
  const child = spawn(program("redis-server"), args);
  await whenReady(child, /Ready to accept connections/);
  return { url: `redis://:${password}@127.0.0.1:${port}/2`, stop: ending(child, "SIGTERM") };
}

/** PostgreSQL refuses to run as root: root starts it as the user nobody. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

export async function startPostgres(folder: string): Promise<Service> {
  const port = await freePort();
  const home = join(folder, "postgres");
  const user = unprivileged();
  mkdirSync(home);
  if (user.uid !== undefined && user.gid !== undefined) {
    chmodSync(folder, 0o755);
    chownSync(home, user.uid, user.gid);
  }
  const data = join(home, "data");
  const init = ["-D", data, "-U", "tideline", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  execFileSync(program("initdb"), init, { ...user, cwd: home, stdio: "pipe" });
  const settings = [
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    `unix_socket_directories=${home}`,
    "-c",
    "fsync=off",
  ];
  const child = spawn(program("postgres"), ["-D", data, "-p", String(port), ...settings], {
    ...user,
    cwd: home,
  });
  await whenReady(child, /ready to accept connections/);
  return { url: `postgres://tideline@127.0.0.1:${port}/postgres`, stop: ending(child, "SIGINT") };
}
