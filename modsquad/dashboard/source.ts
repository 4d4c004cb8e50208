/**
 * Where a dashboard's data comes from: the journals of a folder, read as they grow. Of a large journal the end is
 * read first, so that there is something true to show at once; the rest follows in small slices.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { RiskReport } from "../contracts/risk.ts";
import type { BrokenLine, RunState } from "../contracts/run-state.ts";
import { processAlive } from "../journal/alive.ts";
import { latestJournal, listJournals, readHeader, readRun } from "../journal/files.ts";
import { createFold } from "../journal/fold.ts";
import { type HistoryRun, historyFile, readHistory } from "../journal/history.ts";
import { decodeRecords } from "../journal/read.ts";
import type { AnyRecord } from "../journal/record.ts";
import { type FollowedBatch, tailJournal } from "../journal/tail.ts";
import { assess } from "../risk/assess.ts";
import { createCompanions } from "./companions.ts";
import { gateDetailOf, type ViewGateDetail } from "./view/detail.ts";
import { type DashboardView, type ViewLimits, view } from "./view.ts";

export interface SourceOptions {
  /** modsquad/logs of a repository. */
  logs: string;
  /** Show this run, by its id or the beginning of it, and no other. */
  run?: string;
  /** Move on to a new run at once; without it only when the shown one is over. */
  followAll?: boolean;
  /** Milliseconds between two looks at the folder behind the file system's own notice. */
  pollMs?: number;
  /** Called when there is something new to show. */
  onChange: () => void;
  signal: AbortSignal;
  limits?: Partial<ViewLimits>;
}

export interface Source {
  /** What there is to show now. */
  view(): DashboardView;
  /** One gate of the shown run in full. */
  detail(gate: string): ViewGateDetail | null;
  /** Id of the shown run, or null. */
  readonly runId: string | null;
}

/** From this size on, bytes, the end of a journal is read before its beginning. */
const LARGE = 4 * 1024 * 1024;
/** Bytes at either end that are enough for a first picture: a line has at most half of it. */
const ENDS = 128 * 1024;
/** Journals of this many bytes and runs are looked into for the list of runs; the history knows the others. */
const SMALL = 2 * 1024 * 1024;
const OTHER_RUNS = 20;
/** With more gates than this the what-if steps, which try gates one by one, are left out. */
const MANY_GATES = 300;
/** With more gates than this what a view is made from piles up to several times of what is kept. */
const HUGE_RUN = 2000;
/** Asks V8 to give new objects no more room than it began with, and to collect the old ones early. */
const FRUGAL = ["--semi-space-growth-factor=1", "--heap-growing-percent=20"];
/** Between two changes told while a large journal is read, milliseconds: they only say how far it got. */
const READING_MS = 250;
/** How long what was learnt of a process or of the history holds, milliseconds. */
const FRESH_MS = 1000;

interface Followed {
  path: string;
  fold: ReturnType<typeof createFold>;
  companions: ReturnType<typeof createCompanions>;
  broken: BrokenLine[];
  pendingTail: boolean;
  /** Bytes understood so far, and how many there were when it was opened. */
  readBytes: number;
  size: number;
  risk: RiskReport | null;
  /** Null when something came since it was folded. */
  state: RunState | null;
}

/** The journal of the run whose id is `id` or starts with it, newest first; null when there is none. */
export function findJournal(logs: string, id: string): string | null {
  for (const file of listJournals(logs)) {
    if (readHeader(file.path)?.runId.startsWith(id) || file.name === id) return file.path;
  }
  return null;
}

/** Starts to follow. What cannot be read is a problem in the view, never an exception. */
export function openSource(options: SourceOptions): Source {
  return new JournalSource(options);
}

class JournalSource implements Source {
  readonly #options: SourceOptions;
  readonly #followed = new Map<string, Followed>();
  readonly #pinned: string | null;
  #shown: Followed | null = null;
  #history: { runs: HistoryRun[]; problem: string | null; stamp: string } | null = null;
  #others: RunState[] = [];
  #toldAt = 0;
  #alive: { at: number; value: boolean | undefined; run: Followed } | null = null;

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#pinned = options.run === undefined ? null : findJournal(options.logs, options.run);
    const first = this.#pinned ?? latestJournal(options.logs)?.path;
    if (first !== undefined) this.#start(first);
    if (options.run !== undefined && this.#pinned === null) return;
    const { signal, pollMs = 5000 } = options;
    const backlog = new Map([...this.#followed.values()].map(({ path, size }) => [path, size]));
    const tail = { signal, pollMs, existing: 1, backlog };
    tailJournal(this.#pinned ?? options.logs, (batch) => this.#take(batch), tail);
    setTimeout(() => this.#readOthers(), 200).unref();
  }

  get runId(): string | null {
    return this.#shown === null ? null : this.#stateOf(this.#shown).header.runId;
  }

  view(): DashboardView {
    const now = Date.now();
    const { runs, problem } = this.#readHistory();
    const shown = this.#shown;
    const common = {
      trend: runs,
      trendProblem: problem,
      runs: this.#others,
      now,
      limits: this.#options.limits,
    };
    if (shown === null)
      return view({ ...common, latest: null, risk: null, alive: undefined, problem: this.#absent() });
    const state = this.#stateOf(shown);
    const loading = loadingOf(shown);
    // What was not read yet may change the rate in either direction: until then there is none.
    if (loading === null) this.#assess(shown);
    return view({
      ...common,
      latest: state,
      risk: shown.risk,
      companions: shown.companions.value(),
      alive: this.#aliveOf(shown, state, now),
      loading,
      problem: existsSync(shown.path) ? null : `The journal is gone: ${basename(shown.path)}`,
    });
  }

  detail(gate: string): ViewGateDetail | null {
    if (this.#shown === null) return null;
    return gateDetailOf(this.#stateOf(this.#shown), this.#shown.risk, gate, Date.now());
  }

  #absent(): string {
    const { logs, run } = this.#options;
    return run === undefined
      ? `No run has been recorded in ${logs} yet`
      : `There is no run "${run}" in ${logs}`;
  }

  /** Prepares a journal; of a large one header and end are read here and now. */
  #start(path: string): Followed {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const followed = emptyFollowed(path, size > LARGE ? size : 0);
    this.#followed.set(path, followed);
    if (size > LARGE) for (const record of headAndTail(path, size)) push(followed, record);
    this.#shown = followed;
    return followed;
  }

  #take(batch: FollowedBatch): void {
    let followed = this.#followed.get(batch.path);
    if (!followed) {
      if (!this.#mayMoveOn()) return;
      followed = this.#start(batch.path);
      // What was shown before is of the past: the history tells it.
      for (const path of this.#followed.keys()) if (path !== batch.path) this.#followed.delete(path);
    }
    if (batch.restarted) {
      Object.assign(followed, emptyFollowed(batch.path, 0));
    }
    // Early, since room that was given once is not taken back; and not before the first picture, which it would delay.
    if (followed.size > LARGE && followed.readBytes === 0) setFlagsFromString(FRUGAL[0]!);
    for (const record of batch.records) push(followed, record);
    const wasLoading = loadingOf(followed) !== null;
    followed.readBytes = batch.offset;
    const loading = loadingOf(followed) !== null;
    for (const line of batch.broken) followed.broken.push(line);
    if (batch.broken.length > 0 || (batch.pendingTail !== followed.pendingTail && !loading))
      followed.state = null;
    followed.pendingTail = batch.pendingTail;
    const now = performance.now();
    if (loading && now - this.#toldAt < READING_MS) return;
    this.#toldAt = now;
    if (wasLoading && !loading) setImmediate(() => this.#loaded(followed));
    else this.#options.onChange();
  }

  /** The first assessment of a large journal takes a turn of its own, before the view is made of it. */
  #loaded(followed: Followed): void {
    if (this.#options.signal.aborted) return;
    this.#assess(followed);
    this.#options.onChange();
  }

  /** A run that began later takes the place of one that is over, or of any when all are followed. */
  #mayMoveOn(): boolean {
    const shown = this.#shown;
    if (shown === null || this.#options.followAll) return true;
    const state = this.#stateOf(shown);
    return state.status !== "running" || this.#aliveOf(shown, state, Date.now()) === false;
  }

  #assess(followed: Followed): void {
    const state = this.#stateOf(followed);
    followed.risk ??= assess(state, undefined, { withoutSteps: state.tasks.length > MANY_GATES });
  }

  #stateOf(followed: Followed): RunState {
    if (followed.state === null) {
      followed.state = followed.fold.state({ broken: followed.broken, pendingTail: followed.pendingTail });
      followed.risk = null;
      if (followed.state.tasks.length > HUGE_RUN) for (const flag of FRUGAL) setFlagsFromString(flag);
    }
    return followed.state;
  }

  #aliveOf(followed: Followed, state: RunState, now: number): boolean | undefined {
    if (state.status !== "running") return undefined;
    if (this.#alive?.run === followed && now - this.#alive.at < FRESH_MS) return this.#alive.value;
    const { pid, bootId, host } = state.header;
    const value = processAlive(pid, bootId, host);
    this.#alive = { at: now, value, run: followed };
    return value;
  }

  #readHistory(): { runs: HistoryRun[]; problem: string | null } {
    const stat = statSync(historyFile(this.#options.logs), { throwIfNoEntry: false });
    const stamp = stat ? `${stat.size} ${stat.mtimeMs}` : "";
    if (this.#history?.stamp !== stamp) {
      const read = readHistory(this.#options.logs);
      this.#history = { runs: read.values, problem: read.problem?.what ?? null, stamp };
    }
    return this.#history;
  }

  /** Runs the history does not know, such as crashed ones, for the list of runs. */
  #readOthers(): void {
    if (this.#options.signal.aborted) return;
    const { runs } = this.#readHistory();
    const known = new Set(runs.map((run) => run.journal));
    const left = listJournals(this.#options.logs)
      .slice(0, OTHER_RUNS)
      .filter(({ name, path, size }) => !known.has(name) && path !== this.#shown?.path && size <= SMALL);
    const next = () => {
      const file = left.shift();
      if (!file || this.#options.signal.aborted) return;
      this.#others.push(readRun(file.path));
      this.#options.onChange();
      setImmediate(next);
    };
    next();
  }
}

/** How far it got, or null once all that was there when it was opened is read. */
function loadingOf({ readBytes, size }: Followed): DashboardView["loading"] {
  return readBytes < size ? { readBytes, totalBytes: size } : null;
}

function emptyFollowed(path: string, size: number): Followed {
  return {
    path,
    fold: createFold(),
    companions: createCompanions(),
    broken: [],
    pendingTail: false,
    readBytes: 0,
    size,
    risk: null,
    state: null,
  };
}

/** The fold goes by the number of a line, so the end may come before the beginning, and again. */
function push(followed: Followed, record: AnyRecord): void {
  followed.fold.push(record);
  followed.companions.push(record);
  followed.state = null;
}

/** The header, which is the first line, and the records in the last part; a line cut at its border is left out. */
function headAndTail(path: string, size: number): AnyRecord[] {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return [];
  }
  try {
    const buffer = Buffer.allocUnsafe(ENDS);
    const end = fstatSync(fd).size;
    const first = buffer.subarray(0, readSync(fd, buffer, 0, ENDS, 0));
    const head = decodeRecords(dirname(path)).push(first.subarray(0, first.indexOf(0x0a) + 1));
    const count = readSync(fd, buffer, 0, ENDS, Math.max(0, Math.min(size, end) - ENDS));
    const from = buffer.indexOf(0x0a) + 1;
    const tail = decodeRecords(dirname(path)).push(buffer.subarray(from, count));
    return [...head.records, ...tail.records];
  } finally {
    closeSync(fd);
  }
}
