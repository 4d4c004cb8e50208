/**
 * The words of this gate. Flows are read once into these closed unions; everything after that switches over
 * them. Other kinds of steps (streams) and assertions (freshness, schema) are further members.
 */
import type { JSONPathQuery } from "json-p3";
import type { Json, Severity } from "../../modsquad/contracts/words.ts";
import type { Template } from "./template.ts";

export const METHODS = ["get", "head", "post", "put", "patch", "delete"] as const;
export type Method = (typeof METHODS)[number];

/** May be sent twice without doing anything twice. */
export const SAFE_METHODS: readonly Method[] = ["get", "head"];

export type Comparison = "<" | "<=" | ">" | ">=" | "==" | "!=";
export type JsonType = "string" | "number" | "integer" | "boolean" | "null" | "array" | "object";

/** One thing a value must satisfy. */
export type Condition =
  | { kind: "exists"; wanted: boolean }
  | { kind: "equals"; value: Json }
  | { kind: "compare"; comparison: Comparison; bound: number }
  | { kind: "type"; type: JsonType }
  | { kind: "matches"; pattern: RegExp }
  | { kind: "contains"; value: Json }
  /** Length of a string or array, number of keys of an object. */
  | { kind: "length"; comparison: Comparison; bound: number }
  /** How many values a JSONPath found. */
  | { kind: "count"; comparison: Comparison; bound: number };

export interface Matcher {
  conditions: Condition[];
  /** As written in the config, for messages. */
  text: string;
}

export interface JsonPath {
  text: string;
  query: JSONPathQuery;
}

export type LatencyStatistic = "p50" | "p95" | "p99" | "max";

/** What must hold of one answer. */
export type AnswerAssertion =
  | { kind: "status"; allowed: [from: number, to: number][]; text: string }
  | { kind: "header"; name: string; matcher: Matcher }
  | { kind: "json"; path: JsonPath; matcher: Matcher }
  | { kind: "text"; matcher: Matcher }
  | { kind: "size"; matcher: Matcher };

/** What must hold over all repetitions of a step. */
export interface LatencyAssertion {
  kind: "latency";
  statistic: LatencyStatistic;
  comparison: "<" | "<=";
  boundMs: number;
  severity: Extract<Severity, "high" | "medium">;
  text: string;
}

export type Assertion = AnswerAssertion | LatencyAssertion;

export type Auth =
  | { kind: "bearer"; token: Template }
  | { kind: "basic"; user: Template; password: Template };

export type Body =
  | { kind: "json"; value: Json }
  | { kind: "form"; fields: [name: string, value: Template][] }
  | { kind: "text"; value: Template };

export interface Capture {
  name: string;
  path: JsonPath;
}

export interface Redirects {
  /** Hops that are followed; 0 = none. */
  limit: number;
  /** Hosts beside the flow's own that may be gone to, "host" or "host:port". */
  hosts: string[];
  /** What to make of a redirect to any other host: a failure, or an answer like any other. */
  otherHost: "fail" | "stop";
}

export interface HttpStep {
  kind: "http";
  /** "" for the only step of a flow. */
  name: string;
  method: Method;
  /** A path below the base URL, or an absolute URL. */
  url: Template;
  query: [name: string, value: Template][];
  headers: [name: string, value: Template][];
  auth: Auth | null;
  body: Body | null;
  capture: Capture[];
  expect: Assertion[];
  timeoutMs: number;
  redirects: Redirects;
}

/** One member today; a stream is another. */
export type Step = HttpStep;

export interface FlowRetry {
  /** Attempts in all. */
  attempts: number;
  backoffMs: number;
}

/** Where a flow comes from: the config, or what a base URL alone lets us find. */
export type FlowSource = "declared" | "health" | "openapi" | "front-page";

export interface Flow {
  name: string;
  source: FlowSource;
  /** "all": every step in turn. "any": the steps are alternatives and one has to hold. */
  mode: "all" | "any";
  steps: Step[];
  retry: FlowRetry;
  /** How often the whole flow is run. */
  repeat: number;
}

/** Milliseconds; they add up to total. */
export interface Phases {
  dns: number;
  tcp: number;
  tls: number;
  firstByte: number;
  body: number;
  total: number;
}

export interface Answer {
  /** The URL that answered, after redirects. */
  url: string;
  status: number;
  /** Names in lower case. */
  headers: Record<string, string[]>;
  /** Decoded from its content encoding. */
  body: Uint8Array;
  /** Bytes of the body as sent. */
  size: number;
  phases: Phases;
  redirects: number;
  /** The connection was reset while it was reused and a fresh one worked. */
  keepAliveReset: boolean;
}

/** Why there is no answer to look at. */
export type TransportClass =
  | "refused"
  | "dns"
  | "unreachable"
  | "timeout"
  | "reset"
  | "truncated"
  | "certificate"
  | "tls"
  | "protocol"
  | "size"
  | "redirect-loop"
  | "redirect-host"
  | "cancelled";

export interface TransportFailure {
  class: TransportClass;
  /** Where the request went, "http://host:port". */
  origin: string;
  message: string;
  /** True when not even a connection was made. */
  beforeConnection: boolean;
  elapsedMs: number;
}

/** Something a flow does that it should not: the raw material of a finding. */
export interface Failure {
  /** `flows/<rule>`. */
  rule: string;
  severity: Severity;
  step: string;
  /** What tells this failure from others of the flow and stays the same from run to run. */
  subject: string;
  expected: string;
  got: string;
  advice: string;
  /** "GET /api/quote". */
  request: string;
  curl: string;
  transport?: TransportFailure;
  /** How many repetitions showed it. */
  count: number;
}

export interface Inability {
  failureClass: string;
  message: string;
}

export interface StepTiming {
  step: string;
  samples: Phases[];
}

export interface FlowReport {
  flow: Flow;
  failures: Failure[];
  /** Set when the flow could not be examined. */
  inability: Inability | null;
  timings: StepTiming[];
  /** Statuses of the answers, in order. */
  statuses: number[];
  /** Attempts beyond the first. */
  retries: number;
  /** Said in the check's message: which health endpoint answered, for one. */
  note: string;
}
