/** Follows the journals of one repository and tells the hub what they say. */
import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { JsonObject } from "../contracts/words.ts";
import type { Life } from "../dashboard/life.ts";
import { runRows, trendOf } from "../dashboard/view/runs.ts";
import type { ViewAnswer } from "../dashboard/view.ts";
import { listJournals, readHeader, readRun } from "../journal/files.ts";
import { type HistoryRun, historyFile, readHistory } from "../journal/history.ts";
import { type FollowedBatch, tailJournal } from "../journal/tail.ts";
import { type Evaluated, type FollowedRun, followedRun, readFollowedRun } from "./followed-run.ts";
import type { Hub } from "./hub.ts";
import { asWritten, type WireHistoryRun, type WireRepository, type WireView, wireView } from "./wire.ts";

/** Journals that are there already and followed from the start: the latest, and what may run beside it. */
const FOLLOWED = 3;
/** Runs kept in memory per repository; older ones are read again when somebody asks. */
const KEPT = 5;
/** Between two views of one run, milliseconds. */
const VIEW_INTERVAL_MS = 100;
/** A view may take this share of the time: one that is slow to make is made less often. */
const VIEW_SHARE = 0.2;
/** A journal of which nothing came for so long is read to its end, milliseconds. */
const QUIET_MS = 900;
const HISTORY = 200;
/** Runs listed. */
const ROWS = 100;
/** Columns of the heat map. */
const HEAT = 60;

/** Told of every change of a run, for those who act on it. */
export type OnChange = (repository: Repository, evaluated: Evaluated) => void;

export interface Repository {
  readonly id: string;
  readonly root: string;
  /** modsquad/logs. */
  readonly logs: string;
  describe(): WireRepository;
  /** The latest run, or null when there is none. */
  latest(): Evaluated | null;
  /** A run by its id; null when there is no such run. */
  find(runId: string): { run: FollowedRun; evaluated: Evaluated } | null;
  /** Looks for processes that are gone and for new history; called once a second. */
  tick(): void;
  /** Resolves when its files are closed. */
  readonly done: Promise<void>;
}

export interface RepositoryOptions {
  id: string;
  root: string;
  hub: Hub;
  signal: AbortSignal;
  now(): number;
  onChange: OnChange;
}

/** Of a repository without runs. */
const NO_ANSWER: ViewAnswer = {
  word: "UNKNOWN",
  tone: "unknown",
  text: "",
  why: [],
  verdict: null,
  exitCode: null,
};

interface Entry {
  run: FollowedRun;
  /** Bytes that were there before the relay looked: told as a view, not record by record. */
  backlog: number;
  /** All of the backlog is read: half a journal would look like a crashed run. */
  ready: boolean;
  /** When records last came, monotonic milliseconds. */
  heardAt: number;
  life: Life | null;
  viewedAt: number;
  /** How long the last view took to make, milliseconds. */
  cost: number;
  timer: NodeJS.Timeout | null;
}

function wireHistory(run: HistoryRun): WireHistoryRun {
  const gates = Object.entries(run.gates).map(([id, gate]) => [
    id,
    {
      status: gate.status,
      warnings: gate.metrics.status === "passed_with_warnings",
      seconds: gate.durationSeconds,
      cached: gate.cached === true,
    },
  ]);
  const { runId, finishedAt, mode, env, verdict } = run;
  return { runId, finishedAt, mode, env, verdict, gates: Object.fromEntries(gates) };
}

export function followRepository(options: RepositoryOptions): Repository {
  const { id, root, hub, signal, now, onChange } = options;
  const logs = join(root, "modsquad", "logs");
  const entries = new Map<string, Entry>();
  const sizes = new Map(listJournals(logs).map((file) => [file.path, file.size]));
  let history: HistoryRun[] = [];
  let historyStamp = "";
  let historyProblem: string | null = null;
  /** Older runs that never reached the history, read once. */
  let unfinished = listUnfinished();

  function listUnfinished() {
    readHistoryAgain();
    const known = new Set(history.map((run) => run.journal));
    return listJournals(logs)
      .slice(FOLLOWED)
      .filter((file) => !known.has(file.name))
      .slice(0, KEPT * 4)
      .map((file) => readRun(file.path));
  }

  function readHistoryAgain(): boolean {
    const stat = statSync(historyFile(logs), { throwIfNoEntry: false });
    const stamp = stat ? `${stat.ino}:${stat.size}:${stat.mtimeMs}` : "";
    if (stamp === historyStamp) return false;
    historyStamp = stamp;
    const read = readHistory(logs, HISTORY);
    history = read.values;
    historyProblem = read.problem?.what ?? null;
    return true;
  }

  /** By the time in the name, newest first. */
  const ordered = () =>
    [...entries.values()].sort((a, b) => (basename(a.run.path) < basename(b.run.path) ? 1 : -1));
  const shown = () => ordered().filter((entry) => entry.ready && entry.run.runId !== null);

  function evaluate(run: FollowedRun): Evaluated {
    return run.evaluate(now());
  }

  function describe(): WireRepository {
    const [first, ...rest] = shown();
    const latest = first ? evaluate(first.run) : null;
    const runs = [...unfinished, ...rest.map((entry) => evaluate(entry.run).state)];
    const { state = null, risk = null } = latest ?? {};
    const answer = latest?.view.answer ?? NO_ANSWER;
    return {
      id,
      root,
      latest: first?.run.runId ?? null,
      runs: runRows({ trend: history, runs, shown: state, answer, risk }).slice(0, ROWS),
      trend: trendOf(history, state, risk, answer),
      history: history.slice(-HEAT).map(wireHistory),
      problem: historyProblem,
    };
  }

  const publishRepository = () =>
    hub.publish({ type: "repository", repo: id, runId: null, data: describe() as unknown as JsonObject });

  function publishView(entry: Entry): void {
    entry.timer = null;
    const from = performance.now();
    const evaluated = evaluate(entry.run);
    const before = entry.life;
    entry.life = evaluated.view.life;
    const data = wireView(evaluated.view) as unknown as JsonObject;
    hub.publish({ type: "view", repo: id, runId: entry.run.runId, data });
    entry.viewedAt = performance.now();
    entry.cost = entry.viewedAt - from;
    if (before !== entry.life) publishRepository();
    // Of the runs that were there before the relay only the latest is news.
    if (entry.backlog === 0 || basename(entry.run.path) === newest(logs)) onChange(repository, evaluated);
  }

  /** At once when nothing was shown for a while, else as soon as it may be. */
  function show(entry: Entry): void {
    if (entry.timer) return;
    const interval = Math.max(VIEW_INTERVAL_MS, entry.cost / VIEW_SHARE);
    const wait = entry.viewedAt + interval - performance.now();
    if (wait <= 0) publishView(entry);
    else entry.timer = setTimeout(() => publishView(entry), wait);
  }

  function entryOf(path: string): Entry {
    const known = entries.get(path);
    if (known) return known;
    const backlog = sizes.get(path) ?? 0;
    const entry: Entry = {
      run: followedRun(path),
      backlog,
      ready: false,
      heardAt: 0,
      life: null,
      viewedAt: Number.NEGATIVE_INFINITY,
      cost: 0,
      timer: null,
    };
    entries.set(path, entry);
    for (const old of ordered().slice(KEPT)) {
      if (old.life === "done" || old.life === "crashed") entries.delete(old.run.path);
    }
    return entry;
  }

  function onBatch(batch: FollowedBatch): void {
    const entry = entryOf(batch.path);
    if (batch.restarted) entry.run.restart();
    entry.run.push(batch.records, batch.broken, batch.pendingTail);
    entry.heardAt = performance.now();
    if (batch.offset > entry.backlog) {
      for (const record of batch.records)
        hub.publish({ type: "record", repo: id, runId: entry.run.runId, data: asWritten(record) });
    }
    entry.ready ||= batch.offset >= entry.backlog;
    if (entry.ready && entry.run.runId !== null) show(entry);
  }

  const repository: Repository = {
    id,
    root,
    logs,
    describe,
    latest() {
      const [entry] = shown();
      return entry ? evaluate(entry.run) : null;
    },
    find(runId) {
      const followed = shown().find((entry) => entry.run.runId === runId)?.run;
      const run = followed ?? readOld(runId);
      return run?.runId === runId ? { run, evaluated: evaluate(run) } : null;
    },
    tick() {
      for (const entry of entries.values()) {
        if (entry.run.runId === null) continue;
        // Its last line has no end, so the backlog never comes to one.
        entry.ready ||= performance.now() - entry.heardAt > QUIET_MS;
        if (!entry.ready) continue;
        if (entry.life === "done" || entry.life === "crashed") continue;
        if (entry.run.life(now()) !== entry.life) show(entry);
      }
      const changed = readHistoryAgain();
      const left = unfinished.filter((state) => !history.some((run) => run.runId === state.header.runId));
      if (changed || left.length !== unfinished.length) {
        unfinished = left;
        publishRepository();
      }
    },
    done: Promise.resolve(),
  };

  function readOld(runId: string): FollowedRun | null {
    const name = history.find((run) => run.runId === runId)?.journal;
    const files = listJournals(logs);
    const file = name
      ? files.find((one) => one.name === name)
      : files.find((one) => !entries.has(one.path) && readHeader(one.path)?.runId === runId);
    return file && existsSync(file.path) ? readFollowedRun(file.path) : null;
  }

  const tail = tailJournal(logs, onBatch, { signal, existing: FOLLOWED, backlog: sizes });
  signal.addEventListener("abort", () => {
    for (const entry of entries.values()) if (entry.timer) clearTimeout(entry.timer);
  });
  return Object.assign(repository, { done: tail.done });
}

/** Name of the newest journal of a folder. */
function newest(logs: string): string | undefined {
  return listJournals(logs)[0]?.name;
}

/** The view of a run on the wire. */
export function viewOf(evaluated: Evaluated | null): WireView | null {
  return evaluated ? wireView(evaluated.view) : null;
}
