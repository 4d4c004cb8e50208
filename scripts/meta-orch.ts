#!/usr/bin/env node
// The launcher. `--version` is answered before anything is loaded; everything else is one file, compiled once
// by V8 and kept beside it.
const [first] = process.argv.slice(2);
if (first === "--version" || first === "-V") {
  process.stdout.write(`${__VERSION__}\n`);
} else {
  const { readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs") as typeof import("node:fs");
  const { join } = require("node:path") as typeof import("node:path");
  const { Script } = require("node:vm") as typeof import("node:vm");

  const file = join(__dirname, "cli.js");
  // The content is part of the name: V8 itself tells sources apart by their length only.
  const cacheFile = join(__dirname, `.cli-${__CODE__}-${process.version}-${process.arch}.cache`);
  const source = `(function(exports,require,module,__filename,__dirname,__import){${readFileSync(file, "latin1")}\n})`;
  let cachedData: Buffer | undefined;
  try {
    cachedData = readFileSync(cacheFile);
  } catch {
    // The first start on this machine.
  }
  const script = new Script(source, { filename: file, cachedData });

  /** Written after a run, when the functions a run needs have been compiled. A read-only install does without. */
  const keepCode = () => {
    if (cachedData && !script.cachedDataRejected) return;
    const temporary = `${cacheFile}.${process.pid}`;
    try {
      writeFileSync(temporary, script.createCachedData());
      renameSync(temporary, cacheFile);
    } catch {
      rmSync(temporary, { force: true });
    }
  };
  const loaded = { exports: {} as typeof import("../modsquad/cli/main.ts") };
  const load = (specifier: string): Promise<unknown> => import(specifier);
  script.runInThisContext()(loaded.exports, require, loaded, file, __dirname, load);
  loaded.exports.main(process.argv.slice(2), keepCode);
}
