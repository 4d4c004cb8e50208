/** Whose fault an invalid answer is: of the service, or of a document that contradicts itself about this value. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asArray, asObject, at, isObject, keysOf, keysOfRef, same, step, texts } from "../json.ts";
import { examplesOf } from "../schema/sample.ts";
import { pointerOf, type Validator, type Violation } from "../schema/validator.ts";

const MAX_DEPTH = 40;
const BRANCHED = ["allOf", "anyOf", "oneOf"] as const;

/** A schema object and where it stands, references followed. */
interface Spot {
  node: JsonObject;
  pointer: string;
  /** Reached as `additionalProperties`, not by the member's name. */
  loose: boolean;
}

/** A violation, and what in the document excuses it; null when nothing does. */
export interface Triaged {
  violation: Violation;
  contradiction: string | null;
}

export const OWN_EXAMPLE = "a value that the document itself gives does not fit its schema";

/** Splits what a validator says of an answer into faults of the service and contradictions of the document. */
export function triage(validator: Validator, pointer: string, body: Json): Triaged[] {
  const judged = validator.check(pointer, body);
  if (!("violations" in judged)) return [];
  const spots = (keys: readonly string[]) => spotsAt(validator, pointer, keys);
  const told: Triaged[] = [];
  const explained = new Set<string>();
  const choices = judged.violations.filter(({ keyword }) => keyword === "oneOf" || keyword === "anyOf");
  for (const violation of choices) {
    if (explained.has(violation.at)) continue;
    const value = at(body, keysOf(violation.at));
    const found = spots(keysOf(violation.at)).flatMap((spot) =>
      asArray(spot.node[violation.keyword]).length > 0 && value !== undefined
        ? [choice(validator, spot, violation, value)]
        : [],
    );
    const [first] = found.filter((one) => one.length > 0);
    if (!first) continue;
    explained.add(violation.at);
    told.push(...first);
  }
  // What the alternatives say one by one is told by the nearest of them.
  const inChoice = ({ at: where }: Violation) =>
    [...explained].some((place) => where === place || where.startsWith(`${place}/`));
  const rest = judged.violations.filter((violation) => !inChoice(violation));
  const all = [...rest.map((violation) => ({ violation, contradiction: null })), ...told];
  return distinct(all).map(({ violation, contradiction }) => ({
    violation,
    contradiction: contradiction ?? contradictionAt(validator, spots, body, violation),
  }));
}

function distinct(all: readonly Triaged[]): Triaged[] {
  const byRule = new Map<string, Triaged>();
  for (const one of all) {
    const key = `${one.violation.keyword} ${one.violation.at.replace(/\/\d+/g, "/*")}`;
    if (!byRule.has(key)) byRule.set(key, one);
  }
  return [...byRule.values()];
}

/** Why none, or more than one, of the alternatives holds: what the nearest of them says. */
function choice(validator: Validator, { node, pointer }: Spot, violation: Violation, value: Json): Triaged[] {
  const judged = asArray(node[violation.keyword]).map((_, index) =>
    validator.check(`${pointer}/${violation.keyword}/${index}`, value),
  );
  const valid = judged.filter((one) => "valid" in one && one.valid).length;
  if (valid > 1) {
    const contradiction = `${valid} of the alternatives of oneOf hold at once; say anyOf, or tell them apart`;
    return [{ violation, contradiction }];
  }
  const failing = judged.flatMap((one) => ("violations" in one ? [one.violations] : []));
  if (valid === 1 || failing.length === 0) return [];
  // An alternative of another type is further away than one with a wrong member.
  const distance = (list: readonly Violation[]) =>
    list.length + (list.some(({ at: where, keyword }) => where === "" && keyword === "type") ? 1000 : 0);
  const [nearest] = failing.sort((one, other) => distance(one) - distance(other));
  if (distance(nearest!) > 1000) return [{ violation, contradiction: null }];
  return nearest!.map((one) => ({
    violation: { ...one, at: `${violation.at}${one.at}` },
    contradiction: null,
  }));
}

function contradictionAt(
  validator: Validator,
  spots: (keys: readonly string[]) => Spot[],
  body: Json,
  violation: Violation,
): string | null {
  const keys = keysOf(violation.at);
  for (let depth = keys.length; depth >= 0; depth--) {
    const value = at(body, keys.slice(0, depth));
    for (const { node } of spots(keys.slice(0, depth))) {
      const own = [
        ...examplesOf(node, {}),
        ...asArray(node.enum),
        ...[node.const, node.default].filter((one) => one !== undefined),
      ];
      const rest = keys.slice(depth);
      if (own.some((example) => same(example, value) || isPart(example, value, rest, violation)))
        return OWN_EXAMPLE;
    }
  }
  const here = spots(keys);
  if (here.some(({ node }) => admitsNothing(validator, node)))
    return "no value fits the schema: its type and its alternatives exclude each other";
  const value = at(body, keys) ?? null;
  const fits = ({ pointer }: Spot) => {
    const judged = validator.check(pointer, value);
    return "valid" in judged && judged.valid;
  };
  return here.some((spot) => spot.loose && !fits(spot)) && here.some((spot) => !spot.loose && fits(spot))
    ? "additionalProperties refuses what the schema beside it describes"
    : null;
}

/** Whether an answer was put together from this example, fault included. */
function isPart(
  example: Json,
  value: Json | undefined,
  rest: readonly string[],
  violation: Violation,
): boolean {
  if (!isObject(example) || !isObject(value) || Object.keys(example).length === 0) return false;
  if (!Object.entries(example).every(([name, inner]) => same(inner, value[name]))) return false;
  const inside = at(example, rest);
  if (violation.keyword !== "required") return rest.length > 0 && inside !== undefined;
  return isObject(inside) && inside[String(violation.params.missingProperty)] === undefined;
}

const covers = (one: string, other: string) => one === other || (one === "number" && other === "integer");

function typesOf(node: JsonObject): string[] | null {
  const own = typeof node.type === "string" ? [node.type] : texts(node.type);
  if (own.length === 0) return null;
  return node.nullable === true ? [...own, "null"] : own;
}

/** Whether the types a schema names leave no value: `type: "null"` beside `oneOf: [{ type: "number" }]`. */
function admitsNothing(validator: Validator, node: JsonObject): boolean {
  const own = typesOf(node);
  if (own === null) return false;
  const excludes = (types: readonly string[]) =>
    !types.some((one) => own.some((other) => covers(one, other) || covers(other, one)));
  return BRANCHED.some((key) => {
    const branches = asArray(node[key]).map((branch) => typesOf(validator.meaning(branch)));
    if (branches.length === 0) return false;
    if (key === "allOf") return branches.some((types) => types !== null && excludes(types));
    return branches.every((types) => types !== null && excludes(types));
  });
}

/** Every schema object that speaks about the value at these keys. */
function spotsAt(
  validator: Validator,
  pointer: string,
  keys: readonly string[],
  depth = 0,
  loose = false,
): Spot[] {
  if (depth > MAX_DEPTH) return [];
  const { root } = validator.document;
  let here = pointer;
  let node = asObject(at(root, keysOfRef(here)));
  for (let hop = 0; hop < MAX_DEPTH && typeof node.$ref === "string"; hop++) {
    here = pointerOf(node.$ref);
    node = asObject(at(root, keysOfRef(here)));
  }
  const deeper = BRANCHED.flatMap((key) =>
    asArray(node[key]).flatMap((_, index) =>
      spotsAt(validator, `${here}/${key}/${index}`, keys, depth + 1, loose),
    ),
  );
  const [key, ...rest] = keys;
  if (key === undefined) return [{ node, pointer: here, loose }, ...deeper];
  const next = Object.hasOwn(asObject(node.properties), key)
    ? `${here}/properties/${step(key)}`
    : /^\d+$/.test(key) && isObject(node.items)
      ? `${here}/items`
      : isObject(node.additionalProperties)
        ? `${here}/additionalProperties`
        : null;
  const isLoose = next?.endsWith("/additionalProperties") ?? false;
  return next === null ? deeper : [...spotsAt(validator, next, rest, depth + 1, isLoose), ...deeper];
}
