/**
 * One connection per browser, however many tabs: browsers open six to one server at most, and a seventh tab would
 * hang without a word. The tab that holds a lock listens and passes on to the others what it hears.
 */
import { load, type Message, position, setConnection, take } from "./store.ts";

const CHANNEL = "meta-orch-relay";
/** How long a cut may last before the page says so, milliseconds. */
const SILENT_MS = 3000;

type Said = { kind: "message"; text: string } | { kind: "connection"; open: boolean };

/** Listens to the relay until the page goes away. `tell` hears everything too. */
function listen(tell: (said: Said) => void): Promise<void> {
  const since = position();
  const query = `only=view,repository${since ? `&since=${since}` : ""}`;
  const source = new EventSource(`/events?${query}`);
  const hear = (event: MessageEvent<string>) => {
    const message = JSON.parse(event.data) as Message;
    take(message);
    tell({ kind: "message", text: event.data });
  };
  for (const type of ["snapshot", "view", "repository"]) source.addEventListener(type, hear);
  let timer: number | null = null;
  const lost = () => {
    setConnection("lost");
    tell({ kind: "connection", open: false });
  };
  source.addEventListener("open", () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    setConnection("open");
    tell({ kind: "connection", open: true });
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setConnection("refused");
    else timer ??= window.setTimeout(lost, SILENT_MS);
  });
  return new Promise(() => {});
}

/** What another tab hears. */
function overhear(channel: BroadcastChannel): void {
  channel.addEventListener("message", ({ data }: MessageEvent<Said>) => {
    if (data.kind === "message") take(JSON.parse(data.text) as Message);
    setConnection(data.kind === "connection" && !data.open ? "lost" : "open");
  });
}

/** What this page starts from. */
async function start(): Promise<void> {
  const snapshot = await load<Message>("/api/state");
  if (typeof snapshot === "string") setConnection("lost");
  else {
    take(snapshot);
    setConnection("open");
  }
}

export async function connect(): Promise<void> {
  if (!navigator.locks || typeof BroadcastChannel === "undefined") {
    await listen(() => {});
    return;
  }
  const channel = new BroadcastChannel(CHANNEL);
  overhear(channel);
  await start();
  await navigator.locks.request(CHANNEL, () => listen((said) => channel.postMessage(said)));
}
