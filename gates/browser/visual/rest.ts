/** Pictures of a page until it has come to rest. */
import { pause } from "../deadline.ts";
import { type Comparison, compare } from "./compare.ts";

/** A picture that still changes after this many looks is not going to rest. */
const MAX_LOOKS = 5;
const BETWEEN_MS = 100;
/** With less than this left nobody looks once more. */
const LAST_LOOK_MS = 1000;

export interface Rested {
  png: Uint8Array;
  /** False when the page never looked the same twice. */
  isStable: boolean;
  /** What still changed between the last two pictures; null when it rests or was looked at once only. */
  unrest: Comparison | null;
}

interface Looking {
  look(): Promise<Uint8Array>;
  remainingMs(): number;
  wait?(ms: number): Promise<void>;
}

/**
 * Looks until two pictures in a row are the same to the eye: round corners and edges come out of the renderer in
 * more than one way, a few levels of a few pixels apart.
 */
export async function untilStill(
  first: Uint8Array,
  { look, remainingMs, wait = pause }: Looking,
): Promise<Rested> {
  let rested: Rested = { png: first, isStable: false, unrest: null };
  for (let looks = 1; looks < MAX_LOOKS && remainingMs() > LAST_LOOK_MS; looks += 1) {
    await wait(looks === 1 ? BETWEEN_MS / 2 : BETWEEN_MS * looks);
    const png = await look();
    const change = compare(rested.png, png);
    if (change.pixels === 0) return { png, isStable: true, unrest: null };
    rested = { png, isStable: false, unrest: change };
  }
  return rested;
}
