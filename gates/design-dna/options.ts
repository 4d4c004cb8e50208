/** What the config section of the gate may say. */
import type { JsonObject } from "../../modsquad/contracts/words.ts";

export const CHECK_IDS = [
  "palette",
  "glass",
  "typography",
  "spacing",
  "radius-shadow",
  "contrast",
  "branding",
  "dead-tokens",
  "components",
] as const;
export type CheckId = (typeof CHECK_IDS)[number];

export interface DesignOptions {
  /** Path of the DNA file. */
  dna: string | null;
  sources: string[];
  exclude: string[];
  archived: string[];
  entries: string[];
  waiverComments: "honour" | "ignore";
  stockPalette: "allow" | "forbid" | "auto";
  shards: number;
  checks: Partial<Record<CheckId, JsonObject>>;
}

const globs = (description: string): JsonObject => ({
  type: "array",
  items: { type: "string", minLength: 1 },
  description,
});

const ignoring = (what: string): JsonObject => ({
  type: "object",
  additionalProperties: false,
  description: what,
  properties: { exclude: globs("Files this check leaves out.") },
});

/** JSON Schema of the options. */
export const OPTIONS_SCHEMA: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    dna: {
      type: "string",
      minLength: 1,
      description: "Path of the DNA file. Default: design-dna.yaml at the root, if there is one.",
    },
    sources: globs("Files (globs) and package names the tokens are read from. Default: found by themselves."),
    exclude: globs("Files that are not judged, such as generated ones."),
    archived: globs("Folders that are no longer worked on: listed as archived in the triage."),
    entries: globs(
      "Files the product starts from; what none of them reaches counts as archived. Default: found by convention.",
    ),
    waiverComments: {
      enum: ["honour", "ignore"],
      description:
        "Whether disable comments of stylelint and eslint near the line are honoured. Default: honour.",
    },
    stockPalette: {
      enum: ["allow", "forbid", "auto"],
      description:
        "Whether utilities of Tailwind's own palette count as off the DNA. Default auto: forbidden when own colours are used three times as often.",
    },
    shards: {
      type: "integer",
      minimum: 1,
      maximum: 64,
      description: "Number of equal shares the triage is split into. Default: 1.",
    },
    checks: {
      type: "object",
      additionalProperties: false,
      description: "Settings per check.",
      properties: {
        palette: ignoring("Colours that are no tokens."),
        glass: ignoring("Translucent surfaces and their backdrop."),
        typography: ignoring("Sizes, weights, heights and families of type."),
        spacing: ignoring("Margins, paddings, gaps and offsets."),
        "radius-shadow": ignoring("Corner radii, border widths and shadows."),
        contrast: {
          type: "object",
          additionalProperties: false,
          description: "Token pairs against WCAG 2.2.",
          properties: {
            exclude: globs("Files this check leaves out."),
            level: { enum: ["AA", "AAA"], description: "Level for text. Default: AA." },
            derive: { type: "boolean", description: "Derive pairs from token names. Default: true." },
          },
        },
        branding: ignoring("Names, wordmarks, forbidden strings, logo use."),
        "dead-tokens": {
          type: "object",
          additionalProperties: false,
          description: "Tokens nothing uses.",
          properties: {
            exclude: globs("Files whose definitions are left out."),
            keep: globs("Token names (globs) that stay although nothing uses them."),
          },
        },
        components: ignoring("Rules per component."),
      },
    },
  },
};

const list = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

/** Options with their defaults. `raw` has been validated against the schema. */
export function readOptions(raw: JsonObject): DesignOptions {
  return {
    dna: typeof raw.dna === "string" ? raw.dna : null,
    sources: list(raw.sources),
    exclude: list(raw.exclude),
    archived: list(raw.archived),
    entries: list(raw.entries),
    waiverComments: raw.waiverComments === "ignore" ? "ignore" : "honour",
    stockPalette: raw.stockPalette === "allow" || raw.stockPalette === "forbid" ? raw.stockPalette : "auto",
    shards: typeof raw.shards === "number" ? raw.shards : 1,
    checks: (raw.checks ?? {}) as DesignOptions["checks"],
  };
}
