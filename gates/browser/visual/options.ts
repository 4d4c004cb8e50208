/** What the config may say about the check visual, and its typed form. */
import type { JsonObject } from "../../../modsquad/contracts/words.ts";

export interface VisualOptions {
  /** Folder of the baselines, below the root. */
  folder: string;
  /** Selectors of what is painted over and left out. */
  masks: string[];
}

const DEFAULT_FOLDER = "visual-baselines";

export const VISUAL_OPTIONS: JsonObject = {
  type: "object",
  additionalProperties: false,
  description: "Screenshots against baselines in the repository.",
  properties: {
    folder: {
      type: "string",
      minLength: 1,
      description: "Folder of the baselines. Default visual-baselines.",
      pattern: "^(?!/)(?!.*\\.\\.)",
      errorMessage: "must be a folder inside the repository",
    },
    masks: {
      type: "array",
      items: { type: "string", minLength: 1 },
      description: "Selectors of what changes by itself and is not compared.",
      examples: [[".advert"]],
    },
  },
};

export function readVisualOptions(section: JsonObject): VisualOptions {
  return {
    folder: typeof section.folder === "string" ? section.folder.replace(/\/+$/, "") : DEFAULT_FOLDER,
    masks: Array.isArray(section.masks) ? section.masks.map(String) : [],
  };
}
