// A repository replayed commit by commit with a baseline that follows it, then moves and swaps of secrets.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { BINARY, seeded } from "./scratch.mjs";

const GATE = "repo-audit";
const FILE = "modsquad.baseline.json";
/** Lines put above what moves. */
const SHIFT = 7;

/** Clones the repository and goes back `commits` first parents, or to its first commit. */
export function openReplay(path, commits) {
  const dir = mkdtempSync(join(tmpdir(), "meta-orch-replay-"));
  const git = (...args) => execFileSync("git", args, { cwd: dir, encoding: "utf8", maxBuffer: 2 ** 28 });
  git("clone", "-q", path, ".");
  for (const [key, value] of [
    ["user.name", "t"],
    ["user.email", "t@example.invalid"],
  ])
    git("config", key, value);
  const line = git("rev-list", "--first-parent", "--reverse", "HEAD")
    .trim()
    .split("\n")
    .slice(-commits - 1);
  git("checkout", "-q", line[0]);
  writeFileSync(join(dir, ".git/info/exclude"), `${FILE}\nmodsquad/\nreports/\n`);
  const command = (...args) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [BINARY, "baseline", ...args, "--gate", GATE],
      {
        cwd: dir,
        encoding: "utf8",
        maxBuffer: 2 ** 26,
      },
    );
    if (status === 2) throw new Error(stderr);
    return stdout;
  };
  command("create");
  const replay = { dir, git, command, line, planted: [], random: seeded(1) };
  return {
    walk: () => walk(replay),
    plant: (count) => plant(replay, count),
    move: () => move(replay),
    swap: () => swap(replay),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

const fingerprints = ({ dir }) =>
  new Set(
    (JSON.parse(readFileSync(join(dir, FILE), "utf8")).findings[GATE] ?? []).map((one) => one.split("@")[0]),
  );

const NEW_FINDING = /^ {2}new \S+ (\S+?):\d+ .*\(\S+?:(\w+)\)$/gm;

/** What a look at another commit finds that knows of no baseline. The replay stays where it is. */
function thereAt(replay, commit) {
  const { dir, git, command } = replay;
  const here = git("rev-parse", "HEAD").trim();
  const kept = readFileSync(join(dir, FILE), "utf8");
  rmSync(join(dir, FILE));
  git("checkout", "-q", commit);
  command("create");
  const found = fingerprints(replay);
  git("checkout", "-q", here);
  writeFileSync(join(dir, FILE), kept);
  return found;
}

/** Each commit in turn; whatever is new in it is taken in, as a team that lives with it would. */
function walk(replay) {
  const { git, command, line } = replay;
  const seen = { commits: 0, fresh: 0, gone: 0, resurrected: [] };
  for (const [at, commit] of line.entries()) {
    if (at === 0) continue;
    git("checkout", "-q", commit);
    const touched = git("diff", "--name-only", "--no-renames", line[at - 1], commit).split("\n");
    const before = fingerprints(replay);
    const told = command("update", "--accept-new", "--reason", "replay");
    const after = fingerprints(replay);
    seen.commits += 1;
    seen.fresh += [...after].filter((one) => !before.has(one)).length;
    seen.gone += [...before].filter((one) => !after.has(one)).length;
    for (const [, place, fingerprint] of told.matchAll(NEW_FINDING)) {
      // What a lockfile brings may stand in the manifest: only what was there before the commit came back.
      if (touched.includes(place) || !thereAt(replay, line[at - 1]).has(fingerprint)) continue;
      seen.resurrected.push(`${commit.slice(0, 10)}: ${fingerprint} in ${place} was there before`);
    }
  }
  return seen;
}

/** As many files with one made-up cloud key each, committed and taken into the baseline. Resolves to how many it knows. */
function plant(replay, count) {
  const { dir, git, command } = replay;
  const before = fingerprints(replay).size;
  for (let at = 0; at < count; at += 1) {
    const path = `planted/part-${at % 10}/client-${at}.js`;
    replay.planted.push({ path, key: awsKey(replay.random) });
    mkdirSync(dirname(join(dir, path)), { recursive: true });
  }
  writePlanted(replay, 0);
  git("add", "-f", "planted");
  git("commit", "-qm", "plant", "--no-verify");
  command("update", "--accept-new", "--reason", "planted");
  return fingerprints(replay).size - before;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const awsKey = (random) =>
  `AKIA${Array.from({ length: 16 }, () => ALPHABET[Math.floor(random() * 32)]).join("")}`;

function writePlanted({ dir, planted }, shift) {
  for (const { path, key } of planted) {
    writeFileSync(
      join(dir, path),
      `${"// moved down\n".repeat(shift)}export const accessKeyId = "${key}";\n`,
    );
  }
}

const freshIn = (text) => Number(/^repo-audit .*?(\d+) new/m.exec(text)?.[1] ?? 0);

/** Every planted file gets another name and more lines on top; so do the files of the repository with findings. */
function move(replay) {
  const { git, command, planted } = replay;
  for (const one of planted) {
    const to = one.path.replace("client-", "renamed-");
    git("mv", one.path, to);
    one.path = to;
  }
  writePlanted(replay, SHIFT);
  git("add", "-f", "planted");
  git("commit", "-qm", "move", "--no-verify");
  const fresh = freshIn(command("status"));
  command("update");
  return { files: planted.length, lines: SHIFT, fresh };
}

/** Another key in each place, everything else as it was. */
function swap(replay) {
  for (const one of replay.planted) one.key = awsKey(replay.random);
  writePlanted(replay, SHIFT);
  replay.git("commit", "-qam", "swap", "--no-verify");
  return { fresh: freshIn(replay.command("status")) };
}
