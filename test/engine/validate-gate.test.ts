import { describe, expect, it } from "vitest";
import { faultOfDetection, faultOfGateInfo, isInputs } from "../../modsquad/engine/validate-gate.ts";

const GATE = {
  apiVersion: 1,
  id: "g",
  version: "1",
  title: "G",
  summary: "s",
  agent: "a",
  areas: ["quality"],
  tier: 2,
  needs: [{ gate: "other", required: true }],
  locks: [],
  timeoutMs: 1000,
  retry: { attempts: 1, backoffMs: 0, on: ["errored"] },
  env: ["TOKEN"],
  defectClasses: { flow: 0.3 },
  checks: { look: ["quick", "full"] },
  options: {},
  reportName: "g",
};

const WRONG: Record<string, [object, RegExp]> = {
  "no API version": [{ apiVersion: undefined }, /names no apiVersion/],
  "an area nobody knows": [{ areas: ["kitchen"] }, /"areas"/],
  "needs as texts": [{ needs: ["other"] }, /"needs"/],
  "no time": [{ timeoutMs: 0 }, /"timeoutMs"/],
  "an endless time": [{ timeoutMs: Number.POSITIVE_INFINITY }, /"timeoutMs"/],
  "no attempt": [{ retry: { attempts: 0, backoffMs: 0, on: [] } }, /"retry"/],
  "no checks": [{ checks: {} }, /"checks"/],
  "a mode nobody knows": [{ checks: { look: ["slow"] } }, /"checks"/],
  "more than everything": [{ defectClasses: { flow: 1.1 } }, /"defectClasses"/],
  "no report name": [{ reportName: "" }, /"reportName"/],
};

describe("faultOfGateInfo", () => {
  it("takes a gate of the contract", () => expect(faultOfGateInfo(GATE)).toBeNull());
  it("leaves a gate for another API to be told as such", () => {
    expect(faultOfGateInfo({ apiVersion: 2, id: "g" })).toBeNull();
  });
  for (const [name, [fields, fault]] of Object.entries(WRONG)) {
    it(`refuses ${name}`, () => expect(faultOfGateInfo({ ...GATE, ...fields })).toMatch(fault));
  }
});

describe("faultOfDetection", () => {
  it("takes both answers", () => {
    expect(faultOfDetection({ applicable: true, reason: "r", options: {} })).toBeNull();
    expect(faultOfDetection({ applicable: false, reason: "r" })).toBeNull();
  });
  it("never takes nonsense for not applicable", () => {
    const nonsense = [undefined, null, {}, { applicable: 0, reason: "r" }, { applicable: false }, [], "no"];
    for (const one of nonsense) expect(faultOfDetection(one)).toMatch(/applicable, reason/);
    expect(faultOfDetection({ applicable: true, reason: "r", options: [] })).toMatch(/options/);
  });
});

describe("isInputs", () => {
  it("is live or a list of globs", () => {
    expect([isInputs("live"), isInputs(["src/**"]), isInputs([])]).toEqual([true, true, true]);
    expect([isInputs("**"), isInputs([1]), isInputs(undefined)]).toEqual([false, false, false]);
  });
});
