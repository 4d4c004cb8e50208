/** One TCP connection, optionally wrapped in TLS, that ends with its signal. */
import { once } from "node:events";
import net from "node:net";
import tls from "node:tls";

export interface Endpoint {
  host: string;
  port: number;
  /** Path of a Unix socket, instead of host and port. */
  path?: string;
}

/** "host:1234", "tcp://host:1234", "[::1]:1234" → endpoint; null when there is no port and no default. */
export function parseEndpoint(text: string, defaultPort?: number): Endpoint | null {
  if (text.startsWith("/")) return { host: "", port: 0, path: text };
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `tcp://${text}`;
  if (!URL.canParse(withScheme)) return null;
  const url = new URL(withScheme);
  const wellKnown = url.protocol === "https:" ? 443 : url.protocol === "http:" ? 80 : defaultPort;
  const port = url.port === "" ? wellKnown : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return host === "" || port === undefined || port === 0 ? null : { host, port };
}

export const showEndpoint = ({ host, port, path }: Endpoint) =>
  path ?? `${host.includes(":") ? `[${host}]` : host}:${port}`;

/** Connects. Rejects with the system's error, or when the signal aborts. */
export async function connect(endpoint: Endpoint, signal: AbortSignal): Promise<net.Socket> {
  const { host, port, path } = endpoint;
  const socket = path === undefined ? net.connect({ host, port }) : net.connect({ path });
  const stop = () => socket.destroy(new Error("stopped"));
  // Whoever listens hears of it too; if nobody does, nobody needs to.
  socket.on("error", () => {});
  signal.addEventListener("abort", stop, { once: true });
  socket.once("close", () => signal.removeEventListener("abort", stop));
  if (signal.aborted) stop();
  await once(socket, "connect");
  socket.setNoDelay(true);
  return socket;
}

/**
 * Starts TLS on a connected socket and completes the handshake whatever the certificate says, so that it can
 * be read. Always a session of its own: with a resumed one the certificate comes back empty.
 */
export async function secure(
  socket: net.Socket,
  options: { servername: string; ca?: Buffer },
  signal: AbortSignal,
): Promise<tls.TLSSocket> {
  const servername = net.isIP(options.servername) ? "" : options.servername;
  const wrapped = tls.connect({
    socket,
    servername,
    rejectUnauthorized: false,
    // Names are judged with the certificate; here only the chain is.
    checkServerIdentity: () => undefined,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  wrapped.on("error", () => {});
  const stop = () => wrapped.destroy();
  signal.addEventListener("abort", stop, { once: true });
  wrapped.once("close", () => signal.removeEventListener("abort", stop));
  const lost = new Promise<never>((_, reject) => {
    wrapped.once("close", () => {
      const error: NodeJS.ErrnoException = new Error(
        "the peer closed the connection during the TLS handshake",
      );
      error.code = "EPROTO";
      reject(error);
    });
  });
  lost.catch(() => {});
  await Promise.race([once(wrapped, "secureConnect"), lost]);
  return wrapped;
}
