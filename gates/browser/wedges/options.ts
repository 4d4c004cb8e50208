/** The components the config declares. */
import type { JsonObject } from "../../../modsquad/contracts/words.ts";

export interface WedgeOption {
  name: string;
  /** What is operated: a button, a link, a field. */
  selector: string;
  /** Names of the pages it has to be on; null = all. */
  pages: string[] | null;
  label: string | null;
  /** Becomes visible when Enter is pressed on it. */
  opens: string | null;
  /** Visible once its data are there. */
  loaded: string | null;
}

const text = (description: string): JsonObject => ({ type: "string", minLength: 1, description });

export const WEDGES_SCHEMA: JsonObject = {
  type: "array",
  description: "Components that have to be there and to work.",
  items: {
    type: "object",
    additionalProperties: false,
    required: ["name", "selector"],
    properties: {
      name: text("Name of the component, for messages."),
      selector: text("Selector of what is operated."),
      pages: {
        type: "array",
        minItems: 1,
        items: { type: "string", minLength: 1 },
        description: "Names of the pages it has to be on. Default: all.",
      },
      label: text("Text its accessible name has to contain."),
      opens: text("Selector of what becomes visible when Enter is pressed on it."),
      loaded: text("Selector that is visible once its data are there."),
    },
  },
};

export function readWedges(value: unknown): WedgeOption[] {
  const list = (Array.isArray(value) ? value : []) as Partial<WedgeOption>[];
  return list.map((one) => ({
    name: one.name!,
    selector: one.selector!,
    pages: one.pages ?? null,
    label: one.label ?? null,
    opens: one.opens ?? null,
    loaded: one.loaded ?? null,
  }));
}
