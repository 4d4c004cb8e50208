/** Two versions of a document, operation by operation. */
import { responseFor, webhooksOf } from "../document/operations.ts";
import { asArray, at, keysOfRef, same, show, step, texts } from "../json.ts";
import type { ApiDocument, MediaType, Operation, Parameter, ResponseSpec } from "../types.ts";
import { type Change, Changes, type Direction, type Level, type Place, placeOf, type Who } from "./change.ts";
import { SchemaDiff, type Spot } from "./schemas.ts";

/** Names of path parameters do not travel: "/pets/{id}" and "/pets/{petId}" are the same address. */
const shape = (path: string) => path.replace(/\{[^}]*\}/g, "{}");

class Comparison {
  readonly changes = new Changes();
  readonly #old: ApiDocument;
  readonly #now: ApiDocument;
  readonly #schemas: SchemaDiff;
  readonly #today: string;

  constructor(old: ApiDocument, now: ApiDocument, today: string) {
    this.#old = old;
    this.#now = now;
    this.#today = today;
    this.#schemas = new SchemaDiff(old.root, now.root, this.changes);
  }

  run(before: readonly Operation[], after: readonly Operation[]): Change[] {
    const byId = new Map(after.map((operation) => [operation.id, operation]));
    const byShape = new Map(
      after.map((operation) => [`${operation.method} ${shape(operation.path)}`, operation]),
    );
    const byName = new Map(
      after.flatMap((operation) => (operation.operationId ? [[operation.operationId, operation]] : [])),
    );
    for (const old of before) {
      this.changes.operation = old.id;
      const now = byId.get(old.id) ?? byShape.get(`${old.method} ${shape(old.path)}`);
      if (now) this.#operation(old, now);
      else this.#removed(old, old.operationId ? byName.get(old.operationId) : undefined);
    }
    return this.changes.list;
  }

  /** Webhooks: the service writes the request, so whoever listens reads it. */
  webhooks(): void {
    const after = new Map(webhooksOf(this.#now).map((operation) => [operation.id, operation]));
    for (const old of webhooksOf(this.#old)) {
      this.changes.operation = old.id;
      const now = after.get(old.id);
      if (now) this.#operation(old, now);
      else {
        const what = `the webhook ${old.path.slice(1)} is gone`;
        const advice = "Keep sending it, or deprecate it before it goes.";
        this.#tell("webhook-removed", "breaking", "request", old.pointer, what, advice, {
          inOld: true,
          who: "readers of requests",
        });
      }
    }
  }

  #tell(
    rule: string,
    level: Level,
    direction: Direction,
    pointer: string,
    message: string,
    advice: string,
    more: { inOld?: boolean; who?: Who } = {},
  ) {
    const { inOld = false, ...rest } = more;
    this.changes.add({ rule, level, direction, pointer, inOld, message, advice, ...rest });
  }

  #removed(old: Operation, moved: Operation | undefined): void {
    const sunset = old.node["x-sunset"];
    const announced = old.node.deprecated === true && (typeof sunset !== "string" || sunset <= this.#today);
    const where = moved ? `; ${old.operationId} is now ${moved.id}` : "";
    const early = old.node.deprecated === true && !announced ? ` before its sunset on ${String(sunset)}` : "";
    this.#tell(
      moved ? "operation-moved" : "operation-removed",
      announced ? "compatible" : "breaking",
      "request",
      old.pointer,
      `${old.id} is gone${early}${where}`,
      moved
        ? `Keep answering at ${old.path} as well (a redirect does not do for clients that write).`
        : "Keep it, mark it deprecated with a sunset date, and remove it after that date.",
      { inOld: true },
    );
  }

  #operation(old: Operation, now: Operation): void {
    if (old.operationId && now.operationId !== old.operationId) {
      this.#tell(
        "operation-id-changed",
        "warning",
        "request",
        `${now.pointer}/operationId`,
        `operationId was ${old.operationId}, is ${now.operationId ?? "gone"}: generated clients rename a function`,
        `Restore operationId: ${old.operationId}.`,
      );
    }
    this.#parameters(old, now);
    this.#body(old, now);
    this.#responses(old, now);
    this.#security(old, now);
  }

  #parameters(old: Operation, now: Operation): void {
    const key = (parameter: Parameter, operation: Operation) => {
      if (parameter.in === "path") return `path ${placeholders(operation.path).indexOf(parameter.name)}`;
      return `${parameter.in} ${parameter.in === "header" ? parameter.name.toLowerCase() : parameter.name}`;
    };
    const before = new Map(old.parameters.map((one) => [key(one, old), one]));
    const after = new Map(now.parameters.map((one) => [key(one, now), one]));
    for (const [name, was] of before) {
      const is = after.get(name);
      if (is) this.#parameter(was, is);
      else if (was.in !== "path") {
        this.#tell(
          "request-parameter-removed",
          "warning",
          "request",
          was.pointer,
          `${label(was)} is gone; it is ignored at best`,
          "Keep it, or deprecate it before it goes.",
          { inOld: true },
        );
      }
    }
    for (const [name, is] of after) {
      if (before.has(name) || is.in === "path") continue;
      const level = is.required ? "breaking" : "compatible";
      this.#tell(
        is.required ? "new-required-request-parameter" : "new-optional-request-parameter",
        level,
        "request",
        is.pointer,
        `${label(is)} is new${is.required ? " and required" : ""}`,
        "Make it optional, with a default.",
      );
    }
  }

  #parameter(was: Parameter, is: Parameter): void {
    if (is.required && !was.required) {
      this.#tell(
        "request-parameter-became-required",
        "breaking",
        "request",
        is.pointer,
        `${label(is)} is required now`,
        "Make it optional, with a default.",
      );
    }
    const style = (parameter: Parameter) => {
      const usual = ["query", "cookie"].includes(parameter.in) ? "form" : "simple";
      const name = String(parameter.node.style ?? usual);
      return `${name}${(parameter.node.explode ?? name === "form") ? ", exploded" : ""}`;
    };
    const isList = (parameter: Parameter, root: ApiDocument) => {
      const type = this.#schema(root, parameter.schema)?.node.type;
      return type === "array" || type === "object";
    };
    if (style(was) !== style(is) && isList(is, this.#now) && isList(was, this.#old)) {
      this.#tell(
        "request-parameter-style-changed",
        "breaking",
        "request",
        is.pointer,
        `${label(is)} was written ${style(was)}, is ${style(is)}`,
        "Keep the way it is written.",
      );
    }
    const old = this.#schema(this.#old, was.schema);
    const now = this.#schema(this.#now, is.schema);
    if (!old || !now) return;
    if (!same(old.node.default, now.node.default) && !was.required) {
      this.#tell(
        "request-parameter-default-changed",
        "breaking",
        "request",
        now.pointer,
        `${label(is)} defaulted to ${show(old.node.default)}, now to ${show(now.node.default)}`,
        `Restore the default ${show(old.node.default)}.`,
      );
    }
    this.#schemas.compare(
      old,
      now,
      spotOf("request", "request-parameter", label(is), !["array", "object"].includes(String(now.node.type))),
    );
  }

  #schema(document: ApiDocument, pointer: string | null): Place | null {
    return pointer === null ? null : placeOf(document.root, at(document.root, keysOfRef(pointer)), pointer);
  }

  #body(old: Operation, now: Operation): void {
    if (!old.body) {
      if (now.body) {
        const level = now.body.required ? "breaking" : "compatible";
        this.#tell(
          now.body.required ? "required-request-body-added" : "optional-request-body-added",
          level,
          "request",
          now.body.pointer,
          "the operation takes a body now",
          "Make the body optional.",
        );
      }
      return;
    }
    if (!now.body) {
      this.#tell(
        "request-body-removed",
        "breaking",
        "request",
        old.body.pointer,
        "the operation takes no body any more",
        "Keep accepting the body.",
        { inOld: true },
      );
      return;
    }
    if (now.body.required && !old.body.required) {
      this.#tell(
        "request-body-became-required",
        "breaking",
        "request",
        now.body.pointer,
        "the body is required now",
        "Make the body optional.",
      );
    }
    this.#content(
      old.body.content,
      now.body.content,
      spotOf("request", "request-body", "body"),
      now.body.pointer,
    );
  }

  #content(before: MediaType[], after: MediaType[], spot: Spot, pointer: string): void {
    const request = spot.direction === "request";
    for (const was of before) {
      const is =
        after.find(({ type }) => type === was.type) ??
        after.find(({ type }) => covers(type, was.type, request));
      if (!is) {
        if (after.length === 0 && request === false && before.length === 0) continue;
        const advice = request
          ? `Keep accepting ${was.type}.`
          : `Keep sending ${was.type} to those who ask for it.`;
        this.#tell(
          `${spot.kind}-media-type-removed`,
          "breaking",
          spot.direction,
          was.pointer,
          `${spot.label}: ${was.type} is gone`,
          advice,
          { inOld: true },
        );
        continue;
      }
      const old = this.#schema(this.#old, was.schema);
      const now = this.#schema(this.#now, is.schema);
      if (old && now) this.#schemas.compare(old, now, spot);
      else if (old && !now && !request) {
        this.#tell(
          "response-body-schema-removed",
          "warning",
          "response",
          is.pointer,
          `${spot.label}: ${is.type} has no schema any more`,
          "Restore the schema.",
        );
      } else if (!old && now && request) {
        this.#tell(
          "request-body-schema-added",
          "breaking",
          "request",
          now.pointer,
          `${spot.label}: ${is.type} was free, has a schema now`,
          "Accept other bodies as before.",
        );
      }
    }
    void pointer;
  }

  #responses(old: Operation, now: Operation): void {
    for (const was of old.responses) {
      const is = now.responses.find(({ status }) => status === was.status) ?? this.#heir(was, now);
      if (is) {
        this.#response(was, is);
        continue;
      }
      const success = /^2/.test(was.status);
      this.#tell(
        success ? "response-success-status-removed" : "response-status-removed",
        success ? "breaking" : "compatible",
        "response",
        was.pointer,
        `${was.status} is no longer answered`,
        `Keep answering ${was.status}.`,
        { inOld: true },
      );
    }
  }

  /** A status that another promise now covers, such as 2XX for 200. */
  #heir(was: ResponseSpec, now: Operation): ResponseSpec | null {
    const status = Number(was.status);
    const found = Number.isInteger(status) ? responseFor(now, status) : null;
    return found && found.status !== "default" ? found : null;
  }

  #response(was: ResponseSpec, is: ResponseSpec): void {
    const spot = spotOf("response", "response-body", `${was.status} body`);
    this.#content(was.content, is.content, spot, is.pointer);
    for (const header of was.headers) {
      const heir = is.headers.find(({ name }) => name === header.name);
      const what = `${was.status} header ${header.name}`;
      if (!heir) {
        const rule = header.required
          ? "required-response-header-removed"
          : "optional-response-header-removed";
        this.#tell(
          rule,
          header.required ? "breaking" : "warning",
          "response",
          `${was.pointer}/headers/${step(header.name)}`,
          `${what} is gone`,
          "Keep sending it.",
          { inOld: true },
        );
        continue;
      }
      if (header.required && !heir.required) {
        this.#tell(
          "response-header-became-optional",
          "breaking",
          "response",
          `${is.pointer}/headers/${step(heir.name)}`,
          `${what} may be absent now`,
          "Keep sending it always.",
        );
      }
      const old = this.#schema(this.#old, header.schema);
      const now = this.#schema(this.#now, heir.schema);
      if (old && now) this.#schemas.compare(old, now, spotOf("response", "response-header", what));
    }
  }

  #security(old: Operation, now: Operation): void {
    if (now.security.length === 0) return;
    const pointer = now.node.security === undefined ? "#/security" : `${now.pointer}/security`;
    const open = old.security.length === 0 || old.security.some((one) => Object.keys(one).length === 0);
    const stillOpen = now.security.some((one) => Object.keys(one).length === 0);
    if (open) {
      if (!stillOpen) {
        this.#tell(
          "security-added",
          "breaking",
          "request",
          pointer,
          `${now.id} was open, needs ${names(now)} now`,
          "Keep it open, or publish a new version that needs credentials.",
        );
      }
      return;
    }
    if (stillOpen) return;
    // Whoever could call it before holds one of the old sets of credentials; each must still be enough.
    for (const was of old.security) {
      const enough = now.security.some((is) =>
        Object.keys(is).every(
          (scheme) =>
            was[scheme] !== undefined &&
            texts(is[scheme]).every((scope) => texts(was[scheme]).includes(scope)),
        ),
      );
      if (enough) continue;
      const schemes = Object.keys(was).join(" and ");
      const kept = now.security.some((is) => Object.keys(is).every((scheme) => was[scheme] !== undefined));
      this.#tell(
        kept ? "security-scope-added" : "security-changed",
        kept ? "warning" : "breaking",
        "request",
        pointer,
        `${schemes} was enough, ${names(now)} is needed now`,
        `Keep accepting ${schemes}.`,
      );
    }
  }
}

const names = ({ security }: Operation) =>
  security
    .map((one) =>
      Object.entries(one)
        .map(([name, scopes]) =>
          asArray(scopes).length > 0 ? `${name} (${asArray(scopes).join(", ")})` : name,
        )
        .join(" and "),
    )
    .join(" or ");

const placeholders = (path: string) => [...path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]!);
const label = (parameter: Parameter) => `${parameter.in} parameter ${parameter.name}`;
const spotOf = (direction: Direction, kind: string, text: string, asText = false): Spot => ({
  direction,
  kind,
  label: text,
  path: "",
  asText,
});

/** Whether a range such as "application/*" takes what was named before; only for what we accept. */
function covers(range: string, type: string, request: boolean): boolean {
  const bare = (text: string) => text.split(";")[0]!.trim();
  if (bare(range) === bare(type)) return true;
  if (!request) return false;
  return range === "*/*" || (range.endsWith("/*") && type.startsWith(range.slice(0, -1)));
}

/** All differences that matter to somebody. `today` is an ISO date, for sunsets. */
export function compareDocuments(
  old: { document: ApiDocument; operations: readonly Operation[] },
  now: { document: ApiDocument; operations: readonly Operation[] },
  today: string,
): Change[] {
  const comparison = new Comparison(old.document, now.document, today);
  const changes = comparison.run(old.operations, now.operations);
  comparison.webhooks();
  return changes;
}
