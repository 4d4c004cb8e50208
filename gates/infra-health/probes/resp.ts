/** The Redis protocol, as much of it as a health check needs (RESP2: simple, error, integer, bulk, array). */
import type { Socket } from "node:net";

export type Reply = string | number | null | ReplyError | Reply[];

/** An error the server answered with, such as "NOAUTH Authentication required." */
export class ReplyError {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  /** The first word. */
  get code(): string {
    return this.text.split(" ", 1)[0]!;
  }
}

/** What answers is not Redis. */
export class ProtocolError extends Error {}

/** The server ended the connection with replies outstanding. */
export class ConnectionLost extends Error {}

const MAX_REPLY_BYTES = 4 * 1024 * 1024;

export function encodeCommand(parts: readonly string[]): string {
  return `*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("")}`;
}

/** One reply from `buffer` at `at` and where it ends; null when it is not complete. Throws ProtocolError. */
export function decodeReply(buffer: Buffer, at = 0): { reply: Reply; end: number } | null {
  if (buffer.length <= at) return null;
  const kind = String.fromCharCode(buffer[at]!);
  if (!"+-:$*".includes(kind)) throw new ProtocolError(buffer.toString("latin1", at, at + 60));
  const lineEnd = buffer.indexOf("\r\n", at);
  if (lineEnd < 0) return null;
  const line = buffer.toString("utf8", at + 1, lineEnd);
  const next = lineEnd + 2;
  if (kind === "+") return { reply: line, end: next };
  if (kind === "-") return { reply: new ReplyError(line), end: next };
  if (!/^-?\d+$/.test(line)) throw new ProtocolError(buffer.toString("latin1", at, at + 60));
  const number = Number(line);
  if (kind === ":") return { reply: number, end: next };
  if (number < 0) return { reply: null, end: next };
  if (number > MAX_REPLY_BYTES) throw new ProtocolError(`a reply of ${number} bytes`);
  return kind === "$" ? decodeBulk(buffer, next, number) : decodeArray(buffer, next, number);
}

function decodeBulk(buffer: Buffer, at: number, length: number) {
  const end = at + length + 2;
  return buffer.length < end ? null : { reply: buffer.toString("utf8", at, at + length), end };
}

function decodeArray(buffer: Buffer, at: number, count: number) {
  const items: Reply[] = [];
  let end = at;
  for (let index = 0; index < count; index += 1) {
    const item = decodeReply(buffer, end);
    if (!item) return null;
    items.push(item.reply);
    end = item.end;
  }
  return { reply: items, end };
}

/** Sends one command and waits for its reply. One at a time. */
export function ask(socket: Socket, ...command: string[]): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let buffer = Buffer.alloc(0);
    const finish = (settle: () => void) => {
      socket.off("data", onData);
      socket.off("close", onClose);
      socket.off("error", onError);
      settle();
    };
    const onData = (chunk: Buffer) => {
      buffer = Buffer.concat([buffer, chunk]);
      try {
        const decoded = decodeReply(buffer);
        if (decoded) finish(() => resolve(decoded.reply));
        else if (buffer.length > MAX_REPLY_BYTES) throw new ProtocolError("a reply without end");
      } catch (error) {
        finish(() => reject(error));
      }
    };
    const onClose = () => finish(() => reject(new ConnectionLost("the server closed the connection")));
    const onError = (error: Error) => finish(() => reject(error));
    socket.on("data", onData);
    socket.on("close", onClose);
    socket.on("error", onError);
    if (socket.destroyed) onClose();
    else socket.write(encodeCommand(command));
  });
}
