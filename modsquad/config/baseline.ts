/** modsquad.baseline.json: findings that were there before. A file that cannot be read is a Problem, never an empty baseline. */
import type { BaselineFile } from "./config.generated.ts";
import { isDate } from "./dates.ts";
import type { Kind } from "./document.ts";

export const BASELINE_FILE = "modsquad.baseline.json";

export const baselineKind: Kind<BaselineFile> = {
  name: "baseline",
  validator: async () => (await import("./validate-config.generated.mjs")).baseline,
  check: ({ created }) =>
    isDate(created)
      ? []
      : [
          {
            path: ["created"],
            part: "value",
            what: `created is a day that does not exist: ${created}`,
            next: "Write the day as YYYY-MM-DD.",
          },
        ],
  empty: null,
};
