import { describe, expect, it } from "vitest";
import { criticalPath } from "../../modsquad/plan/graph.ts";
import { makespan, randomGraph, seededRandom } from "./simulate.ts";

describe("makespan in virtual time", () => {
  it("of 1 -> 8 -> 1 equal gates with 10 slots is the critical path", async () => {
    const middle = Array.from({ length: 8 }, (_, at) => ({ id: `m${at}`, needs: ["a"], seconds: 2 }));
    const nodes = [
      { id: "a", needs: [], seconds: 2 },
      ...middle,
      { id: "z", needs: middle.map((one) => one.id), seconds: 2 },
    ];
    expect(await makespan(nodes, 10)).toBe(6);
  });

  it("of 200 random graphs stays at the list-scheduling bound: median within 5 %", async () => {
    const random = seededRandom(7);
    const ratios: number[] = [];
    for (let round = 0; round < 200; round += 1) {
      const nodes = randomGraph(random);
      const slots = 2 + (round % 7);
      const work = nodes.reduce((sum, node) => sum + node.seconds, 0);
      const bound = Math.max(criticalPath(nodes).seconds, work / slots);
      const ratio = (await makespan(nodes, slots)) / bound;
      // Graham's guarantee: no list schedule is worse than twice the optimum.
      expect(ratio).toBeLessThan(2);
      ratios.push(ratio);
    }
    ratios.sort((a, b) => a - b);
    expect(ratios[100]).toBeLessThanOrEqual(1.05);
  });
});
