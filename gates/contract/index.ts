/** contract: does the API keep its word, on every operation? */
import { defineGate } from "../../modsquad/contracts/gate.ts";
import { API_VERSION } from "../../modsquad/contracts/words.ts";
import { detectContract } from "./detect.ts";
import { OPTIONS } from "./options.ts";

export default defineGate({
  apiVersion: API_VERSION,
  id: "contract",
  version: "1.0.0",
  title: "API contract",
  summary: "Compares the API document with its earlier version and the running service with the document",
  agent: "contract-keeper",
  areas: ["backend"],
  tier: 2,
  needs: [{ gate: "infra-health" }],
  locks: [],
  timeoutMs: 180_000,
  retry: { attempts: 1, backoffMs: 500, on: ["errored"] },
  env: [],
  defectClasses: {},
  checks: { "schema-diff": ["quick", "full"], responses: ["full"], negative: ["full"], auth: ["full"] },
  options: OPTIONS,
  reportName: "contract",
  detect: detectContract,
  inputs: () => "live",
  // Detection runs in every plan; what a run needs is loaded when there is one.
  run: async (context) => (await import("./run.ts")).runContract(context),
});
