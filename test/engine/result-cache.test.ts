import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Inputs, inputsFrom } from "../../modsquad/engine/input-digest.ts";
import { openResultCache } from "../../modsquad/engine/result-cache.ts";

const HOUR = 3_600_000;
const NOON = Date.parse("2026-11-21T12:00:00Z");

let logs: string;
beforeEach(() => {
  logs = mkdtempSync(join(tmpdir(), "meta-orch-cache-"));
});
afterEach(() => rmSync(logs, { recursive: true }));

const folder = () => join(logs, "cache/results/lint");
const inputs = (values: Record<string, string>): Inputs =>
  inputsFrom(new Map(Object.entries(values)), new Map());
const A = inputs({ "file a": "1", tool: "1" });
const B = inputs({ "file a": "2", tool: "1" });
const result = { checks: [], findings: [], metrics: { lines: 3 }, artifacts: [] };
const cached = { result, runId: "run-1", finishedAt: new Date(NOON).toISOString() };
const open = () => openResultCache(logs);

describe("the result cache", () => {
  it("gives back what was stored, with its age", () => {
    open().store("lint", A, cached);
    expect(open().lookup("lint", A, 24, NOON + 2 * HOUR)).toMatchObject({
      state: "hit",
      cached,
      ageHours: 2,
    });
  });

  it("explains a miss by the inputs that differ", () => {
    expect(open().lookup("lint", A, 24, NOON)).toMatchObject({ state: "miss", reason: "no earlier result" });
    open().store("lint", A, cached);
    expect(open().lookup("lint", B, 24, NOON)).toMatchObject({
      state: "miss",
      changed: ["file a"],
      reason: "an input changed",
    });
    expect(open().lookup("other", A, 24, NOON)).toMatchObject({ state: "miss", changed: [] });
  });

  it("compares with the result that was hit last, not with the one stored last", () => {
    open().store("lint", A, cached);
    open().store("lint", B, cached);
    expect(open().lookup("lint", A, 24, NOON).state).toBe("hit");
    const next = inputs({ "file a": "1", tool: "2" });
    expect(open().lookup("lint", next, 24, NOON)).toMatchObject({ changed: ["tool"] });
  });

  it("gives nothing that is older than the policy lets it count, or from the future", () => {
    open().store("lint", A, cached);
    expect(open().lookup("lint", A, 1, NOON + HOUR)).toMatchObject({ state: "hit" });
    expect(open().lookup("lint", A, 1, NOON + HOUR + 1)).toMatchObject({
      state: "miss",
      reason: "older than 1 h",
    });
    expect(open().lookup("lint", A, 1, NOON - 1)).toMatchObject({ state: "miss", reason: /future/ });
  });

  it("takes no damaged, edited or renamed entry for one, and says so", () => {
    open().store("lint", A, cached);
    open().store("lint", B, cached);
    const [a = "", b = ""] = readdirSync(folder()).filter((name) => name.endsWith(".json"));
    const whole = readFileSync(join(folder(), a), "utf8");
    const damages = [
      whole.slice(0, -5),
      "",
      "null",
      whole.replace('"lines":3', '"lines":4'),
      whole.replace(/"finishedAt":"[^"]*"/, '"finishedAt":"soon"'),
      readFileSync(join(folder(), b), "utf8"),
    ];
    for (const damage of damages) {
      writeFileSync(join(folder(), a), damage);
      const states = [A, B].map((parts) => open().lookup("lint", parts, 24, NOON));
      expect(states.filter((one) => one.state === "hit")).toHaveLength(1);
      expect(states.find((one) => one.state === "miss")).toMatchObject({ corrupt: /is damaged/ });
    }
  });

  it("does without an explanation whose record is damaged", () => {
    open().store("lint", A, cached);
    for (const damage of ["", "../../escape", "f".repeat(40)]) {
      writeFileSync(join(folder(), "last"), damage);
      expect(open().lookup("lint", B, 24, NOON)).toMatchObject({
        state: "miss",
        reason: "no earlier result",
      });
    }
  });

  it("says why a result could not be kept instead of failing", () => {
    writeFileSync(join(logs, "cache"), "a file where a folder should be");
    expect(open().store("lint", A, cached)).toMatch(/was not cached: .*make the folder writable/);
    expect(open().lookup("lint", A, 24, NOON).state).toBe("miss");
  });

  it("keeps the newest twenty entries of a gate, each with its parts", () => {
    for (let at = 0; at < 30; at += 1) open().store("lint", inputs({ at: String(at) }), cached);
    const names = readdirSync(folder());
    expect(names.filter((name) => name.endsWith(".json"))).toHaveLength(20);
    expect(names.filter((name) => name.endsWith(".parts"))).toHaveLength(20);
    expect(open().lookup("lint", inputs({ at: "29" }), 24, NOON).state).toBe("hit");
  });
});
