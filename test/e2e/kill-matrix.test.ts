import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { EVENTS, killCell, SHAPES } from "../../prove/lib/kill-matrix.mjs";

const binary = fileURLToPath(new URL("../../dist/meta-orch.js", import.meta.url));
const shapes = Object.keys(SHAPES);

/** One cell per event, a different shape each time; `npm run prove kill-matrix` runs all twenty-four. */
describe("a run that ends early leaves no process behind", () => {
  Object.keys(EVENTS).forEach((event, at) => {
    const shape = shapes[(at + 1) % shapes.length] ?? "plain";
    it(`${event}, the gate: ${shape}`, async () => {
      expect((await killCell(binary, event, shape)).faults).toEqual([]);
    });
  });
});
