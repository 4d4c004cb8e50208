/** Two versions of request bodies and responses: media types, statuses, headers. */
import { responseFor } from "../document/operations.ts";
import { same, step } from "../json.ts";
import type { MediaType, Operation, ResponseHeader, ResponseSpec } from "../types.ts";
import type { Direction, Level } from "./change.ts";
import { type Scene, schemaAt } from "./scene.ts";
import { type Spot, spotOf } from "./spot.ts";

/** A webhook's request is read, not written, by those who use the API: its direction is "response". */
export function compareBody(scene: Scene, old: Operation, now: Operation, direction: Direction): void {
  const tell = (
    rule: string,
    level: Level,
    pointer: string,
    message: string,
    advice: string,
    inOld = false,
  ) => scene.changes.add({ rule, level, direction, pointer, message, advice, inOld });
  const request = direction === "request";
  if (!old.body && (!now.body || !request)) return;
  if (!old.body) {
    const { required, pointer } = now.body!;
    const rule = required ? "required-request-body-added" : "optional-request-body-added";
    tell(
      rule,
      required ? "breaking" : "compatible",
      pointer,
      "the operation takes a body now",
      "Make the body optional.",
    );
    return;
  }
  if (!now.body) {
    tell(
      "request-body-removed",
      "breaking",
      old.body.pointer,
      "there is no body any more",
      "Keep the body.",
      true,
    );
    return;
  }
  if (request && now.body.required && !old.body.required)
    tell(
      "request-body-became-required",
      "breaking",
      now.body.pointer,
      "the body is required now",
      "Make the body optional.",
    );
  compareContent(scene, old.body.content, now.body.content, spotOf(direction, "request-body", "body"));
}

function compareContent(scene: Scene, before: MediaType[], after: MediaType[], spot: Spot): void {
  const { direction } = spot;
  const request = direction === "request";
  const tell = (
    rule: string,
    level: Level,
    pointer: string,
    message: string,
    advice: string,
    inOld = false,
  ) =>
    scene.changes.add({
      rule,
      level,
      direction,
      pointer,
      message: `${spot.label}: ${message}`,
      advice,
      inOld,
    });
  for (const was of before) {
    const is =
      after.find(({ type }) => type === was.type) ??
      after.find(({ type }) => covers(type, was.type, request));
    if (!is) {
      const advice = request
        ? `Keep accepting ${was.type}.`
        : `Keep sending ${was.type} to those who ask for it.`;
      tell(`${spot.kind}-media-type-removed`, "breaking", was.pointer, `${was.type} is gone`, advice, true);
      continue;
    }
    const old = schemaAt(scene.old, was.schema);
    const now = schemaAt(scene.now, is.schema);
    if (old && now) scene.schemas.compare(old, now, spot);
    else if (old && !now && !request)
      tell(
        "response-body-schema-removed",
        "warning",
        is.pointer,
        `${is.type} has no schema any more`,
        "Restore the schema.",
      );
    else if (!old && now && request)
      tell(
        "request-body-schema-added",
        "breaking",
        now.pointer,
        `${is.type} was free, has a schema now`,
        "Accept other bodies as before.",
      );
    if (!same(was.node.encoding, is.node.encoding) && was.node.encoding !== undefined)
      tell(
        `${spot.kind}-encoding-changed`,
        "warning",
        is.pointer,
        `the encoding of ${is.type} changed`,
        "Keep the encoding of each part.",
      );
  }
}

/** Whether a range such as "application/*" takes what was named before; only for what we accept. */
function covers(range: string, type: string, request: boolean): boolean {
  const bare = (text: string) => text.split(";")[0]!.trim();
  if (bare(range) === bare(type)) return true;
  if (!request) return false;
  return range === "*/*" || (range.endsWith("/*") && type.startsWith(range.slice(0, -1)));
}

export function compareResponses(scene: Scene, old: Operation, now: Operation, direction: Direction): void {
  for (const was of old.responses) {
    const is = now.responses.find(({ status }) => status === was.status) ?? heirOf(was, now);
    if (is) compareResponse(scene, was, is, direction);
    else statusRemoved(scene, was, direction);
  }
}

function statusRemoved({ changes }: Scene, was: ResponseSpec, direction: Direction): void {
  const success = /^2/.test(was.status);
  changes.add({
    rule: success ? "response-success-status-removed" : "response-status-removed",
    level: success ? "breaking" : "warning",
    direction,
    pointer: was.pointer,
    inOld: true,
    message: success
      ? `${was.status} is no longer answered`
      : `${was.status} is no longer documented: clients that handle it wait for what may not come`,
    advice: `Keep ${was.status} in the document as long as it may be answered.`,
  });
}

/** A status that another promise now covers, such as 2XX for 200. */
function heirOf(was: ResponseSpec, now: Operation): ResponseSpec | null {
  const status = Number(was.status);
  const found = Number.isInteger(status) ? responseFor(now, status) : null;
  return found && found.status !== "default" ? found : null;
}

function compareResponse(scene: Scene, was: ResponseSpec, is: ResponseSpec, direction: Direction): void {
  compareContent(scene, was.content, is.content, spotOf(direction, "response-body", `${was.status} body`));
  if (direction === "response") for (const header of was.headers) compareHeader(scene, was, is, header);
}

function compareHeader(scene: Scene, was: ResponseSpec, is: ResponseSpec, header: ResponseHeader): void {
  const direction = "response";
  const heir = is.headers.find(({ name }) => name === header.name);
  const what = `${was.status} header ${header.name}`;
  const at = (spec: ResponseSpec) => `${spec.pointer}/headers/${step(header.name)}`;
  if (!heir) {
    const rule = header.required ? "required-response-header-removed" : "optional-response-header-removed";
    scene.changes.add({
      rule,
      level: "breaking",
      direction,
      pointer: at(was),
      inOld: true,
      message: `${what} is gone`,
      advice: "Keep sending it.",
    });
    return;
  }
  if (header.required && !heir.required)
    scene.changes.add({
      rule: "response-header-became-optional",
      level: "breaking",
      direction,
      pointer: at(is),
      message: `${what} may be absent now`,
      advice: "Keep sending it always.",
    });
  const old = schemaAt(scene.old, header.schema);
  const now = schemaAt(scene.now, heir.schema);
  if (old && now) scene.schemas.compare(old, now, spotOf(direction, "response-header", what));
}
