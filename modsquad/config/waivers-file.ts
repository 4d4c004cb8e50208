/** Changes modsquad.waivers.yaml entry by entry; comments and order of the others stay. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { YAMLSeq } from "yaml";
import type { Result } from "../contracts/config.ts";
import type { WaiverEntry } from "./config.generated.ts";
import { loadYaml } from "./parse.ts";
import { WAIVERS_FILE } from "./waivers.ts";

const HEAD = "# yaml-language-server: $schema=./node_modules/meta-orch/schema/waivers.schema.json\n";

/** `add` is appended, or stands in for the entry at `replaces`; then the entries at `remove` go. */
export interface WaiverEdit {
  add?: WaiverEntry;
  replaces?: number;
  remove?: readonly number[];
}

/** The text of the file after an edit. The file was read and checked before. */
async function edited(text: string, edit: WaiverEdit): Promise<string> {
  const yaml = await loadYaml();
  const document = yaml.parseDocument(text === "" ? `${HEAD}[]\n` : text);
  if (!yaml.isSeq(document.contents)) document.contents = document.createNode([]) as never;
  const entries = document.contents as unknown as YAMLSeq;
  if (edit.add) {
    const node = document.createNode(edit.add);
    node.flow = true;
    if (edit.replaces !== undefined) entries.items[edit.replaces] = node;
    else entries.items.push(node);
  }
  const gone = new Set(edit.remove ?? []);
  entries.items = entries.items.filter((_, at) => !gone.has(at));
  entries.flow = entries.items.length === 0;
  const result = document.toString({ lineWidth: 0 });
  // The parser hangs the first lines on the first entry, and they would leave with it.
  const lead = /^(?:#.*\n)*/.exec(text)?.[0] ?? "";
  return result.startsWith(lead) ? result : lead + result;
}

/** Edits the file beside the config, whole or not at all. Problem: it cannot be read or written. */
export async function editWaivers(root: string, edit: WaiverEdit): Promise<Result<string>> {
  const file = join(root, WAIVERS_FILE);
  const temporary = `${file}.${process.pid}`;
  try {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    writeFileSync(temporary, await edited(text, edit));
    renameSync(temporary, file);
    return { ok: true, value: file };
  } catch (error) {
    rmSync(temporary, { force: true });
    const what = `The waivers cannot be changed: ${(error as Error).message}`;
    return {
      ok: false,
      problems: [{ what, where: file, next: "Make the file writable, then run it again." }],
    };
  }
}
