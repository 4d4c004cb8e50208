import { json, later, PLANTED_MS } from "./common.mjs";

// Far above what a busy machine needs and far below what is planted.
const GAP = { events: 4, gap: "600ms", within: "5s" };
const GAP_PLANTED_MS = 900;

const sse = (response) => {
  response.writeHead(200, { "content-type": "text/event-stream", connection: "close" });
  return (id, value) => response.write(`id: ${id}\nevent: tick\ndata: ${JSON.stringify(value)}\n\n`);
};

/** Sends events one after the other, `pause(index)` ms before each. */
function drip(count, pause, send, done = () => {}) {
  const next = (index) => {
    if (index >= count) return done();
    return later(pause(index), () => {
      send(index);
      next(index + 1);
    });
  };
  next(0);
}

/** Faults of server-sent events. */
export const EVENTS = {
  "first event late": {
    rule: "stream-first",
    stream: { events: 2, first: "800ms", within: "5s" },
    route: (_, response, broken) => {
      const send = sse(response);
      drip(
        2,
        (index) => (broken && index === 0 ? PLANTED_MS : 5),
        (index) => send(index + 1, { seq: index }),
      );
    },
  },
  "SSE gap": {
    rule: "stream-gap",
    stream: GAP,
    route: (_, response, broken) => {
      const send = sse(response);
      drip(
        4,
        (index) => (broken && index === 2 ? GAP_PLANTED_MS : 5),
        (index) => send(index + 1, { seq: index }),
      );
    },
  },
  "SSE dropped": {
    rule: "stream-dropped",
    stream: { events: 4, within: "5s" },
    route: (_, response, broken) => {
      const send = sse(response);
      const end = () => broken && response.socket.destroy();
      drip(
        broken ? 2 : 4,
        () => 5,
        (index) => send(index + 1, { seq: index }),
        end,
      );
    },
  },
  "ignored Last-Event-ID": {
    rule: "resume-ignored",
    stream: { events: 3, resume: true, within: "5s" },
    route: (request, response, broken) => {
      const from = broken ? 0 : Number(request.headers["last-event-id"] ?? 0);
      const send = sse(response);
      drip(
        3,
        () => 2,
        (index) => send(from + index + 1, { seq: index }),
      );
    },
  },
  "event against its schema": {
    rule: "stream-schema",
    stream: { events: 3, within: "5s", schema: { type: "object", required: ["seq"] } },
    route: (_, response, broken) => {
      const send = sse(response);
      drip(
        3,
        () => 2,
        (index) => send(index + 1, broken && index === 1 ? { no: index } : { seq: index }),
      );
    },
  },
  "event sent twice": {
    rule: "stream-duplicate",
    stream: { events: 4, within: "5s", order: "$.seq" },
    route: (_, response, broken) => {
      const send = sse(response);
      drip(
        4,
        () => 2,
        (index) => send(index + 1, { seq: broken && index === 2 ? 1 : index }),
      );
    },
  },
  "no event stream": {
    rule: "stream-type",
    stream: { events: 2, within: "5s" },
    route: (_, response, broken) => {
      if (broken) return json(response, []);
      const send = sse(response);
      return drip(
        2,
        () => 2,
        (index) => send(index + 1, { seq: index }),
      );
    },
  },
  "a value out of bounds in an event": {
    rule: "stream-json",
    stream: { events: 3, within: "5s", json: { "$.price": "> 0" } },
    route: (_, response, broken) => {
      const send = sse(response);
      drip(
        3,
        () => 2,
        (index) => send(index + 1, { price: broken && index === 2 ? 0 : 1 }),
      );
    },
  },
};

const say = (socket, value) => socket.send(typeof value === "string" ? value : JSON.stringify(value));

/** Faults of WebSockets: `talk(socket, isBroken)`. */
export const SOCKETS = {
  "dropped socket": {
    rule: "stream-dropped",
    stream: { events: 4, within: "5s" },
    talk: (socket, broken) =>
      drip(
        broken ? 2 : 4,
        () => 3,
        (seq) => say(socket, { seq }),
        () => broken && socket.terminate(),
      ),
  },
  reorder: {
    rule: "stream-order",
    stream: { events: 5, within: "5s", order: { by: "$.seq", step: 1 } },
    talk: (socket, broken) => {
      const order = broken ? [0, 1, 3, 2, 4] : [0, 1, 2, 3, 4];
      drip(
        5,
        () => 3,
        (index) => say(socket, { seq: order[index] }),
      );
    },
  },
  "lost message": {
    rule: "stream-lost",
    stream: { events: 4, within: "5s", order: { by: "$.seq", step: 1 } },
    talk: (socket, broken) =>
      drip(
        4,
        () => 3,
        (index) => say(socket, { seq: broken && index > 1 ? index + 1 : index }),
      ),
  },
  "WebSocket gap": {
    rule: "stream-gap",
    stream: GAP,
    talk: (socket, broken) =>
      drip(
        4,
        (index) => (broken && index === 3 ? GAP_PLANTED_MS : 3),
        (seq) => say(socket, { seq }),
      ),
  },
  "not JSON": {
    rule: "stream-format",
    stream: { events: 3, within: "5s", json: { "$.seq": { type: "number" } } },
    talk: (socket, broken) =>
      drip(
        3,
        () => 3,
        (seq) => say(socket, broken && seq === 1 ? "seq=1" : { seq }),
      ),
  },
  "no pong": {
    rule: "no-pong",
    stream: { events: 1, within: "5s", ping: "700ms" },
    autoPong: false,
    talk: (socket) => say(socket, { seq: 0 }),
  },
  "unclean close": {
    rule: "stream-close",
    stream: { events: 1, within: "5s", close: "clean" },
    talk: (socket, broken) => {
      say(socket, { seq: 0 });
      // A socket that is destroyed when the close frame comes never answers it.
      if (broken) socket._receiver.removeAllListeners("conclude").on("conclude", () => socket.terminate());
    },
  },
  "refused upgrade": {
    rule: "status",
    stream: { events: 1, within: "5s" },
    refuse: true,
    talk: (socket) => say(socket, {}),
  },
};
