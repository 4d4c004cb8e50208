/** How far this machine's clock is from another one: the Date of a web server, or a time server (SNTP, RFC 4330). */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { anyNetworkIll } from "../net-errors.ts";
import { plainAddress } from "../secrets.ts";
import { healthy, type Ill, ill, type Probe, type ProbeContext, type Service } from "../types.ts";
import { parseDuration, showMs } from "../units.ts";
import { get, httpIll, readHeaders } from "./http.ts";
import { parseEndpoint, showEndpoint } from "./socket.ts";
import { readAuthority } from "./tls.ts";

const DEFAULT_SKEW_MS = 5000;
/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_EPOCH_S = 2_208_988_800;
/** A Date header has whole seconds: half of one is unknown. */
const DATE_ROUNDING_MS = 500;

/** Their clock minus ours, milliseconds, and how much of it is unknown. */
type Skew = { skewMs: number; unknownMs: number };

async function byDate({ subject, settings }: Service, context: ProbeContext): Promise<Skew | Ill> {
  const where = plainAddress(subject);
  const authority = await readAuthority(context.root, settings.ca);
  if (!authority.ok) return authority.ill;
  context.tried.push(`read the Date of ${where}`);
  try {
    const before = Date.now();
    const answer = await get(subject, { headers: readHeaders(settings), ca: authority.ca }, context.signal);
    const after = Date.now();
    const date = Date.parse(answer.headers.date ?? "");
    if (Number.isNaN(date)) return ill("misconfigured", `${where} sends no Date`, "Ask another server.");
    const middle = (before + after) / 2;
    return { skewMs: date + DATE_ROUNDING_MS - middle, unknownMs: DATE_ROUNDING_MS + (after - before) / 2 };
  } catch (error) {
    return httpIll(error, where);
  }
}

async function byTimeServer({ subject }: Service, context: ProbeContext): Promise<Skew | Ill> {
  const endpoint = parseEndpoint(subject, 123);
  if (!endpoint) return ill("misconfigured", `"${subject}" is no time server`, "Write ntp://host.");
  const where = showEndpoint(endpoint);
  const socket = createSocket(endpoint.host.includes(":") ? "udp6" : "udp4");
  context.signal.addEventListener("abort", () => socket.close(), { once: true });
  try {
    context.tried.push(`ask the time server ${where}`);
    const request = Buffer.alloc(48);
    // Version 4, mode 3: a client.
    request[0] = 0x23;
    socket.connect(endpoint.port, endpoint.host);
    await once(socket, "connect");
    const before = Date.now();
    socket.send(request);
    const [answer] = (await once(socket, "message")) as [Buffer];
    const after = Date.now();
    if (answer.length < 48 || (answer[0]! & 7) !== 4)
      return ill(
        "misconfigured",
        `${where} answers with something else than the time`,
        "Ask another server.",
      );
    const at = (offset: number) =>
      (answer.readUInt32BE(offset) - NTP_EPOCH_S + answer.readUInt32BE(offset + 4) / 2 ** 32) * 1000;
    return { skewMs: (at(32) - before + (at(40) - after)) / 2, unknownMs: (after - before) / 2 };
  } catch (error) {
    return anyNetworkIll(error, where);
  }
}

export const probeClock: Probe = async (service, context) => {
  const isNtp = /^ntp:\/\//i.test(service.subject);
  const skew = isNtp ? await byTimeServer(service, context) : await byDate(service, context);
  if ("ok" in skew) return skew;
  const allowed = parseDuration(service.settings.maxSkew) ?? DEFAULT_SKEW_MS;
  const facts = { skewMs: Math.round(skew.skewMs), unknownMs: Math.round(skew.unknownMs) };
  const words = `this clock is ${showMs(Math.abs(skew.skewMs))} ${skew.skewMs > 0 ? "behind" : "ahead"}`;
  // Only what is certain counts: the part of the skew that rounding and the way there cannot explain.
  if (Math.abs(skew.skewMs) - skew.unknownMs <= allowed) return healthy(words, facts);
  return ill(
    "misconfigured",
    `${words}, at most ${showMs(allowed)} is allowed`,
    "Set the clock: switch time synchronisation on.",
    {
      command: "timedatectl set-ntp true",
      facts,
    },
  );
};
