#!/usr/bin/env node
// The launcher. `--version` is answered before anything is loaded; everything else is a file or two, compiled once
// by V8 and kept beside them.
const [first] = process.argv.slice(2);
if (first === "--version" || first === "-V") {
  process.stdout.write(`${__VERSION__}\n`);
} else {
  const { readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs") as typeof import("node:fs");
  const { basename, dirname, join } = require("node:path") as typeof import("node:path");
  const { Script } = require("node:vm") as typeof import("node:vm");
  type Loaded = { script: import("node:vm").Script; cacheFile: string; cached: boolean };
  const loaded: Loaded[] = [];
  // A cache holds the functions that its first run used: `list`, run first, would leave every later run without its own.
  const uses = first === undefined || first.startsWith("-") ? "run" : first === "hook" ? "hook" : "other";

  /** What a file of __SCRIPTS__ exports. A script with a code cache cannot import by itself: `load` does it. */
  const run = (name: string): unknown => {
    const file = join(__dirname, name);
    // The content is part of the name: V8 itself tells sources apart by their length only.
    const label = `.${basename(name, ".js")}-${uses}-${__SCRIPTS__[name]}-${process.version}-${process.arch}.cache`;
    const cacheFile = join(dirname(file), label);
    const source = `(function(exports,require,module,__filename,__dirname,__import){${readFileSync(file, "latin1")}\n})`;
    let cachedData: Buffer | undefined;
    try {
      cachedData = readFileSync(cacheFile);
    } catch {
      // The first start on this machine.
    }
    const script = new Script(source, { filename: file, cachedData });
    loaded.push({ script, cacheFile, cached: cachedData !== undefined && !script.cachedDataRejected });
    const module = { exports: {} };
    script.runInThisContext()(module.exports, require, module, file, dirname(file), load);
    return module.exports;
  };
  const load = async (specifier: string): Promise<unknown> => {
    const name = specifier.replace(/^\.\//, "");
    return Object.hasOwn(__SCRIPTS__, name) ? run(name) : import(specifier);
  };

  /** Written after a run, when the functions a run needs have been compiled. A read-only install does without. */
  const keepCode = () => {
    for (const { script, cacheFile, cached } of loaded) {
      if (cached) continue;
      const temporary = `${cacheFile}.${process.pid}`;
      try {
        writeFileSync(temporary, script.createCachedData());
        renameSync(temporary, cacheFile);
      } catch {
        rmSync(temporary, { force: true });
      }
    }
  };
  const words = process.argv.slice(2);
  const dashboard = () => run("lib/dashboard.js") as typeof import("../modsquad/cli/dashboard-main.ts");
  const cli = () => run("cli.js") as typeof import("../modsquad/cli/main.ts");
  if (first !== "dashboard" || !dashboard().main(words.slice(1), keepCode)) cli().main(words, keepCode);
}
