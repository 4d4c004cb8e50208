/** All operations of a service: safe ones side by side, then, on a disposable target, the others one by one. */
import type { Progress } from "../../../modsquad/contracts/gate.ts";
import { type Operation, SAFE } from "../types.ts";
import { globalAmong, inOrder } from "./order.ts";
import { bisect } from "./sentinel.ts";
import type { Exercise, Session } from "./session.ts";
import { isShut, signatureOf } from "./streak.ts";

const LANES = 6;
const BATCH = 24;

/** Runs `work` over items with a few at a time. */
export async function sideBySide<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const item = items[next]!;
      next += 1;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}

/** Exercises everything in scope; the session keeps what came of it. */
export async function exerciseAll(
  session: Session,
  operations: readonly Operation[],
  disposable: boolean,
  progress: (p: Progress) => void,
): Promise<void> {
  const { reads, lookups, writes } = inOrder(operations, disposable);
  const isGlobal = globalAmong(operations);
  const total = reads.length + lookups.length + writes.flat().length;
  let done = 0;
  const count = (operation: Operation) => {
    done += 1;
    progress({ done, total, label: operation.id });
  };
  await readAll(session, reads, count);
  // What is asked for by an id that nobody has given yet may be created first.
  const canCreate = writes.flat().length > 0;
  const known = lookups.filter((operation) => !canCreate || hasRealPath(session, operation));
  await readAll(session, known, count);
  const [creations = [], changes = [], deletions = [], globals = []] = writes;
  for (const part of [creations, changes]) {
    await writeAll(session, part, isGlobal, count);
    await readAgain(session, lookups);
    await writeAgain(session, part);
  }
  lookups.filter((operation) => !known.includes(operation)).forEach(count);
  for (const operation of [...creations, ...changes]) {
    if (stopped(session) || session.poisonedBy !== null) break;
    await watch(session, operation, mayHaveChanged(await session.exerciseFuller(operation)));
  }
  await writeAll(session, deletions, isGlobal, count);
  await writeAgain(session, deletions);
  await writeAll(session, globals, isGlobal, count);
}

function hasRealPath(session: Session, operation: Operation): boolean {
  const prepared = session.inputs.prepare(operation);
  return !prepared.ok || prepared.attempts[0]!.real;
}

type Count = (operation: Operation) => void;

async function readAll(session: Session, part: readonly Operation[], count: Count): Promise<void> {
  for (let start = 0; start < part.length && !stopped(session); start += BATCH)
    await readBatch(session, part.slice(start, start + BATCH), count);
}

async function writeAll(
  session: Session,
  part: readonly Operation[],
  isGlobal: (operation: Operation) => boolean,
  count: Count,
): Promise<void> {
  for (const operation of part) {
    if (stopped(session)) return;
    await write(session, operation, isGlobal);
    count(operation);
  }
}

const failed = (session: Session) => (operation: Operation) => !session.exercises.get(operation.id)?.good;

/** What could not be found at first may have been created since, and may be gone again later. */
async function readAgain(session: Session, lookups: readonly Operation[]): Promise<void> {
  if (session.poisonedBy !== null || stopped(session)) return;
  await sideBySide(lookups.filter(failed(session)), LANES, async (one) => void (await retry(session, one)));
}

/** What was refused for want of something else may be taken now that more is there. */
async function writeAgain(session: Session, part: readonly Operation[]): Promise<void> {
  for (const operation of part.filter(failed(session))) {
    if (stopped(session) || session.poisonedBy !== null) return;
    const second = await retry(session, operation);
    await watch(session, operation, mayHaveChanged(second.statuses));
  }
}

const stopped = (session: Session) => session.signal.aborted || session.lost !== null;

/** What is refused changes nothing. */
const mayHaveChanged = (statuses: readonly number[]) =>
  statuses.some((status) => status < 400 || status >= 500);

/** A second try replaces the first only when it got further; faults of the first stay. Answers the second. */
async function retry(session: Session, operation: Operation): Promise<Exercise> {
  const first = session.exercises.get(operation.id);
  const second = await session.exercise(operation);
  if (!first) return second;
  if (!second.exercised) session.exercises.set(operation.id, first);
  else
    second.faults.push(
      ...first.faults.filter(
        (fault) =>
          fault.verdict === "server wrong" &&
          !second.faults.some((one) => one.rule === fault.rule && one.subject === fault.subject),
      ),
    );
  return second;
}

async function readBatch(
  session: Session,
  batch: readonly Operation[],
  count: (operation: Operation) => void,
): Promise<void> {
  const finished: Operation[] = [];
  await sideBySide(batch, LANES, async (operation) => {
    if (stopped(session)) return;
    await session.exercise(operation);
    finished.push(operation);
    count(operation);
  });
  if (!session.sentinel.armed || stopped(session)) return;
  const symptom = await session.sentinel.symptom();
  if (symptom === null || stopped(session)) return;
  await findReader(session, finished, symptom);
}

/** A read that changed the service: found by running halves of the batch from a recovered state. */
async function findReader(session: Session, batch: readonly Operation[], symptom: string): Promise<void> {
  const calls = batch.flatMap((operation) => {
    const prepared = session.inputs.prepare(operation);
    return prepared.ok ? [prepared.attempts[0]!.call] : [];
  });
  const [any] = calls;
  if (!any) return;
  let how = await session.recover(any);
  if (how === null) {
    session.poisonedBy = `one of ${batch.map(({ id }) => id).join(", ")}`;
    session.poisonings.push({ culprit: session.poisonedBy, symptom, recovered: null });
    return;
  }
  const culprit = await bisect(calls, async (part) => {
    for (const call of part) await session.send(call);
    const again = await session.sentinel.symptom();
    if (again !== null) how = (await session.recover(part.at(-1)!)) ?? how;
    return again !== null;
  });
  if (!culprit) return;
  session.poisonings.push({ culprit: culprit.operation.id, symptom, recovered: how });
  const rest = batch.filter(({ id }) => id !== culprit.operation.id);
  await sideBySide(rest, LANES, async (operation) => void (await session.exercise(operation)));
}

/** A write, and a look at the canaries: if they fail now, it was this call. */
async function write(
  session: Session,
  operation: Operation,
  isGlobal: (operation: Operation) => boolean,
): Promise<Exercise> {
  const result = await session.exercise(operation);
  if (await watch(session, operation, mayHaveChanged(result.statuses))) return result;
  if (result.last)
    session.streak.note(operation, result.last, result.good?.call ?? null, isGlobal(operation));
  await breakStreak(session);
  if (result.good && isGlobal(operation)) await afterGlobal(session, operation);
  return session.exercises.get(operation.id) ?? result;
}

/** What acts on the service as a whole may have shut it for writes; an earlier write that went well tells. */
async function afterGlobal(session: Session, { id }: Operation): Promise<void> {
  const { pair } = session.streak;
  if (!pair || pair.culprit.operation.id !== id || stopped(session)) return;
  const sent = await session.send(pair.witness);
  if (!sent.ok || !isShut(sent.answer)) return;
  const signature = signatureOf(sent.answer);
  const recovered = await session.recover(pair.culprit, async () => {
    const again = await session.send(pair.witness);
    return again.ok && signatureOf(again.answer) !== signature;
  });
  // Without that proof the witness may simply not bear being repeated.
  if (recovered === null) return;
  const symptom = `${pair.witness.operation.id} went well before, answers ${signature.slice(0, 100)}`;
  session.poisonings.push({ culprit: id, symptom, recovered });
}

/** Unlike writes fail alike: undoes the write before them if it is the cause, and runs them again. */
async function breakStreak(session: Session): Promise<void> {
  const { suspicion } = session.streak;
  if (!suspicion || stopped(session)) return;
  const { operations, culprit, witness, signature } = suspicion;
  session.streak.reset();
  const isWell = async () => {
    const sent = await session.send(witness);
    return sent.ok && signatureOf(sent.answer) !== signature;
  };
  if (await isWell()) return;
  const recovered = await session.recover(culprit, isWell);
  const symptom = `${operations.length} unlike operations after it answer alike: ${signature.slice(0, 100)}`;
  session.poisonings.push({ culprit: culprit.operation.id, symptom, recovered });
  if (recovered === null) {
    session.poisonedBy = culprit.operation.id;
    for (const operation of operations) session.exercises.delete(operation.id);
  }
  for (const operation of operations) await session.exercise(operation);
}

/** Checks the canaries after a call of `operation`; names it and tries to recover when they fail. */
export async function watch(session: Session, operation: Operation, called: boolean): Promise<boolean> {
  if (!called || !session.sentinel.armed || SAFE.includes(operation.method) || stopped(session)) return false;
  const symptom = await session.sentinel.symptom();
  if (symptom === null || stopped(session)) return false;
  const prepared = session.exercises.get(operation.id)?.good ?? firstOf(session, operation);
  const recovered = prepared ? await session.recover(prepared.call) : null;
  session.poisonings.push({ culprit: operation.id, symptom, recovered });
  if (recovered === null) session.poisonedBy = operation.id;
  return true;
}

function firstOf(session: Session, operation: Operation) {
  const prepared = session.inputs.prepare(operation);
  return prepared.ok ? prepared.attempts[0]! : null;
}
