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

export function timelineOf(state: RunState, companions: Companions, life: Life, limit: number): ViewEvent[] {
  const moments: Moment[] = [...runMoments(state, life), ...controlMoments(companions)];
  for (const task of state.tasks) pushTask(moments, task);
  for (const record of [...companions.reviews, ...companions.extensions]) pushCompanion(moments, record);
  moments.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : b.step - a.step));
  return moments.slice(0, limit).map((moment) => moment.say());
}

function pushTask(moments: Moment[], task: TaskState): void {
  const { startTime, endTime, taskId, attempt } = task;
  if (task.cached) return;
  if (startTime !== null) {
    const text = attempt > 1 ? `attempt ${attempt}` : "";
    moments.push({
      at: startTime,
      step: 1,
      say: () => ({ at: startTime, subject: taskId, word: "started", tone: "busy", text }),
    });
  }
  if (endTime !== null) moments.push({ at: endTime, step: 2, say: () => ended(task, endTime) });
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

function pushCompanion(moments: Moment[], record: JournalRecord): void {
  const at = record.end_time ?? record.start_time ?? record.ts;
  if (at === undefined) return;
  const warnings = record.warnings.length > 0;
  moments.push({
    at,
    step: 2,
    say: () => ({
      at,
      subject: record.task_id,
      word: record.kind === "review" ? "reviewed" : statusWord(record.status, warnings),
      tone: toneOf(record.status, warnings),
      text: clip(record.errors[0] ?? record.warnings[0] ?? "", TEXT),
    }),
  });
}

function runMoments(state: RunState, life: Life): Moment[] {
  const { startedAt } = state.header;
  const moments: Moment[] = [];
  const add = (at: string, step: number, event: Omit<ViewEvent, "at" | "subject">) =>
    moments.push({ at, step, say: () => ({ at, subject: "", ...event }) });
  if (startedAt !== "") add(startedAt, 0, { word: "run started", tone: "busy", text: "" });
  const exit = state.exitCode === null ? "" : `exit ${state.exitCode}`;
  const tone = state.exitCode === 0 ? "quiet" : "bad";
  if (state.finishedAt !== null) add(state.finishedAt, 3, { word: "run ended", tone, text: exit });
  else if (life === "crashed")
    add(state.lastRecordAt, 3, { word: "run crashed", tone: "bad", text: "its process is gone" });
  return moments;
}

function controlMoments({ answers }: Companions): Moment[] {
  return answers.map((answer) => ({
    at: answer.at,
    step: 2,
    say: () => ({
      at: answer.at,
      subject: "",
      word: answer.accepted ? "request accepted" : "request refused",
      tone: answer.accepted ? "quiet" : "warn",
      text: clip(answer.reason, TEXT),
    }),
  }));
}
