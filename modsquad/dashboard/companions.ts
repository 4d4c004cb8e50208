/** What a journal holds beside the run and its gates: reviewers, extensions, answers to requests. */
import {
  type AnyRecord,
  isKnown,
  type JournalRecord,
  ORCHESTRATOR,
  type RunRecord,
} from "../journal/record.ts";

export interface ControlAnswer {
  /** Of the request. */
  id: string;
  accepted: boolean;
  reason: string;
  /** ISO, UTC. */
  at: string;
}

export interface Companions {
  /** The latest record of each reviewer and of each extension, in the order they first spoke. */
  reviews: JournalRecord[];
  extensions: JournalRecord[];
  /** The engine's answers to requests, oldest first. */
  answers: ControlAnswer[];
}

export interface CompanionFold {
  push(record: AnyRecord): void;
  value(): Companions;
}

export const NO_COMPANIONS: Companions = { reviews: [], extensions: [], answers: [] };

/** Takes records one by one, in any order and more than once, like the fold of the run itself. */
export function createCompanions(): CompanionFold {
  const reviews = new Map<string, JournalRecord>();
  const extensions = new Map<string, JournalRecord>();
  const answers = new Map<string, ControlAnswer>();
  return {
    push(record) {
      if (!isKnown(record) || record.kind === "task") return;
      if (record.kind === "review") keepLatest(reviews, record);
      else if (record.kind === "extension") keepLatest(extensions, record);
      else {
        const answer = answerIn(record);
        if (answer) answers.set(answer.id, answer);
      }
    },
    value: () => ({
      reviews: [...reviews.values()],
      extensions: [...extensions.values()],
      answers: [...answers.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    }),
  };
}

function keepLatest(known: Map<string, JournalRecord>, record: JournalRecord): void {
  const before = known.get(record.task_id);
  if (!before || record.seq >= before.seq) known.set(record.task_id, record);
}

function answerIn(record: RunRecord): ControlAnswer | null {
  const told: unknown = record.task_id === ORCHESTRATOR ? record.metrics.control : undefined;
  if (typeof told !== "object" || told === null) return null;
  const { id, accepted, reason } = told as Record<string, unknown>;
  if (typeof id !== "string" || typeof accepted !== "boolean") return null;
  return { id, accepted, reason: typeof reason === "string" ? reason : "", at: record.ts ?? "" };
}
