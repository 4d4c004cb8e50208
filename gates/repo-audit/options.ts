/** What the config may say under `gates: repo-audit:`. */
import type { Options } from "../../modsquad/contracts/gate.ts";
import type { JsonObject } from "../../modsquad/contracts/words.ts";
import type { AdvisorySource } from "./checks/advisories/index.ts";
import { type ConfiguredPattern, patternsSchema } from "./checks/deprecated-patterns/rules.ts";

/** Bounds of code-quality; a function or file at its bound is no finding. */
export interface QualityBounds {
  maxComplexity: number;
  maxCognitive: number;
  maxDepth: number;
  /** Lines without blank ones and comments. */
  maxFunctionLines: number;
  /** 0 to 100. */
  minMaintainability: number;
}

export interface AuditOptions {
  /** Globs no check looks at. */
  exclude: string[];
  /** Check id → globs that check does not look at. */
  excludeFrom: Record<string, string[]>;
  /** How many threads look at files, 1 or 2; null: two when there is much to do and a core to spare. */
  threads: number | null;
  /** Environment variables config-consistency says nothing about. */
  ignoreVariables: string[];
  /** Ports config-consistency says nothing about. */
  ignorePorts: number[];
  /** hygiene: a tracked file above this is a finding. Bytes. */
  maxFileBytes: number;
  /** hygiene: service → globs of what it has loaded while it runs. */
  restart: Record<string, string[]>;
  quality: QualityBounds;
  /** auth: globs of paths that are meant to be open. */
  publicRoutes: string[];
  /** deprecated-patterns: patterns of the project, and ids of ours that it does without. */
  deprecated: { patterns: ConfiguredPattern[]; disable: string[] };
  /** advisories: null when the check does not run. */
  advisories: AdvisorySource | null;
}

const MIB = 1024 * 1024;
const DEFAULT_MAX_FILE_MIB = 5;

const DEFAULT_QUALITY: QualityBounds = {
  maxComplexity: 30,
  maxCognitive: 30,
  maxDepth: 5,
  maxFunctionLines: 250,
  minMaintainability: 5,
};

const QUALITY_WORDS: Record<keyof QualityBounds, string> = {
  maxComplexity: "Largest cyclomatic complexity of a function.",
  maxCognitive: "Largest cognitive complexity of a function.",
  maxDepth: "Deepest nesting of blocks.",
  maxFunctionLines: "Longest function, in lines of code.",
  minMaintainability: "Smallest maintainability index of a file, 0 to 100.",
};

const qualityKeys = Object.keys(DEFAULT_QUALITY) as (keyof QualityBounds)[];

const globs: JsonObject = { type: "array", items: { type: "string", minLength: 1 } };
const notApplicable: JsonObject = { type: "string", minLength: 1 };

function checkSchema(properties: JsonObject): JsonObject {
  return {
    type: "object",
    additionalProperties: false,
    properties: { notApplicable, exclude: globs, ...properties },
  };
}

export const optionsSchema: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    exclude: { ...globs, description: "Globs of files no check looks at." },
    threads: {
      type: "integer",
      minimum: 1,
      maximum: 2,
      description:
        "How many threads look at files. Default 2 where there are more than 4 MiB to look at and more than two cores.",
    },
    checks: {
      type: "object",
      additionalProperties: false,
      properties: {
        secrets: checkSchema({}),
        auth: checkSchema({
          publicRoutes: { ...globs, description: "Paths that anybody may call, such as /api/quotes/**." },
        }),
        "config-consistency": checkSchema({
          ignoreVariables: {
            type: "array",
            items: { type: "string" },
            description: "Variables to leave alone.",
          },
          ignorePorts: {
            type: "array",
            items: { type: "integer", minimum: 1, maximum: 65535 },
            description: "Ports to leave alone.",
          },
        }),
        "deprecated-patterns": checkSchema({
          patterns: patternsSchema,
          disable: {
            type: "array",
            items: { type: "string" },
            description: "Ids of patterns to do without.",
          },
        }),
        dependencies: checkSchema({
          advisories: {
            description: "Where known vulnerabilities are looked up; without it nobody looks.",
            oneOf: [
              { const: "audit" },
              {
                type: "object",
                additionalProperties: false,
                required: ["osv"],
                properties: {
                  osv: { type: "string", minLength: 1, description: "Folder or zip of OSV records." },
                },
              },
            ],
          },
        }),
        "code-quality": checkSchema(
          Object.fromEntries(
            qualityKeys.map((key) => [
              key,
              {
                type: "number",
                minimum: 0,
                description: `${QUALITY_WORDS[key]} Default ${DEFAULT_QUALITY[key]}.`,
              },
            ]),
          ),
        ),
        hygiene: checkSchema({
          maxFileMiB: {
            type: "number",
            exclusiveMinimum: 0,
            description: "Largest tracked file. Default 5.",
          },
          restart: {
            type: "object",
            additionalProperties: globs,
            description:
              "Service → globs of the files it has loaded while it runs; what compose mounts is known.",
          },
        }),
      },
    },
  },
};

function object(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}

function qualityBounds(given: JsonObject): QualityBounds {
  const bounds = { ...DEFAULT_QUALITY };
  for (const key of qualityKeys) {
    const value = given[key];
    if (typeof value === "number") bounds[key] = value;
  }
  return bounds;
}

/** Reads options that the schema has already accepted; what is absent gets its default. */
export function readOptions(options: Options): AuditOptions {
  const checks = object(options.checks);
  const consistency = object(checks["config-consistency"]);
  const deprecated = object(checks["deprecated-patterns"]);
  const limit = object(checks.hygiene).maxFileMiB;
  const ports = Array.isArray(consistency.ignorePorts) ? consistency.ignorePorts : [];
  return {
    exclude: strings(options.exclude),
    excludeFrom: Object.fromEntries(
      Object.entries(checks).map(([id, check]) => [id, strings(object(check).exclude)]),
    ),
    threads: typeof options.threads === "number" ? options.threads : null,
    ignoreVariables: strings(consistency.ignoreVariables),
    ignorePorts: ports.filter((port): port is number => typeof port === "number"),
    restart: Object.fromEntries(
      Object.entries(object(object(checks.hygiene).restart)).map(([service, each]) => [
        service,
        strings(each),
      ]),
    ),
    maxFileBytes: (typeof limit === "number" ? limit : DEFAULT_MAX_FILE_MIB) * MIB,
    quality: qualityBounds(object(checks["code-quality"])),
    advisories: (object(checks.dependencies).advisories ?? null) as AdvisorySource | null,
    publicRoutes: strings(object(checks.auth).publicRoutes),
    deprecated: {
      patterns: (Array.isArray(deprecated.patterns)
        ? deprecated.patterns
        : []) as unknown as ConfiguredPattern[],
      disable: strings(deprecated.disable),
    },
  };
}
