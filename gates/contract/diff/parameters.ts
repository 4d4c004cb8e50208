/** Two versions of an operation's parameters. */
import { same, show } from "../json.ts";
import type { Operation, Parameter } from "../types.ts";
import type { Level, Place } from "./change.ts";
import { compareLifecycle, earlyRemoval, isUnstable } from "./lifecycle.ts";
import { type Scene, schemaAt } from "./scene.ts";
import { spotOf } from "./spot.ts";

const placeholders = (path: string) => [...path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]!);
const label = (parameter: Parameter) => `${parameter.in} parameter ${parameter.name}`;

/** Path parameters correspond by position, header names in any case. */
function keyOf(parameter: Parameter, operation: Operation): string {
  if (parameter.in === "path") return `path ${placeholders(operation.path).indexOf(parameter.name)}`;
  return `${parameter.in} ${parameter.in === "header" ? parameter.name.toLowerCase() : parameter.name}`;
}

export function compareParameters(scene: Scene, old: Operation, now: Operation): void {
  const before = new Map(old.parameters.map((one) => [keyOf(one, old), one]));
  const after = new Map(now.parameters.map((one) => [keyOf(one, now), one]));
  for (const [key, was] of before) {
    const is = after.get(key);
    if (is) compareParameter(scene, was, is);
    else if (was.in !== "path") removed(scene, was, isUnstable(old.node));
  }
  for (const [key, is] of after) {
    if (before.has(key) || is.in === "path") continue;
    scene.changes.add({
      rule: is.required ? "new-required-request-parameter" : "new-optional-request-parameter",
      level: is.required ? "breaking" : "compatible",
      direction: "request",
      pointer: is.pointer,
      message: `${label(is)} is new${is.required ? " and required" : ""}`,
      advice: "Make it optional, with a default.",
    });
  }
}

function removed({ changes, today }: Scene, was: Parameter, unstable: boolean): void {
  const early = unstable ? null : earlyRemoval(was.node, today);
  changes.add({
    rule: "request-parameter-removed",
    level: early === null ? "compatible" : "breaking",
    direction: "request",
    pointer: was.pointer,
    inOld: true,
    message: `${label(was)} is gone${early ?? ""}; who still sends it is refused, or ignored without a word`,
    advice: "Keep it, or deprecate it with a sunset date before it goes.",
  });
}

function compareParameter(scene: Scene, was: Parameter, is: Parameter): void {
  const tell = (rule: string, level: Level, pointer: string, message: string, advice: string) =>
    scene.changes.add({
      rule: `request-parameter-${rule}`,
      level,
      direction: "request",
      pointer,
      message: `${label(is)} ${message}`,
      advice,
    });
  if (is.required && !was.required)
    tell("became-required", "breaking", is.pointer, "is required now", "Make it optional, with a default.");
  if (was.node.allowEmptyValue === true && is.node.allowEmptyValue !== true)
    tell(
      "empty-value-refused",
      "breaking",
      is.pointer,
      "may no longer be empty",
      "Restore allowEmptyValue: true.",
    );
  if (was.node.allowReserved === true && is.node.allowReserved !== true)
    tell(
      "reserved-refused",
      "warning",
      is.pointer,
      "may no longer hold reserved characters",
      "Restore allowReserved: true.",
    );
  const subject = {
    was: was.node,
    is: is.node,
    kind: "request-parameter",
    label: label(is),
    pointer: is.pointer,
  };
  compareLifecycle(scene, { ...subject, direction: "request" });
  const old = schemaAt(scene.old, was.schema);
  const now = schemaAt(scene.now, is.schema);
  style(was, is, old, now, tell);
  if (!old || !now) return;
  if (!same(old.node.default, now.node.default) && was.node.required !== true) {
    const message = `defaulted to ${show(old.node.default)}, now to ${show(now.node.default)}`;
    tell(
      "default-changed",
      "breaking",
      now.pointer,
      message,
      `Restore the default ${show(old.node.default)}.`,
    );
  }
  const asText = !isList(now);
  // ?id=1 is also a list of one in this style.
  const one = !isList(old) && now.node.type === "array" && styleOf(is) === "form, exploded";
  if (one)
    scene.schemas.at(
      old.node,
      old.pointer,
      now.node.items,
      `${now.pointer}/items`,
      spotOf("request", "request-parameter", label(is), true),
    );
  else scene.schemas.compare(old, now, spotOf("request", "request-parameter", label(is), asText));
}

const isList = ({ node }: Place) => node.type === "array" || node.type === "object";

function styleOf({ in: place, node }: Parameter): string {
  const name = String(node.style ?? (["query", "cookie"].includes(place) ? "form" : "simple"));
  return `${name}${(node.explode ?? name === "form") ? ", exploded" : ""}`;
}

/** How a value is written. Of a single value only the name of the style shows on the wire. */
function style(
  was: Parameter,
  is: Parameter,
  old: Place | null,
  now: Place | null,
  tell: (rule: string, level: Level, pointer: string, message: string, advice: string) => void,
): void {
  const [before, after] = [styleOf(was), styleOf(is)];
  if (before === after) return;
  const name = (text: string) => text.split(",")[0];
  const list = (old && isList(old)) || (now && isList(now));
  const level = list || name(before) !== name(after) ? "breaking" : "warning";
  tell(
    "style-changed",
    level,
    is.pointer,
    `was written ${before}, is ${after}`,
    "Keep the way it is written.",
  );
}
