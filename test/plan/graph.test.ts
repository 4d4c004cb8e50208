import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { criticalPath, findCycle, type GraphNode, ranks } from "../../modsquad/plan/graph.ts";

const node = (id: string, needs: string[] = [], seconds = 1): GraphNode => ({ id, needs, seconds });

/** Acyclic by construction: a node may only need earlier ones. */
const acyclic = fc
  .array(
    fc.record({ seconds: fc.integer({ min: 1, max: 50 }), needs: fc.array(fc.nat(30), { maxLength: 4 }) }),
    {
      minLength: 1,
      maxLength: 20,
    },
  )
  .map((items) =>
    items.map((item, at) =>
      node(
        `n${at}`,
        [...new Set(item.needs.filter((need) => need < at).map((need) => `n${need}`))],
        item.seconds,
      ),
    ),
  );

describe("findCycle", () => {
  it("prints the cycle as a closed walk", () => {
    expect(findCycle([node("a", ["b"]), node("b", ["c"]), node("c", ["b"])])).toEqual(["b", "c", "b"]);
  });

  it("sees a gate that needs itself", () => {
    expect(findCycle([node("a", ["a"])])).toEqual(["a", "a"]);
  });

  it("finds none in any acyclic graph, and one as soon as an edge closes a path", () => {
    fc.assert(
      fc.property(acyclic, (nodes) => {
        expect(findCycle(nodes)).toBeNull();
        const path = criticalPath(nodes).ids;
        const closed = nodes.map((one) =>
          one.id === path[0] ? { ...one, needs: [...one.needs, path.at(-1) ?? ""] } : one,
        );
        expect(findCycle(closed)).not.toBeNull();
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe("criticalPath", () => {
  it("is the chain with the largest total", () => {
    const nodes = [node("a", [], 2), node("b", ["a"], 5), node("c", ["a"], 1), node("d", ["b", "c"], 1)];
    expect(criticalPath(nodes)).toEqual({ ids: ["a", "b", "d"], seconds: 8 });
  });

  it("has the length that its own nodes add up to, and no node ranks higher", () => {
    fc.assert(
      fc.property(acyclic, (nodes) => {
        const { ids, seconds } = criticalPath(nodes);
        const byId = new Map(nodes.map((one) => [one.id, one]));
        expect(ids.reduce((sum, id) => sum + (byId.get(id)?.seconds ?? 0), 0)).toBe(seconds);
        expect(Math.max(...ranks(nodes).values())).toBe(seconds);
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});
