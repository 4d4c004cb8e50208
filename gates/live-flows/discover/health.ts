/** The places where services say how they are. */
import type { Options } from "../../../modsquad/contracts/gate.ts";
import { foundFlow, plainStep } from "../read-flows.ts";
import type { Flow } from "../types.ts";

const PATHS = ["/health", "/healthz", "/api/health", "/readyz", "/status"];

/** One flow over all of them; one has to answer 2xx. */
export function healthFlow(options: Options): Flow {
  return foundFlow(
    "health endpoint",
    "health",
    PATHS.map((path) => plainStep(path, ["2xx"], options)),
  );
}
