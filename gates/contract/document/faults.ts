/** Faults of the document itself: references that lead nowhere, and what the OpenAPI rules forbid. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asObject, isObject, step } from "../json.ts";
import type { ApiDocument, Operation } from "../types.ts";

export interface DocumentFault {
  rule: string;
  severity: "high" | "medium";
  message: string;
  subject: string;
  pointer: string;
  advice: string;
  /** Lines of the document around the fault. */
  frame: string;
}

const MAX_FAULTS = 50;
const MAX_REFS = 50;

const ruleOf = (message: string) =>
  /required property/i.test(message) ? "missing-field" : "invalid-document";

/** What is told by operationFaults, with its exact place. */
const TOLD =
  /duplicate.*operation ?id|operation ?id.*duplicate|path parameter|placeholder|has no matching|no corresponding/i;

/** Pointer of the only object of this name that lacks a field; "#" when it cannot be told. */
function lacking(root: JsonObject, name: string, field: string): string {
  const found: string[] = [];
  const walk = (node: Json, pointer: string, depth: number) => {
    if (depth > 12 || typeof node !== "object" || node === null) return;
    for (const [key, inner] of Object.entries(node)) {
      const here = `${pointer}/${step(key)}`;
      if (key === name && isObject(inner) && inner[field] === undefined) found.push(here);
      walk(inner ?? null, here, depth + 1);
    }
  };
  walk(root, "#", 0);
  return found.length === 1 ? found[0]! : "#";
}

function placeOf(root: JsonObject, text: string, frame: string): string {
  const named = /(#?\/(?:paths|components|info|servers|webhooks)\/[^\s"'`]*)/.exec(text)?.[1];
  if (named) return named.startsWith("#") ? named : `#${named}`;
  const field = /required property '([^']+)'/.exec(text)?.[1];
  const name = /^>\s*\d+ \|\s*"([^"]+)":/m.exec(frame)?.[1];
  return field && name ? lacking(root, name, field) : "#";
}

/** What operations contradict: names used twice, parts of a path nobody describes, parameters no path has. */
function operationFaults(operations: readonly Operation[]): DocumentFault[] {
  const faults: DocumentFault[] = [];
  const say = (rule: string, pointer: string, message: string, advice: string) =>
    faults.push({
      rule: `document-${rule}`,
      severity: "medium",
      message,
      subject: message,
      pointer,
      advice,
      frame: "",
    });
  const owners = new Map<string, string>();
  for (const { id, operationId, path, pointer, parameters } of operations) {
    const owner = operationId === null ? undefined : owners.get(operationId);
    if (owner !== undefined)
      say(
        "duplicate-operation-id",
        `${pointer}/operationId`,
        `${id} has the operationId "${operationId}" of ${owner}`,
        "Give each operation an id of its own: generated clients take it for a name.",
      );
    else if (operationId !== null) owners.set(operationId, id);
    const declared = parameters.filter((one) => one.in === "path");
    const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!);
    for (const name of inPath.filter((one) => !declared.some((parameter) => parameter.name === one)))
      say(
        "path-parameter-mismatch",
        pointer,
        `${id} does not describe {${name}} of its path`,
        `Add the parameter ${name} (in: path, required: true) with its schema.`,
      );
    for (const { name, pointer: place } of declared.filter((one) => !inPath.includes(one.name)))
      say(
        "path-parameter-mismatch",
        place,
        `${id} describes a path parameter ${name} that its path does not have`,
        "Correct the name, or the path.",
      );
  }
  return faults.slice(0, MAX_FAULTS);
}

/**
 * A copy in which no schema refers to another. Each is judged where it stands: unfolded into every place that refers
 * to it there would be a hundred times as many, and references that lead nowhere are told by themselves.
 */
function unlinked(node: Json, inSchema: boolean): Json {
  if (Array.isArray(node)) return node.map((one) => unlinked(one, inSchema));
  if (!isObject(node)) return node;
  if (inSchema && typeof node.$ref === "string") return {};
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(node))
    result[key] = unlinked(value ?? null, inSchema || key === "schema" || key === "schemas");
  return result;
}

/** The rules of the specification, by the parser that knows most of them. Never reads a file or the network. */
async function ruleFaults(document: ApiDocument): Promise<DocumentFault[]> {
  const { validate } = await import("@readme/openapi-parser");
  let errors: { message: string }[];
  try {
    const copy = unlinked(document.root, false) as JsonObject;
    delete copy["x-meta-orch-files"];
    const resolve = { external: false, file: false, http: false } as never;
    const result = await validate(copy as never, { resolve, validate: { errors: { colorize: false } } });
    errors = result.valid ? [] : result.errors;
  } catch (error) {
    errors = [{ message: error instanceof Error ? error.message : String(error) }];
  }
  return errors.slice(0, MAX_FAULTS).flatMap(({ message }) => {
    const [first = "", ...rest] = message.split("\n");
    const foreign = /\^ (\S+) is not expected to be here!/.exec(message)?.[1];
    const text = foreign
      ? `${foreign} is none of the fields that may stand there`
      : first.trim().replace(/^REQUIRED /, "");
    // What a reference leads to is told by the reference itself.
    if (/\$ref|pointer/i.test(text) && document.brokenRefs.length > 0) return [];
    if (TOLD.test(text)) return [];
    const pointer = placeOf(document.root, text, rest.join("\n"));
    return [
      {
        rule: `document-${ruleOf(text)}`,
        severity: "medium" as const,
        message: `The document breaks a rule of OpenAPI: ${text}`,
        subject: text,
        pointer,
        advice: "Correct the document at this place; other tools refuse it too.",
        // The parser frames its own JSON; where the place is known the frame is of the file.
        frame: pointer === "#" ? rest.join("\n").trim() : "",
      },
    ];
  });
}

/** All faults. Broken references are grave: nothing can be said about what they stand for. */
export async function documentFaults(
  document: ApiDocument,
  operations: readonly Operation[],
): Promise<DocumentFault[]> {
  const refs = document.brokenRefs.slice(0, MAX_REFS).map(
    ({ pointer, ref, why }): DocumentFault => ({
      rule:
        why.includes("allowRefs") || why.includes("outside the repository")
          ? "document-foreign-reference"
          : "document-broken-reference",
      severity: "high",
      message: `The reference ${ref} leads nowhere: ${why}`,
      subject: `${pointer} ${ref}`,
      pointer,
      advice: "Correct the reference, or define what it stands for.",
      frame: "",
    }),
  );
  const faults = [...refs, ...operationFaults(operations), ...(await ruleFaults(document))];
  if (Object.keys(asObject(document.root.paths)).length === 0 && document.root.webhooks === undefined) {
    faults.push({
      rule: "document-empty",
      severity: "high",
      message: "The document has no paths: there is nothing to check.",
      subject: "",
      pointer: "#/paths",
      advice: "Describe the operations under paths.",
      frame: "",
    });
  }
  return faults;
}
