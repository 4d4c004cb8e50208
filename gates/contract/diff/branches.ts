/** oneOf, anyOf and the discriminator in two versions of a schema. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asObject, same, show } from "../json.ts";
import { type Place, placeOf } from "./change.ts";
import type { SchemaDiff } from "./schemas.ts";
import type { Spot } from "./spot.ts";
import type { View } from "./view.ts";

type Key = "oneOf" | "anyOf";

const word = (key: Key) => (key === "oneOf" ? "one-of" : "any-of");
const isComponent = ({ pointer }: Place) => pointer.startsWith("#/components/");
const nameOf = (place: Place) =>
  isComponent(place)
    ? place.pointer.slice(place.pointer.lastIndexOf("/") + 1)
    : show(place.node.title ?? place.node, 60);

export function compareBranches(
  diff: SchemaDiff,
  key: Key,
  old: View,
  now: View,
  before: Place,
  after: Place,
  spot: Spot,
): void {
  const request = spot.direction === "request";
  if (old[key].length === 0 && now[key].length > 0) {
    arrived(diff, key, old, now, before, spot);
    return;
  }
  if (old[key].length > 0 && now[key].length === 0 && other(key, now).length === 0) {
    dissolved(diff, key, old, after, spot);
    return;
  }
  const [gone, added] = match(diff, old[key], now[key], spot);
  if (request && now[key].length > 0) {
    for (const branch of gone)
      diff.tell(
        spot,
        `${word(key)}-removed`,
        "breaking",
        branch.pointer,
        `${nameOf(branch)} is no longer accepted`,
        "Keep accepting it, or deprecate it before it goes.",
        true,
      );
  }
  if (!request && old[key].length > 0) {
    for (const branch of added)
      diff.tell(
        spot,
        `${word(key)}-added`,
        key === "oneOf" ? "breaking" : "warning",
        branch.pointer,
        `may now be ${nameOf(branch)}`,
        "Readers meet a shape they do not know: send it only to those who ask.",
      );
  }
}

const other = (key: Key, view: View) => view[key === "oneOf" ? "anyOf" : "oneOf"];

/** Where there was one schema there is a choice now. */
function arrived(diff: SchemaDiff, key: Key, old: View, now: View, before: Place, spot: Spot): void {
  if (other(key, old).length > 0) return;
  const typed = old.types !== null || old.properties.size > 0;
  const request = spot.direction === "request";
  if (typed && now.types === null && key === "oneOf") {
    const advice = "Keep the old schema for this operation and offer the choice in a new one.";
    diff.tell(
      spot,
      "wrapped-in-one-of",
      "breaking",
      now.pointer,
      "was one schema, is a choice of several now",
      advice,
    );
    return;
  }
  // Readers of responses only gain when a choice narrows what may come.
  if (!request && now.types !== null) return;
  const one = (branch: Place) => diff.fits(before, branch, spot);
  // What fits several branches is no longer accepted by a oneOf, so nothing is certain there.
  const harmless = request ? key === "anyOf" && now[key].some(one) : now[key].every(one);
  if (harmless) return;
  const what = `must fit ${key === "oneOf" ? "exactly one" : "one"} of several schemas now`;
  const advice = "Make the schema that was there before one of them.";
  diff.tell(spot, `${word(key)}-arrived`, "breaking", now.pointer, what, advice);
}

/** Where there was a choice there is one schema now. */
function dissolved(diff: SchemaDiff, key: Key, old: View, after: Place, spot: Spot): void {
  const request = spot.direction === "request";
  const fitting = old[key].filter((branch) => diff.fits(branch, after, spot));
  if (request ? fitting.length === old[key].length : fitting.length > 0) return;
  const lost = old[key].filter((branch) => !fitting.includes(branch)).map(nameOf);
  const what = request
    ? `${lost.slice(0, 3).join(", ")} is no longer accepted`
    : "is none of the shapes that readers know";
  diff.tell(
    spot,
    `${word(key)}-dissolved`,
    "breaking",
    after.pointer,
    what,
    `Keep the choice, or publish a new version.`,
  );
}

/** Branches that are gone and that are new; those that correspond are compared. */
function match(diff: SchemaDiff, before: Place[], after: Place[], spot: Spot): [Place[], Place[]] {
  const pairs: [Place, Place][] = [];
  let gone = [...before];
  let added = [...after];
  const pair = (test: (one: Place, other: Place) => boolean) => {
    for (const one of [...gone]) {
      const heir = added.find((candidate) => test(one, candidate));
      if (!heir) continue;
      pairs.push([one, heir]);
      gone = gone.filter((place) => place !== one);
      added = added.filter((place) => place !== heir);
    }
  };
  pair((one, heir) => isComponent(one) && one.pointer === heir.pointer);
  pair((one, heir) => same(one.node, heir.node));
  pair((one, heir) => one.node.title !== undefined && one.node.title === heir.node.title);
  if (gone.length === added.length) pair((one, heir) => !isComponent(one) && !isComponent(heir));
  for (const [one, heir] of pairs) diff.compare(one, heir, spot);
  return [gone, added];
}

/** The property that says which branch a value is, and the names of the branches. */
export function compareDiscriminator(diff: SchemaDiff, before: Place, after: Place, spot: Spot): void {
  const [was, is] = [before.node.discriminator, after.node.discriminator].map((one) => asObject(one)) as [
    JsonObject,
    JsonObject,
  ];
  if (was.propertyName === undefined) return;
  const pointer = `${after.pointer}/discriminator`;
  if (is.propertyName === undefined) {
    diff.tell(
      spot,
      "discriminator-removed",
      "warning",
      after.pointer,
      `${show(was.propertyName)} no longer says which schema is meant`,
      "Keep the discriminator.",
    );
    return;
  }
  if (was.propertyName !== is.propertyName)
    diff.tell(
      spot,
      "discriminator-changed",
      "breaking",
      pointer,
      `the discriminator was ${show(was.propertyName)}, is ${show(is.propertyName)}`,
      "Keep the property by which clients tell the schemas apart.",
    );
  const [old, now] = [asObject(was.mapping), asObject(is.mapping)];
  for (const [value, target] of Object.entries(old)) {
    if (now[value] === undefined && spot.direction === "response") continue;
    if (compareTargets(diff, target, now[value], spot)) continue;
    const what = `${show(value)} meant ${show(target)}, means ${show(now[value] ?? "nothing")}`;
    diff.tell(
      spot,
      "discriminator-mapping-changed",
      "warning",
      pointer,
      what,
      "Keep the meaning of each value.",
    );
  }
}

/** Compares what a value of the discriminator stands for; false when that cannot be found. */
function compareTargets(diff: SchemaDiff, was: Json | undefined, is: Json | undefined, spot: Spot): boolean {
  if (was === is) return true;
  const place = (root: JsonObject, ref: Json | undefined) =>
    typeof ref === "string" && ref.startsWith("#/") ? placeOf(root, { $ref: ref }, ref) : null;
  const [old, now] = [place(diff.roots.old, was), place(diff.roots.now, is)];
  if (!old || !now) return false;
  diff.compare(old, now, spot);
  return true;
}
