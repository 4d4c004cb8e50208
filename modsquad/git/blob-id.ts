/** The id git gives content, in sha-1 and in sha-256 repositories. */
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";

export const SHA1_HEX = 40;
export const SHA256_HEX = 64;

const SYMLINK = "120000";

/** @param idLength of the repository's ids: 40 or 64 hexadecimal digits */
export function blobId(content: Uint8Array, idLength: number): string {
  const hash = createHash(idLength === SHA256_HEX ? "sha256" : "sha1");
  return hash.update(`blob ${content.length}\0`).update(content).digest("hex");
}

/** The id of what lies on the disk; of a link, of where it points. Throws what reading throws. */
export function blobIdOfFile(path: string, mode: string, idLength: number): string {
  return blobId(mode === SYMLINK ? Buffer.from(readlinkSync(path)) : readFileSync(path), idLength);
}
