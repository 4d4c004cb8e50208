// The contract gate on a mock that keeps its word: nothing may be held against it. GitHub's document comes from npm,
// documents of OpenAPI 3.1 from PROVE_DOCUMENTS (files and folders, separated by ":").
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { against, install, PRISM, wrongOf } from "./lib/prism.mjs";

export const title = "Contract: no false verdict on mocks that serve their document unmutated";

const DOCUMENTS = "@octokit/openapi@23.0.2";
const STOREFRONT = new URL("../examples/storefront/openapi.json", import.meta.url);
const CHECKS = ["responses", "negative", "auth"];
const SAMPLE = 220;

const read = (file) => JSON.parse(readFileSync(file, "utf8"));

function filesOf(place) {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { recursive: true })
    .map((name) => path.join(place, String(name)))
    .filter((file) => file.endsWith(".json"))
    .sort();
}

/** Every so many paths of a document, until there are `SAMPLE` operations. */
function sampled(document) {
  const all = Object.entries(document.paths);
  const size = (item) => Object.keys(item).filter((key) => /^(get|put|post|delete|patch)$/.test(key)).length;
  const total = all.reduce((sum, [, item]) => sum + size(item), 0);
  const paths = {};
  let due = 0;
  for (const [name, item] of all) {
    due += (SAMPLE / total) * size(item);
    if (due < 1) continue;
    due -= size(item);
    paths[name] = item;
  }
  return { ...document, paths, webhooks: undefined, "x-webhooks": undefined };
}

async function judge(home, name, document, checks) {
  const { result, ms } = await against(home, name.replace(/\W+/g, "-"), document, document, checks);
  const counts = checks.map((check) => [check, wrongOf(result, check).length]);
  const { exercised = 0, inScope = 0, documentWrong = 0 } = result.metrics.coverage ?? {};
  const told = counts.map(([check, count]) => `${check} ${count}`).join(", ");
  return {
    ok: wrongOf(result, "responses").length === 0 && exercised > 0,
    line: `${name}: ${exercised} of ${inScope} operations exercised, server wrong: ${told}; document wrong: ${documentWrong}; ${ms} ms`,
    first: wrongOf(result, "responses")[0]?.message.slice(0, 200),
  };
}

export async function run() {
  const home = mkdtempSync(path.join(os.tmpdir(), "meta-orch-prove-contract-"));
  try {
    const fault = install(home, [PRISM, DOCUMENTS]);
    if (fault) return { ok: false, lines: [fault] };
    const github = read(path.join(home, "node_modules/@octokit/openapi/generated/api.github.com.json"));
    const cases = [
      ["storefront", read(STOREFRONT), CHECKS],
      ["GitHub, sampled", sampled(github), ["responses"]],
    ];
    const places = (process.env.PROVE_DOCUMENTS ?? "").split(":").filter(Boolean);
    for (const file of places.flatMap(filesOf)) {
      const document = read(file);
      const named = path.relative(
        statSync(places[0]).isDirectory() ? places[0] : path.dirname(places[0]),
        file,
      );
      if (/^3\.1/.test(document.openapi) && Object.keys(document.paths ?? {}).length > 0)
        cases.push([named.replace(/\.json$/, ""), document, CHECKS]);
    }
    const outcomes = [];
    for (const [name, document, checks] of cases) outcomes.push(await judge(home, name, document, checks));
    const clean = outcomes.slice(2).filter(({ ok }) => ok).length;
    const enough = clean >= 10;
    return {
      ok: outcomes.slice(0, 2).every(({ ok }) => ok) && enough && clean === outcomes.length - 2,
      lines: [
        ...outcomes.map(({ ok, line, first }) =>
          ok ? line : `FAULT: ${line}: ${first ?? "nothing exercised"}`,
        ),
        `${clean} of ${outcomes.length - 2} documents of OpenAPI 3.1 without a verdict against the mock${enough ? "" : " (ten are needed: PROVE_DOCUMENTS)"}`,
      ],
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
