/** The page at the root. */
import type { Options } from "../../../modsquad/contracts/gate.ts";
import { foundFlow, plainStep } from "../read-flows.ts";
import type { Flow } from "../types.ts";

/** An API may have nothing at "/"; what it must not do there is break. */
export function frontPageFlow(options: Options): Flow {
  const step = plainStep("/", ["2xx", "3xx", "4xx"], options);
  return foundFlow("front page", "front-page", [{ ...step, name: "" }]);
}
