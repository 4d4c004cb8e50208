/**
 * What is committed has to be judged by what is committed with it: a waiver or a baseline that only lies in the
 * work tree would let pass what everybody else's run then blocks.
 */
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { ResolvedConfig } from "../contracts/config.ts";
import type { TrackedFile } from "../contracts/gate.ts";
import { blobId } from "../git/blob-id.ts";
import { BASELINE_FILE } from "./baseline.ts";
import { CONFIG_NAMES } from "./root.ts";
import { WAIVERS_FILE } from "./waivers.ts";

/**
 * Names, relative to the root, of the config, waivers and baseline that the judged files hold with other content
 * than the work tree. A config named with --config, and one that is a module (it may import what only the work
 * tree has), are taken as they are.
 */
export function settingsThatDiffer(
  { root, file }: Pick<ResolvedConfig, "root" | "file">,
  judged: readonly TrackedFile[],
  namedConfig: boolean,
): string[] {
  const configs = namedConfig ? [] : CONFIG_NAMES.filter((name) => file === null || name === file);
  const names = new Set([...configs.filter((name) => extname(name) !== ".mjs"), WAIVERS_FILE, BASELINE_FILE]);
  return judged
    .filter((one) => names.has(one.path) && !sameContent(join(root, one.path), one))
    .map(({ path }) => path);
}

function sameContent(path: string, { oid }: TrackedFile): boolean {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return false;
  }
  if (blobId(bytes, oid.length) === oid) return true;
  // Git may keep line ends of its own on disk.
  return blobId(Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"), "latin1"), oid.length) === oid;
}
