/** live-flows: is the running product answering, correctly and on time? */
import { defineGate } from "../../modsquad/contracts/gate.ts";
import { API_VERSION } from "../../modsquad/contracts/words.ts";
import { detectLiveFlows } from "./detect.ts";
import { OPTIONS } from "./options.ts";

export default defineGate({
  apiVersion: API_VERSION,
  id: "live-flows",
  version: "1.0.0",
  title: "Live data flows",
  summary: "Asks the running product and checks status, latency and content of its answers",
  agent: "flow-prober",
  areas: ["backend"],
  tier: 2,
  needs: [{ gate: "infra-health" }],
  locks: [],
  timeoutMs: 60_000,
  retry: { attempts: 2, backoffMs: 500, on: ["errored"] },
  env: [],
  defectClasses: {},
  checks: { flows: ["full"] },
  options: OPTIONS,
  reportName: "live_flows",
  detect: detectLiveFlows,
  inputs: () => "live",
  // Detection runs in every plan; what a run needs is loaded when there is one.
  run: async (context) => (await import("./run.ts")).runLiveFlows(context),
});
