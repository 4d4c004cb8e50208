/** Reads server-sent events one by one, so that a test waits for exactly what it needs. */

export interface StreamEvent {
  id: string;
  event: string;
  data: unknown;
}

export interface EventStream {
  /** The next event; rejects when the stream ends first. */
  event(): Promise<StreamEvent>;
  /** Resolves when the next comment line (the heartbeat) has come; events before it are kept. */
  comment(): Promise<string>;
  /** Resolves when the server has closed the stream, with the events that were left. */
  rest(): Promise<StreamEvent[]>;
  close(): void;
}

function parse(block: string): StreamEvent | string | null {
  const fields = new Map(
    block.split("\n").map((line) => [line.split(":", 1)[0]!, line.slice(line.indexOf(":") + 2)]),
  );
  if (fields.has("")) return fields.get("")!;
  const data = fields.get("data");
  if (data === undefined) return null;
  return { id: fields.get("id") ?? "", event: fields.get("event") ?? "message", data: JSON.parse(data) };
}

export async function openStream(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
  const controller = new AbortController();
  const answer = await fetch(url, { headers, signal: controller.signal });
  if (answer.status !== 200) throw new Error(`the stream answered ${answer.status}`);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  const events: StreamEvent[] = [];
  const comments: string[] = [];
  let buffer = "";

  async function more(): Promise<boolean> {
    const { done, value } = await reader.read();
    if (done) return false;
    buffer += value;
    for (let end = buffer.indexOf("\n\n"); end >= 0; end = buffer.indexOf("\n\n")) {
      const parsed = parse(buffer.slice(0, end));
      buffer = buffer.slice(end + 2);
      if (typeof parsed === "string") comments.push(parsed);
      else if (parsed) events.push(parsed);
    }
    return true;
  }

  async function next<T>(queue: T[]): Promise<T> {
    while (queue.length === 0) {
      if (!(await more())) throw new Error("the stream ended");
    }
    return queue.shift()!;
  }

  return {
    event: () => next(events),
    comment: () => next(comments),
    async rest() {
      while (await more());
      return events.splice(0);
    },
    close: () => controller.abort(),
  };
}
