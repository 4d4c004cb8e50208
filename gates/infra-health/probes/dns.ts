/** A name resolves, and to what is expected. */
import { lookup, Resolver } from "node:dns/promises";
import { errorFacts } from "../net-errors.ts";
import { healthy, ill, type Probe, type ProbeContext, type Service } from "../types.ts";

/** Addresses by the system's own resolver (hosts file included), or records from a name server. */
async function resolve({ subject, settings }: Service, context: ProbeContext): Promise<string[]> {
  const { server, record } = settings;
  if (typeof server !== "string" && typeof record !== "string")
    return (await lookup(subject, { all: true })).map((one) => one.address);
  const resolver = new Resolver({ timeout: context.timeoutMs, tries: 1 });
  context.signal.addEventListener("abort", () => resolver.cancel(), { once: true });
  if (typeof server === "string") resolver.setServers([server]);
  const records = await resolver.resolve(subject, typeof record === "string" ? record : "A");
  return (Array.isArray(records) ? records : [records]).map((one) =>
    typeof one === "string" ? one : Array.isArray(one) ? one.join("") : JSON.stringify(one),
  );
}

export const probeDns: Probe = async (service, context) => {
  const { subject, settings } = service;
  const asked = typeof settings.server === "string" ? ` at ${settings.server}` : "";
  context.tried.push(`resolve ${subject}${asked}`);
  let found: string[];
  try {
    found = await resolve(service, context);
  } catch (error) {
    const { code, message } = errorFacts(error);
    if (code === "ETIMEOUT" || code === "ETIMEDOUT")
      return ill("timeout", `the name server${asked} does not answer`, "Check the resolver of this machine.");
    if (code === "ECONNREFUSED")
      return ill("refused", `the name server${asked} refuses`, "Check the resolver of this machine.");
    return ill(
      "dns",
      `${subject} does not resolve (${code || message})`,
      "Correct the name, or create the record.",
    );
  }
  const { addresses } = settings;
  const wanted = Array.isArray(addresses) ? addresses.map(String) : [];
  const missing = wanted.filter((one) => !found.includes(one));
  if (missing.length > 0) {
    return ill(
      "dns",
      `${subject} resolves to ${found.join(", ")}, not to ${missing.join(", ")}`,
      "Correct the record, or wait for its old copy to expire.",
      {
        facts: { addresses: found },
      },
    );
  }
  return healthy(`${subject} resolves to ${found.join(", ")}`, { addresses: found });
};
