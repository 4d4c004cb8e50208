/** When what the API stands on is down, its server errors may be an effect of that, or may not: they say so. */
import type { Finding, Upstream } from "../../modsquad/contracts/gate.ts";

/** Rules a dead dependency explains: the service failed by itself, or was not there. */
const EFFECTS = /\/(?:server-error|refused|timeout)$/;

/** The findings, those that a failed infra-health may explain pointing at it. Fingerprints stay as they are. */
export function pointAtCause(findings: readonly Finding[], infra: Upstream | undefined): Finding[] {
  if (infra?.status !== "failed") return [...findings];
  const classes = infra.failureClasses.length > 0 ? ` (${infra.failureClasses.join(", ")})` : "";
  const cause = `infra-health ended failed too${classes}: if this service stands on what is down, mend that first and run again; otherwise this has a cause of its own.`;
  return findings.map((finding) =>
    EFFECTS.test(finding.ruleId) ? { ...finding, message: `${finding.message} ${cause}` } : finding,
  );
}
