/** Real Postgres and Redis servers, and small bad ones, on ports of their own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import net from "node:net";
import os from "node:os";
import { delimiter, join } from "node:path";
import type { Certificate } from "./certificates.ts";

export const PASSWORD = "right-password-of-the-test";

export interface Server {
  port: number;
  child: ChildProcess;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

function program(name: string): string {
  const home = "/usr/lib/postgresql";
  const homes = existsSync(home) ? readdirSync(home).map((version) => join(home, version, "bin")) : [];
  const folder = [...(process.env.PATH ?? "").split(delimiter), ...homes].find(
    (dir) => dir && existsSync(join(dir, name)),
  );
  if (!folder) throw new Error(`${name} is not installed; npm test installs it or says how`);
  return join(folder, name);
}

/** A folder that every user may enter: Postgres runs as somebody else when we are root. */
export function scratch(): { path: string; dispose(): void } {
  const path = mkdtempSync(join(os.tmpdir(), "infra-health-"));
  chmodSync(path, 0o755);
  return { path, dispose: () => rmSync(path, { recursive: true, force: true }) };
}

export async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

async function whenReady(child: ChildProcess, sign: RegExp): Promise<void> {
  let output = "";
  await new Promise<void>((resolve, reject) => {
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

const serverOf = (port: number, child: ChildProcess, gentle: NodeJS.Signals): Server => ({
  port,
  child,
  async stop(signal = gentle) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  },
});

function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function own(path: string): void {
  const { uid, gid } = unprivileged();
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

/** Postgres takes keys only from files that are its own. */
function adopt(home: string, certificate: Certificate): string[] {
  const copies = [join(home, "server.pem"), join(home, "server.key")] as const;
  copyFileSync(certificate.certificate, copies[0]);
  copyFileSync(certificate.key, copies[1]);
  chmodSync(copies[1], 0o600);
  for (const copy of copies) own(copy);
  return ["-c", "ssl=on", "-c", `ssl_cert_file=${copies[0]}`, "-c", `ssl_key_file=${copies[1]}`];
}

async function runPostgres(
  home: string,
  data: string,
  certificate: Certificate | null,
  more: string[],
): Promise<Server> {
  const port = await freePort();
  const settings = [
    ..."-c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=14".split(" "),
    ..."-c superuser_reserved_connections=3 -c max_wal_senders=2 -c autovacuum=off".split(" "),
    "-c",
    `unix_socket_directories=${home}`,
    ...(certificate ? adopt(home, certificate) : []),
    ...more,
  ];
  const user = unprivileged();
  const child = spawn(program("postgres"), ["-D", data, "-p", String(port), ...settings], {
    ...user,
    cwd: home,
  });
  await whenReady(child, /ready to accept (read-only )?connections/);
  return serverOf(port, child, "SIGINT");
}

/** A cluster whose superuser is "admin" with PASSWORD; "app" is made by the caller. */
export async function startPostgres(folder: string, certificate: Certificate | null): Promise<Server> {
  const home = join(folder, "primary");
  mkdirSync(home);
  own(home);
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, PASSWORD);
  const data = join(home, "data");
  const options = [
    "-U",
    "admin",
    "-A",
    "scram-sha-256",
    `--pwfile=${passwordFile}`,
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync",
  ];
  execFileSync(program("initdb"), ["-D", data, ...options], { ...unprivileged(), cwd: home, stdio: "pipe" });
  return runPostgres(home, data, certificate, []);
}

/** A streaming replica of `primary`. */
export async function startReplica(
  folder: string,
  primary: Server,
  certificate: Certificate | null,
): Promise<Server> {
  const home = join(folder, "replica");
  mkdirSync(home);
  own(home);
  const data = join(home, "data");
  const from = ["-h", "127.0.0.1", "-p", String(primary.port), "-U", "admin"];
  execFileSync(
    program("pg_basebackup"),
    [...from, "-D", data, "-R", "-X", "fetch", "-c", "fast", "--no-sync"],
    {
      ...unprivileged(),
      cwd: home,
      stdio: "pipe",
      env: { ...process.env, PGPASSWORD: PASSWORD },
    },
  );
  return runPostgres(home, data, certificate, ["-c", "hot_standby=on"]);
}

export async function startRedis(
  folder: string,
  settings: string[] = [],
  certificate: Certificate | null = null,
  ca = "",
): Promise<Server> {
  const port = await freePort();
  const dir = mkdtempSync(join(folder, "redis-"));
  const listen = certificate
    ? [
        "--port",
        "0",
        "--tls-port",
        String(port),
        "--tls-cert-file",
        certificate.certificate,
        "--tls-key-file",
        certificate.key,
        "--tls-ca-cert-file",
        ca,
        "--tls-auth-clients",
        "no",
      ]
    : ["--port", String(port)];
  const child = spawn(program("redis-server"), [
    ...listen,
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--dir",
    dir,
    ...settings,
  ]);
  await whenReady(child, /Ready to accept connections/);
  return serverOf(port, child, "SIGTERM");
}

/** A server that does `talk` with every connection; nothing at all makes it a black hole. */
export async function startTalker(
  talk: (socket: net.Socket) => void = () => {},
): Promise<{ port: number; stop(): Promise<void> }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    talk(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as net.AddressInfo).port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
