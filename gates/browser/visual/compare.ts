/** Two pictures: the same bytes, the same pixels, or where they differ. */
import pixelmatch from "pixelmatch";
import { decodePng, encodePng, type Image } from "../pixels/image.ts";

export interface Comparison {
  /** Pixels a person could see differ. */
  pixels: number;
  /** Pixels whose bytes differ at all. */
  touched: number;
  /** Around all that a person could see differ, else around what differs at all; null when nothing does. */
  box: { x: number; y: number; width: number; height: number } | null;
  /** The difference in red over the pale picture. */
  diff: Uint8Array | null;
}

const SAME: Comparison = { pixels: 0, touched: 0, box: null, diff: null };
const WHITE = 255;

/** The picture on a larger white sheet. */
function padded(image: Image, width: number, height: number): Image {
  if (image.width === width && image.height === height) return image;
  const data = new Uint8Array(width * height * 4).fill(WHITE);
  for (let y = 0; y < image.height; y += 1)
    data.set(image.data.subarray(y * image.width * 4, (y + 1) * image.width * 4), y * width * 4);
  return { width, height, data };
}

/** How many pixels are so, and the box around them. */
function boxAround(count: number, width: number, isSo: (at: number) => boolean) {
  let touched = 0;
  let [left, top, right, bottom] = [width, count, -1, -1];
  for (let at = 0; at < count; at += 1) {
    if (!isSo(at)) continue;
    touched += 1;
    const x = at % width;
    const y = (at - x) / width;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  const box = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  return { touched, box: touched === 0 ? null : box };
}

const words = ({ data }: Image) => new Uint32Array(data.slice().buffer);
/** How pixelmatch paints what a person could see differ. */
const SEEN = [255, 0, 0] as const;

/** Throws when a picture is no PNG. */
export function compare(before: Uint8Array, after: Uint8Array): Comparison {
  if (Buffer.compare(before, after) === 0) return SAME;
  const [one, other] = [decodePng(before), decodePng(after)];
  const width = Math.max(one.width, other.width);
  const height = Math.max(one.height, other.height);
  const [old, now] = [padded(one, width, height), padded(other, width, height)];
  const [a, b] = [words(old), words(now)];
  const { touched, box } = boxAround(a.length, width, (at) => a[at] !== b[at]);
  if (touched === 0) return SAME;
  const diff: Image = { width, height, data: new Uint8Array(width * height * 4) };
  const painted = { threshold: 0.1, diffColor: [...SEEN] as [number, number, number] };
  const pixels = pixelmatch(old.data, now.data, diff.data, width, height, painted);
  const seen = boxAround(a.length, width, (at) => SEEN.every((value, n) => diff.data[at * 4 + n] === value));
  return { pixels, touched, box: seen.box ?? box, diff: encodePng(diff) };
}
