/** Two versions of a document, operation by operation. */
import { callbacksOf, webhooksOf } from "../document/operations.ts";
import type { ApiDocument, Operation } from "../types.ts";
import { type Change, Changes } from "./change.ts";
import { compareBody, compareResponses } from "./content.ts";
import { compareLifecycle, earlyRemoval } from "./lifecycle.ts";
import { compareParameters } from "./parameters.ts";
import type { Scene } from "./scene.ts";
import { SchemaDiff } from "./schemas.ts";
import { compareSchemes, compareSecurity } from "./security.ts";

/** Names of path parameters do not travel: "/pets/{id}" and "/pets/{petId}" are the same address. */
const shape = (path: string) => path.replace(/\{[^}]*\}/g, "{}");

/** Operations that correspond; what is left of the old ones is gone. */
function pairsOf(
  before: readonly Operation[],
  after: readonly Operation[],
): [Operation, Operation | undefined][] {
  const byId = new Map(after.map((operation) => [operation.id, operation]));
  const byShape = new Map(
    after.map((operation) => [`${operation.method} ${shape(operation.path)}`, operation]),
  );
  return before.map((old) => [old, byId.get(old.id) ?? byShape.get(`${old.method} ${shape(old.path)}`)]);
}

function removed({ changes, today }: Scene, old: Operation, moved: Operation | undefined): void {
  const early = earlyRemoval(old.node, today);
  changes.add({
    rule: moved ? "operation-moved" : "operation-removed",
    level: early === null ? "compatible" : "breaking",
    direction: "request",
    pointer: old.pointer,
    inOld: true,
    message: `${old.id} is gone${early ?? ""}${moved ? `; ${old.operationId} is now ${moved.id}` : ""}`,
    advice: moved
      ? `Keep answering at ${old.path} as well (a redirect does not do for clients that write).`
      : "Keep it, mark it deprecated with a sunset date, and remove it after that date.",
  });
}

function compareOperation(scene: Scene, old: Operation, now: Operation): void {
  if (old.operationId && now.operationId !== old.operationId)
    scene.changes.add({
      rule: "operation-id-changed",
      level: "warning",
      direction: "request",
      pointer: `${now.pointer}/operationId`,
      message: `operationId was ${old.operationId}, is ${now.operationId ?? "gone"}: generated clients rename a function`,
      advice: `Restore operationId: ${old.operationId}.`,
    });
  const subject = { was: old.node, is: now.node, kind: "operation", label: now.id, pointer: now.pointer };
  compareLifecycle(scene, { ...subject, direction: "request" });
  compareParameters(scene, old, now);
  compareBody(scene, old, now, "request");
  compareResponses(scene, old, now, "response");
  compareSecurity(scene, old, now);
  reversed(scene, callbacksOf(scene.old, old), callbacksOf(scene.now, now), "callback");
}

/** Webhooks and callbacks: the service writes the request, so whoever listens reads it and writes the answer. */
function reversed(scene: Scene, before: Operation[], after: Operation[], kind: "webhook" | "callback"): void {
  const { changes } = scene;
  const outer = changes.operation;
  changes.reversed = true;
  for (const [old, now] of pairsOf(before, after)) {
    changes.operation = old.id;
    if (now) {
      compareBody(scene, old, now, "response");
      compareResponses(scene, old, now, "request");
    } else
      changes.add({
        rule: `${kind}-removed`,
        level: "breaking",
        direction: "response",
        pointer: old.pointer,
        inOld: true,
        message: `the ${kind} ${old.path.slice(1)} is gone`,
        advice: "Keep sending it, or deprecate it before it goes.",
      });
  }
  changes.reversed = false;
  changes.operation = outer;
}

/** All differences that matter to somebody. `today` is an ISO date, for sunsets. */
export function compareDocuments(
  old: { document: ApiDocument; operations: readonly Operation[] },
  now: { document: ApiDocument; operations: readonly Operation[] },
  today: string,
): Change[] {
  const changes = new Changes();
  const schemas = new SchemaDiff({ old: old.document.root, now: now.document.root }, changes, today);
  const scene: Scene = { old: old.document, now: now.document, changes, schemas, today };
  const byName = new Map(
    now.operations.flatMap((operation) =>
      operation.operationId ? [[operation.operationId, operation]] : [],
    ),
  );
  for (const [before, after] of pairsOf(old.operations, now.operations)) {
    changes.operation = before.id;
    if (after) compareOperation(scene, before, after);
    else removed(scene, before, before.operationId ? byName.get(before.operationId) : undefined);
  }
  compareSchemes(scene, old.operations);
  reversed(scene, webhooksOf(old.document), webhooksOf(now.document), "webhook");
  return changes.list;
}
