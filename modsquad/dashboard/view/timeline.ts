/** Recent activity, newest first, from the times the records carry. */
import type { RunState, TaskState } from "../../contracts/run-state.ts";
import type { JournalRecord } from "../../journal/record.ts";
import { hasWarnings, statusWord } from "../../report/gate-view.ts";
import { duration } from "../../report/numbers.ts";
import { clip } from "../../report/plain-text.ts";
import type { Companions } from "../companions.ts";
import type { Life } from "../life.ts";
import { toneOf } from "./tone.ts";
import type { ViewEvent } from "./types.ts";

const TEXT = 300;

/** A moment, and how to say what happened then; said only for those that are shown. */
interface Moment {
  at: string;
  /** Of two things at the same moment the later step is the newer one. */
  step: number;
  say(): ViewEvent;
}

/** Keeps the newest moments, newest first. */
class Newest {
  readonly #limit: number;
  readonly #kept: Moment[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(at: string, step: number, say: () => ViewEvent): void {
    const kept = this.#kept;
    const last = kept.at(-1);
    if (kept.length >= this.#limit && last && !isNewer(at, step, last)) return;
    let low = 0;
    let high = kept.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isNewer(at, step, kept[middle]!)) high = middle;
      else low = middle + 1;
    }
    kept.splice(low, 0, { at, step, say });
    if (kept.length > this.#limit) kept.pop();
  }

  events(): ViewEvent[] {
    return this.#kept.map((moment) => moment.say());
  }
}

function isNewer(at: string, step: number, than: Moment): boolean {
  return at > than.at || (at === than.at && step > than.step);
}

export function timelineOf(state: RunState, companions: Companions, life: Life, limit: number): ViewEvent[] {
  const newest = new Newest(limit);
  pushRun(newest, state, life);
  pushAnswers(newest, companions);
  for (const task of state.tasks) pushTask(newest, task);
  for (const record of [...companions.reviews, ...companions.extensions]) pushCompanion(newest, record);
  return newest.events();
}

function pushTask(newest: Newest, task: TaskState): void {
  const { startTime, endTime, taskId, attempt } = task;
  if (task.cached) return;
  if (startTime !== null) {
    const text = attempt > 1 ? `attempt ${attempt}` : "";
    const say = (): ViewEvent => ({ at: startTime, subject: taskId, word: "started", tone: "busy", text });
    newest.push(startTime, 1, say);
  }
  if (endTime !== null) newest.push(endTime, 2, () => ended(task, endTime));
}

function ended(task: TaskState, at: string): ViewEvent {
  const warnings = hasWarnings(task);
  const why = task.errors[0] ?? task.warnings[0] ?? "";
  const text = [duration(task.durationSeconds), why].filter((part) => part !== "" && part !== "-").join("  ");
  return {
    at,
    subject: task.taskId,
    word: statusWord(task.status, warnings),
    tone: toneOf(task.status, warnings),
    text: clip(text, TEXT),
  };
}

function pushCompanion(newest: Newest, record: JournalRecord): void {
  const at = record.end_time ?? record.start_time ?? record.ts;
  if (at === undefined) return;
  const warnings = record.warnings.length > 0;
  newest.push(at, 2, () => ({
    at,
    subject: record.task_id,
    word: record.kind === "review" ? "reviewed" : statusWord(record.status, warnings),
    tone: toneOf(record.status, warnings),
    text: clip(record.errors[0] ?? record.warnings[0] ?? "", TEXT),
  }));
}

function pushRun(newest: Newest, state: RunState, life: Life): void {
  const { startedAt } = state.header;
  const add = (at: string, step: number, event: Omit<ViewEvent, "at" | "subject">) =>
    newest.push(at, step, () => ({ at, subject: "", ...event }));
  if (startedAt !== "") add(startedAt, 0, { word: "run started", tone: "busy", text: "" });
  const exit = state.exitCode === null ? "" : `exit ${state.exitCode}`;
  const tone = state.exitCode === 0 ? "quiet" : "bad";
  if (state.finishedAt !== null) add(state.finishedAt, 3, { word: "run ended", tone, text: exit });
  else if (life === "crashed")
    add(state.lastRecordAt, 3, { word: "run crashed", tone: "bad", text: "its process is gone" });
}

function pushAnswers(newest: Newest, { answers }: Companions): void {
  for (const { at, accepted, reason } of answers) {
    newest.push(at, 2, () => ({
      at,
      subject: "",
      word: accepted ? "request accepted" : "request refused",
      tone: accepted ? "quiet" : "warn",
      text: clip(reason, TEXT),
    }));
  }
}
