/** Every check that looks at pages, each loaded when it is in scope. A new one is a line here. */
import type { PageCheck } from "./page-check.ts";

/**
 * In the order in which they look at a page: live-data before what holds animations and clocks, wedges last, because
 * they open things.
 */
export const PAGE_CHECKS: Record<string, () => Promise<PageCheck>> = {
  render: async () => (await import("./render/check.ts")).render,
  "live-data": async () => (await import("./live-data/check.ts")).liveData,
  axe: async () => (await import("./axe/check.ts")).axe,
  branding: async () => (await import("./branding/check.ts")).branding,
  visual: async () => (await import("./visual/check.ts")).visual,
  wedges: async () => (await import("./wedges/check.ts")).wedges,
  lighthouse: async () => (await import("./lighthouse/check.ts")).lighthouse,
};
