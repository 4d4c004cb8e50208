/** The operations of a document, references resolved one level at a time: schemas stay where they are. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asArray, asObject, at, isObject, keysOfRef, step } from "../json.ts";
import {
  type ApiDocument,
  type Body,
  METHODS,
  type MediaType,
  type Operation,
  type Parameter,
  type Place,
  type ResponseSpec,
} from "../types.ts";

const PLACES: readonly string[] = ["path", "query", "header", "cookie"];
const MAX_HOPS = 20;

/** Follows `$ref`s from a pointer to the object that is meant; null when it leads nowhere. */
export function follow(root: JsonObject, pointer: string): { node: JsonObject; pointer: string } | null {
  let here = pointer;
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const node = at(root, keysOfPointer(here));
    if (!isObject(node)) return null;
    if (typeof node.$ref !== "string") return { node, pointer: here };
    if (!node.$ref.startsWith("#")) return null;
    here = `#${keysOfRef(node.$ref)
      .map((key) => `/${step(key)}`)
      .join("")}`;
  }
  return null;
}

const keysOfPointer = (pointer: string) =>
  pointer
    .slice(1)
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));

function contentOf(node: JsonObject, pointer: string): MediaType[] {
  return Object.entries(asObject(node.content)).map(([type, value]) => {
    const here = `${pointer}/content/${step(type)}`;
    const media = asObject(value);
    const schema = media.schema === undefined ? null : `${here}/schema`;
    return { type: type.toLowerCase(), node: media, pointer: here, schema };
  });
}

function parameterAt(root: JsonObject, pointer: string): Parameter | null {
  const found = follow(root, pointer);
  if (!found || typeof found.node.name !== "string" || !PLACES.includes(String(found.node.in))) return null;
  const { node } = found;
  const [media] = contentOf(node, found.pointer);
  const place = node.in as Place;
  return {
    name: String(node.name),
    in: place,
    required: place === "path" || node.required === true,
    node,
    pointer: found.pointer,
    schema: node.schema === undefined ? (media?.schema ?? null) : `${found.pointer}/schema`,
    ...(media && node.schema === undefined ? { mediaType: media.type } : {}),
  };
}

/** Parameters of the path and of the operation; the operation's own win. */
function parametersOf(root: JsonObject, item: JsonObject, itemAt: string, node: JsonObject, opAt: string) {
  const found = new Map<string, Parameter>();
  const read = (list: Json | undefined, pointer: string) => {
    for (const index of asArray(list).keys()) {
      const parameter = parameterAt(root, `${pointer}/parameters/${index}`);
      if (parameter) found.set(`${parameter.in}/${parameter.name}`, parameter);
    }
  };
  read(item.parameters, itemAt);
  read(node.parameters, opAt);
  return [...found.values()];
}

function bodyOf(root: JsonObject, node: JsonObject, pointer: string): Body | null {
  if (node.requestBody === undefined) return null;
  const found = follow(root, `${pointer}/requestBody`);
  if (!found) return null;
  return {
    required: found.node.required === true,
    pointer: found.pointer,
    content: contentOf(found.node, found.pointer),
  };
}

function responsesOf(root: JsonObject, node: JsonObject, pointer: string): ResponseSpec[] {
  const specs: ResponseSpec[] = [];
  for (const status of Object.keys(asObject(node.responses))) {
    if (status.startsWith("x-")) continue;
    const found = follow(root, `${pointer}/responses/${step(status)}`);
    if (!found) continue;
    const headers = Object.keys(asObject(found.node.headers)).flatMap((name) => {
      const header = follow(root, `${found.pointer}/headers/${step(name)}`);
      if (!header) return [];
      const schema = header.node.schema === undefined ? null : `${header.pointer}/schema`;
      return [{ name: name.toLowerCase(), required: header.node.required === true, schema }];
    });
    const content = contentOf(found.node, found.pointer);
    const key = status === "default" ? status : status.toUpperCase();
    specs.push({ status: key, node: found.node, pointer: found.pointer, content, headers });
  }
  return specs;
}

function operationAt(
  { root }: ApiDocument,
  path: string,
  method: (typeof METHODS)[number],
  item: JsonObject,
  itemAt: string,
): Operation {
  const node = asObject(item[method]);
  const pointer = `${itemAt}/${method}`;
  const security = asArray(node.security ?? root.security).filter(isObject);
  return {
    id: `${method.toUpperCase()} ${path}`,
    method,
    path,
    operationId: typeof node.operationId === "string" ? node.operationId : null,
    pointer,
    node,
    parameters: parametersOf(root, item, itemAt, node, pointer),
    body: bodyOf(root, node, pointer),
    responses: responsesOf(root, node, pointer),
    security,
  };
}

/** Every operation below `paths`, in the order of the document. */
export function operationsOf(document: ApiDocument): Operation[] {
  const operations: Operation[] = [];
  for (const path of Object.keys(asObject(document.root.paths))) {
    if (!path.startsWith("/")) continue;
    const found = follow(document.root, `#/paths/${step(path)}`);
    if (!found) continue;
    for (const method of METHODS) {
      if (isObject(found.node[method])) {
        operations.push(operationAt(document, path, method, found.node, found.pointer));
      }
    }
  }
  return operations;
}

function reversedAt(document: ApiDocument, pointer: string, kind: string, name: string): Operation[] {
  const found = follow(document.root, pointer);
  if (!found) return [];
  return METHODS.filter((method) => isObject(found.node[method])).map((method) => ({
    ...operationAt(document, `/${name}`, method, found.node, found.pointer),
    id: `${kind} ${name} ${method.toUpperCase()}`,
  }));
}

/** Every operation below `webhooks`; its path is "/" and the name. */
export function webhooksOf(document: ApiDocument): Operation[] {
  return Object.keys(asObject(document.root.webhooks)).flatMap((name) =>
    reversedAt(document, `#/webhooks/${step(name)}`, "webhook", name),
  );
}

/** The requests an operation promises to send later; their path is "/", the name and the address. */
export function callbacksOf(document: ApiDocument, operation: Operation): Operation[] {
  return Object.keys(asObject(operation.node.callbacks)).flatMap((name) => {
    const callback = follow(document.root, `${operation.pointer}/callbacks/${step(name)}`);
    return Object.keys(callback?.node ?? {}).flatMap((address) =>
      reversedAt(
        document,
        `${callback!.pointer}/${step(address)}`,
        `${operation.id} callback`,
        `${name} ${address}`,
      ),
    );
  });
}

/** The promise made for a status: exact, then its family, then default. */
export function responseFor(operation: Operation, status: number): ResponseSpec | null {
  const names = [String(status), `${Math.floor(status / 100)}XX`, "default"];
  for (const name of names) {
    const found = operation.responses.find((response) => response.status === name);
    if (found) return found;
  }
  return null;
}
