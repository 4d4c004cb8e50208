/** Turns the faults of a compiled schema into sentences that name the key, the expectation and the next step. */
import { didYouMean } from "../suggest.ts";
import { type Fault, type KeyPath, pathOfPointer, printPath } from "./places.ts";
import type { SchemaFault } from "./validate-config.generated.mjs";

type Words = Omit<Fault, "path" | "part">;

const MAX_SHOWN = 40;
const MAX_LISTED = 24;

const RANGE_KEYWORDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

const list = (values: readonly unknown[]): string =>
  values.length === 0
    ? ""
    : values.slice(0, MAX_LISTED).map(String).join(", ") + (values.length > MAX_LISTED ? ", …" : "");

const ARTICLE: Record<string, string> = {
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping of keys to values",
  null: "null",
};

function show(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MAX_SHOWN ? `${typeof value === "string" ? "this text" : "this value"}` : text;
}

/** `Write for example "60s" or "2m".` from the schema's examples, else its description. */
function exampleOf(schema: Record<string, unknown>): string {
  const examples = Array.isArray(schema.examples) ? schema.examples : [];
  if (examples.length > 0)
    return `Write for example ${examples
      .slice(0, 4)
      .map((item) => JSON.stringify(item))
      .join(" or ")}.`;
  return typeof schema.description === "string" ? `Expected: ${schema.description}` : "";
}

function keysOf(schema: Record<string, unknown>): string[] {
  return Object.keys((schema.properties ?? {}) as Record<string, unknown>).filter((key) => key !== "$schema");
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Record<string, unknown>): string {
  if (minimum !== undefined && maximum !== undefined) return `from ${minimum} to ${maximum}`;
  const parts = [
    minimum === undefined ? "" : `${minimum} or more`,
    exclusiveMinimum === undefined ? "" : `above ${exclusiveMinimum}`,
    maximum === undefined ? "" : `${maximum} or less`,
    exclusiveMaximum === undefined ? "" : `below ${exclusiveMaximum}`,
  ];
  return parts.filter((part) => part !== "").join(" and ");
}

function unknownKey(fault: SchemaFault, name: string): Words {
  const key = String(fault.params.additionalProperty ?? fault.params.unevaluatedProperty);
  const known = keysOf(fault.parentSchema);
  const next =
    known.length > 0
      ? `${didYouMean(key, known)}Known keys here: ${list(known)}.`
      : "Remove it; no keys are expected here.";
  return { what: `${name} is not a known key`, next };
}

function missingKey(fault: SchemaFault, name: string): Words {
  const key = String(fault.params.missingProperty);
  const present = Object.keys((fault.data ?? {}) as object).filter(
    (other) => !keysOf(fault.parentSchema).includes(other),
  );
  const typo = present.find((other) => didYouMean(other, [key]) !== "");
  const property =
    ((fault.parentSchema.properties ?? {}) as Record<string, Record<string, unknown>>)[key] ?? {};
  const hint = typo ? `Rename "${typo}" to "${key}". ` : `Add ${key}. `;
  return {
    what: `${name || "The file"} lacks the key "${key}"`,
    next: `${hint}${exampleOf(property)}`.trim(),
  };
}

function wrongType(fault: SchemaFault, name: string): Words {
  const wanted = [fault.params.type].flat().map((type) => ARTICLE[String(type)] ?? String(type));
  const expected =
    typeof fault.parentSchema.errorMessage === "string"
      ? fault.parentSchema.errorMessage
      : `must be ${wanted.join(" or ")}`;
  const written = `Write ${wanted.join(" or ")}`;
  const next =
    fault.data === null || fault.data === undefined
      ? `${written}${fault.params.type === "object" ? ", {} for none" : ""}, or leave the key out.`
      : exampleOf(fault.parentSchema) || `${written}.`;
  return { what: `${name} ${expected}, not ${show(fault.data)}`, next };
}

function wrongChoice(fault: SchemaFault, name: string): Words {
  const allowed = (fault.params.allowedValues ?? [fault.params.allowedValue]) as unknown[];
  const oneOf = allowed.length > 1 ? "one of " : "";
  const hint = typeof fault.data === "string" ? didYouMean(fault.data, allowed.map(String)).trim() : "";
  return {
    what: `${name} must be ${oneOf}${list(allowed)}, not ${show(fault.data)}`,
    next: hint || `Write ${oneOf}${list(allowed)}.`,
  };
}

function wrongValue(fault: SchemaFault, name: string): Words {
  const { errorMessage } = fault.parentSchema;
  if (typeof errorMessage === "string") {
    return { what: `${name} ${errorMessage}, not ${show(fault.data)}`, next: exampleOf(fault.parentSchema) };
  }
  const next = exampleOf(fault.parentSchema) || "Correct the value.";
  if (RANGE_KEYWORDS.includes(fault.keyword)) {
    const range = rangeOf(fault.parentSchema);
    return { what: `${name} must be ${range}, not ${show(fault.data)}`, next: `Write a number, ${range}.` };
  }
  const { limit } = fault.params;
  switch (fault.keyword) {
    case "minLength":
    case "minItems":
    case "minProperties":
      return { what: `${name} must not be ${limit === 1 ? "empty" : `shorter than ${limit}`}`, next };
    case "uniqueItems":
      return { what: `${name} lists the same thing twice`, next: "Remove one of the two." };
    case "dependentRequired":
      return {
        what: `${name} has ${fault.params.property} but not ${fault.params.missingProperty}`,
        next: `Add ${fault.params.missingProperty}, or remove ${fault.params.property}.`,
      };
    default:
      return { what: `${name} ${fault.message ?? "does not fit"}`, next };
  }
}

function words(fault: SchemaFault, name: string): Words {
  switch (fault.keyword) {
    case "additionalProperties":
    case "unevaluatedProperties":
      return unknownKey(fault, name);
    case "required":
      return missingKey(fault, name);
    case "type":
      return wrongType(fault, name);
    case "enum":
    case "const":
      return wrongChoice(fault, name);
    default:
      return wrongValue(fault, name);
  }
}

/** Where the fault points: for a fault about a key, the key; for a missing one, what lacks it. */
function pathOf(fault: SchemaFault): { path: KeyPath; part: "key" | "value" } {
  const path = pathOfPointer(fault.instancePath);
  const extra = fault.params.additionalProperty ?? fault.params.unevaluatedProperty ?? fault.propertyName;
  if (typeof extra === "string") return { path: [...path, extra], part: "key" };
  return {
    path,
    part: fault.keyword === "required" || fault.keyword === "dependentRequired" ? "key" : "value",
  };
}

/** List positions read better as [0] than as .0 . */
function withIndexes(path: KeyPath, root: unknown): KeyPath {
  let value = root;
  return path.map((step) => {
    const inList = Array.isArray(value);
    value =
      value !== null && typeof value === "object" ? (value as Record<string, unknown>)[step] : undefined;
    return inList ? Number(step) : step;
  });
}

/**
 * Of a value that fits none of several forms, the faults of the form it comes nearest to: the one with the
 * fewest faults after those that reject the value's very type.
 */
function keepNearestForm(faults: readonly SchemaFault[]): SchemaFault[] {
  let kept = [...faults];
  for (const choice of faults) {
    if (choice.keyword !== "anyOf" && choice.keyword !== "oneOf") continue;
    const inside = (fault: SchemaFault) =>
      fault !== choice && fault.schemaPath.startsWith(`${choice.schemaPath}/`);
    const forms = new Map<string, SchemaFault[]>();
    for (const fault of kept.filter(inside)) {
      const form = fault.schemaPath.slice(choice.schemaPath.length + 1).split("/")[0]!;
      forms.set(form, [...(forms.get(form) ?? []), fault]);
    }
    const cost = (form: SchemaFault[]) =>
      form.length +
      (form.some((fault) => fault.keyword === "type" && fault.instancePath === choice.instancePath)
        ? 1000
        : 0);
    const nearest = [...forms.values()].sort((a, b) => cost(a) - cost(b))[0];
    const explained = typeof choice.parentSchema.errorMessage === "string" || !nearest;
    kept = kept.filter((fault) =>
      fault === choice ? explained : !inside(fault) || (!explained && nearest.includes(fault)),
    );
  }
  return kept;
}

/** `rules` may word a fault better than the schema can; what they return null for is worded here. */
export type Rule = (fault: SchemaFault, path: KeyPath) => Words | null;

/** One Fault per thing to correct. `root` is the validated value. */
export function explainFaults(
  faults: readonly SchemaFault[],
  root: unknown,
  rule: Rule = () => null,
): Fault[] {
  // A failed `then` is reported by what failed inside it; so is a failed name.
  const told = faults.filter((fault) => fault.keyword !== "if" && fault.keyword !== "propertyNames");
  return keepNearestForm(told).map((fault) => {
    const at = pathOf(fault);
    const path = withIndexes(at.path, root);
    const name = path.length === 0 ? "The file" : printPath(path);
    return { path, part: at.part, ...(rule(fault, path) ?? words(fault, name)) };
  });
}
