/** Asks noters about single files. It needs nothing of the other files, so any thread can do it. */
import type { Noter, ScopedCheck } from "./audit.ts";
import { addNote, type CacheEntry } from "./cache.ts";
import type { SourceFile } from "./source.ts";

/** A noter with the number that stands for it in an entry. */
export interface NumberedNoter {
  noter: Noter;
  number: number;
  skips: ScopedCheck["skips"];
}

/** Whether it has to do with a file at all. */
export const concerns = ({ noter, skips }: NumberedNoter, path: string): boolean =>
  !skips?.(path) && (noter.isFor?.(path) ?? true);

/** Asks those who have not looked at it yet. Who cannot say yet is told that its turn comes later. */
export function ask(noters: readonly NumberedNoter[], source: SourceFile, entry: CacheEntry): void {
  for (const each of noters) {
    const { noter, number } = each;
    if ((entry.asked & (1 << number)) !== 0 || !concerns(each, source.path)) continue;
    const note = noter.note(source);
    if (note !== undefined) addNote(entry, number, note);
    else noter.later?.(source);
  }
}
