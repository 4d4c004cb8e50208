// The built dashboard in a real terminal (tmux), and what its cells show.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const DASHBOARD = fileURLToPath(new URL("../../dist/meta-dashboard.js", import.meta.url));

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** A tmux server of its own with one shell in it, in `dir`. */
export async function openTmux(dir, { columns = 100, rows = 30, term = "tmux-256color", env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "meta-orch-tmux-"));
  const socket = join(folder, "s");
  const settings = join(folder, "tmux.conf");
  writeFileSync(settings, `set -g default-terminal "${term}"\nset -g exit-empty off\nset -g status off\n`);
  const tmux = (...args) =>
    execFileSync("tmux", ["-S", socket, ...args], {
      encoding: "utf8",
      env: { PATH: process.env.PATH, HOME: dir, LANG: "C.UTF-8", LC_ALL: "C.UTF-8", ...env },
      stdio: ["ignore", "pipe", "ignore"],
    }).trimEnd();
  execFileSync(
    "tmux",
    [
      "-S",
      socket,
      "-f",
      settings,
      "new-session",
      "-d",
      "-s",
      "t",
      "-x",
      `${columns}`,
      "-y",
      `${rows}`,
      "-c",
      dir,
      "sh",
    ],
    {
      env: { PATH: process.env.PATH, HOME: dir, LANG: "C.UTF-8", LC_ALL: "C.UTF-8", PS1: "$ ", ...env },
      stdio: "ignore",
    },
  );
  const read = (file) => {
    try {
      return readFileSync(join(folder, file), "utf8").trim();
    } catch {
      return "";
    }
  };
  return {
    tmux,
    /** The flags while a program has the whole screen; the Linux console has no other screen to turn to. */
    taken: term === "linux" ? "0 0" : "1 0",
    keys: (...keys) => tmux("send-keys", "-t", "t", ...keys),
    text: () => tmux("capture-pane", "-p", "-t", "t"),
    flags: () => tmux("display", "-p", "-t", "t", "#{alternate_on} #{cursor_flag}"),
    /** Types a command that leaves its process id and its exit code in files. */
    start(command) {
      const script = join(folder, "command.sh");
      const inner = `echo $$ > ${quoted(join(folder, "pid"))}; exec ${command}`;
      writeFileSync(script, `sh -c ${quoted(inner)}\necho $? > ${quoted(join(folder, "code"))}\n`);
      tmux("send-keys", "-t", "t", `sh ${quoted(script)}`, "Enter");
    },
    pid: () => Number(read("pid")),
    code: () => read("code"),
    async until(holds, ms = 20_000) {
      const end = Date.now() + ms;
      while (Date.now() < end) {
        if (holds()) return true;
        await sleep(50);
      }
      return false;
    },
    close() {
      try {
        tmux("kill-server");
      } catch {
        // It ended by itself.
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The command line of the built dashboard for a shell. */
export function dashboardLine(args = "", node = "") {
  return [quoted(process.execPath), node, quoted(DASHBOARD), args].join(" ");
}
