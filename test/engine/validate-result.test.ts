import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isProgress, validateResult } from "../../modsquad/engine/validate-result.ts";
import { taskRecord } from "../../modsquad/journal/record.ts";
import { validateRecord } from "../../modsquad/journal/validate-record.generated.mjs";

const check = {
  id: "look",
  status: "passed",
  planned: 1,
  examined: 1,
  evidence: { tool: "t", version: "1" },
  message: "",
};
const finding = { ruleId: "look/r", severity: "high", message: "m", fingerprint: "f" };
const fix = { description: "d", edits: [{ path: "a", start: 0, end: 1, text: "" }], command: "c" };
const artifact = { path: "a.png", mediaType: "image/png", title: "A" };
const result = (fields: object) => ({ checks: [check], findings: [], metrics: {}, artifacts: [], ...fields });
const withCheck = (fields: object) => result({ checks: [{ ...check, ...fields }] });
const withFinding = (fields: object) => result({ findings: [{ ...finding, ...fields }] });

const GOOD: Record<string, object> = {
  "the least there is": { checks: [], findings: [] },
  "a check with everything": withCheck({ target: "/", failureClass: "refused", retries: 1 }),
  "a finding with everything": withFinding({
    defectClass: "flow",
    effort: 1.5,
    target: "/",
    count: 2,
    location: { path: "a", line: 1, column: 1, endLine: 2 },
    fix,
  }),
  "an artifact": result({ artifacts: [artifact] }),
};

/** What a gate may give instead, and what the fault must name. */
const BAD: Record<string, [unknown, RegExp]> = {
  nothing: [undefined, /not an object/],
  null: [null, /not an object/],
  "a list": [[], /not an object/],
  "a text": ["fine", /not an object/],
  "no checks": [{ findings: [] }, /checks is not a list/],
  "no findings": [{ checks: [] }, /findings is not a list/],
  "a check that is a text": [result({ checks: ["look"] }), /checks\[0\] is not an object/],
  "a check without id": [withCheck({ id: "" }), /has no id/],
  "a status nobody knows": [withCheck({ status: "ok" }), /status "ok"/],
  "half a count": [withCheck({ examined: 0.5 }), /does not count/],
  "a negative count": [withCheck({ planned: -1 }), /does not count/],
  "no message": [withCheck({ message: undefined }), /no message/],
  "no evidence": [withCheck({ evidence: {} }), /no evidence/],
  "a target that is none": [withCheck({ target: 1 }), /target of the wrong type/],
  "a failure class that is none": [withCheck({ failureClass: {} }), /failureClass/],
  "retries that are none": [withCheck({ retries: "1" }), /retries/],
  "a severity nobody knows": [withFinding({ severity: "bad" }), /severity "bad"/],
  "no fingerprint": [withFinding({ fingerprint: "" }), /no fingerprint/],
  "no rule": [withFinding({ ruleId: 1 }), /no ruleId/],
  "an effort below zero": [withFinding({ effort: -1 }), /effort/],
  "half a finding": [withFinding({ count: 0.5 }), /count/],
  "a place without a line": [withFinding({ location: { path: "a" } }), /location/],
  "a column that is none": [withFinding({ location: { path: "a", line: 1, column: "1" } }), /location/],
  "a fix without words": [withFinding({ fix: {} }), /fix without a description/],
  "a fix with half an edit": [withFinding({ fix: { description: "d", edits: [{ path: "a" }] } }), /edits/],
  "a fix with a list of commands": [withFinding({ fix: { description: "d", command: ["c"] } }), /command/],
  "artifacts that are no list": [result({ artifacts: {} }), /artifacts is not a list/],
  "an artifact without a title": [result({ artifacts: [{ path: "a", mediaType: "b" }] }), /artifacts\[0\]/],
};

const task = (checked: { checks: unknown; findings: unknown; artifacts: unknown }) => {
  const findings = (checked.findings as object[]).map((one) => ({ ...one, isNew: true }));
  const state = {
    ...{ taskId: "g", agent: "a", phase: "VALIDATION", description: "d", tier: 2, status: "completed" },
    ...{ startTime: null, endTime: null, durationSeconds: null, dependencies: [], errors: [], warnings: [] },
    ...{ metrics: {}, attempt: 1, worker: "local", progress: null, cached: null },
    ...{ checks: checked.checks, findings, artifacts: checked.artifacts },
  };
  return { ...taskRecord(state as never), run_id: "r", seq: 1, ts: "2026-11-21T00:00:00.000Z" };
};

describe("validateResult", () => {
  for (const [name, value] of Object.entries(GOOD)) {
    it(`takes ${name}`, () => expect(validateResult(value)).toHaveProperty("result"));
  }
  for (const [name, [value, fault]] of Object.entries(BAD)) {
    it(`refuses ${name}`, () => {
      const answer = validateResult(value);
      expect(answer).toHaveProperty("fault");
      expect((answer as { fault: string }).fault).toMatch(fault);
    });
  }

  it("lets nothing through that the journal would refuse", () => {
    const junk = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constant(undefined));
    const spoiled = (whole: object) =>
      fc
        .tuple(fc.constantFrom(...Object.keys(whole)), junk, fc.boolean())
        .map(([key, value, spoil]) => (spoil ? { ...whole, [key]: value } : whole));
    const place = spoiled({ path: "a", line: 1, column: 2, endLine: 3 });
    const full = { ...finding, defectClass: "c", effort: 1, target: "t", count: 1, fix };
    const findings = fc.tuple(spoiled(full), place).map(([one, location]) => ({ ...one, location }));
    const checks = spoiled({ ...check, target: "t", failureClass: "f", retries: 0 });
    const any = fc.record({
      checks: fc.array(checks, { maxLength: 2 }),
      findings: fc.array(findings, { maxLength: 2 }),
      artifacts: fc.array(spoiled(artifact), { maxLength: 2 }),
    });
    let taken = 0;
    fc.assert(
      fc.property(any, (value) => {
        const answer = validateResult(JSON.parse(JSON.stringify(value)));
        if ("fault" in answer) return;
        taken += 1;
        expect(validateRecord(task(answer.result)), JSON.stringify(validateRecord.errors)).toBe(true);
      }),
      { seed: 3, numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});

describe("isProgress", () => {
  it("wants two amounts and a label", () => {
    expect(isProgress({ done: 1, total: 2, label: "pages" })).toBe(true);
    for (const junk of [null, 1, {}, { done: Number.NaN, total: 1, label: "" }, { done: 1, total: 2 }]) {
      expect(isProgress(junk)).toBe(false);
    }
  });
});
