/** In which order operations are exercised: read, create, read what was made, change, delete; what may hurt comes last. */
import { type Operation, SAFE } from "../types.ts";

const GLOBAL =
  /^(admin|maintenance|reset|wipe|revoke|logout|signout|shutdown|restart|lock|disable|purge|flush|drain|truncate|clear|freeze|suspend|quota|limit|throttle|rotate|expire|kill|stop|seed|import|restore|migrate|config|settings|mode|toggle|switch|flags?)$/i;

/** What is done to one thing says so in its path; what it is called by may speak of more. */
const wordsOf = ({ path, operationId }: Operation) =>
  `${path.replace(/\{[^}]*\}/g, "")} ${path.includes("{") ? "" : (operationId ?? "")}`
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/);

/** A word that a good part of all operations has, such as "admin" in every path, says nothing of any of them. */
const COMMON = 0.2;

/** Tells operations that by their name act on the service as a whole. */
export function globalAmong(operations: readonly Operation[]): (operation: Operation) => boolean {
  const counts = new Map<string, number>();
  for (const operation of operations)
    for (const word of new Set(wordsOf(operation))) counts.set(word, (counts.get(word) ?? 0) + 1);
  const isCommon = (word: string) => counts.get(word)! > Math.max(3, operations.length * COMMON);
  return (operation) => wordsOf(operation).some((word) => GLOBAL.test(word) && !isCommon(word));
}

const depth = (path: string) => path.split("/").length;
const placeholders = (path: string) => (path.match(/\{/g) ?? []).length;

function phase(operation: Operation, isGlobal: (operation: Operation) => boolean): number {
  const { method, path } = operation;
  if (SAFE.includes(method)) return placeholders(path) === 0 ? 0 : 3;
  if (isGlobal(operation)) return 9;
  if (method === "post") return placeholders(path) === 0 ? 1 : 2;
  if (method === "put" || method === "patch") return 5;
  return 7;
}

export interface Phases {
  /** Safe operations, first those that need no id. They may run side by side. */
  reads: Operation[];
  lookups: Operation[];
  /** Operations that change something, one after the other: creating, changing, deleting, acting on the whole. */
  writes: Operation[][];
}

/** Splits and sorts; without `disposable` there are no writes. */
export function inOrder(operations: readonly Operation[], disposable: boolean): Phases {
  const isGlobal = globalAmong(operations);
  const sorted = [...operations].sort((one, other) => {
    const [a, b] = [phase(one, isGlobal), phase(other, isGlobal)];
    if (a !== b) return a - b;
    const deeper = depth(one.path) - depth(other.path);
    // Deeper things are deleted before what holds them.
    return a === 7 ? -deeper : deeper;
  });
  const safe = sorted.filter(({ method }) => SAFE.includes(method));
  // A safe operation with a dangerous name goes last: not everybody keeps GET safe.
  const calm = (operation: Operation) => Number(isGlobal(operation));
  const byCalm = (list: Operation[]) => list.sort((one, other) => calm(one) - calm(other));
  return {
    reads: byCalm(safe.filter(({ path }) => placeholders(path) === 0)),
    lookups: byCalm(safe.filter(({ path }) => placeholders(path) > 0)),
    writes: disposable
      ? [[1, 2], [5], [7], [9]].map((phases) =>
          sorted.filter((one) => phases.includes(phase(one, isGlobal)) && one.method !== "trace"),
        )
      : [],
  };
}
