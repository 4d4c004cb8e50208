/** Expiry, name and chain of a certificate. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { anyNetworkIll } from "../net-errors.ts";
import { healthy, ill, type Probe } from "../types.ts";
import { DEFAULT_MIN_DAYS, judgeCertificate } from "./certificate.ts";
import { connect, parseEndpoint, secure, showEndpoint } from "./socket.ts";

/** The certificate file a service names with `ca`, or an Ill when it cannot be read. */
export async function readAuthority(root: string, path: unknown) {
  if (typeof path !== "string") return { ok: true, ca: undefined } as const;
  try {
    return { ok: true, ca: await readFile(resolve(root, path)) } as const;
  } catch {
    const found = ill("misconfigured", `ca: there is no readable file ${path}`, "Correct the path.");
    return { ok: false, ill: found } as const;
  }
}

export const probeTls: Probe = async (service, context) => {
  const endpoint = parseEndpoint(service.subject, 443);
  if (!endpoint) return ill("misconfigured", `"${service.subject}" is no host:port`, "Write host:443.");
  const where = showEndpoint(endpoint);
  const authority = await readAuthority(context.root, service.settings.ca);
  if (!authority.ok) return authority.ill;
  const { servername, minDays } = service.settings;
  const host = typeof servername === "string" ? servername : endpoint.host;
  try {
    context.tried.push(`connect to ${where}`);
    const socket = await connect(endpoint, context.signal);
    context.tried.push(`TLS handshake as ${host}`);
    const secured = await secure(socket, { servername: host, ca: authority.ca }, context.signal);
    const verdict = judgeCertificate(secured, {
      host,
      where,
      minDays: typeof minDays === "number" ? minDays : DEFAULT_MIN_DAYS,
      nowMs: Date.now(),
    });
    secured.destroy();
    if (verdict.ill) return verdict.ill;
    return healthy(`certificate valid for ${verdict.facts.daysLeft} days`, verdict.facts, verdict.remarks);
  } catch (error) {
    return anyNetworkIll(error, where);
  }
};
