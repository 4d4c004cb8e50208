/** In which order operations are exercised: read, create, read what was made, change, delete; what may hurt comes last. */
import { type Operation, SAFE } from "../types.ts";

const GLOBAL =
  /\b(admin|maintenance|reset|wipe|revoke|logout|signout|sign-out|shutdown|restart|lock|disable|purge|flush|drain|truncate|clear|freeze|suspend|quota|limit|throttle|rotate|expire|kill|stop|seed|import|restore|migrate|config|settings|mode|toggle|switch|flags?)\b/i;

const words = ({ path, operationId }: Operation) =>
  `${path} ${operationId ?? ""}`.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_/]/g, " ");

/** Whether an operation by its name acts on the service as a whole. */
export const isGlobal = (operation: Operation) => GLOBAL.test(words(operation));

const depth = (path: string) => path.split("/").length;
const placeholders = (path: string) => (path.match(/\{/g) ?? []).length;

function phase(operation: Operation): number {
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
  /** Operations that change something, one after the other. */
  writes: Operation[];
}

/** Splits and sorts; without `disposable` there are no writes. */
export function inOrder(operations: readonly Operation[], disposable: boolean): Phases {
  const sorted = [...operations].sort((one, other) => {
    const [a, b] = [phase(one), phase(other)];
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
    writes: disposable ? sorted.filter(({ method }) => !SAFE.includes(method) && method !== "trace") : [],
  };
}
