/** What Python's lockfiles install, and what of it other packages need. */
import { packageName } from "./names.ts";

export interface LockedPackages {
  names: Set<string>;
  /** Needed by another package, whoever declares it besides. */
  needed: Set<string>;
}

/** Projects of the repository itself stand in the lockfile of uv too. */
const OWN = /^source = \{ (?:virtual|editable|directory) = /m;
const NAME = /^name = "([^"\n]+)"/m;
/** uv: a list of tables; pdm: a list of requirements. */
const LIST = /^dependencies = \[([\s\S]*?)\]\s*$/gm;
const LISTED = /\{ name = "([^"\n]+)"|^\s*"([A-Za-z0-9][\w.-]*)/gm;
/** Poetry: a table of its own. */
const TABLE = /^\[package\.dependencies\]\r?\n((?:[^[\n][^\n]*\n?)*)/gm;
const KEY = /^"?([A-Za-z0-9][\w.-]*)"? = /gm;
/** Pipenv writes JSON and says nothing of needs. */
const PIPENV = /^ {8}"([A-Za-z0-9][\w.-]*)": \{/gm;

export function readLock(text: string): LockedPackages {
  const names = new Set<string>();
  const needed = new Set<string>();
  for (const block of text.split(/^\[\[package\]\]\s*$/m).slice(1)) {
    const name = NAME.exec(block)?.[1];
    if (!name || OWN.test(block)) continue;
    names.add(packageName(name));
    for (const [, list] of block.matchAll(LIST))
      for (const [, table, text] of list!.matchAll(LISTED)) needed.add(packageName(table ?? text!));
    for (const [, table] of block.matchAll(TABLE))
      for (const [, key] of table!.matchAll(KEY)) needed.add(packageName(key!));
  }
  for (const [, name] of text.matchAll(PIPENV)) names.add(packageName(name!));
  return { names, needed };
}
