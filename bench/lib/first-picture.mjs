// The dashboard as it is installed, in a terminal of its own: how long a person waits for the first picture.
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "./paired.mjs";

const program = fileURLToPath(new URL("../../dist/meta-dashboard.js", import.meta.url));

/**
 * Milliseconds from the start of the process to the first picture of a repository's latest run, and what an empty
 * Node program takes in turn with it: medians. Null where script(1) of util-linux cannot give it a terminal.
 */
export async function firstPictures(repository, rounds) {
  if (spawnSync("script", ["--version"]).error) return null;
  const pictures = [];
  const empty = [];
  for (let round = -1; round < rounds; round += 1) {
    const started = performance.now();
    spawnSync(process.execPath, ["-e", "0"]);
    const bare = performance.now() - started;
    const picture = await firstPicture(repository);
    // Round -1 only warms the file cache and the code cache.
    if (round < 0) continue;
    pictures.push(picture);
    empty.push(bare);
  }
  return { picture: median(pictures), empty: median(empty) };
}

function firstPicture(cwd) {
  const command = `stty cols 140 rows 40; exec '${process.execPath}' '${program}'`;
  const env = { ...process.env, TERM: "xterm-256color" };
  const started = performance.now();
  const terminal = spawn("script", ["-qec", command, "/dev/null"], {
    cwd,
    env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  let text = "";
  let seen = 0;
  terminal.stdout.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
    if (seen > 0 || !text.includes("Gates")) return;
    seen = performance.now() - started;
    terminal.stdin.write("q");
  });
  return new Promise((resolve, reject) => {
    terminal.on("error", reject);
    terminal.on("close", () =>
      seen > 0 ? resolve(seen) : reject(new Error(`the dashboard showed nothing:\n${text.slice(-500)}`)),
    );
  });
}
