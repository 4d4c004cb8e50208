/**
 * Side files. A record is one write of at most 64 KiB; the fields that do not fit go to a file of their own,
 * and the record keeps its path, size and sha-256. A reader puts them back or says that it could not.
 */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { safeName } from "./directory.ts";
import { isObject } from "./fields.ts";
import { faultOfRecord, type JournalRecord, type SpillEntry } from "./record.ts";

/** Longest line in bytes, its newline included. */
export const MAX_LINE = 65_536;
/** No side file of ours is larger; a reader does not load what claims to be. */
const MAX_SIDE_FILE = 256 * 1024 * 1024;

const preview = (value: unknown) => String(value).slice(0, 200);
const previews = (value: unknown) => (Array.isArray(value) ? value.slice(0, 3).map(preview) : []);

/** What a gate's own status and the exit code are read from stays in the line whatever else has to go. */
function telling(metrics: unknown): Record<string, unknown> {
  const from = isObject(metrics) ? metrics : {};
  const short = (value: unknown) => typeof value !== "object" && String(value).length < 100;
  return Object.fromEntries(
    ["status", "exit_code"].filter((key) => key in from && short(from[key])).map((key) => [key, from[key]]),
  );
}

/** The fields that may leave the line, with what stays there for a reader that looks at lines only. */
const MOVABLE = new Map<string, (value: unknown) => unknown>([
  ["findings", () => []],
  ["checks", () => []],
  ["artifacts", () => undefined],
  ["header", () => undefined],
  ["metrics", telling],
  ["errors", previews],
  ["warnings", previews],
  ["dependencies", () => []],
  ["description", preview],
]);

export interface SpillPlan {
  /** The line, newline included. */
  line: string;
  spill: SpillEntry;
  /** Content of the side file. */
  content: Buffer;
}

function sideFile(
  record: JournalRecord,
  moved: Record<string, unknown>,
): { spill: SpillEntry; content: Buffer } {
  const content = Buffer.from(JSON.stringify(moved));
  const name = `${safeName(record.task_id)}-${record.seq}.json`;
  const sha256 = createHash("sha256").update(content).digest("hex");
  const path = `artifacts/${safeName(record.run_id)}/${name}`;
  return { spill: { path, size: content.length, sha256, fields: Object.keys(moved) }, content };
}

/** Moves the largest fields out of a record until its line fits, or null when even that is not enough. */
export function planSpill(record: JournalRecord): SpillPlan | null {
  const fields = record as unknown as Record<string, unknown>;
  const sizes = [...MOVABLE.keys()]
    .filter((field) => fields[field] !== undefined)
    .map((field) => ({ field, size: JSON.stringify(fields[field]).length }))
    .sort((a, b) => b.size - a.size);
  const kept = { ...fields };
  const moved: Record<string, unknown> = {};
  for (const { field } of sizes) {
    moved[field] = fields[field];
    kept[field] = MOVABLE.get(field)!(fields[field]);
    // Cheap lower bound first: the side file is only put together when the line may fit.
    if (JSON.stringify(kept).length >= MAX_LINE) continue;
    const { spill, content } = sideFile(record, moved);
    const line = `${JSON.stringify({ ...kept, spill })}\n`;
    if (Buffer.byteLength(line) <= MAX_LINE) return { line, spill, content };
  }
  return null;
}

function readSideFile(spill: SpillEntry, dir: string): Record<string, unknown> | string {
  const path = spill.path;
  if (isAbsolute(path) || /(^|[\\/])\.\.([\\/]|$)/.test(path)) return "leads out of the journal's folder";
  try {
    const file = join(dir, path);
    const stat = statSync(file);
    if (!stat.isFile()) return "is no file";
    if (stat.size !== spill.size || stat.size > MAX_SIDE_FILE) {
      return `has ${stat.size} bytes instead of ${spill.size}`;
    }
    const content = readFileSync(file);
    if (createHash("sha256").update(content).digest("hex") !== spill.sha256) return "is not what was written";
    const moved: unknown = JSON.parse(content.toString("utf8"));
    return isObject(moved) ? moved : "is not an object";
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code ?? "no JSON"})`;
  }
}

/**
 * A record with its moved fields back in place. When they cannot be had, the record as it stands with
 * `spill.lost` saying why: whoever folds it must not take the empty lists for the truth.
 */
export function joinSpill(
  record: JournalRecord,
  dir: string,
): { record: JournalRecord; lost: string | null } {
  const { spill } = record;
  if (!spill) return { record, lost: null };
  const giveUp = (why: string) => {
    const lost = `side file ${spill.path} ${why}`;
    return { record: { ...record, spill: { ...spill, lost } }, lost };
  };
  const moved = readSideFile(spill, dir);
  if (typeof moved === "string") return giveUp(moved);
  const whole: Record<string, unknown> = { ...record };
  for (const field of spill.fields) {
    if (!MOVABLE.has(field) || !(field in moved)) return giveUp(`does not hold the field ${field}`);
    whole[field] = moved[field];
  }
  const fault = faultOfRecord(whole);
  return fault
    ? giveUp(`holds a record with a fault (${fault})`)
    : { record: whole as unknown as JournalRecord, lost: null };
}
