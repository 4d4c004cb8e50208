/** Faults of the document itself: references that lead nowhere, and what the OpenAPI rules forbid. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asObject, isObject } from "../json.ts";
import type { ApiDocument } from "../types.ts";

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

function ruleOf(message: string): string {
  if (/operationId/i.test(message) && /duplicate/i.test(message)) return "duplicate-operation-id";
  if (/path parameter|placeholder|has no matching|no corresponding/i.test(message))
    return "path-parameter-mismatch";
  if (/required property/i.test(message)) return "missing-field";
  return "invalid-document";
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
    const text = first.trim();
    // What a reference leads to is told by the reference itself.
    if (/\$ref|pointer/i.test(text) && document.brokenRefs.length > 0) return [];
    const pointer = /(#?\/(?:paths|components|info|servers|webhooks)\/[^\s"'`]*)/.exec(text)?.[1] ?? "#";
    return [
      {
        rule: `document-${ruleOf(text)}`,
        severity: "medium" as const,
        message: `The document breaks a rule of OpenAPI: ${text}`,
        subject: text,
        pointer: pointer.startsWith("#") ? pointer : `#${pointer}`,
        advice: "Correct the document at this place; other tools refuse it too.",
        frame: rest.join("\n").trim(),
      },
    ];
  });
}

/** All faults. Broken references are grave: nothing can be said about what they stand for. */
export async function documentFaults(document: ApiDocument): Promise<DocumentFault[]> {
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
  const faults = [...refs, ...(await ruleFaults(document))];
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
