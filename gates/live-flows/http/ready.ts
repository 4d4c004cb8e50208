/** How the preparation of a request is stopped: caught in `prepare`. */
import type { Rendered } from "../template.ts";
import type { Inability } from "../types.ts";

export class NotReady extends Error {
  readonly inability: Inability;
  constructor(inability: Inability) {
    super(inability.message);
    this.inability = inability;
  }
}

export const badFlow = (message: string) => new NotReady({ failureClass: "bad-flow", message });

/** The text, or NotReady with the reason why there is none. */
export function filled(rendered: Rendered): string {
  if (!rendered.ok) throw new NotReady(rendered.inability);
  return rendered.text;
}
