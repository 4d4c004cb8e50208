import { describe, expect, it } from "vitest";
import { pointAtCause } from "../../../gates/contract/upstream.ts";
import type { Finding } from "../../../modsquad/contracts/gate.ts";

const finding = (ruleId: string): Finding => ({
  ruleId,
  severity: "high",
  message: "GET / 500.",
  fingerprint: ruleId,
});
const findings = [finding("responses/server-error"), finding("responses/status-undocumented")];

describe("pointAtCause", () => {
  it("points server errors at a failed infra-health, and nothing else", () => {
    const told = pointAtCause(findings, { status: "failed", failureClasses: ["refused"] });
    expect(told[0]?.message).toContain("infra-health ended failed too (refused)");
    expect(told[0]?.fingerprint).toBe("responses/server-error");
    expect(told[1]).toEqual(findings[1]);
  });

  it("leaves everything as it is when infra-health is well or did not run", () => {
    expect(pointAtCause(findings, { status: "completed", failureClasses: [] })).toEqual(findings);
    expect(pointAtCause(findings, undefined)).toEqual(findings);
  });
});
