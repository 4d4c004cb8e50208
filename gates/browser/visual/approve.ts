/** `meta-orch visual approve [PAGE…] [--list]`: what the last run saw becomes the baseline. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { CANDIDATE_SUFFIX, type Candidate } from "./store.ts";

const HELP = `Usage: meta-orch visual approve [PAGE…] [options]

Makes the pictures of the last run the baselines: those that differ and those that have none
yet. Commit them, so that every later run is compared with them.

  PAGE     only these pages, by the name in the findings
  --list   print what would be written, write nothing
`;

interface Found {
  folder: string;
  candidate: Candidate;
}

/** The folder of the newest run in which the gate ran. */
function newestRun(root: string): string | null {
  const all = join(root, "modsquad/logs/artifacts");
  if (!existsSync(all)) return null;
  const runs = readdirSync(all)
    .map((name) => join(all, name, "browser"))
    .filter((folder) => existsSync(folder))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  return runs[0] ?? null;
}

function candidatesIn(folder: string): Found[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(CANDIDATE_SUFFIX))
    .sort()
    .map((name) => ({
      folder,
      candidate: JSON.parse(readFileSync(join(folder, name), "utf8")) as Candidate,
    }));
}

/** The nearest folder upwards in which runs are recorded. */
function rootOf(cwd: string): string {
  for (let at = cwd; ; at = dirname(at)) {
    if (existsSync(join(at, "modsquad/logs"))) return at;
    if (dirname(at) === at) return cwd;
  }
}

function write(root: string, { folder, candidate }: Found): string[] {
  return (["png", "snapshot"] as const).map((part) => {
    const target = resolve(root, `${candidate.target}.${part === "png" ? "png" : "json"}`);
    const inside = relative(root, target);
    if (inside.startsWith("..") || isAbsolute(inside)) throw new Error(`${target} is outside ${root}`);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(folder, candidate[part]), target);
    return inside;
  });
}

/** 0 = written or listed, 1 = nothing to approve, 2 = usage. */
export async function approveCommand(args: string[], cwd: string): Promise<number> {
  let values: { list?: boolean; help?: boolean };
  let pages: string[];
  try {
    const options = { list: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;
    ({ values, positionals: pages } = parseArgs({ args, options, allowPositionals: true }));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const root = rootOf(cwd);
  const folder = newestRun(root);
  const all = folder ? candidatesIn(folder) : [];
  const chosen = all.filter(({ candidate }) => pages.length === 0 || pages.includes(candidate.page));
  const unknown = pages.filter((page) => !all.some(({ candidate }) => candidate.page === page));
  if (unknown.length > 0) {
    const known = [...new Set(all.map(({ candidate }) => candidate.page))];
    process.stderr.write(
      `The last run has no new picture of ${unknown.join(", ")}. It has: ${known.join(", ") || "none"}.\n`,
    );
    return 2;
  }
  if (chosen.length === 0) {
    const why = folder
      ? "its pages looked as approved"
      : "no run has looked at pages yet; run meta-orch --mode full --gate browser";
    process.stdout.write(`Nothing to approve: ${why}.\n`);
    return 1;
  }
  for (const found of chosen) {
    const { page, variant, target } = found.candidate;
    const files = values.list ? [`${target}.png`, `${target}.json`] : write(root, found);
    process.stdout.write(
      `${page} (${variant}): ${values.list ? "would write" : "wrote"} ${files.join(", ")}\n`,
    );
  }
  if (!values.list) process.stdout.write("Commit these files: later runs are compared with them.\n");
  return 0;
}
