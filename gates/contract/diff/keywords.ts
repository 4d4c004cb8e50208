/** Keywords that only ever narrow what a schema admits: adding one breaks writers, dropping one breaks readers. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asArray, isObject, same, show, step } from "../json.ts";
import { type Place, placeOf } from "./change.ts";
import type { SchemaDiff } from "./schemas.ts";
import { inside, type Spot } from "./spot.ts";

/** Keywords whose value is a schema that is compared when both have it. */
const SCHEMAS = [
  "contains",
  "propertyNames",
  "contentSchema",
  "if",
  "then",
  "else",
  "not",
  "unevaluatedProperties",
  "unevaluatedItems",
];
/** Keywords that map names to schemas. */
const MAPS = ["patternProperties", "dependentSchemas"];
/** Keywords compared by value. */
const VALUES = ["dependentRequired", "contentMediaType", "contentEncoding"];
/** Keywords that say what a schema means, not what it admits. */
const ANNOTATIONS = new Set([
  "title",
  "description",
  "example",
  "examples",
  "default",
  "deprecated",
  "externalDocs",
  "xml",
  "readOnly",
  "writeOnly",
  "discriminator",
]);

const word = (key: string) => key.replace(/([A-Z])/g, (letter) => `-${letter.toLowerCase()}`);
/** What says nothing: an absent keyword, or a schema that admits everything. */
const isSilent = (value: Json | undefined) =>
  value === undefined || value === true || (isObject(value) && Object.keys(value).length === 0);

function told(
  diff: SchemaDiff,
  spot: Spot,
  key: string,
  before: Json | undefined,
  after: Json | undefined,
  pointers: [string, string],
): void {
  const request = spot.direction === "request";
  const added = isSilent(before) && !isSilent(after);
  const removed = !isSilent(before) && isSilent(after);
  const changed = !added && !removed;
  if ((request && removed) || (!request && added)) return;
  const verb = added ? "added" : removed ? "removed" : "changed";
  const what = `${key} was ${show(before, 40)}, is ${show(after, 40)}`;
  const advice = changed
    ? `Restore ${key}, or publish a new version.`
    : request
      ? `Accept values without ${key} as before.`
      : `Keep ${key}, or tell readers that other values will come.`;
  diff.tell(
    spot,
    `${word(key)}-${verb}`,
    "breaking",
    removed ? pointers[0] : pointers[1],
    what,
    advice,
    removed,
  );
}

/** Compares the keywords of two schemas that the view does not hold. */
export function compareKeywords(diff: SchemaDiff, before: Place, after: Place, spot: Spot): void {
  for (const key of SCHEMAS) {
    const [was, is] = [before.node[key], after.node[key]];
    const pointers: [string, string] = [`${before.pointer}/${key}`, `${after.pointer}/${key}`];
    if (was === undefined && is === undefined) continue;
    if (isObject(was) && isObject(is) && !isSilent(was) && !isSilent(is)) {
      diff.at(was, pointers[0], is, pointers[1], inside(spot, key));
    } else if (!same(was, is)) told(diff, spot, key, was, is, pointers);
  }
  for (const key of MAPS) {
    const [was, is] = [before.node[key], after.node[key]].map((value) => (isObject(value) ? value : {})) as [
      JsonObject,
      JsonObject,
    ];
    for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
      const pointers: [string, string] = [
        `${before.pointer}/${key}/${step(name)}`,
        `${after.pointer}/${key}/${step(name)}`,
      ];
      if (was[name] !== undefined && is[name] !== undefined)
        diff.at(was[name], pointers[0], is[name], pointers[1], inside(spot, name));
      else told(diff, spot, key, was[name], is[name], pointers);
    }
  }
  for (const key of VALUES) {
    const [was, is] = [before.node[key], after.node[key]];
    if (!same(was, is))
      told(diff, spot, key, was, is, [`${before.pointer}/${key}`, `${after.pointer}/${key}`]);
  }
  tuple(diff, before, after, spot);
  extensible(diff, before, after, spot);
  conjuncts(diff, before, after, spot);
}

function tuple(diff: SchemaDiff, before: Place, after: Place, spot: Spot): void {
  const [was, is] = [asArray(before.node.prefixItems), asArray(after.node.prefixItems)];
  const request = spot.direction === "request";
  for (const index of Array.from({ length: Math.min(was.length, is.length) }).keys()) {
    diff.at(
      was[index],
      `${before.pointer}/prefixItems/${index}`,
      is[index],
      `${after.pointer}/prefixItems/${index}`,
      { ...spot, path: `${spot.path}/${index}` },
    );
  }
  if (request && is.length < was.length) {
    diff.tell(
      spot,
      "prefix-items-removed",
      "breaking",
      before.pointer,
      `had ${was.length} positions, has ${is.length}`,
      "Keep accepting the positions that were there.",
      true,
    );
  }
  if (!request && is.length > was.length) {
    diff.tell(
      spot,
      "prefix-items-added",
      "breaking",
      after.pointer,
      `had ${was.length} positions, has ${is.length}`,
      "Readers meet positions they do not know: announce them.",
    );
  }
}

/** x-extensible-enum: a list that may grow but not shrink for writers. */
function extensible(diff: SchemaDiff, before: Place, after: Place, spot: Spot): void {
  const [was, is] = [before.node["x-extensible-enum"], after.node["x-extensible-enum"]];
  if (spot.direction === "response" || !Array.isArray(was) || !Array.isArray(is)) return;
  for (const value of was) {
    if (is.some((one) => same(one, value))) continue;
    diff.tell(
      spot,
      "x-extensible-enum-value-removed",
      "breaking",
      after.pointer,
      `${show(value)} is no longer accepted`,
      `Keep accepting ${show(value)}.`,
    );
  }
}

/** A new member of allOf that demands something. What it says of properties is compared with the rest of the schema. */
function conjuncts(diff: SchemaDiff, before: Place, after: Place, spot: Spot): void {
  if (spot.direction === "response") return;
  const members = (root: JsonObject, place: Place) =>
    asArray(place.node.allOf).flatMap(
      (one, index) => placeOf(root, one, `${place.pointer}/allOf/${index}`) ?? [],
    );
  const { roots } = diff;
  const was = members(roots.old, before);
  if (was.length === 0) return;
  for (const member of members(roots.now, after)) {
    if (was.some((one) => one.pointer === member.pointer)) continue;
    // A member that changed in place is compared by what it says.
    if (members(roots.now, after).length <= was.length) continue;
    if (Object.keys(member.node).every((key) => ANNOTATIONS.has(key) || key.startsWith("x-"))) continue;
    diff.tell(
      spot,
      "all-of-added",
      "breaking",
      member.pointer,
      "must fit a further schema now",
      "Make what it demands optional.",
    );
  }
}
