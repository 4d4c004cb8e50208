/**
 * Playwright, compiled once per machine. Its seven megabytes of source take longer to compile than a browser takes
 * to start; V8's code is kept beside the files it belongs to, as the launcher keeps that of the command line.
 */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";

type Playwright = typeof import("playwright-core");
/** The hook of Node's loader through which the text of every CommonJS file goes. */
type Compile = (this: Module, content: string, file: string) => unknown;

interface Kept {
  script: Script;
  file: string;
}

let loaded: Playwright | null = null;
/** Compiled without code that could be used; what a run compiles is worth keeping. */
const fresh: Kept[] = [];

/** Small files are compiled sooner than they are read. */
const LARGE_BYTES = 100_000;

/** Another file, version of Node or architecture has another name. */
function cacheFileOf(file: string): string {
  const { size, mtimeMs } = statSync(file);
  const name = `.${basename(file)}-${size}-${Math.round(mtimeMs)}-${process.version}-${process.arch}.cache`;
  return join(dirname(file), name);
}

function scriptOf(content: string, file: string): Script {
  const kept = cacheFileOf(file);
  let cachedData: Buffer | undefined;
  try {
    cachedData = readFileSync(kept);
  } catch {
    // The first time on this machine.
  }
  const script = new Script(Module.wrap(content), { filename: file, cachedData });
  if (!cachedData || script.cachedDataRejected) fresh.push({ script, file: kept });
  return script;
}

/** Playwright. Throws when it is not installed. */
export function loadPlaywright(): Playwright {
  if (loaded) return loaded;
  const require = createRequire(import.meta.url);
  const hook = Module.prototype as unknown as { _compile: Compile };
  const { _compile: compile } = hook;
  hook._compile = function (content, file) {
    if (content.length < LARGE_BYTES) return compile.call(this, content, file);
    const run = scriptOf(content, file).runInThisContext();
    const own = Object.assign((id: string) => this.require(id), createRequire(file));
    return run.call(this.exports, this.exports, own, this, file, dirname(file));
  };
  try {
    loaded = require("playwright-core") as Playwright;
    return loaded;
  } finally {
    hook._compile = compile;
  }
}

/** Keeps the code of this run for the next. A read-only installation does without. */
export function keepPlaywright(): void {
  for (const { script, file } of fresh.splice(0)) {
    const temporary = `${file}.${process.pid}`;
    try {
      writeFileSync(temporary, script.createCachedData());
      renameSync(temporary, file);
    } catch {
      rmSync(temporary, { force: true });
    }
  }
}
