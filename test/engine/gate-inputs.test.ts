import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { createGateInputs } from "../../modsquad/engine/gate-inputs.ts";
import type { PlanRequest, Prepared } from "../../modsquad/engine/prepare.ts";
import type { GateSpec } from "../../modsquad/plan/gates.ts";

const root = tmpdir();
const file = (path: string) => ({ path, oid: "a".repeat(40), mode: "100644", size: 1 });

function inputsOf(spec: Partial<GateSpec>, globs: string[]) {
  const request = { config: { root, env: "ci", risk: { policyDigest: "p" } }, mode: "quick", processEnv: {} };
  const prepared = {
    workspace: { root, frozen: true, baseCommit: null, files: [file("a.ts"), file("b.md")] },
    gates: [],
    inputs: new Map([["own", globs]]),
  };
  const of = createGateInputs(request as unknown as PlanRequest, prepared as unknown as Prepared, () => ({}));
  const whole = {
    id: "own",
    version: "1",
    env: [],
    config: { options: {} },
    source: { kind: "module" },
    ...spec,
  };
  return of(whole as unknown as GateSpec);
}

describe("the inputs of a built-in gate", () => {
  it("are the files its globs match and its own code", async () => {
    const { fileBased, parts } = await inputsOf({ code: "1a2b" }, ["*.ts"]);
    expect(fileBased).toBe(true);
    expect(Object.fromEntries(parts())).toMatchObject({
      "file a.ts": `100644 ${"a".repeat(40)}`,
      "gate code": "1a2b",
    });
    expect(parts().has("file b.md")).toBe(false);
  });

  it("are others when the gate is built from other code, or looks at other files", async () => {
    const digests = [
      await inputsOf({ code: "1a2b" }, ["*.ts"]),
      await inputsOf({ code: "3c4d" }, ["*.ts"]),
      await inputsOf({ code: "1a2b" }, ["**"]),
    ].map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(3);
  });
});
