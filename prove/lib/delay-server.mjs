// A server in a process of its own that answers after exactly the delay asked for: a timer for the coarse part, a
// spin for the last milliseconds. Asked by a message, it tells how long it really held the answers since the last
// message, so that what the machine did to it is not taken for an error of the measurement.
import { createServer } from "node:http";

const SPIN_MS = 4;
const now = () => Number(process.hrtime.bigint()) / 1e6;

let held = [];

const server = createServer((request, response) => {
  const start = now();
  const url = new URL(request.url, "http://localhost");
  const delay = Number(url.searchParams.get("ms") ?? 0);
  const finish = () => {
    while (now() - start < delay);
    if (delay > 0) held.push(now() - start);
    response.writeHead(200, { "content-type": "text/plain" });
    response.end("ok");
  };
  if (delay > SPIN_MS) setTimeout(finish, delay - SPIN_MS);
  else finish();
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("message", () => {
  process.send({ held });
  held = [];
});
process.on("disconnect", () => process.exit(0));
