import { atFullSize } from "./lib/full-size.mjs";

export const title = "Hostile pages: each a clear status in its deadline, never a hang, never a pass";

export async function run() {
  const { passed, failed } = atFullSize(
    "test/gates/browser/hostile.test.ts",
    "test/gates/browser/lifetime.test.ts",
  );
  return {
    ok: failed === 0 && passed > 0,
    lines: [
      `${passed} tests passed, ${failed} failed: hostile pages, and browsers that are missing, crash or hang`,
    ],
  };
}
