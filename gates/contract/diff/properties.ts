/** The properties of two versions of an object: gone, new, required, who may set and who may read them. */
import type { Level, Place } from "./change.ts";
import { compareLifecycle, earlyRemoval } from "./lifecycle.ts";
import type { SchemaDiff } from "./schemas.ts";
import { inside, type Spot } from "./spot.ts";
import type { View } from "./view.ts";

export function compareProperties(diff: SchemaDiff, old: View, now: View, spot: Spot): void {
  const request = spot.direction === "request";
  for (const [name, before] of old.properties) {
    const after = now.properties.get(name);
    const inner = inside(spot, name);
    if (!after) removed(diff, name, before, old, now, inner);
    else {
      access(diff, name, before, after, now, inner);
      announced(diff, before, after, inner);
      diff.compare(before, after, inner);
    }
  }
  if (request) required(diff, old, now, spot);
  else optional(diff, old, now, spot);
  const closed = request && now.closed && !old.closed && now.properties.size + old.properties.size > 0;
  if (closed)
    diff.tell(
      spot,
      "additional-properties-forbidden",
      "breaking",
      now.pointer,
      "further properties are refused now",
      "Accept further properties as before.",
    );
}

function required(diff: SchemaDiff, old: View, now: View, spot: Spot): void {
  for (const name of now.required) {
    if (old.required.has(name)) continue;
    const property = now.properties.get(name);
    if (property && diff.view("now", property).readOnly) continue;
    const known = old.properties.has(name);
    const what = known ? "is required now" : "is new and required";
    diff.tell(
      inside(spot, name),
      known ? "became-required" : "new-required",
      "breaking",
      property?.pointer ?? now.pointer,
      what,
      "Make it optional, with a default.",
    );
  }
}

function optional(diff: SchemaDiff, old: View, now: View, spot: Spot): void {
  for (const name of old.required) {
    const property = now.properties.get(name);
    const before = old.properties.get(name);
    if (now.required.has(name) || !property || !before) continue;
    if (diff.view("now", property).writeOnly || diff.view("old", before).writeOnly) continue;
    diff.tell(
      inside(spot, name),
      "became-optional",
      "breaking",
      property.pointer,
      "may be absent now",
      "Keep sending it always.",
    );
  }
}

/** readOnly and writeOnly: a property that only one side may set or see. */
function access(diff: SchemaDiff, name: string, before: Place, after: Place, now: View, spot: Spot): void {
  const [was, is] = [diff.view("old", before), diff.view("now", after)];
  const tell = (rule: string, level: Level, what: string, advice: string) =>
    diff.tell(spot, rule, level, after.pointer, what, advice);
  const isRequired = now.required.has(name);
  if (spot.direction === "request") {
    if (!was.readOnly && is.readOnly)
      tell(
        "became-read-only",
        "breaking",
        "can no longer be set: it is readOnly now",
        "Keep accepting it, or deprecate it first.",
      );
    else if (was.readOnly && !is.readOnly && isRequired)
      tell(
        "became-writable-and-required",
        "breaking",
        "was readOnly, must be sent now",
        "Make it optional, with a default.",
      );
  } else if (!was.writeOnly && is.writeOnly) {
    tell(
      "became-write-only",
      "breaking",
      "is no longer sent: it is writeOnly now",
      "Keep sending it, or deprecate it first.",
    );
  } else if (was.writeOnly && !is.writeOnly && isRequired) {
    tell(
      "became-readable",
      "warning",
      "was writeOnly, is promised in every answer now",
      "Make sure that it is always sent, and that it is no secret.",
    );
  }
}

function announced(diff: SchemaDiff, before: Place, after: Place, spot: Spot): void {
  const kind = `${spot.direction}-property`;
  const label = `${spot.label} property "${spot.path}"`;
  const subject = {
    was: before.node,
    is: after.node,
    kind,
    label,
    direction: spot.direction,
    pointer: after.pointer,
  };
  compareLifecycle({ changes: diff.changes, today: diff.today }, subject);
}

function removed(diff: SchemaDiff, name: string, before: Place, old: View, now: View, spot: Spot): void {
  const was = diff.view("old", before);
  const early = earlyRemoval(before.node, diff.today);
  if (spot.direction === "request") {
    if (was.readOnly) return;
    const closed = now.closed && !old.closed;
    const what = now.closed ? "is no longer accepted" : "is no longer known; it is ignored at best";
    const level = early === null ? "compatible" : closed ? "breaking" : "warning";
    diff.tell(
      spot,
      "removed",
      level,
      before.pointer,
      `${what}${early ?? ""}`,
      "Keep it, or deprecate it before it goes.",
      true,
    );
    return;
  }
  if (was.writeOnly) return;
  const always = old.required.has(name);
  const level = always ? "breaking" : early === null ? "compatible" : "warning";
  const what = always ? "was always sent, is gone" : "is gone: make sure that nobody reads it";
  const advice = "Keep sending it, or deprecate it with a sunset date before it goes.";
  const rule = always ? "required-removed" : "optional-removed";
  diff.tell(spot, rule, level, before.pointer, `${what}${early ?? ""}`, advice, true);
}
