/** Two pictures: the same bytes, the same pixels, or where they differ. */
import pixelmatch from "pixelmatch";
import { decodePng, encodePng, type Image } from "../pixels/image.ts";

export interface Comparison {
  /** Pixels a person could see differ. */
  pixels: number;
  /** Pixels whose bytes differ at all. */
  touched: number;
  /** Around all that differs; null when nothing does. */
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

function touchedBox(one: Image, other: Image): Pick<Comparison, "touched" | "box"> {
  const [a, b] = [new Uint32Array(one.data.slice().buffer), new Uint32Array(other.data.slice().buffer)];
  let touched = 0;
  let [left, top, right, bottom] = [one.width, one.height, -1, -1];
  for (let at = 0; at < a.length; at += 1) {
    if (a[at] === b[at]) continue;
    touched += 1;
    const x = at % one.width;
    const y = (at - x) / one.width;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  if (touched === 0) return { touched, box: null };
  return { touched, box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 } };
}

/** Throws when a picture is no PNG. */
export function compare(before: Uint8Array, after: Uint8Array): Comparison {
  if (Buffer.compare(before, after) === 0) return SAME;
  const [one, other] = [decodePng(before), decodePng(after)];
  const width = Math.max(one.width, other.width);
  const height = Math.max(one.height, other.height);
  const [old, now] = [padded(one, width, height), padded(other, width, height)];
  const { touched, box } = touchedBox(old, now);
  if (touched === 0) return SAME;
  const diff: Image = { width, height, data: new Uint8Array(width * height * 4) };
  const pixels = pixelmatch(old.data, now.data, diff.data, width, height, { threshold: 0.1 });
  return { pixels, touched, box, diff: encodePng(diff) };
}
