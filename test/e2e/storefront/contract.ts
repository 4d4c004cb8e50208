/** Holds answers against the storefront's OpenAPI document, with a validator the storefront does not use. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { STOREFRONT } from "./support.ts";

interface Media {
  schema: { $ref?: string };
  example?: unknown;
}
interface DocumentedResponse {
  $ref?: string;
  headers?: Record<string, { required?: boolean }>;
  content?: Record<string, Media>;
}
export interface Operation {
  id: string;
  method: string;
  template: string;
  responses: Record<string, DocumentedResponse>;
  security: unknown[];
  requestBody?: { content: Record<string, Media> };
}

type Tree = { [key: string]: Tree };

export const document = JSON.parse(readFileSync(join(STOREFRONT, "openapi.json"), "utf8"));

const ajv = new Ajv2020({ allErrors: true, strict: false });
formats.default(ajv);
ajv.addSchema({ $id: "doc:", ...document });

function follow<T extends { $ref?: string }>(node: T): T {
  if (!node.$ref) return node;
  const found = node.$ref
    .slice(2)
    .split("/")
    .reduce((tree: Tree, key) => tree[key]!, document as Tree);
  return found as unknown as T;
}

const METHODS = ["get", "post", "put", "patch", "delete"];

export const operations: Operation[] = Object.entries(
  document.paths as Record<string, Record<string, unknown>>,
).flatMap(([template, item]) =>
  METHODS.filter((method) => item[method]).map((method) => {
    const source = item[method] as {
      operationId: string;
      responses: Operation["responses"];
      security?: unknown[];
    };
    return { id: source.operationId, method: method.toUpperCase(), template, security: [], ...source };
  }),
);

/** Why the value does not fit the schema; "" when it does. */
export function schemaErrors(schema: object, value: unknown): string {
  const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"doc:#/'));
  return ajv.validate(absolute, value) ? "" : ajv.errorsText();
}

/** Everything in which an answer differs from what the document says of this operation. */
export async function differences(operation: Operation, answer: Response): Promise<string[]> {
  const documented = operation.responses[answer.status];
  const text = await answer.text();
  if (!documented) return [`${operation.id}: status ${answer.status} is not documented: ${text}`];
  const { content, headers = {} } = follow(documented);
  const found: string[] = [];
  for (const [name, { required }] of Object.entries(headers)) {
    if (required && !answer.headers.has(name)) found.push(`${operation.id}: header ${name} is absent`);
  }
  const type = answer.headers.get("content-type")?.split(";")[0] ?? null;
  if (!content) return text === "" ? found : [...found, `${operation.id}: there should be no body`];
  const media = type === null ? undefined : content[type];
  if (!media) return [...found, `${operation.id}: content type ${type} is not documented`];
  const value = type === "text/event-stream" ? text : JSON.parse(text);
  const errors = schemaErrors(media.schema, value);
  return errors ? [...found, `${operation.id} ${answer.status}: ${errors}`] : found;
}

/** Examples of the document with the schema each must fit. */
export function* examples(): Generator<{ where: string; media: Media }> {
  for (const operation of operations) {
    for (const media of Object.values(operation.requestBody?.content ?? {})) {
      yield { where: `${operation.id} request`, media };
    }
    for (const [status, response] of Object.entries(operation.responses)) {
      for (const media of Object.values(follow(response).content ?? {}))
        yield { where: `${operation.id} ${status}`, media };
    }
  }
}
