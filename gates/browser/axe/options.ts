/** What the config may say about the check axe. */
import type { JsonObject } from "../../../modsquad/contracts/words.ts";

export const AXE_OPTIONS: JsonObject = {
  type: "object",
  additionalProperties: false,
  description: "Accessibility.",
  properties: {
    level: { enum: ["AA", "AAA"], description: "Level of WCAG 2.2 to look for. Default AA." },
    disable: {
      type: "array",
      items: { type: "string", minLength: 1 },
      description: "Rules to leave out, by the name after axe/ in a finding.",
      examples: [["region", "link-new-window"]],
    },
    keyboard: { type: "boolean", description: "Walk through the page by Tab. Default true." },
    reflow: {
      type: "boolean",
      description: "Look at the page at 400 % zoom, and with wider spacing of its text. Default true.",
    },
  },
};
