/** Announcements: deprecation, the date after which something may go (x-sunset), and stability levels. */
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { show } from "../json.ts";
import type { Direction } from "./change.ts";
import type { Scene } from "./scene.ts";

const STABILITY = ["draft", "alpha", "beta", "stable"];
/** These are published to be tried out and may go at any time. */
const UNSTABLE = ["draft", "alpha"];

const sunsetOf = (node: JsonObject) => node["x-sunset"];
const stabilityOf = (node: JsonObject) => node["x-stability-level"];

function isDate(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value));
}

/** Whether what belongs to it may go without a word. */
export const isUnstable = (node: JsonObject) => UNSTABLE.includes(String(stabilityOf(node)));

/** Why a removal breaks somebody; null when it was announced and its day has come. */
export function earlyRemoval(node: JsonObject, today: string): string | null {
  if (isUnstable(node)) return null;
  if (node.deprecated !== true) return "";
  const sunset = sunsetOf(node);
  if (sunset === undefined) return null;
  if (!isDate(sunset)) return `; its x-sunset ${show(sunset)} is no date`;
  return sunset.slice(0, 10) > today ? ` before its sunset on ${sunset}` : null;
}

interface Subject {
  was: JsonObject;
  is: JsonObject;
  /** "operation", "request-parameter", "request-property": rules begin with it. */
  kind: string;
  /** In words, such as "query parameter limit". */
  label: string;
  direction: Direction;
  pointer: string;
}

/** Tells what became of the announcements about one thing. */
export function compareLifecycle(
  { changes, today }: Pick<Scene, "changes" | "today">,
  subject: Subject,
): void {
  const { was, is, kind, label, direction, pointer } = subject;
  const tell = (rule: string, message: string, advice: string) =>
    changes.add({
      rule: `${kind}-${rule}`,
      level: "breaking",
      direction,
      pointer,
      message: `${label}: ${message}`,
      advice,
    });
  stability(was, is, tell);
  const [before, after] = [sunsetOf(was), sunsetOf(is)];
  if (is.deprecated !== true || before === after) return;
  if (after === undefined) {
    if (was.deprecated === true)
      tell(
        "sunset-removed",
        `the sunset on ${show(before)} is gone, it is still deprecated`,
        `Restore x-sunset: ${show(before)}.`,
      );
  } else if (!isDate(after) || (before !== undefined && !isDate(before))) {
    tell(
      "sunset-unreadable",
      `x-sunset ${show(isDate(after) ? before : after)} is no date`,
      'Write the date as "YYYY-MM-DD".',
    );
  } else if (isDate(before) && after < before && after.slice(0, 10) <= today) {
    tell(
      "sunset-too-early",
      `the sunset was ${before}, is ${after}, which has passed`,
      `Restore x-sunset: "${before}".`,
    );
  }
}

function stability(
  was: JsonObject,
  is: JsonObject,
  tell: (rule: string, message: string, advice: string) => void,
): void {
  const [before, after] = [stabilityOf(was), stabilityOf(is)];
  const unknown = [before, after].find((level) => level !== undefined && !STABILITY.includes(String(level)));
  if (unknown !== undefined) {
    if (before !== after)
      tell(
        "stability-unknown",
        `x-stability-level ${show(unknown)} is none of ${STABILITY.join(", ")}`,
        "Correct x-stability-level.",
      );
  } else if (before !== undefined && rank(after) < rank(before)) {
    tell(
      "stability-decreased",
      `its stability was ${show(before)}, is ${show(after ?? "not given")}`,
      `Restore x-stability-level: ${show(before)}.`,
    );
  }
}

const rank = (level: unknown) => STABILITY.indexOf(String(level));
