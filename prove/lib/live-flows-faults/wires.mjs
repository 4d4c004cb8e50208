const KEPT = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";
const OK = `${KEPT}connection: close\r\n`;

/** Faults below HTTP: `speak(socket, path, isBroken, requests)` on a raw connection. */
export const WIRES = {
  "truncated body": {
    rule: "truncated",
    speak: (socket, broken) => socket.end(`${OK}content-length: 9\r\n\r\n${broken ? "only" : "only this"}`),
  },
  "body cut in a chunk": {
    rule: "truncated",
    speak: (socket, broken) =>
      socket.end(
        `${OK}transfer-encoding: chunked\r\n\r\n${broken ? "50\r\nonly this" : "4\r\nthis\r\n0\r\n\r\n"}`,
      ),
  },
  "dropped before an answer": {
    rule: "reset",
    speak: (socket, broken) => (broken ? socket.destroy() : socket.end(`${OK}content-length: 2\r\n\r\nok`)),
  },
  "no HTTP": {
    rule: "protocol",
    speak: (socket, broken) => socket.end(broken ? "220 mail ready\r\n" : `${OK}content-length: 2\r\n\r\nok`),
  },
  "keep-alive reset": {
    rule: "keep-alive-reset",
    severity: "medium",
    steps: 2,
    speak: (socket, broken, requests) => {
      if (broken && requests > 1) socket.resetAndDestroy();
      else socket.write(`${KEPT}content-length: 2\r\n\r\nok`);
    },
  },
};
