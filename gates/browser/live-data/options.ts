/** Numbers on pages and where they come from. */
import type { JsonObject } from "../../../modsquad/contracts/words.ts";

export interface LiveValue {
  name: string;
  /** Name of the page. */
  page: string;
  selector: string;
  /** Address of the API; {{attribute}} stands for an attribute of the element. */
  get: string;
  /** JSONPath of the number in the answer; {{attribute}} as well. */
  value: string;
  /** The answer times this is what the page shows. */
  scale: number;
  /** null = half of the last digit shown. */
  tolerance: number | null;
}

const text = (description: string, more: JsonObject = {}): JsonObject => ({
  type: "string",
  minLength: 1,
  description,
  ...more,
});

export const LIVE_DATA_SCHEMA: JsonObject = {
  type: "array",
  description: "Numbers a page shows that have to equal what the API says.",
  items: {
    type: "object",
    additionalProperties: false,
    required: ["name", "page", "selector", "get", "value"],
    properties: {
      name: text("Name of the number, for messages."),
      page: text("Name of the page it is on."),
      selector: text("Selector of the elements that show it."),
      get: text("Address of the API. {{data-id}} stands for that attribute of the element.", {
        examples: ["/api/quote/{{data-quote}}"],
      }),
      value: text("JSONPath of the number in the answer. {{data-id}} as in get.", { examples: ["$.price"] }),
      scale: {
        type: "number",
        description: "The answer times this is what is shown, such as 0.01 for cents. Default 1.",
      },
      tolerance: {
        type: "number",
        minimum: 0,
        description: "Allowed difference. Default: half of the last digit shown.",
      },
    },
  },
};

export function readLiveData(value: unknown): LiveValue[] {
  const list = (Array.isArray(value) ? value : []) as Partial<LiveValue>[];
  return list.map((one) => ({
    name: one.name!,
    page: one.page!,
    selector: one.selector!,
    get: one.get!,
    value: one.value!,
    scale: one.scale ?? 1,
    tolerance: one.tolerance ?? null,
  }));
}
