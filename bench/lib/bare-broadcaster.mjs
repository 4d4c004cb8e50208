// The baseline of the relay's benchmark: 500 lines of 600 bytes a second to every connection, and nothing else.
import { createServer } from "node:net";

const sockets = new Set();
const server = createServer((socket) => {
  sockets.add(socket);
  socket.on("error", () => {});
  socket.on("close", () => sockets.delete(socket));
});
const line = Buffer.alloc(600, "x");
setInterval(() => {
  for (let count = 0; count < 50; count += 1) for (const socket of sockets) socket.write(line);
}, 100);
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
