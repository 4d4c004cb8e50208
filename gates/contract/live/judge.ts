/** An answer against what the document promises: status, media type, headers, body. Who is wrong is part of the verdict. */
import type { Json } from "../../../modsquad/contracts/words.ts";
import { responseFor } from "../document/operations.ts";
import { at, keysOf, same, show } from "../json.ts";
import { examplesOf } from "../schema/sample.ts";
import type { Validator, Violation } from "../schema/validator.ts";
import type { Answer, Fault, MediaType, Operation, ResponseSpec } from "../types.ts";
import { OWN_EXAMPLE, triage } from "./triage.ts";
import { isJson } from "./wire.ts";

export interface Judgement {
  faults: Fault[];
  spec: ResponseSpec | null;
  /** The parsed body, when it is JSON. */
  body?: Json;
}

const bare = (type: string) => type.split(";")[0]!.trim().toLowerCase();

function matches(declared: string, sent: string): boolean {
  const [range, type] = [bare(declared), bare(sent)];
  if (range === type || range === "*/*") return true;
  return range.endsWith("/*") && type.startsWith(range.slice(0, -1));
}

/** A refusal that many documents forget to list: a gap in the document rather than a wrong answer. */
const FORGOTTEN = new Set([400, 401, 403, 404, 406, 409, 410, 412, 413, 415, 422, 423, 429]);

export class Judge {
  readonly validator: Validator;

  constructor(validator: Validator) {
    this.validator = validator;
  }

  judge(operation: Operation, answer: Answer): Judgement {
    const spec = responseFor(operation, answer.status);
    const faults: Fault[] = [];
    const exact = spec !== null && spec.status !== "default";
    if (answer.status >= 500 && !exact) faults.push(serverError(operation, answer));
    else if (spec === null) faults.push(undocumented(operation, answer));
    // What an answer says is of use even where the document knows nothing of it.
    if (spec === null || faults.length > 0) {
      const body = isJson(bare(answer.headers["content-type"]?.[0] ?? "")) ? parse(answer.text) : undefined;
      return body === undefined ? { faults, spec } : { faults, spec, body };
    }
    faults.push(...this.#headers(operation, spec, answer));
    return { ...this.#content(operation, spec, answer, faults), spec };
  }

  #headers(operation: Operation, spec: ResponseSpec, answer: Answer): Fault[] {
    return spec.headers.flatMap(({ name, required, schema }) => {
      if (name === "content-type") return [];
      const sent = answer.headers[name]?.join(", ");
      const where = `${operation.id} ${answer.status}`;
      const pointer = `${spec.pointer}/headers/${name}`;
      if (sent === undefined) {
        if (!required) return [];
        return [
          fault(
            "missing-header",
            "high",
            `${where}: the header ${name} is missing`,
            name,
            pointer,
            `Send ${name}, or drop "required" from the header in the document.`,
          ),
        ];
      }
      if (schema === null) return [];
      const judged = readings(sent).map((value) => this.validator.check(schema, value));
      if (judged.some((one) => "unusable" in one || one.valid)) return [];
      const [first] = judged;
      const why = first && "violations" in first ? (first.violations[0]?.message ?? "") : "";
      return [
        fault(
          "header-invalid",
          "high",
          `${where}: the header ${name} is ${show(sent)}, which ${why}`,
          name,
          pointer,
          `Send ${name} as the document says, or correct its schema.`,
        ),
      ];
    });
  }

  #content(
    operation: Operation,
    spec: ResponseSpec,
    answer: Answer,
    faults: Fault[],
  ): { faults: Fault[]; body?: Json } {
    const where = `${operation.id} ${answer.status}`;
    const sent = answer.headers["content-type"]?.[0] ?? "";
    const none = operation.method === "head" || [204, 205, 304].includes(answer.status);
    if (spec.content.length === 0 || none) {
      const parsed = isJson(bare(sent)) ? parse(answer.text) : undefined;
      return parsed === undefined ? { faults } : { faults, body: parsed };
    }
    const media = spec.content.find(({ type }) => matches(type, sent));
    if (!media) {
      const declared = spec.content.map(({ type }) => type).join(", ");
      const message =
        sent === ""
          ? `${where}: no content type, the document says ${declared}`
          : `${where}: the content type is ${bare(sent)}, the document says ${declared}`;
      if (answer.text !== "" || sent !== "")
        faults.push(
          fault(
            "content-type",
            "high",
            message,
            bare(sent),
            `${spec.pointer}/content`,
            `Send ${declared}, or document ${bare(sent) || "an answer without a body"}.`,
          ),
        );
      else
        faults.push(
          fault(
            "missing-body",
            "high",
            `${where}: there is no body, the document promises ${declared}`,
            "",
            `${spec.pointer}/content`,
            "Send the body, or drop the content from the document.",
          ),
        );
      return { faults };
    }
    if (!isJson(bare(sent)) || answer.cut) return { faults };
    const body = parse(answer.text);
    if (body === undefined) {
      faults.push(
        fault(
          "invalid-json",
          "high",
          `${where}: the body is not JSON: ${show(answer.text, 60)}`,
          "",
          media.pointer,
          "Send JSON, or another content type.",
        ),
      );
      return { faults };
    }
    if (media.schema !== null) faults.push(...this.#body(where, media, media.schema, body));
    return { faults, body };
  }

  #body(where: string, media: MediaType, schema: string, body: Json): Fault[] {
    const judged = this.validator.check(schema, body);
    if ("unusable" in judged) {
      return [
        {
          ...fault(
            "schema-unusable",
            "medium",
            `${where}: the schema cannot be used: ${judged.unusable}`,
            "",
            schema,
            "Correct the schema.",
          ),
          verdict: "document wrong",
        },
      ];
    }
    if (judged.valid) return [];
    const { root } = this.validator.document;
    if (examplesOf(media.node, root).some((example) => same(example, body))) {
      return [exampleFault(where, schema, judged.violations)];
    }
    const triaged = triage(this.validator, schema, body);
    const violations = triaged.flatMap((one) => (one.contradiction === null ? [one.violation] : []));
    const [contradicted] = triaged;
    if (violations.length === 0 && contradicted?.contradiction) {
      return [contradictionFault(where, schema, contradicted.contradiction, [contradicted.violation])];
    }
    const [first] = violations;
    const more =
      violations.length > 1
        ? ` (and ${violations.length - 1} more: ${violations
            .slice(1, 4)
            .map((one) => `${one.at || "/"} ${one.message}`)
            .join("; ")})`
        : "";
    const value = at(body, keysOf(first!.at));
    const message = `${where}: the body at ${first!.at || "/"} ${first!.message}; it is ${show(value)}${more}`;
    const subject = `${first!.keyword} ${first!.at.replace(/\/\d+/g, "/*")}`;
    return [
      fault(
        "body-invalid",
        "high",
        message,
        subject,
        schema,
        "Correct what the service sends, or the schema if the service is right.",
      ),
    ];
  }
}

function fault(
  rule: string,
  severity: Fault["severity"],
  message: string,
  subject: string,
  pointer: string,
  advice: string,
): Fault {
  return { rule, verdict: "server wrong", severity, message, subject, pointer, advice };
}

function serverError(operation: Operation, { status, text }: Answer): Fault {
  const message = `${operation.id} answers ${status}, which the document does not know: ${show(text, 100)}`;
  return fault(
    "server-error",
    "high",
    message,
    String(status),
    operation.pointer,
    "Look at the service's log for this request; a valid request must not break it.",
  );
}

function undocumented(operation: Operation, { status }: Answer): Fault {
  const known = operation.responses.map((response) => response.status).join(", ") || "none";
  const message = `${operation.id} answers ${status}; documented: ${known}`;
  const pointer = `${operation.pointer}/responses`;
  // Ids that exist need not belong together: "not found" is an answer there, but nowhere else.
  const forgotten = FORGOTTEN.has(status) && (status !== 404 || operation.path.includes("{"));
  const built = fault(
    "undocumented-status",
    "high",
    message,
    String(status),
    pointer,
    `Document ${status}, or answer with a documented status.`,
  );
  return forgotten ? { ...built, verdict: "document wrong", severity: "medium" } : built;
}

/** The document contradicts itself: its own example does not fit its own schema. */
export const exampleFault = (where: string, schema: string, violations: readonly Violation[]) =>
  contradictionFault(where, schema, OWN_EXAMPLE, violations);

function contradictionFault(
  where: string,
  schema: string,
  contradiction: string,
  [first]: readonly Violation[],
): Fault {
  const isExample = contradiction === OWN_EXAMPLE;
  const built = fault(
    isExample ? "example-invalid" : "schema-contradiction",
    "medium",
    `${where}: ${contradiction}: at ${first?.at || "/"} it ${first?.message ?? "is not valid"}`,
    `${schema} ${first?.at ?? ""}`,
    schema,
    isExample
      ? "Correct the example or the schema; it is not known which of them is meant."
      : "Correct the schema: it cannot be told whether such an answer is right.",
  );
  return { ...built, verdict: "document wrong" };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** What a text may mean where types are not on the wire. */
export function readings(text: string): Json[] {
  const found: Json[] = [text];
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) found.push(Number(text));
  if (text === "true" || text === "false") found.push(text === "true");
  if (text === "null" || text === "") found.push(null);
  found.push(text.split(",").map((part) => part.trim()));
  if (/^[[{"]/.test(text)) {
    const parsed = parse(text);
    if (parsed !== undefined) found.push(parsed);
  }
  return found;
}
