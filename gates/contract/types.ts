/** What the parts of this gate hand each other. */
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";

export const METHODS = ["get", "head", "options", "post", "put", "patch", "delete", "trace"] as const;
export type Method = (typeof METHODS)[number];
export const SAFE: readonly Method[] = ["get", "head", "options"];

/** A parsed document whose references all begin with "#". */
export interface ApiDocument {
  root: JsonObject;
  /** "3.0" or "3.1" (3.2 reads as 3.1). */
  dialect: "3.0" | "3.1";
  /** Path below the repository, or the address it came from. */
  source: string;
  /** Whether `source` is a file of the repository. */
  isFile: boolean;
  text: string;
  /** References that lead nowhere or were not allowed. */
  brokenRefs: BrokenRef[];
}

export interface BrokenRef {
  pointer: string;
  ref: string;
  why: string;
}

export type Place = "path" | "query" | "header" | "cookie";

export interface Parameter {
  name: string;
  in: Place;
  required: boolean;
  /** The parameter object, references resolved. */
  node: JsonObject;
  pointer: string;
  /** Where its schema is; null when it has none. */
  schema: string | null;
  /** Set when the value is serialised as this media type. */
  mediaType?: string;
}

export interface MediaType {
  type: string;
  node: JsonObject;
  pointer: string;
  schema: string | null;
}

export interface Body {
  required: boolean;
  pointer: string;
  content: MediaType[];
}

export interface ResponseHeader {
  name: string;
  required: boolean;
  schema: string | null;
}

export interface ResponseSpec {
  /** "200", "2XX" or "default". */
  status: string;
  node: JsonObject;
  pointer: string;
  content: MediaType[];
  headers: ResponseHeader[];
}

export interface Operation {
  /** "GET /pets/{id}": findings and reports know it by this. */
  id: string;
  method: Method;
  path: string;
  operationId: string | null;
  pointer: string;
  node: JsonObject;
  parameters: Parameter[];
  body: Body | null;
  responses: ResponseSpec[];
  /** Alternatives, each a set of scheme names with scopes; [] = open. */
  security: JsonObject[];
}

/** What a difference or an answer says about who is wrong. */
export type Verdict = "server wrong" | "document wrong" | "could not exercise";

export type Values = Record<string, Json>;

/** One request before it is put on the wire. */
export interface Call {
  operation: Operation;
  /** Values by `in` and name: "path/id", "query/limit". */
  values: Values;
  /** The body as a JSON value; undefined = none. */
  body: Json | undefined;
  mediaType: string | null;
}

export interface Answer {
  status: number;
  headers: Record<string, string[]>;
  text: string;
  /** Milliseconds. */
  ms: number;
  /** The body was a stream or too large and was not read to its end. */
  cut: boolean;
}

/** A fault in a service's answer or in its document. */
export interface Fault {
  rule: string;
  verdict: Verdict;
  severity: "critical" | "high" | "medium" | "low";
  /** What is wrong, in words. */
  message: string;
  /** What tells this fault from others of the same rule and operation. */
  subject: string;
  /** Where in the document the broken promise stands. */
  pointer: string;
  advice: string;
}
