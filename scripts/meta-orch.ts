#!/usr/bin/env node
// The command. `--version` is answered before anything else is loaded.
declare const __VERSION__: string;

const [first] = process.argv.slice(2);
if (first === "--version" || first === "-V") {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") process.exitCode = 2;
  });
  process.stdout.write(`${__VERSION__}\n`);
} else {
  const { main } = await import("../modsquad/cli/main.ts");
  await main(process.argv.slice(2));
}
