import { atFullSize } from "./lib/full-size.mjs";

export const title = "Properties of the risk model and of the reports, over 2,000 random states each";

export async function run() {
  const { passed, failed } = atFullSize("test/risk", "test/report", "test/git");
  return {
    ok: failed === 0 && passed > 0,
    lines: [`${passed} tests passed, ${failed} failed, with every property at its full size`],
  };
}
