/** What the page knows: the relay's snapshot, brought up to date by its messages. Nothing is assumed beyond it. */
import type { WireRepository, WireSnapshot, WireView } from "../../relay/wire.ts";

/** `open`: messages arrive. `lost`: they do not, so what is shown may be out of date. `refused`: the cookie is not valid any more. */
export type Connection = "connecting" | "open" | "lost" | "refused";

export interface Message {
  seq: number;
  epoch: string;
  ts: string;
  type: "snapshot" | "view" | "repository" | "record";
  repo: string;
  runId: string | null;
  data: unknown;
}

export interface State {
  connection: Connection;
  /** When the last message came, milliseconds since the epoch. */
  heardAt: number | null;
  version: string;
  allowControl: boolean;
  /** Null until the first snapshot. */
  repositories: Map<string, WireRepository> | null;
  /** By repository, then by run. */
  views: Map<string, Map<string, WireView>>;
  /** Why a view that was asked for cannot be had. */
  problems: Map<string, string>;
}

export const state: State = {
  connection: "connecting",
  heardAt: null,
  version: "",
  allowControl: false,
  repositories: null,
  views: new Map(),
  problems: new Map(),
};

/** Older views go when there are more than this of one repository. */
const VIEWS_KEPT = 12;
let last: { epoch: string; seq: number } | null = null;
const listeners = new Set<() => void>();

/** Told after every change; returns how to end that. */
export function onChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function changed(): void {
  for (const listener of listeners) listener();
}

/** Where this page is, for who has to go on from there; null before the first message. */
export function position(): string | null {
  return last ? `${last.epoch}-${last.seq}` : null;
}

function setView(repo: string, runId: string, view: WireView): void {
  const views = state.views.get(repo) ?? new Map<string, WireView>();
  views.delete(runId);
  views.set(runId, view);
  for (const old of views.keys()) if (views.size > VIEWS_KEPT) views.delete(old);
  state.views.set(repo, views);
}

function takeSnapshot(snapshot: WireSnapshot): void {
  state.version = snapshot.version;
  state.allowControl = snapshot.allowControl;
  state.repositories = new Map(snapshot.repositories.map(({ view: _view, ...rest }) => [rest.id, rest]));
  state.views.clear();
  for (const { id, latest, view } of snapshot.repositories) if (latest && view) setView(id, latest, view);
}

/** Takes a message in; one that is known already changes nothing. */
export function take(message: Message): void {
  const { epoch, seq } = message;
  const known = last !== null && last.epoch === epoch && seq <= last.seq;
  if (message.type === "snapshot") takeSnapshot(message.data as WireSnapshot);
  else if (known || state.repositories === null) return;
  else if (message.type === "view" && message.runId !== null)
    setView(message.repo, message.runId, message.data as WireView);
  else if (message.type === "repository")
    state.repositories.set(message.repo, message.data as WireRepository);
  last = { epoch, seq };
  state.heardAt = Date.now();
  changed();
}

export function setConnection(connection: Connection): void {
  if (state.connection === connection) return;
  state.connection = connection;
  changed();
}

/** Asks for a run that no message told of. What cannot be loaded is a problem that is shown, never an empty page. */
export async function loadView(repo: string, runId: string): Promise<void> {
  const key = `${repo}/${runId}`;
  if (state.views.get(repo)?.has(runId) || state.problems.has(key)) return;
  const loaded = await load<WireView>(`/api/repositories/${repo}/runs/${runId}`);
  if (typeof loaded === "string") state.problems.set(key, loaded);
  else setView(repo, runId, loaded);
  changed();
}

/** A value of the API, or in words why it cannot be had. */
export async function load<T>(path: string): Promise<T | string> {
  try {
    const response = await fetch(path, { headers: { accept: "application/json" } });
    const value = (await response.json()) as T & { error?: string };
    return response.ok ? value : `the relay answered ${response.status}: ${value.error ?? "no reason given"}`;
  } catch {
    return "the relay does not answer";
  }
}
