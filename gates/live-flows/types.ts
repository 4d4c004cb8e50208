/** The words of this gate. Flows are read once into these closed unions; everything after that switches over them. */
import type { JSONPathQuery } from "json-p3";
import type { Json, JsonObject, Severity } from "../../modsquad/contracts/words.ts";
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
  | { kind: "size"; matcher: Matcher }
  | { kind: "schema"; schema: SchemaUse }
  /** The redirects that were followed, in order. */
  | { kind: "chain"; hops: { status: number | null; to: string }[]; text: string }
  /** One property of the certificate the service showed. */
  | { kind: "certificate"; field: string; matcher: Matcher };

/** A JSON Schema: written in place, or a file of the repository with an optional "#/pointer". */
export interface SchemaUse {
  source: JsonObject | string;
  /** What is wrong with a value, or null. Set by `compileSchemas` before anything is sent. */
  faultOf: ((value: Json) => string | null) | null;
}

/** A timestamp in the answer and what must hold of it. */
export interface Freshness {
  at: { kind: "json"; path: JsonPath } | { kind: "header"; name: string };
  text: string;
  maxAgeMs: number | null;
  /** How far the service's clock may be off ours. */
  skewMs: number;
  /** Read again after this time; the timestamp must be later then. Null = not asked. */
  increasingMs: number | null;
  /** What marks an answer as stale, when it is. */
  marker: Marker | null;
}

/** How an answer says that it is stale. */
export interface Marker {
  at: { kind: "json"; path: JsonPath } | { kind: "header"; name: string };
  matcher: Matcher;
  text: string;
}

export type ProxyMode = "refuse" | "hang" | "error" | "reset";

/** The same request while the primary is made to fail. */
export interface Fallback {
  headers: [name: string, value: Template][];
  query: [name: string, value: Template][];
  proxy: { name: string; mode: ProxyMode } | null;
  withinMs: number | null;
  marker: Marker | null;
  /** Oldest data the fallback may send. */
  maxAgeMs: number | null;
}

/** What a stream has to do. Null = not asked. */
export interface StreamSpec {
  transport: "websocket" | "sse";
  /** How many events are read. */
  events: number;
  withinMs: number;
  firstMs: number | null;
  gapMs: number | null;
  json: { path: JsonPath; matcher: Matcher }[];
  schema: SchemaUse | null;
  /** Name of the SSE events that count; others are passed over. */
  type: string | null;
  order: { path: JsonPath; step: number | null } | null;
  resume: boolean;
  pongMs: number | null;
  closes: boolean;
  /** Messages sent once connected (WebSocket). */
  send: Json[];
}

/** What must hold over all repetitions of a step. */
export interface LatencyAssertion {
  kind: "latency";
  statistic: LatencyStatistic;
  comparison: "<" | "<=";
  /** Milliseconds; for a relative threshold it comes from history. */
  boundMs: number;
  relative: RelativeBound | null;
  severity: Extract<Severity, "high" | "medium">;
  text: string;
}

/** "+20% of median of last 10". */
export interface RelativeBound {
  percent: number;
  of: "median" | "min" | "max";
  last: number;
}

export type Assertion = AnswerAssertion | LatencyAssertion;

export type Auth =
  | { kind: "bearer"; token: Template }
  | { kind: "basic"; user: Template; password: Template }
  /** Client credentials; the token is asked for once a run. */
  | {
      kind: "oauth2";
      key: string;
      tokenUrl: Template;
      clientId: Template;
      clientSecret: Template;
      fields: [name: string, value: Template][];
    }
  /** A request whose cookies the flow then carries; sent once a run. */
  | { kind: "login"; key: string; step: HttpStep };

export type Body =
  | { kind: "json"; value: Json }
  | { kind: "form"; fields: [name: string, value: Template][] }
  | { kind: "text"; value: Template }
  | { kind: "file"; path: Template; type: string | null }
  | { kind: "multipart"; parts: MultipartPart[] };

export type MultipartPart =
  | { name: string; value: Template }
  | { name: string; file: Template; type: string | null };

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

interface RequestStep {
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

export interface HttpStep extends RequestStep {
  kind: "http";
  fresh: Freshness | null;
  fallback: Fallback | null;
}

export interface StreamStep extends RequestStep {
  kind: "stream";
  stream: StreamSpec;
}

export type Step = HttpStep | StreamStep;

export interface FlowRetry {
  /** Attempts in all. */
  attempts: number;
  backoffMs: number;
}

/** Where a flow comes from: the config, or what a base URL alone lets us find. */
export type FlowSource = "declared" | "health" | "openapi" | "front-page" | "link";

export interface Flow {
  name: string;
  source: FlowSource;
  /** "all": every step in turn. "any": the steps are alternatives and one has to hold. */
  mode: "all" | "any";
  steps: Step[];
  retry: FlowRetry;
  /** How often the whole flow is run. */
  repeat: number;
  /** Keep asking this long after it held; 0 = once is enough. */
  steadyMs: number;
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
  /** When the head of the answer arrived, in epoch milliseconds. */
  receivedAt: number;
  /** The redirects followed on the way. */
  hops: Hop[];
  /** Of the connection that answered; null without TLS. */
  certificate: JsonObject | null;
  /** The connection was reset while it was reused and a fresh one worked. */
  keepAliveReset: boolean;
}

export interface Hop {
  status: number;
  /** Path and query, or the whole URL when it leads to another origin. */
  to: string;
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
  | "redirect-private"
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

/** What several failures may have in common. */
export interface Cause {
  key: string;
  /** The rule of the one finding: `flows/<rule>`. */
  rule: string;
  summary: string;
  /** Where it lies: an origin or a dependency. */
  target: string;
  /** A guess that needs a second witness, such as infra-health, before failures are put together by it. */
  weak: boolean;
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
  cause?: Cause;
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

/** What a stream did. */
export interface StreamTiming {
  step: string;
  events: number;
  firstMs: number | null;
  maxGapMs: number | null;
}

export interface FlowReport {
  flow: Flow;
  failures: Failure[];
  /** Set when the flow could not be examined. */
  inability: Inability | null;
  timings: StepTiming[];
  streams: StreamTiming[];
  /** Said beside the verdict: what could not be compared yet. */
  remarks: string[];
  /** Statuses of the answers, in order. */
  statuses: number[];
  /** Attempts beyond the first. */
  retries: number;
  /** Said in the check's message: which health endpoint answered, for one. */
  note: string;
}
