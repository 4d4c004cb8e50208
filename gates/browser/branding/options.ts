/** What the config says of the brand on pages. */
import type { JsonObject } from "../../../modsquad/contracts/words.ts";

export interface BrandColor {
  selector: string;
  property: string;
  /** Name of a token, or a colour. */
  is: string;
}

export interface BrandingOptions {
  /** Has to be in every title. */
  title: string | null;
  wordmark: { selector: string; text: string | null } | null;
  names: { right: string; wrong: string[] }[];
  forbidden: string[];
  colors: BrandColor[];
  /** CIEDE2000. */
  tolerance: number;
}

/** Rounding to 8 bits alone stays below this; what an eye can see begins at about 1. */
const DEFAULT_TOLERANCE = 0.5;

const text = (description: string): JsonObject => ({ type: "string", minLength: 1, description });

export const BRANDING_SCHEMA: JsonObject = {
  type: "object",
  additionalProperties: false,
  description: "The brand as pages show it. Names and forbidden texts are also taken from design-dna.yaml.",
  properties: {
    title: text("Text that has to be in the title of every page."),
    wordmark: {
      type: "object",
      additionalProperties: false,
      required: ["selector"],
      properties: {
        selector: text("Selector of the wordmark, which has to be seen on every page."),
        text: text("What it says, as text or as the alternative text of its picture."),
      },
    },
    names: {
      type: "array",
      description: "Names that have one right spelling.",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["right"],
        properties: {
          right: text("The right spelling."),
          wrong: { type: "array", items: { type: "string", minLength: 1 }, description: "Wrong ones." },
        },
      },
    },
    forbidden: {
      type: "array",
      items: { type: "string", minLength: 1 },
      description: "Texts that must not be seen.",
    },
    colors: {
      type: "array",
      description:
        "Elements that carry the brand's colours. Those that are not on a page are left out there.",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["selector", "property", "is"],
        properties: {
          selector: text("Selector of the elements."),
          property: { ...text("CSS property."), examples: ["background-color"] },
          is: { ...text("Name of a design token, or a colour."), examples: ["--color-brand"] },
        },
      },
    },
    tolerance: {
      type: "number",
      minimum: 0,
      maximum: 20,
      description: "How far a colour may be from its token, CIEDE2000. Default 0.5.",
    },
  },
};

export function readBranding(value: unknown): BrandingOptions {
  const given = (value ?? {}) as Partial<BrandingOptions> & { names?: { right: string; wrong?: string[] }[] };
  return {
    title: given.title ?? null,
    wordmark: given.wordmark
      ? { selector: given.wordmark.selector, text: given.wordmark.text ?? null }
      : null,
    names: (given.names ?? []).map(({ right, wrong }) => ({ right, wrong: wrong ?? [] })),
    forbidden: given.forbidden ?? [],
    colors: given.colors ?? [],
    tolerance: given.tolerance ?? DEFAULT_TOLERANCE,
  };
}
