// Labelled sets of credentials: each reader says how many were found, missed and wrongly told.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Labels for values that let nobody in. */
const NO_SECRET =
  /^(UUID|Nonce|Salt|Firebase Domain|AWS S3 Bucket|Tencent WeChat API App ID|OTP \/ 2FA Secret)$/;

/** Text of a file of up to 300,000 bytes; null for anything else. */
function textOf(file) {
  const bytes = readFileSync(file);
  return bytes.includes(0) || bytes.length > 300_000 ? null : bytes.toString("utf8");
}

function filesBelow(root, folder) {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((name) => !name.startsWith(".git/"));
}

/** Lines of a file on which something is found. */
async function linesFound(find, name, text) {
  return new Set((await find(name, text)).map((finding) => finding.location.line));
}

/** Plazmaz/leaky-repo counts only: of the lines found in a file as many are right as it has risky ones. */
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

/** Lines from and to, secret or not, by file: of all repositories of Samsung/CredData. */
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

/** What CredSweeper finds in its own samples, as its tests have it; every other line of them holds nothing. */
async function credSweeper(find, root) {
  const labels = new Map();
  for (const each of JSON.parse(readFileSync(path.join(root, "tests/data/output.json"), "utf8"))) {
    const lines = each.line_data_list.map((line) => line.line_num);
    const name = path.normalize(each.line_data_list[0].path);
    const label = { from: Math.min(...lines), to: Math.max(...lines) };
    const real = each.severity !== "info" && !NO_SECRET.test(each.rule);
    labels.set(name, [...(labels.get(name) ?? []), { ...label, real }]);
  }
  const sums = { hit: 0, missed: 0, wrong: 0 };
  for (const name of filesBelow(root, "tests/samples")) {
    const text = textOf(path.join(root, name));
    if (text === null) continue;
    // The folder's name would make all of it test data.
    const found = [...(await linesFound(find, name.replace("tests/samples/", "src/"), text))];
    const own = labels.get(name) ?? [];
    const inside = (line, { from, to }) => line >= from && line <= to;
    const places = new Map(
      own.filter(({ real }) => real).map((label) => [`${label.from}-${label.to}`, label]),
    );
    for (const label of places.values())
      sums[found.some((line) => inside(line, label)) ? "hit" : "missed"] += 1;
    sums.wrong += found.filter((line) => !own.some((label) => inside(line, label))).length;
  }
  return sums;
}

/** leaktk/fake-leaks: a file below valid/ holds a secret, one below invalid/ none. */
async function fakeLeaks(find, root) {
  const sums = { hit: 0, missed: 0, wrong: 0 };
  for (const name of filesBelow(root, ".")) {
    const verdict = /\/(valid|invalid)\//.exec(name)?.[1];
    const text = verdict ? textOf(path.join(root, name)) : null;
    if (text === null) continue;
    const found = (await find(name.replace(`/${verdict}/`, "/"), text)).length > 0;
    if (verdict === "valid") sums[found ? "hit" : "missed"] += 1;
    else if (found) sums.wrong += 1;
  }
  return sums;
}

/** Labels on lines: sums over pairs of [is a secret, was found]. */
function sumsOf(pairs) {
  const count = (secret, found) => pairs.filter((pair) => pair[0] === secret && pair[1] === found).length;
  return { hit: count(true, true), missed: count(true, false), wrong: count(false, true) };
}

/** OWASP/SEDATED: each line ends in what its hook is to say of it, fail for a secret. */
async function sedated(find, root) {
  const LABEL = />>(pass|fail)\s*$/;
  const raw = readFileSync(path.join(root, "testing/regex_testing/test_cases.txt"), "utf8").split("\n");
  const text = raw.map((line) => line.replace(/^\+/, "").replace(LABEL, "")).join("\n");
  const found = await linesFound(find, "src/cases.txt", text);
  return sumsOf(
    raw.flatMap((line, at) => {
      const verdict = LABEL.exec(line)?.[1];
      return verdict ? [[verdict === "fail", found.has(at + 1)]] : [];
    }),
  );
}

/** semgrep/semgrep-rules: in the tests of its generic secret rules a comment says what the next line is. */
async function semgrepRules(find, root) {
  const LABEL = /\b(ruleid|ok):/;
  const pairs = [];
  for (const name of filesBelow(root, "generic/secrets")) {
    const isRule = /\.ya?ml$/.test(name) && !/\.test\.ya?ml$/.test(name);
    const lines = (isRule ? null : textOf(path.join(root, name)))?.split("\n") ?? [];
    if (!lines.some((line) => LABEL.test(line))) continue;
    const text = lines.map((line) => (LABEL.test(line) ? "" : line)).join("\n");
    const found = await linesFound(find, `src/${path.basename(name)}`, text);
    for (const [at, line] of lines.entries()) {
      const verdict = LABEL.exec(line)?.[1];
      if (!verdict) continue;
      const from = lines.findIndex((each, index) => index > at && !LABEL.test(each));
      // A secret may take three lines; what is none is judged on its own.
      const span = verdict === "ok" ? [from] : [from, from + 1, from + 2];
      const end = span.findIndex((index) => index > from && LABEL.test(lines[index] ?? ""));
      const own = end === -1 ? span : span.slice(0, end);
      pairs.push([verdict === "ruleid", own.some((index) => found.has(index + 1))]);
    }
  }
  return sumsOf(pairs);
}

const SETS = [
  ["leaky-repo", ".leaky-meta/secrets.csv", leakyRepo],
  ["CredSweeper's samples", "tests/data/output.json", credSweeper],
  ["fake-leaks", "htpasswd/invalid", fakeLeaks],
  ["CredData", "meta", credData],
  ["SEDATED", "testing/regex_testing/test_cases.txt", sedated],
  ["semgrep-rules' generic secrets", "generic/secrets", semgrepRules],
];

/** Which set a checkout is: { name, count }, or null for none of them. `count(find)` gives hit, missed and wrong. */
export function labelledSet(root) {
  const set = SETS.find(([, mark]) => existsSync(path.join(root, mark)));
  return set ? { name: set[0], count: (find) => set[2](find, root) } : null;
}
