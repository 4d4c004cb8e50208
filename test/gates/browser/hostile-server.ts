/** A server of pages that do what pages should not. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const html = (body: string, head = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title><link rel="icon" href="data:,">${head}</head><body><main><h1>Here</h1>${body}</main></body></html>`;
const script = (code: string) => html(`<script>${code}</script>`);

const HEAVY_MIB = 50;

async function sendHeavy(response: ServerResponse): Promise<void> {
  response.setMaxListeners(0);
  response.writeHead(200, { "content-type": "text/html" });
  const block = `<p>${"x".repeat(2 ** 20 - 8)}</p>\n`;
  for (let sent = 0; sent < HEAVY_MIB && !response.destroyed; sent += 1) {
    if (!response.write(block))
      await new Promise((resolve) => response.once("drain", resolve).once("close", resolve));
  }
  response.end();
}

const PAGES: Record<string, string> = {
  "/good": html('<p>Nothing is wrong here.</p><a href="/more">More</a>'),
  "/busy": script("for (;;) {}"),
  "/busy-later": script("addEventListener('load', () => setTimeout(() => { for (;;) {} }, 50))"),
  "/waits": html('<img src="/never" alt="">'),
  "/dialogs": script("alert('Hello'); confirm('Sure?'); prompt('Name?')"),
  "/dialog-forever": script("for (;;) alert('Again')"),
  "/downloads": script("location.href = '/file'"),
  "/popup": script("open('/good', '_blank')"),
  "/script-loop": script("setTimeout(() => { location.href = '/script-loop?' + Math.random() }, 0)"),
  "/refresh-loop": html("", '<meta http-equiv="refresh" content="0">'),
  "/worker": script(`navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready)
    .then(() => { const p = document.createElement('p'); p.id = 'ready'; p.textContent = 'Ready'; document.querySelector('main').append(p); })`),
  "/broken": html(`<img src="/none.png" alt=""><script>
      console.error('The till is stuck'); fetch('/api/none'); fetch('http://127.0.0.1:1/gone').catch(() => {});
      setTimeout(() => { throw new TypeError('no price') }, 0)</script>`),
  "/wide": html('<p style="width:900px" class="ledger">A table that does not fit.</p>'),
  "/empty": '<!doctype html><html lang="en"><title>x</title><body><main></main></body></html>',
};

/** Starts it on a free port; `close` also ends what it never answered. */
export async function hostileServer(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    const page = PAGES[path];
    if (page !== undefined) return response.writeHead(200, { "content-type": "text/html" }).end(page);
    if (path === "/never") return;
    if (path === "/redirects") return response.writeHead(302, { location: "/redirects" }).end();
    if (path === "/file")
      return response
        .writeHead(200, { "content-type": "application/octet-stream", "content-disposition": "attachment" })
        .end("x");
    if (path === "/nothing") return response.writeHead(204).end();
    if (path === "/data") return response.writeHead(200, { "content-type": "application/json" }).end("{}");
    if (path === "/hangs-up") return request.socket.destroy();
    if (path === "/worker.js")
      return response
        .writeHead(200, { "content-type": "text/javascript" })
        .end("self.onfetch = () => {}; self.onactivate = (e) => e.waitUntil(clients.claim());");
    if (path === "/heavy") return void sendHeavy(response);
    return response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
