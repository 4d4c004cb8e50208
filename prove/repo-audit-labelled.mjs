// The secret rules on labelled repositories: precision and recall by line. The sets are not part of this project;
// REPO_AUDIT_LABELLED names one or more of them, separated by ":":
//   a checkout of Plazmaz/leaky-repo, whose .leaky-meta/secrets.csv has the number of risky lines of each file;
//   a checkout of Samsung/CredData with meta/ and the data/ its download_data.py makes.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { secretScanner } from "./lib/secret-scan.mjs";

export const title = "repo-audit: secrets on labelled repositories";

const MIN_PRECISION = 0.9;
const MIN_RECALL = 0.6;
/** Labels of CredData for values that let nobody in. */
const NO_SECRET = /^(UUID|Nonce|Firebase Domain|Tencent WeChat API App ID)$/;

/** Lines of a file on which something is found. */
async function linesFound(find, name, text) {
  return new Set((await find(name, text)).map((finding) => finding.location.line));
}

/** Counts only: of the lines found in a file as many are right as it has risky ones. */
async function leakyRepo(find, root) {
  const sums = { hit: 0, missed: 0, wrong: 0 };
  for (const line of readFileSync(path.join(root, ".leaky-meta/secrets.csv"), "utf8").split("\n")) {
    const [, name, risky] = /^([^#,]+),(\d+),\d+/.exec(line) ?? [];
    if (!name) continue;
    const found = await linesFound(find, name, readFileSync(path.join(root, name), "utf8"));
    const hit = Math.min(found.size, Number(risky));
    sums.hit += hit;
    sums.missed += Number(risky) - hit;
    sums.wrong += found.size - hit;
  }
  return sums;
}

/** Labels by file, of all repositories. */
function credLabels(root) {
  const byPath = new Map();
  for (const file of readdirSync(path.join(root, "meta")).filter((name) => name.endsWith(".csv"))) {
    for (const row of readFileSync(path.join(root, "meta", file), "utf8")
      .split("\n")
      .slice(1)) {
      const cells = row.split(",");
      if (cells.length < 13) continue;
      const label = {
        from: Number(cells[5]),
        to: Number(cells[6]),
        secret: cells[7] === "T",
        kind: cells[12].trim(),
      };
      byPath.set(cells[4], [...(byPath.get(cells[4]) ?? []), label]);
    }
  }
  return byPath;
}

async function credData(find, root) {
  const sums = { hit: 0, missed: 0, wrong: 0 };
  for (const [name, labels] of credLabels(root)) {
    if (!existsSync(path.join(root, name))) continue;
    const found = await linesFound(find, name, readFileSync(path.join(root, name), "utf8"));
    const at = ({ from, to }) => [...found].some((line) => line >= from && line <= to);
    const real = labels.filter((label) => label.secret && !NO_SECRET.test(label.kind));
    for (const label of real) sums[at(label) ? "hit" : "missed"] += 1;
    const covered = (line) => labels.some((label) => label.secret && line >= label.from && line <= label.to);
    const judged = (line) => labels.some((label) => line >= label.from && line <= label.to);
    sums.wrong += [...found].filter((line) => judged(line) && !covered(line)).length;
  }
  return sums;
}

export async function run() {
  const roots = (process.env.REPO_AUDIT_LABELLED ?? "").split(":").filter((root) => root && existsSync(root));
  if (roots.length === 0) {
    return {
      ok: false,
      lines: [
        "not measured: REPO_AUDIT_LABELLED names no labelled repository",
        "git clone https://github.com/Plazmaz/leaky-repo DIR, then REPO_AUDIT_LABELLED=DIR npm run prove repo-audit-labelled",
      ],
    };
  }
  const { find } = await secretScanner();
  const lines = [];
  let ok = true;
  for (const root of roots) {
    const leaky = existsSync(path.join(root, ".leaky-meta/secrets.csv"));
    const { hit, missed, wrong } = await (leaky ? leakyRepo : credData)(find, root);
    const precision = hit / Math.max(1, hit + wrong);
    const recall = hit / Math.max(1, hit + missed);
    ok &&= precision >= MIN_PRECISION && recall >= MIN_RECALL;
    lines.push(
      `${leaky ? "leaky-repo" : "CredData"}: precision ${precision.toFixed(3)} (at least ${MIN_PRECISION}), recall ${recall.toFixed(3)} (at least ${MIN_RECALL}), ${hit + missed} labelled secrets`,
    );
  }
  return { ok, lines };
}
