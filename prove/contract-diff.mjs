// schema-diff against verdicts that others state: pairs of documents in the test data of two diff tools, with what
// their own tests expect. OASDIFF and OPENAPI_DIFF name clones of oasdiff/oasdiff and OpenAPITools/openapi-diff.
import { existsSync } from "node:fs";
import { goPairs } from "./lib/diff-pairs-go.mjs";
import { javaPairs } from "./lib/diff-pairs-java.mjs";
import { verdictOf } from "./lib/diff-verdict.mjs";

export const title = "Contract: breaking changes as others judge them";

/** The second tool also holds for breaking what breaks nobody (docs/gates/contract.md), so its misses are told, not counted. */
const CORPORA = [
  { name: "oasdiff", variable: "OASDIFF", pairsIn: goPairs, least: 0.95, misses: 0 },
  { name: "openapi-diff", variable: "OPENAPI_DIFF", pairsIn: javaPairs, least: 0.9, misses: 10 },
];
const ENOUGH = 60;
const SHOWN = Number(process.env.PROVE_SHOWN ?? 20);

/** Agreement: what is breaking there is breaking here, what is only to be looked at is at least told, the rest is not breaking. */
function agrees(pair, { findings }) {
  const of = (severity) => findings.filter((one) => one.severity === severity && isMeant(one, pair)).length;
  const [breaking, warnings] = [of("high"), of("medium")];
  if (pair.expected === "breaking") return breaking > 0;
  if (pair.expected === "warning") return breaking + warnings > 0;
  if (pair.expected === "same") return breaking + warnings === 0;
  return breaking === 0;
}

/** A test that looks at one rule says nothing of the others, or of the other direction; faults of a document are no change. */
function isMeant({ ruleId }, { direction, topic, expected }) {
  if (ruleId.startsWith("schema-diff/document-")) return false;
  if (topic && expected !== "breaking" && !topic.test(ruleId)) return false;
  return !direction || ruleId.includes("response") === (direction === "response");
}

async function measure({ name, variable, pairsIn, least, misses }, compare) {
  const home = process.env[variable];
  if (!home || !existsSync(home)) return { ok: false, lines: [`${name}: no clone; set ${variable} to one`] };
  const pairs = pairsIn(home);
  const off = [];
  for (const pair of pairs) {
    const got = await compare(pair);
    if (!agrees(pair, got)) off.push({ ...pair, got });
  }
  const missed = off.filter(({ expected }) => expected === "breaking");
  const share = 1 - off.length / pairs.length;
  const ok = pairs.length >= ENOUGH && share >= least && missed.length <= misses;
  const head = `${ok ? "" : "FAULT: "}${name}: ${pairs.length} pairs, agreement ${(share * 100).toFixed(1)} %, ${missed.length} breaking ones missed`;
  const told = off
    .slice(0, SHOWN)
    .map(
      (one) =>
        `differs: ${one.test} expects ${one.expected}, told ${one.got.breaking} breaking, ${one.got.warnings} warnings`,
    );
  return { ok, lines: [head, ...told] };
}

export async function run() {
  const compare = await verdictOf();
  const results = [];
  for (const corpus of CORPORA) results.push(await measure(corpus, compare));
  return { ok: results.every(({ ok }) => ok), lines: results.flatMap(({ lines }) => lines) };
}
