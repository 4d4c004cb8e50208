/** browser: what a person would see, hear and wait for. */
import { defineGate } from "../../modsquad/contracts/gate.ts";
import { API_VERSION, type Mode } from "../../modsquad/contracts/words.ts";
import { detectBrowser } from "./detect.ts";
import { OPTIONS } from "./options.ts";
import { PAGE_CHECKS } from "./page-checks.ts";

const FULL: Mode[] = ["full"];

export default defineGate({
  apiVersion: API_VERSION,
  id: "browser",
  version: "1.0.0",
  title: "Browser",
  summary: "Looks at the pages in a real browser, in every viewport and colour scheme that matters",
  agent: "browser-watcher",
  areas: ["frontend"],
  tier: 2,
  needs: [{ gate: "infra-health" }],
  locks: [],
  timeoutMs: 300_000,
  retry: { attempts: 1, backoffMs: 500, on: ["errored"] },
  // The address of its API is that of a proxy or a stand-in.
  env: ["PERCY_TOKEN", "PERCY_CLIENT_API_URL"],
  defectClasses: {},
  checks: Object.fromEntries(Object.keys(PAGE_CHECKS).map((id) => [id, FULL])),
  options: OPTIONS,
  reportName: "browser_mod",
  detect: detectBrowser,
  inputs: () => "live",
  // Detection runs in every plan; the browser and its library are loaded when there is a run.
  run: async (context) => (await import("./run.ts")).runBrowser(context),
  commands: [
    {
      name: "visual approve",
      summary: "Makes the pictures of the last run the baselines (--list to look first)",
      run: async (args, cwd) => (await import("./visual/approve.ts")).approveCommand(args, cwd),
    },
  ],
});
