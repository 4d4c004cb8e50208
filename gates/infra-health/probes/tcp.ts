/** Somebody listens on a port, and optionally greets in the expected way. */
import { once } from "node:events";
import { anyNetworkIll } from "../net-errors.ts";
import { healthy, ill, type Probe } from "../types.ts";
import { connect, parseEndpoint, showEndpoint } from "./socket.ts";

export const probeTcp: Probe = async (service, context) => {
  const endpoint = parseEndpoint(service.subject);
  if (!endpoint) return ill("misconfigured", `"${service.subject}" is no host:port`, "Write host:port.");
  const where = showEndpoint(endpoint);
  const { greeting } = service.settings;
  try {
    context.tried.push(`connect to ${where}`);
    const socket = await connect(endpoint, context.signal);
    if (typeof greeting !== "string") {
      socket.destroy();
      return healthy(`${where} accepts connections`);
    }
    context.tried.push(`wait for the greeting ${JSON.stringify(greeting)}`);
    const ended = once(socket, "close").then(() => [Buffer.alloc(0)]);
    const [first] = (await Promise.race([once(socket, "data"), ended])) as [Buffer];
    socket.destroy();
    const text = first.toString("latin1").slice(0, 200).trim();
    if (text.includes(greeting)) return healthy(`${where} greets with ${JSON.stringify(text)}`);
    const got = text === "" ? "closed the connection" : `greeted with ${JSON.stringify(text)}`;
    return ill(
      "misconfigured",
      `${where} ${got}, not ${JSON.stringify(greeting)}`,
      "Check which service has this port.",
    );
  } catch (error) {
    return anyNetworkIll(error, where);
  }
};
