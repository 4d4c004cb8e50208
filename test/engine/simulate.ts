/** Runs a schedule in virtual time: jobs "last" their known seconds, no clock is involved. */
import { schedule } from "../../modsquad/engine/schedule.ts";
import type { GraphNode } from "../../modsquad/plan/graph.ts";
import { ranks } from "../../modsquad/plan/graph.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Virtual seconds until the last node ends with that many slots. */
export async function makespan(nodes: GraphNode[], slots: number): Promise<number> {
  const rank = ranks(nodes);
  const seconds = new Map(nodes.map((node) => [node.id, node.seconds]));
  const running: { ends: number; finish: () => void }[] = [];
  let now = 0;
  let done = false;
  const jobs = nodes.map((node) => ({
    id: node.id,
    needs: node.needs.map((gate) => ({ gate })),
    locks: [],
    priority: 0,
    rank: rank.get(node.id) ?? 0,
  }));
  const all = schedule(jobs, {
    concurrency: slots,
    failMode: "continue",
    abortAbovePct: 100,
    signal: new AbortController().signal,
    start: (job) =>
      new Promise((resolve) => {
        running.push({ ends: now + (seconds.get(job.id) ?? 0), finish: () => resolve("completed") });
      }),
    onNotStarted: () => {},
  }).then(() => {
    done = true;
  });
  while (!done) {
    running.sort((a, b) => a.ends - b.ends);
    const next = running.shift();
    if (next) {
      now = next.ends;
      next.finish();
    }
    await settle();
  }
  await all;
  return now;
}

/** Deterministic generator in [0, 1) (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A random acyclic graph of 5 to 40 nodes lasting 1 to 60 seconds each. */
export function randomGraph(random: () => number): GraphNode[] {
  const count = 5 + Math.floor(random() * 36);
  const density = random() * 0.3;
  return Array.from({ length: count }, (_, at) => ({
    id: `n${at}`,
    seconds: 1 + Math.floor(random() * 60),
    needs: Array.from({ length: at }, (_, earlier) => `n${earlier}`).filter(() => random() < density),
  }));
}
