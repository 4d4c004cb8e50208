// npm start [-- --broken] [-- --keep] [-- --copy-to FOLDER] [-- options of meta-orch run]
//
// Validates the bundled storefront for real: builds the wanted variant in a folder of its own, as a git repository of
// one commit, starts it on a free port, runs meta-orch on it, fetches the reports and cleans up. The exit code is
// meta-orch's. Everything said here goes to stderr, so that --json stays one JSON object on stdout.
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { constants, tmpdir } from "node:os";
import { resolve as absolute, join, relative } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { buildVariant } from "../examples/storefront/variant.mjs";
import { ensureTools } from "./tools.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MAIN = join(ROOT, "dist", "meta-orch.js");
const SERVER_START_MS = 15_000;
const SERVER_STOP_MS = 5000;
const CANNOT_RUN = 2;
/** What the shop writes to stderr, beside the reports. */
const LOG = "storefront.log";

const USAGE = `Usage: npm start [-- OPTION...]

  --broken           validate the variant with seeded defects (a blocked release, exit 1)
  --copy-to FOLDER   where the reports are copied to (default: reports/ of this repository)
  --keep             keep the folder the storefront was built in

Every other option goes to "meta-orch run", such as --risk-target 0.5, --gate live-flows, --json or --plan.
`;

/** Something that keeps the run from starting: the message says what to do. */
class CannotRun extends Error {}

const say = (text) => process.stderr.write(`${text}\n`);

/** Builds dist/ when it is absent, as after an install with --ignore-scripts. */
function ensureBuilt() {
  if (existsSync(MAIN)) return;
  if (!existsSync(join(ROOT, "node_modules", "esbuild"))) {
    throw new CannotRun("dist/ is absent and so is esbuild, which builds it. Run: npm install");
  }
  say("Building dist/ ...");
  // Its output must not land in our stdout.
  const built = spawnSync(process.execPath, [join(ROOT, "scripts", "build.mjs")], {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
  });
  if (built.status !== 0 || !existsSync(MAIN))
    throw new CannotRun("The build failed; the lines above say why.");
}

/** Our environment without what would lead git or the storefront elsewhere, such as a DATABASE_URL of another project. */
function cleanEnvironment(folder) {
  const declared = readFileSync(join(folder, ".env.example"), "utf8").matchAll(/^([A-Z][A-Z0-9_]*)=/gm);
  const foreign = new Set([...declared].map((match) => match[1]));
  const kept = Object.entries(process.env).filter(([name]) => !foreign.has(name) && !name.startsWith("GIT_"));
  return Object.fromEntries(kept);
}

/** Makes the folder a repository with one commit on main, whatever the user's git settings are. */
function commitAll(folder, env) {
  const settings = ["init.defaultBranch=main", "user.name=storefront", "user.email=storefront@example.com"];
  settings.push(
    "commit.gpgsign=false",
    "core.hooksPath=/dev/null",
    "core.autocrlf=false",
    "core.excludesFile=/dev/null",
  );
  const flags = settings.flatMap((setting) => ["-c", setting]);
  for (const command of [
    ["init", "--quiet"],
    ["add", "--all"],
    ["commit", "--quiet", "--message", "The storefront"],
  ]) {
    const done = spawnSync("git", [...flags, ...command], { cwd: folder, env, encoding: "utf8" });
    if (done.status !== 0)
      throw new CannotRun(`git ${command[0]} failed: ${done.stderr || done.error?.message}`);
  }
}

/** Starts the shop; `ready` resolves with its URL once it says that it is. Its errors go to the log, not into the progress. */
function startServer(folder, env, log) {
  const errors = openSync(log, "a");
  // The channel ends the shop with us, even when we are killed.
  const stdio = ["ignore", "pipe", errors, "ipc"];
  const child = spawn(process.execPath, ["server.mjs", "--port", "0"], { cwd: folder, env, stdio });
  closeSync(errors);
  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new CannotRun(`The storefront was not ready after ${SERVER_START_MS / 1000} s.`));
    }, SERVER_START_MS);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      const said = readFileSync(log, "utf8").trim();
      reject(
        new CannotRun(`The storefront ended before it was ready (${signal ?? `exit ${code}`}): ${said}`),
      );
    });
    child.once("error", (error) =>
      reject(new CannotRun(`The storefront cannot be started: ${error.message}`)),
    );
    createInterface({ input: child.stdout }).once("line", (line) => {
      clearTimeout(timer);
      resolve(JSON.parse(line).url);
    });
  });
  return { child, ready };
}

/** Ends the shop and waits until it has ended. */
function stopServer(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), SERVER_STOP_MS);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}

/** Runs meta-orch to its end; signals that reach us reach it too. Resolves with the exit code. */
function validate(folder, env, options) {
  const mode = options.some((option) => option === "--mode" || option.startsWith("--mode="))
    ? []
    : ["--mode", "full"];
  const args = [MAIN, ...mode, "--repo", folder, ...options];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: "inherit" });
    // A terminal sends Ctrl-C to the whole group: passing it on would be a second one, which means "force".
    interrupted = (signal) => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal));
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(signal ? 128 + constants.signals[signal] : code));
  });
}

/** The signal that reached us before meta-orch ran; afterwards signals are meta-orch's to answer. */
let early = null;
let interrupted = (signal) => {
  early ??= signal;
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => interrupted(signal));

function throwIfInterrupted() {
  if (early) throw new CannotRun(`Stopped by ${early}.`);
}

/** Copies the reports, and what the shop had to complain of, to where they can be read later; answers the names of the text reports, newest last. */
function fetchReports(folder, log, target) {
  const from = join(folder, "reports");
  const names = existsSync(from)
    ? readdirSync(from).filter((name) => !name.startsWith(".") && name !== "README.md")
    : [];
  mkdirSync(target, { recursive: true });
  rmSync(join(target, LOG), { force: true });
  if (statSync(log).size > 0) cpSync(log, join(target, LOG));
  for (const name of names) cpSync(join(from, name), join(target, name), { recursive: true });
  return names.filter((name) => name.endsWith(".txt")).sort();
}

/** Takes our own options out of the command line; the rest is meta-orch's. */
function readOptions(given) {
  const own = { variant: "healthy", keep: false, help: false, copyTo: join(ROOT, "reports") };
  const rest = [];
  for (let index = 0; index < given.length; index += 1) {
    const option = given[index];
    if (option === "--broken") own.variant = "broken";
    else if (option === "--keep") own.keep = true;
    else if (option === "--help" || option === "-h") own.help = true;
    else if (option === "--copy-to") {
      index += 1;
      if (!given[index]) throw new CannotRun("--copy-to needs a folder.");
      own.copyTo = absolute(given[index]);
    } else rest.push(option);
  }
  return { ...own, rest };
}

async function run({ variant, copyTo, rest }, work) {
  const folder = join(work, "storefront");
  const defects = await buildVariant(variant, folder).catch((error) => {
    throw new CannotRun(`The storefront cannot be built: ${error.message}`);
  });
  const env = cleanEnvironment(folder);
  commitAll(folder, env);
  throwIfInterrupted();
  const log = join(work, LOG);
  const server = startServer(folder, env, log);
  try {
    const url = await server.ready;
    const seeded =
      defects.length > 0 ? ` with ${defects.length} seeded defects (examples/storefront/defects.json)` : "";
    say(`The storefront, ${variant}${seeded}, answers at ${url}`);
    throwIfInterrupted();
    const code = await validate(folder, { ...env, STOREFRONT_URL: url }, rest);
    const report = fetchReports(folder, log, copyTo).at(-1);
    if (report) say(`Report: ${relative(process.cwd(), join(copyTo, report))}`);
    return code;
  } finally {
    await stopServer(server.child);
  }
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const missing = ensureTools(["git"]);
  if (missing.length > 0) throw new CannotRun(missing.join("\n"));
  // Without one the gate browser says so itself, and the run is no pass.
  for (const sentence of ensureTools(["chromium"])) say(sentence);
  ensureBuilt();
  const work = mkdtempSync(join(tmpdir(), "meta-orch-storefront-"));
  try {
    return await run(options, work);
  } finally {
    if (options.keep) say(`Kept: ${join(work, "storefront")}`);
    else rmSync(work, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof CannotRun)) throw error;
  say(error.message);
  process.exitCode = early ? 128 + constants.signals[early] : CANNOT_RUN;
}
