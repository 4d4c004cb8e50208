// The baseline of the runner benchmark: the least a Node program can do to run N commands, ten at a time, each
// in a process group of its own, output piped, with one watchdog shell. node bare-spawner.mjs N FILE [ARG…]
import { spawn } from "node:child_process";

const [count, file, ...args] = process.argv.slice(2);
const watchdog = spawn("/bin/sh", ["-c", "while read -r line; do :; done"], {
  detached: true,
  stdio: ["pipe", "ignore", "ignore"],
});
watchdog.unref();
let left = Number(count);
let running = 0;
function pump() {
  while (running < 10 && left > 0) {
    left -= 1;
    running += 1;
    const child = spawn(file, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
    watchdog.stdin.write(`+ ${child.pid}\n`);
    child.stdout.resume();
    child.stderr.resume();
    child.on("close", () => {
      watchdog.stdin.write(`- ${child.pid}\n`);
      running -= 1;
      pump();
    });
  }
  if (running === 0) watchdog.stdin.end();
}
pump();
