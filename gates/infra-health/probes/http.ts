/** HTTP(S) health: status, latency bound by the deadline, and assertions on the JSON. */
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { anyNetworkIll, errorFacts } from "../net-errors.ts";
import { plainAddress } from "../secrets.ts";
import { healthy, type Ill, ill, type Probe, type ProbeContext, type Remark } from "../types.ts";
import { DEFAULT_MIN_DAYS, judgeCertificate } from "./certificate.ts";
import { assertJson } from "./json.ts";
import { readAuthority } from "./tls.ts";

const MAX_BODY = 4 * 1024 * 1024;

export interface HttpAnswer {
  status: number;
  headers: IncomingMessage["headers"];
  text: string;
  certificate: { ill: Ill | null; remarks: Remark[]; facts: JsonObject } | null;
}

/** One GET without redirects. Rejects with the socket's error; the certificate is judged, not enforced. */
export async function get(
  address: string,
  { headers, ca }: { headers: Record<string, string>; ca?: Buffer },
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const url = new URL(address);
  const isTls = url.protocol === "https:";
  const { request } = isTls ? await import("node:https") : await import("node:http");
  return new Promise((resolve, reject) => {
    // No agent: a connection and a TLS session of its own.
    const options = {
      agent: false,
      signal,
      headers: { accept: "application/json, */*", "accept-encoding": "identity", ...headers },
      ...(isTls ? { rejectUnauthorized: false, checkServerIdentity: () => undefined, ca } : {}),
    } as const;
    const outgoing = request(url, options, (incoming) => {
      const certificate = isTls
        ? judgeCertificate(incoming.socket as TLSSocket, {
            host: url.hostname.replace(/^\[|\]$/g, ""),
            where: url.host,
            minDays: DEFAULT_MIN_DAYS,
            nowMs: Date.now(),
          })
        : null;
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MAX_BODY) chunks.push(chunk);
        else incoming.destroy(new Error(`an answer of more than ${MAX_BODY} bytes`));
      });
      incoming.on("error", reject);
      incoming.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, certificate });
      });
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/** The class of an error of `get`. */
export function httpIll(error: unknown, where: string): Ill {
  const { code, message } = errorFacts(error);
  if (code.startsWith("HPE_")) {
    return ill(
      "misconfigured",
      `${where} does not speak HTTP: ${message}`,
      "Check the port, and http or https.",
    );
  }
  if (code === "ECONNRESET" && /socket hang up/.test(message))
    return ill("crashed", `${where} closed the connection without an answer`, "Look into its log.");
  return anyNetworkIll(error, where);
}

function judgeStatus(status: number, wanted: Json | undefined, where: string): Ill | null {
  const accepted = wanted === undefined ? ["2xx", "3xx"] : Array.isArray(wanted) ? wanted : [wanted];
  const fits = accepted.some((one) => {
    const text = String(one).toLowerCase();
    return text.endsWith("xx") ? Math.floor(status / 100) === Number(text[0]) : Number(text) === status;
  });
  if (fits) return null;
  const said = `${where} answers ${status}, expected ${accepted.join(" or ")}`;
  if (status === 401 || status === 403 || status === 407)
    return ill("auth", said, "Give the probe credentials (headers:), or check that they are still valid.");
  if (status === 404) return ill("misconfigured", said, "Correct the path of the health endpoint.");
  return ill("unhealthy", said, "Look into its log.");
}

export function readHeaders(settings: JsonObject): Record<string, string> {
  const headers = (settings.headers ?? {}) as JsonObject;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** An answer with a status and a certificate that hold, or why not. Used by every probe over HTTP. */
export async function getHealthy(address: string, settings: JsonObject, context: ProbeContext) {
  const where = plainAddress(address);
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
    return ill("misconfigured", `"${where}" is no http or https URL`, "Write http://host:port/path.");
  const authority = await readAuthority(context.root, settings.ca);
  if (!authority.ok) return authority.ill;
  const expect = (settings.expect ?? {}) as JsonObject;
  try {
    context.tried.push(`GET ${where}`);
    const answer = await get(address, { headers: readHeaders(settings), ca: authority.ca }, context.signal);
    const found = answer.certificate?.ill ?? judgeStatus(answer.status, expect.status, where);
    return found ?? { answer, where };
  } catch (error) {
    return httpIll(error, where);
  }
}

export const probeHttp: Probe = async (service, context) => {
  const got = await getHealthy(service.subject, service.settings, context);
  if ("ok" in got) return got;
  const { answer, where } = got;
  const expect = (service.settings.expect ?? {}) as JsonObject;
  if (typeof expect.text === "string" && !answer.text.includes(expect.text))
    return ill(
      "unhealthy",
      `${where}: the answer does not contain ${JSON.stringify(expect.text)}`,
      "Look into its log.",
    );
  if (expect.json !== undefined) {
    context.tried.push("check the JSON");
    const wrong = await assertJson(answer.text, expect.json as JsonObject);
    if (wrong)
      return ill(
        wrong.isConfig ? "misconfigured" : "unhealthy",
        `${where}: ${wrong.message}`,
        "Look into its log.",
      );
  }
  const facts: JsonObject = { status: answer.status, ...(answer.certificate?.facts ?? {}) };
  return healthy(`${where} answers ${answer.status}`, facts, answer.certificate?.remarks ?? []);
};
