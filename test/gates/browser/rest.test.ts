import { describe, expect, it } from "vitest";
import { encodePng } from "../../../gates/browser/pixels/image.ts";
import { untilStill } from "../../../gates/browser/visual/rest.ts";

const SIDE = 20;

/** A grey square with one darker pixel. */
function picture(at: number, grey: number): Uint8Array {
  const data = new Uint8Array(SIDE * SIDE * 4).fill(128);
  data.fill(grey, at * 4, at * 4 + 3);
  for (let alpha = 3; alpha < data.length; alpha += 4) data[alpha] = 255;
  return encodePng({ width: SIDE, height: SIDE, data });
}

/** Looks at these pictures one after the other, then at the last one for ever. */
function looking(pictures: Uint8Array[], lookMs = 0) {
  let left = 10_000;
  let looks = 0;
  const look = async () => {
    left -= lookMs;
    return pictures[Math.min(looks++, pictures.length - 1)]!;
  };
  return { look, remainingMs: () => left, wait: async () => {}, looks: () => looks };
}

describe("untilStill", () => {
  it("takes the grain of the renderer for rest", async () => {
    const [grey, grain] = [picture(5, 128), picture(5, 120)];
    const page = looking([grain, grey, grain]);
    expect(await untilStill(grey, page)).toEqual({ png: grain, isStable: true, unrest: null });
    expect(page.looks()).toBe(1);
  });

  it("waits for what changes a few times", async () => {
    const page = looking([picture(1, 0), picture(2, 0)]);
    expect(await untilStill(picture(0, 0), page)).toMatchObject({ png: picture(2, 0), isStable: true });
    expect(page.looks()).toBe(3);
  });

  it("gives up on what never rests, and says where it changed last", async () => {
    const page = looking([0, 1, 2, 3, 4, 5].map((at) => picture(SIDE + at, 0)));
    const { isStable, unrest } = await untilStill(picture(0, 0), page);
    expect(isStable).toBe(false);
    expect(unrest?.box).toEqual({ x: 2, y: 1, width: 2, height: 1 });
  });

  it("proves nothing with one look in the time there is", async () => {
    const page = looking([picture(0, 0)], 9500);
    await page.look();
    expect(await untilStill(picture(0, 0), page)).toMatchObject({ isStable: false, unrest: null });
  });
});
