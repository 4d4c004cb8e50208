/** Which process listens on a port of this machine. Linux: /proc; elsewhere: lsof. */
import { readdir, readFile, readlink } from "node:fs/promises";
import { healthy, ill, type Probe, type ProbeContext } from "../types.ts";

interface Listener {
  pid: number;
  name: string;
  command: string;
}

const LISTEN = "0A";

/** Inodes of the sockets that listen on `port`, from the kernel's tables (proc(5)). */
async function listeningInodes(port: number): Promise<Set<string>> {
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    const text = await readFile(table, "utf8").catch(() => "");
    for (const line of text.split("\n").slice(1)) {
      const fields = line.trim().split(/\s+/);
      const local = Number.parseInt(fields[1]?.split(":")[1] ?? "", 16);
      if (local === port && fields[3] === LISTEN && fields[9]) inodes.add(fields[9]);
    }
  }
  return inodes;
}

async function ownerOf(inodes: ReadonlySet<string>): Promise<Listener | null> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const fd of fds) {
      const link = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => "");
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      const name = (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim();
      const command = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ");
      return { pid: Number(pid), name, command: command.trim() };
    }
  }
  return null;
}

async function byLsof(port: number, context: ProbeContext): Promise<Listener | "none" | "missing"> {
  const args = ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"];
  const done = await context.exec("lsof", args, { timeoutMs: context.timeoutMs });
  if (done.error !== undefined) return "missing";
  const pid = /^p(\d+)$/m.exec(done.stdout)?.[1];
  const name = /^c(.+)$/m.exec(done.stdout)?.[1] ?? "";
  return pid === undefined ? "none" : { pid: Number(pid), name, command: name };
}

async function findListener(port: number, context: ProbeContext) {
  if (process.platform !== "linux") return byLsof(port, context);
  const inodes = await listeningInodes(port);
  if (inodes.size === 0) return "none" as const;
  return (await ownerOf(inodes)) ?? ("hidden" as const);
}

export const probeProcess: Probe = async (service, context) => {
  const port = Number(service.subject);
  context.tried.push(`look for the process on port ${port}`);
  const found = await findListener(port, context);
  if (found === "missing") return ill("missing-tool", "lsof is not installed", "Install lsof.");
  if (found === "none") return ill("refused", `no process listens on port ${port}`, "Start it.");
  const { name } = service.settings;
  if (found === "hidden") {
    if (typeof name !== "string") return healthy(`somebody else's process listens on port ${port}`);
    return ill(
      "permission",
      `a process of another user listens on port ${port}: its name is hidden`,
      "Run as that user.",
    );
  }
  const words = `${found.name} (pid ${found.pid}) listens on port ${port}`;
  if (typeof name === "string" && found.name !== name && !found.command.includes(name)) {
    return ill("misconfigured", `${words}, expected ${name}`, `End it, or give it another port.`, {
      command: `kill ${found.pid}`,
      isTransient: false,
    });
  }
  return healthy(words, { pid: found.pid, name: found.name });
};
