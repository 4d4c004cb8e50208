/**
 * The wire to the browser. Playwright's own packs every message, and both ends then spend as much on packing
 * axe-core for every page as on running it; between two processes of one machine nothing is gained by that.
 */
import type { ConnectOverCDPTransport } from "playwright-core";
import { WebSocket } from "ws";

/** A picture of a page of 10,000 pixels is a message of some megabytes. Bytes. */
const MAX_MESSAGE = 256 * 1024 * 1024;

/** A connection to the DevTools of a browser on this machine. Rejects when nobody answers. */
export function openWire(endpoint: string): Promise<ConnectOverCDPTransport> {
  const socket = new WebSocket(endpoint, { perMessageDeflate: false, maxPayload: MAX_MESSAGE });
  const wire: ConnectOverCDPTransport = {
    send: (message) => socket.send(JSON.stringify(message)),
    close: () => socket.close(),
  };
  const take = (text: string) => {
    try {
      wire.onmessage?.(JSON.parse(text));
    } catch {
      // Whoever cannot be understood is gone: every wait ends with an error that says so.
      socket.close();
    }
  };
  // One message at a time: what one of them sets going comes before the next.
  socket.on("message", (data) => setImmediate(take, String(data)));
  socket.on("close", (_code, reason) => wire.onclose?.(String(reason)));
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(wire));
    socket.on("error", reject);
  });
}
