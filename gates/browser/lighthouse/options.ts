/** What the config may say about the check lighthouse, and its typed form. */
import type { JsonObject } from "../../../modsquad/contracts/words.ts";

/** Categories of Lighthouse, scored from 0 to 1. */
export const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;
export type Category = (typeof CATEGORIES)[number];

/** Metrics with a budget: milliseconds, but layout shift, which has no unit. `lcpSeen` is as it was here, unthrottled. */
export const METRICS = ["lcp", "lcpSeen", "fcp", "tbt", "cls"] as const;
export type Metric = (typeof METRICS)[number];

/** What web.dev calls good, for who names no budget: beyond it is worth a word, and blocks nothing. */
export const GOOD: Partial<Record<Metric, number>> = { lcp: 2500, fcp: 1800, tbt: 200, cls: 0.1 };

export interface LighthouseOptions {
  /** True when the config has a section for it: then its absence is an error. */
  asked: boolean;
  /** Paths; null = the front page. */
  pages: string[] | null;
  runs: number;
  device: "desktop" | "mobile";
  scores: Partial<Record<Category, number>>;
  budgets: Partial<Record<Metric, number>>;
}

const score: JsonObject = { type: "number", minimum: 0, maximum: 1 };
const time = (description: string): JsonObject => ({ type: "number", exclusiveMinimum: 0, description });

export const LIGHTHOUSE_OPTIONS: JsonObject = {
  type: "object",
  additionalProperties: false,
  description: "Performance and good practice, by the Lighthouse that is installed in the project.",
  properties: {
    pages: {
      type: "array",
      minItems: 1,
      items: { type: "string", pattern: "^/", errorMessage: "must be a path that begins with /" },
      description: "Paths of the pages to measure, of those the gate looks at. Default: the front page.",
    },
    runs: {
      type: "integer",
      minimum: 1,
      maximum: 9,
      description: "Runs per page; the median counts. Default 3.",
    },
    device: { enum: ["desktop", "mobile"], description: "What is emulated. Default desktop." },
    scores: {
      type: "object",
      additionalProperties: false,
      description: "Lowest score of a category that is accepted, from 0 to 1.",
      properties: Object.fromEntries(CATEGORIES.map((id) => [id, score])),
    },
    budgets: {
      type: "object",
      additionalProperties: false,
      description: "Highest value of a metric that is accepted.",
      properties: {
        lcp: time("Largest contentful paint on the emulated network, milliseconds."),
        lcpSeen: time("Largest contentful paint as it was here, without throttling, milliseconds."),
        fcp: time("First contentful paint, milliseconds."),
        tbt: time("Total blocking time, milliseconds."),
        cls: time("Cumulative layout shift, without unit."),
      },
    },
  },
};

export function readLighthouseOptions(section: JsonObject): LighthouseOptions {
  const object = (value: unknown) => (typeof value === "object" && value !== null ? value : {});
  return {
    asked: Object.keys(section).length > 0,
    pages: Array.isArray(section.pages) ? section.pages.map(String) : null,
    runs: typeof section.runs === "number" ? section.runs : 3,
    device: section.device === "mobile" ? "mobile" : "desktop",
    scores: object(section.scores),
    budgets: object(section.budgets),
  };
}
