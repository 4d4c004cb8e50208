// Ten ways a dashboard ends, in a real terminal: the terminal is as before, and the exit code tells which way it was.
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { configOf, makeRepository, start } from "./scratch.mjs";
import { dashboardLine, openTmux } from "./terminal.mjs";

/** A repository with one finished run. */
export async function repositoryWithRun() {
  const gates = { pass: { run: "true" }, fail: { run: "exit 1" } };
  const repository = makeRepository({ "modsquad.config.json": configOf(gates) });
  await start(repository.dir, ["--mode", "full"]).ended;
  return repository;
}

const signal = (name) => (terminal) => process.kill(terminal.pid(), name);

/** name → the exit code expected, and what brings the end about. `node` = flags for Node. */
export const EXITS = {
  q: {
    code: 0,
    // A warning of Node would be written over the picture.
    node: "--throw-deprecation",
    async end(terminal) {
      // The charts are loaded last, where the terminal has the characters for them.
      terminal.tmux("resize-window", "-t", "t", "-x", "140", "-y", "40");
      const charted = await terminal.until(() => /[\u2801-\u28ff]/.test(terminal.text()), 5000);
      if (!charted && terminal.text().includes("✔"))
        throw new Error("the charts did not follow the first picture");
      terminal.keys("q");
    },
  },
  "Ctrl-C": { code: 130, end: (terminal) => terminal.keys("C-c") },
  SIGTERM: { code: 143, end: signal("SIGTERM") },
  SIGHUP: { code: 129, end: signal("SIGHUP") },
  "Ctrl-Z and fg": {
    code: 0,
    async end(terminal) {
      terminal.keys("C-z");
      const stopped = await terminal.until(() => terminal.flags() === "0 1");
      if (!stopped) throw new Error("Ctrl-Z did not give the terminal back");
      terminal.keys("fg", "Enter");
      const back = await terminal.until(
        () => terminal.flags() === terminal.taken && terminal.text().includes("Gates"),
      );
      if (!back) throw new Error("fg did not bring the dashboard back");
      terminal.keys("q");
    },
  },
  "thrown error": {
    code: 2,
    node: `--import 'data:text/javascript,setTimeout(()=>{throw new Error("boom")},3000)'`,
    end: () => {},
    shows: /internal fault/,
  },
  EPIPE: {
    code: 129,
    node: `--import 'data:text/javascript,setTimeout(()=>process.stdout.emit("error",Object.assign(new Error("write EPIPE"),{code:"EPIPE"})),3000)'`,
    end: () => {},
  },
  "resize to 1x1": {
    code: 0,
    async end(terminal) {
      terminal.tmux("resize-window", "-t", "t", "-x", "1", "-y", "1");
      await new Promise((done) => setTimeout(done, 600));
      terminal.tmux("resize-window", "-t", "t", "-x", "100", "-y", "30");
      const back = await terminal.until(() => terminal.text().includes("Gates"));
      if (!back) throw new Error("the dashboard did not survive a terminal of one cell");
      terminal.keys("q");
    },
  },
  "journal deleted": {
    code: 0,
    async end(terminal, repository) {
      for (const path of repository.journals()) rmSync(path);
      const told = await terminal.until(() => /UNKNOWN|journal is gone/.test(terminal.text()));
      if (!told) throw new Error("nothing was said of the journal that is gone");
      terminal.keys("q");
    },
  },
  "disk full": {
    code: 0,
    async end(terminal, repository) {
      const file = join(repository.dir, "reports", "dashboard_copy.txt");
      mkdirSync(join(repository.dir, "reports"), { recursive: true });
      if (existsSync(file)) rmSync(file);
      symlinkSync("/dev/full", file);
      terminal.keys("y");
      const told = await terminal.until(() => terminal.text().includes("ENOSPC"));
      if (!told) throw new Error("nothing was said of the full disk");
      terminal.keys("q");
    },
  },
};

/** Starts a dashboard, ends it that way and returns what is wrong, or null. */
export async function tryExit(name, repository, term = "tmux-256color") {
  const { code, node = "", end, shows } = EXITS[name];
  const terminal = await openTmux(repository.dir, { term });
  try {
    // An interactive shell, for job control and to look at the code after the dashboard is gone.
    terminal.start(dashboardLine("", node));
    const shown = () => terminal.flags() === terminal.taken && terminal.text().includes("Gates");
    if (!(await terminal.until(shown))) return `did not start: ${terminal.text().trim().slice(0, 200)}`;
    await end(terminal, repository);
    if (!(await terminal.until(() => terminal.code() !== ""))) return "did not end";
    await terminal.until(() => terminal.flags() === "0 1", 3000);
    if (terminal.flags() !== "0 1")
      return `left the terminal as ${terminal.flags()} (alternate screen, cursor)`;
    if (terminal.code() !== String(code)) return `exit code ${terminal.code()}, not ${code}`;
    if (shows && !shows.test(terminal.text()))
      return `does not show ${shows}: ${terminal.text().trim().slice(0, 200)}`;
    return null;
  } catch (error) {
    return error.message;
  } finally {
    terminal.close();
  }
}
