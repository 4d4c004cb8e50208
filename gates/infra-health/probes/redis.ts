/** Redis: connect, AUTH, SELECT, PING, then what INFO says of memory, persistence and replication. */
import type { Socket } from "node:net";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { anyNetworkIll } from "../net-errors.ts";
import {
  healthy,
  type Ill,
  ill,
  type Probe,
  type ProbeContext,
  type Remark,
  type Service,
} from "../types.ts";
import { showBytes, showShare } from "../units.ts";
import { DEFAULT_MIN_DAYS, judgeCertificate } from "./certificate.ts";
import { ask, ConnectionLost, ProtocolError, type Reply, ReplyError } from "./resp.ts";
import { connect, type Endpoint, parseEndpoint, secure, showEndpoint } from "./socket.ts";
import { readAuthority } from "./tls.ts";

const FULL_SHARE = 0.9;

interface Target {
  endpoint: Endpoint;
  where: string;
  isTls: boolean;
  user: string;
  password: string;
  database: string;
}

/** redis://[user]:[password]@host[:port][/database], rediss:// for TLS, host:port, or the path of a socket. */
export function parseRedisAddress(text: string): Target | null {
  const endpoint = parseEndpoint(text, 6379);
  if (!endpoint) return null;
  const none = { isTls: false, user: "", password: "", database: "" };
  const where = showEndpoint(endpoint);
  if (!/^(rediss?|valkeys?):\/\//i.test(text)) return { ...none, endpoint, where };
  const url = new URL(text);
  const decode = (part: string) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  };
  return {
    endpoint,
    where,
    isTls: /^(rediss|valkeys):$/.test(url.protocol),
    user: decode(url.username),
    password: decode(url.password),
    database: url.pathname.slice(1),
  };
}

const START = "Start it, and look into its log.";

/** The class of an error reply. */
function replyIll(error: ReplyError, where: string): Ill {
  const said = `${where} answers: ${error.text}`;
  const { code, text } = error;
  if (
    /^(NOAUTH|WRONGPASS|NOPERM)$/.test(code) ||
    /invalid password|without any password|no password is set/i.test(text)
  )
    return ill("auth", said, "Correct user and password in the address.");
  if (code === "DENIED")
    return ill("auth", said, "Protected mode: set a password, or bind it to this network.");
  if (/DB index is out of range|invalid DB index/i.test(text))
    return ill("wrong-database", said, "Use a database number the server has.");
  if (code === "MISCONF") return ill("disk", said, "Free disk space where it saves, then look into its log.");
  if (code === "OOM") return ill("unhealthy", said, "Raise maxmemory, or set an eviction policy.");
  if (/max number of clients/i.test(text))
    return ill("unhealthy", said, "Close idle clients, or raise maxclients.");
  if (/unknown command/i.test(text)) return ill("version", said, "This server lacks the command: update it.");
  return ill("unhealthy", said, START);
}

/** INFO as a table. */
export function parseInfo(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0 && !line.startsWith("#")) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

const numberOf = (info: Map<string, string>, name: string) => Number(info.get(name) ?? 0);

function judgePersistence(info: Map<string, string>, where: string): Ill | null {
  const failed = [
    ["rdb_last_bgsave_status", "the last snapshot"],
    ["aof_last_write_status", "the last write of the append-only file"],
    ["aof_last_bgrewrite_status", "the last rewrite of the append-only file"],
  ].find(([field]) => (info.get(field!) ?? "ok") !== "ok");
  if (!failed) return null;
  return ill(
    "disk",
    `${where}: ${failed[1]} failed (${failed[0]}:err)`,
    "Free disk space or repair the folder it saves to.",
    {
      isTransient: false,
    },
  );
}

function judgeMemory(info: Map<string, string>, where: string): { ill: Ill | null; remarks: Remark[] } {
  const limit = numberOf(info, "maxmemory");
  const used = numberOf(info, "used_memory");
  const policy = info.get("maxmemory_policy") ?? "";
  if (limit === 0 || !/^(noeviction|volatile-)/.test(policy)) return { ill: null, remarks: [] };
  const words = `${showBytes(used)} of ${showBytes(limit)} used, policy ${policy}`;
  if (used >= limit && policy === "noeviction") {
    const found = ill(
      "unhealthy",
      `${where}: maxmemory reached, writes are refused (${words})`,
      "Raise maxmemory, delete keys, or set an eviction policy.",
      {
        isTransient: false,
      },
    );
    return { ill: found, remarks: [] };
  }
  if (used < limit * FULL_SHARE) return { ill: null, remarks: [] };
  const message = `${where} is ${showShare(used / limit)} full: ${words}`;
  const fix = "Raise maxmemory, or set an eviction policy.";
  return { ill: null, remarks: [{ rule: "memory-nearly-full", severity: "medium", message, fix }] };
}

function judgeRole(info: Map<string, string>, settings: JsonObject, where: string): Ill | null {
  const isReplica = info.get("role") === "slave";
  if (isReplica && settings.role !== "replica") {
    return ill(
      "misconfigured",
      `${where} is a replica: it takes no writes`,
      "Point the address at the primary, or say role: replica.",
    );
  }
  if (!isReplica && settings.role === "replica")
    return ill(
      "misconfigured",
      `${where} is a primary, expected a replica`,
      "Correct the address or the role.",
    );
  if (isReplica && info.get("master_link_status") !== "up")
    return ill(
      "unhealthy",
      `${where} has lost its primary (master_link_status:down)`,
      "Look into the link to the primary.",
    );
  return null;
}

function judgeInfo(text: string, service: Service, where: string) {
  const info = parseInfo(text);
  const facts: JsonObject = {
    version: info.get("redis_version") ?? null,
    usedMemoryBytes: numberOf(info, "used_memory"),
    maxMemoryBytes: numberOf(info, "maxmemory"),
    connectedClients: numberOf(info, "connected_clients"),
    role: info.get("role") ?? null,
  };
  if (info.get("loading") === "1") {
    return {
      ill: ill("unhealthy", `${where} is still loading its data`, "Wait, or use waitFor."),
      facts,
      remarks: [],
    };
  }
  const memory = judgeMemory(info, where);
  const found = judgePersistence(info, where) ?? memory.ill ?? judgeRole(info, service.settings, where);
  return { ill: found, facts, remarks: memory.remarks };
}

/** Opens the connection; for rediss:// the certificate has to hold. */
async function open(target: Target, service: Service, context: ProbeContext): Promise<Socket | Ill> {
  const { where, endpoint } = target;
  context.tried.push(`connect to ${where}`);
  const socket = await connect(endpoint, context.signal);
  if (!target.isTls) return socket;
  const authority = await readAuthority(context.root, service.settings.ca);
  if (!authority.ok) return authority.ill;
  const { servername } = service.settings;
  const host = typeof servername === "string" ? servername : endpoint.host;
  context.tried.push(`TLS handshake as ${host}`);
  const secured = await secure(socket, { servername: host, ca: authority.ca }, context.signal);
  const expected = { host, where, minDays: DEFAULT_MIN_DAYS, nowMs: Date.now() };
  const verdict = judgeCertificate(secured, expected);
  if (!verdict.ill) return secured;
  secured.destroy();
  return verdict.ill;
}

async function converse(socket: Socket, target: Target, service: Service, context: ProbeContext) {
  const { where, user, password, database } = target;
  const { tried } = context;
  const step = async (words: string, ...command: string[]): Promise<Exclude<Reply, ReplyError> | Ill> => {
    tried.push(words);
    const reply = await ask(socket, ...command);
    return reply instanceof ReplyError ? replyIll(reply, where) : reply;
  };
  const failed = (reply: unknown): reply is Ill =>
    typeof reply === "object" && reply !== null && !Array.isArray(reply);
  if (password !== "") {
    const credentials = user === "" ? [password] : [user, password];
    const reply = await step(`AUTH${user === "" ? "" : ` as ${user}`}`, "AUTH", ...credentials);
    if (failed(reply)) return reply;
  }
  if (database !== "") {
    const reply = await step(`SELECT ${database}`, "SELECT", database);
    if (failed(reply)) return reply;
  }
  const pong = await step("PING", "PING");
  if (failed(pong)) return pong;
  if (pong !== "PONG")
    return ill(
      "misconfigured",
      `${where} answers PING with something else`,
      "Check which service has this port.",
    );
  const info = await step("INFO", "INFO");
  if (failed(info)) {
    // Some hosted services and users without rights have no INFO; the database itself has answered.
    return /NOPERM|unknown command/i.test(info.message)
      ? healthy(`${where} answers PING, INFO is not allowed`)
      : info;
  }
  const judged = judgeInfo(String(info), service, where);
  if (judged.ill) return { ...judged.ill, facts: judged.facts };
  return healthy(
    `Redis ${judged.facts.version ?? ""} answers, ${showBytes(Number(judged.facts.usedMemoryBytes))} used`,
    judged.facts,
    judged.remarks,
  );
}

export const probeRedis: Probe = async (service, context) => {
  const target = parseRedisAddress(service.subject);
  if (!target) {
    return ill(
      "misconfigured",
      "the address is no redis://host:port",
      "Write redis://[user:password@]host[:port][/database].",
    );
  }
  let socket: Socket | null = null;
  try {
    const opened = await open(target, service, context);
    if ("ok" in opened) return opened;
    socket = opened;
    return await converse(socket, target, service, context);
  } catch (error) {
    if (error instanceof ProtocolError) {
      return ill(
        "misconfigured",
        `${target.where} does not speak the Redis protocol: ${JSON.stringify(error.message)}`,
        "Check which service has this port, and whether it wants rediss://.",
      );
    }
    if (error instanceof ConnectionLost) {
      return ill(
        "crashed",
        `${target.where} closed the connection during ${context.tried.at(-1)}`,
        "Look into its log: it went away in the middle.",
      );
    }
    return anyNetworkIll(error, target.where);
  } finally {
    socket?.destroy();
  }
};
