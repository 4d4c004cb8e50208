/** JSON Schema of the options: what the config file accepts, and the words an editor shows. */
import type { JsonObject } from "../../modsquad/contracts/words.ts";
import { PROBE_KINDS } from "./types.ts";

const duration = (description: string): JsonObject => ({
  type: "string",
  pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",
  errorMessage: "must be a duration with its unit",
  examples: ["500ms", "60s"],
  description,
});

const amount = (description: string): JsonObject => ({
  type: "string",
  pattern: "^[0-9]+(\\.[0-9]+)?\\s*(%|[bB]|[kKmMgGtT][iI]?[bB])$",
  errorMessage: "must be a share or a size with its unit",
  examples: ["10%", "5GB"],
  description,
});

const texts = (description: string): JsonObject => ({
  type: "array",
  items: { type: "string" },
  description,
});

const STATUS: JsonObject = {
  anyOf: [
    { type: "integer", minimum: 100, maximum: 599 },
    { type: "string", pattern: "^[1-5]([xX]{2}|[0-9]{2})$" },
  ],
};

const headers: JsonObject = {
  type: "object",
  description: "Headers to send.",
  additionalProperties: { type: "string" },
};

const expect: JsonObject = {
  type: "object",
  description: "What must hold of the answer of http, or of the output of command.",
  additionalProperties: false,
  properties: {
    status: {
      description: 'Accepted HTTP status: 200, [200, 204] or "2xx". Default 2xx and 3xx.',
      anyOf: [...(STATUS.anyOf as JsonObject[]), { type: "array", minItems: 1, items: STATUS }],
    },
    exitCode: {
      type: "integer",
      minimum: 0,
      maximum: 255,
      description: "Exit code of the command. Default 0.",
    },
    text: { type: "string", description: "A part that must be in it." },
    json: {
      type: "object",
      description: 'Expectations by JSONPath, as in live-flows: "$.status": ok, "$.queue": "< 100".',
      additionalProperties: {},
    },
  },
};

const loaded: JsonObject = {
  type: "object",
  description: "What a running service says it has loaded, against what the repository says.",
  additionalProperties: false,
  required: ["expect"],
  properties: {
    url: { type: "string", description: "Endpoint that tells it as JSON." },
    command: { type: "string", description: "Command that prints it as JSON, instead of url." },
    headers,
    ca: { type: "string", description: "File of the authority to trust." },
    expect: {
      type: "object",
      minProperties: 1,
      description:
        "JSONPath in the answer → a value or comparison, { file, path }, { sha256: file } or { count: file, path }.",
      additionalProperties: {},
    },
  },
};

const migrations: JsonObject = {
  description: "Postgres: the table of migrations that must be there.",
  anyOf: [
    { type: "string" },
    {
      type: "object",
      additionalProperties: false,
      required: ["table"],
      properties: {
        table: { type: "string", description: "Name, with its schema if need be." },
        atLeast: { type: "integer", minimum: 1, description: "Rows it must have." },
      },
    },
  ],
};

const PROBES: JsonObject = {
  postgres: { type: "string", description: "postgres://user:password@host:5432/database?sslmode=…" },
  redis: { type: "string", description: "redis://[user:password@]host:6379[/database]; rediss:// for TLS." },
  http: { type: "string", description: "URL that answers when the service is healthy." },
  tcp: { type: "string", description: "host:port that must accept connections." },
  dns: { type: "string", description: "Host name that must resolve." },
  tls: { type: "string", description: "host:port whose certificate must be valid." },
  disk: { type: "string", description: "Path whose file system must have space." },
  memory: { const: true, description: "Memory of this machine or container." },
  clock: { type: "string", description: "http(s):// URL or ntp:// server to compare this clock with." },
  process: {
    type: "integer",
    minimum: 1,
    maximum: 65535,
    description: "Port of this machine a process must listen on.",
  },
  loaded,
  command: { type: "string", description: "Shell command whose exit code tells." },
  compose: { type: "string", description: "Compose service that must be running and healthy." },
};

const service: JsonObject = {
  type: "object",
  description: "One service: what to ask, and where it is expected.",
  additionalProperties: false,
  errorMessage: `must have exactly one of ${PROBE_KINDS.join(", ")}`,
  oneOf: PROBE_KINDS.map((kind) => ({ required: [kind] })),
  properties: {
    ...PROBES,
    expect,
    headers,
    migrations,
    role: {
      enum: ["primary", "replica"],
      description: "Postgres and Redis: what it must be. Default primary.",
    },
    maxLag: duration("Postgres replica: how far it may be behind."),
    maxConnections: {
      description: 'Postgres: connections that may be in use, 80 or "80%".',
      anyOf: [
        { type: "integer", minimum: 1 },
        { type: "string", pattern: "^[0-9]+(\\.[0-9]+)?\\s*%$" },
      ],
    },
    ca: { type: "string", description: "File of the authority to trust, PEM." },
    servername: { type: "string", description: "TLS: host name to ask for, when it is not the address." },
    minDays: {
      type: "integer",
      minimum: 0,
      description: "TLS: days below which the end is reported. Default 14.",
    },
    greeting: { type: "string", description: "tcp: a part of what the service says first." },
    addresses: texts("dns: addresses it must resolve to."),
    record: { enum: ["A", "AAAA", "CNAME", "MX", "TXT", "NS", "SRV"], description: "dns: kind of record." },
    server: { type: "string", description: "dns: name server to ask, instead of this machine's resolver." },
    minFree: amount("disk, memory: what must be free. Default 5%."),
    maxSkew: duration("clock: how far it may be off. Default 5s."),
    name: { type: "string", description: "process: its name, or a part of its command line." },
    optional: { type: "boolean", description: "Its absence is a warning, nowhere a failure." },
    environments: texts("Where it is expected: workstation, ci, staging, production. Default everywhere."),
    dependsOn: texts("Services without which this one cannot work: their failure explains its own."),
    composeService: { type: "string", description: "Its name in the compose file, when it is another." },
    start: {
      type: "string",
      description: "Command that starts or repairs it: shown with its failure, never run.",
    },
    timeout: duration("Deadline of one attempt. Default: probeTimeout."),
    waitFor: duration("How long to wait for its start-up. Default: waitFor of the gate."),
  },
};

export const OPTIONS: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    services: {
      type: "object",
      description: "Services by name. Those of compose files and of DATABASE_URL and the like are found.",
      additionalProperties: service,
    },
    discover: {
      type: "boolean",
      description: "Also probe what compose files and variables show. Default true.",
    },
    composeFiles: texts("Compose files, in order of merging. Default: the one Docker Compose would take."),
    composeProject: {
      type: "string",
      description: "Name of the compose project. Default: Docker's own rule.",
    },
    waitFor: duration("How long to wait for services that are starting. Default 0s: one attempt."),
    probeTimeout: duration("Deadline of one attempt. Default 5s, 1s for what is not expected here."),
    concurrency: {
      type: "integer",
      minimum: 1,
      maximum: 64,
      description: "Probes at the same time. Default 32.",
    },
  },
};
