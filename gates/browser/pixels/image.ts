/** Screenshots as pixels. */
import { PNG } from "pngjs";

export interface Image {
  width: number;
  height: number;
  /** RGBA, one byte each, row by row. */
  data: Uint8Array;
}

/** Throws when the bytes are no PNG. */
export function decodePng(bytes: Uint8Array): Image {
  const { width, height, data } = PNG.sync.read(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  );
  return { width, height, data };
}

/** Fast rather than small: these images are looked at once. */
export function encodePng({ width, height, data }: Image): Uint8Array {
  const png = new PNG({ width, height, deflateLevel: 1, filterType: 0 });
  png.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return PNG.sync.write(png, { deflateLevel: 1, filterType: 0 });
}
