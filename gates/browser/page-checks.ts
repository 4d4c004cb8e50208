/** Every check that looks at pages, each loaded when it is in scope. A new one is a line here. */
import type { GateContext } from "../../modsquad/contracts/gate.ts";
import type { PageCheck } from "./page-check.ts";

/** What a check may need before there is a page. */
export interface Beginning {
  context: GateContext;
  /** Path of the browser. */
  executable: string;
}

/** With a token Percy compares, else we do. */
async function visualCheck({ context, executable }: Beginning): Promise<PageCheck> {
  const { exec, dependenciesRoot, secrets } = context;
  const token = secrets.PERCY_TOKEN;
  if (!token) return (await import("./visual/check.ts")).visual;
  return (await import("./percy/check.ts")).percyCheck({ exec, dependenciesRoot, token, executable });
}

/**
 * In the order in which they look at a page: live-data before what holds animations and clocks, wedges last, because
 * they open things.
 */
export const PAGE_CHECKS: Record<string, (beginning: Beginning) => Promise<PageCheck>> = {
  render: async () => (await import("./render/check.ts")).render,
  "live-data": async () => (await import("./live-data/check.ts")).liveData,
  axe: async () => (await import("./axe/check.ts")).axe,
  branding: async () => (await import("./branding/check.ts")).branding,
  visual: visualCheck,
  wedges: async () => (await import("./wedges/check.ts")).wedges,
  lighthouse: async () => (await import("./lighthouse/check.ts")).lighthouse,
};
