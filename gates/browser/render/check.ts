/** render: the page loads, nothing on it is broken, and it fits. */
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { VERSION } from "../../../modsquad/version.ts";
import { within } from "../deadline.ts";
import { toHar } from "../har.ts";
import type { PageCheck, PageOutcome, Visit } from "../page-check.ts";
import { consoleFindings, errorFindings } from "./console.ts";
import { lookAtPage } from "./in-page.ts";
import { requestFaults } from "./requests.ts";
import { intrusionFindings, sightFindings } from "./sight.ts";

const EVIDENCE = { tool: "browser", version: VERSION };
const FAILS = new Set(["critical", "high"]);

export const render: PageCheck = {
  id: "render",
  evidence: EVIDENCE,
  wants: () => true,
  async run(visit) {
    const limitMs = Math.min(visit.options.pageTimeoutMs, visit.remainingMs());
    const sight = await within(visit.page.evaluate(lookAtPage, visit.main), limitMs);
    const broken = requestFaults(visit, new Set(sight.brokenImages.map(({ url }) => url)));
    const findings = [
      ...errorFindings(visit),
      ...consoleFindings(
        visit,
        broken.map(({ url }) => url),
      ),
      ...broken.map(({ finding }) => finding),
      ...sightFindings(visit, sight),
      ...intrusionFindings(visit),
    ];
    return outcome(visit, findings);
  },
};

async function outcome(visit: Visit, findings: Finding[]): Promise<PageOutcome> {
  const { requests, console } = visit.watch;
  const bad = findings.filter((one) => FAILS.has(one.severity)).length;
  const metrics = { loadMs: visit.loadMs, requests: requests.length, console: console.length };
  if (bad === 0) return { status: "passed", findings, message: "nothing is broken", metrics };
  await keepEvidence(visit);
  const [first] = findings;
  return {
    status: "failed",
    findings,
    failureClass: first!.ruleId.split("/")[1]!,
    message: `${bad} ${bad === 1 ? "thing is" : "things are"} broken: ${first!.message}`,
    metrics,
  };
}

/** Screenshot, HTML, console and HAR: what somebody who was not there needs. Never makes a verdict worse. */
export async function keepEvidence(visit: Visit): Promise<void> {
  const { page, watch, name, variant } = visit;
  const title = `${name} (${variant.id})`;
  const limit = () => Math.min(5000, visit.remainingMs());
  // A page that is busy with itself would be waited for in vain, once for each of these.
  const answers = await within(page.evaluate("location.href"), Math.min(1000, limit())).catch(() => null);
  const hasContent = answers !== null && answers !== "about:blank";
  const keep = async (file: string, type: string, what: string, make: () => Promise<Uint8Array | string>) => {
    try {
      await visit.saveArtifact(file, await make(), type, `${title}: ${what}`);
    } catch {
      // A page that no longer answers has no picture; the rest still tells something.
    }
  };
  const picture = () => within(page.screenshot({ timeout: limit(), animations: "disabled" }), limit() + 500);
  if (hasContent) {
    await keep("screenshot.png", "image/png", "screenshot", picture);
    await keep("page.html", "text/html", "HTML", () => within(page.content(), limit()));
  }
  const lines = watch.console.map(
    ({ type, text, url, line }) => `${type}: ${text}${url ? ` (${url}:${line})` : ""}`,
  );
  const errors = watch.errors.map(({ stack, message }) => `uncaught: ${stack || message}`);
  await keep("console.txt", "text/plain", "console", async () => [...errors, ...lines].join("\n"));
  await keep("network.har", "application/json", "network", async () => toHar(visit));
}
