/** Two versions of a schema: what a request may no longer be, what a response may now be. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { compareBranches, compareDiscriminator } from "./branches.ts";
import { Changes, type Level, type Place, placeOf } from "./change.ts";
import { compareConstraints } from "./constraints.ts";
import { compareKeywords } from "./keywords.ts";
import { compareProperties } from "./properties.ts";
import { inside, type Spot } from "./spot.ts";
import { type View, viewOf } from "./view.ts";

interface Views {
  old: WeakMap<JsonObject, View>;
  now: WeakMap<JsonObject, View>;
}

export class SchemaDiff {
  readonly roots: { old: JsonObject; now: JsonObject };
  readonly today: string;
  readonly #changes: Changes;
  readonly #views: Views;
  readonly #seen = new Set<string>();

  constructor(
    roots: { old: JsonObject; now: JsonObject },
    changes: Changes,
    today: string,
    views: Views = { old: new WeakMap(), now: new WeakMap() },
  ) {
    this.roots = roots;
    this.today = today;
    this.#changes = changes;
    this.#views = views;
  }

  get changes(): Changes {
    return this.#changes;
  }

  /** Compares two schemas. Pairs that were compared before in the same direction are not compared again. */
  compare(before: Place, after: Place, spot: Spot): void {
    const key = `${spot.direction} ${spot.asText} ${before.pointer} ${after.pointer}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const old = this.view("old", before);
    const now = this.view("now", after);
    // What the other side owns does not travel in this direction.
    if (spot.direction === "request" ? old.readOnly || now.readOnly : old.writeOnly || now.writeOnly) return;
    compareConstraints({
      old,
      now,
      spot,
      tell: (rule, level, what, advice) => this.tell(spot, rule, level, now.pointer, what, advice),
    });
    compareProperties(this, old, now, spot);
    if (old.items && now.items) this.compare(old.items, now.items, inside(spot, "items"));
    if (old.additional && now.additional) this.compare(old.additional, now.additional, inside(spot, "*"));
    compareKeywords(this, before, after, spot);
    compareBranches(this, "oneOf", old, now, before, after, spot);
    compareBranches(this, "anyOf", old, now, before, after, spot);
    compareDiscriminator(this, before, after, spot);
  }

  view(side: "old" | "now", place: Place): View {
    const known = this.#views[side].get(place.node);
    if (known) return known;
    const view = viewOf(this.roots[side], place);
    this.#views[side].set(place.node, view);
    return view;
  }

  /** Compares what stands at two places of the documents, if there is something at both. */
  at(before: Json | undefined, beforeAt: string, after: Json | undefined, afterAt: string, spot: Spot): void {
    const old = placeOf(this.roots.old, before, beforeAt);
    const now = placeOf(this.roots.now, after, afterAt);
    if (old && now) this.compare(old, now, spot);
  }

  /** Whether replacing one schema by the other would break nobody; nothing is told. */
  fits(before: Place, after: Place, spot: Spot): boolean {
    const apart = new Changes();
    new SchemaDiff(this.roots, apart, this.today, this.#views).compare(before, after, spot);
    return !apart.breaks;
  }

  tell(spot: Spot, rule: string, level: Level, pointer: string, what: string, advice: string, inOld = false) {
    const where = spot.path === "" ? "" : ` property "${spot.path}"`;
    const kind = spot.path === "" ? spot.kind : spot.kind.replace(/-(body|parameter|header)$/, "-property");
    const { direction } = spot;
    const message = `${spot.label}${where}: ${what}`;
    this.#changes.add({ rule: `${kind}-${rule}`, level, direction, pointer, inOld, message, advice });
  }
}
