// The secret rules against the rule tests of gitleaks: every literal that is written out in them. The checkout is
// not part of this project; REPO_AUDIT_GITLEAKS names it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { secretScanner } from "./lib/secret-scan.mjs";

export const title = "repo-audit: secrets on the rule tests of gitleaks";

const RULES = "cmd/generate/config/rules";
const MIN_POSITIVES = 0.94;
const MAX_NEGATIVES = 0.02;

/** Reads one Go string at an offset: { value, end } or null. */
function goString(text, at) {
  if (text[at] === "`") {
    const end = text.indexOf("`", at + 1);
    return end === -1 ? null : { value: text.slice(at + 1, end), end: end + 1 };
  }
  if (text[at] !== '"') return null;
  const match = /"(?:[^"\\\n]|\\.)*"/y;
  match.lastIndex = at;
  const found = match.exec(text);
  if (!found) return null;
  const json = found[0].replace(/\\x([0-9a-f]{2})/gi, "\\u00$1").replace(/\\'/g, "'");
  return { value: JSON.parse(json.replace(/\t/g, "\\t")), end: at + found[0].length };
}

/** Offset after white space and comments. */
function skip(text, at) {
  const match = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
  match.lastIndex = at;
  match.exec(text);
  return match.lastIndex;
}

/** Literals of a composite `{ … }` that begins at `at`: items that are strings, or sums of strings. */
function literals(text, at) {
  const found = [];
  let computed = 0;
  let position = skip(text, at + 1);
  while (position < text.length && text[position] !== "}") {
    let value = "";
    let plain = true;
    let path = null;
    let depth = 0;
    for (;;) {
      position = skip(text, position);
      const char = text[position];
      const string = goString(text, position);
      if (string) {
        // A map's key is a path, its value the text.
        position = skip(text, string.end);
        if (depth === 0 && text[position] === ":") path = string.value;
        else if (depth === 0) value += string.value;
      } else if (depth === 0 && (char === "," || char === "}")) {
        break;
      } else if (char === "+" || char === ":") {
        position += 1;
      } else {
        if (char === "(" || char === "{" || char === "[") depth += 1;
        else if (char === ")" || char === "}" || char === "]") depth -= 1;
        plain = false;
        position += 1;
      }
    }
    if (plain) found.push({ text: value, path });
    else computed += 1;
    if (text[position] === ",") position = skip(text, position + 1);
  }
  return { found, computed };
}

/** Everything a rule file says must, or must not, be found. */
function samplesOf(text) {
  const samples = { positives: [], negatives: [], computed: 0 };
  const start = /\b(tps|fps)\b\s*:?=\s*(?:append\(\s*(?:tps|fps),\s*)?((?:\[\]|map\[string\])string)?/g;
  for (const match of text.matchAll(start)) {
    const list = match[1] === "tps" ? samples.positives : samples.negatives;
    let at = skip(text, match.index + match[0].length);
    if (match[2]) {
      const { found, computed } = literals(text, at);
      list.push(...found);
      samples.computed += computed;
      continue;
    }
    // append(tps, "literal", call(), …)
    for (let string = goString(text, at); string; string = goString(text, at)) {
      at = skip(text, string.end);
      if (text[at] === "+") break;
      list.push({ text: string.value, path: null });
      if (text[at] === ",") at = skip(text, at + 1);
    }
  }
  return samples;
}

export async function run() {
  const checkout = process.env.REPO_AUDIT_GITLEAKS;
  if (!checkout || !existsSync(path.join(checkout, RULES))) {
    return {
      ok: false,
      lines: [
        "not measured: REPO_AUDIT_GITLEAKS does not name a checkout",
        "git clone --depth 1 https://github.com/gitleaks/gitleaks DIR, then REPO_AUDIT_GITLEAKS=DIR npm run prove repo-audit-secrets",
      ],
    };
  }
  const { rules, find } = await secretScanner();
  const scan = (sample) => find(sample.path ?? "src/settings.ts", sample.text);
  const totals = { positives: 0, hit: 0, negatives: 0, flagged: 0, computed: 0, files: 0 };
  const wrong = [];
  const folder = path.join(checkout, RULES);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".go"))) {
    const samples = samplesOf(readFileSync(path.join(folder, file), "utf8"));
    totals.computed += samples.computed;
    if (samples.positives.length + samples.negatives.length > 0) totals.files += 1;
    for (const sample of samples.positives) {
      totals.positives += 1;
      if ((await scan(sample)).length > 0) totals.hit += 1;
      else wrong.push(`missed ${file}: ${sample.text}`);
    }
    for (const sample of samples.negatives) {
      totals.negatives += 1;
      const found = await scan(sample);
      if (found.length === 0) continue;
      totals.flagged += 1;
      wrong.push(`flagged ${file} as ${found.map((each) => each.ruleId).join(", ")}: ${sample.text}`);
    }
  }
  // Names only: the samples themselves stay where they are.
  if (process.env.REPO_AUDIT_SHOW) console.log(wrong.join("\n"));
  const percent = (part, whole) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
  const ok =
    rules >= 200 &&
    totals.positives > 0 &&
    totals.hit / totals.positives >= MIN_POSITIVES &&
    totals.flagged / totals.negatives <= MAX_NEGATIVES;
  return {
    ok,
    lines: [
      `${rules} rules of published formats`,
      `positives found: ${totals.hit} of ${totals.positives} (${percent(totals.hit, totals.positives)}, at least 94 %)`,
      `negatives flagged: ${totals.flagged} of ${totals.negatives} (${percent(totals.flagged, totals.negatives)}, at most 2 %)`,
      `literals of ${totals.files} rule files; ${totals.computed} computed samples left out`,
    ],
  };
}
