// The W3C's test cases for ACT rules, judged by the whole check axe of the browser gate.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import axe from "axe-core";
import { fromSource, launchChromium, serve } from "./browser.mjs";
import { inPieces } from "./pieces.mjs";

const BELOW = "content-assets/wcag-act-rules";
const PREFIX = "/WAI/content-assets/wcag-act-rules/";

/** ACT rules that rules of ours decide; those of axe-core say themselves which they implement. */
const OWN = {
  "80af7b": ["keyboard-trap"],
  a1b64e: ["keyboard-trap"],
  ebe86a: ["keyboard-trap"],
  oj04fd: ["focus-visible"],
  "80f0bf": ["media-without-controls"],
  aizyf1: ["link-vague", "link-in-context-vague"],
  "5effbb": ["link-in-context-vague"],
  "2t702h": ["summary-name"],
  ucwvc8: ["language-mismatch"],
};

/** ACT rule → our rules. `axeOnly` leaves out the rules axe-core has nothing for. */
function implementations() {
  const byAct = {};
  const add = (id, rules) => {
    byAct[id] = [...(byAct[id] ?? []), ...rules];
  };
  for (const { ruleId, actIds } of axe.getRules()) for (const id of actIds ?? []) add(id, [ruleId]);
  const scope = new Set(Object.keys(byAct));
  for (const [id, rules] of Object.entries(OWN)) add(id, rules);
  return { byAct, scope };
}

const share = (part, whole) => (whole === 0 ? 0 : part / whole);

/** Recall and precision over some of the cases. A case counts as found when one of the rules fails on it. */
export function score(seen, byAct, wanted) {
  const of = seen.filter((one) => wanted(one) && byAct[one.ruleId]);
  const found = (one) => byAct[one.ruleId].some((rule) => one.rules.includes(rule));
  const failing = of.filter(({ expected }) => expected === "failed");
  const hit = failing.filter(found);
  const false_ = of.filter((one) => one.expected !== "failed" && found(one));
  return {
    cases: of.length,
    recall: share(hit.length, failing.length),
    precision: share(hit.length, hit.length + false_.length),
    missed: failing.filter((one) => !found(one)),
    wrong: false_,
  };
}

/**
 * Runs the cases of a checkout of w3c/wcag-act-rules.
 * @param every take each nth case only
 */
export async function runAct(folder, every = 1) {
  const root = path.join(folder, BELOW);
  if (!existsSync(root)) throw new Error(`${folder} is no checkout of w3c/wcag-act-rules`);
  const { axe: check } = await fromSource("gates/browser/axe/check.ts");
  const rules = implementations();
  const all = JSON.parse(readFileSync(path.join(root, "testcases.json"), "utf8")).testcases;
  const cases = all.filter(({ ruleId }) => rules.byAct[ruleId]);
  const server = await serve({ [PREFIX]: root });
  const browser = await launchChromium(["--autoplay-policy=no-user-gesture-required"]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  // Only what is in the checkout: other sites are not asked.
  await context.route(
    (url) => url.origin !== server.url,
    (route) => route.abort(),
  );
  const look = async (one) => {
    const page = await context.newPage();
    try {
      await page.goto(`${server.url}${PREFIX}${one.relativePath}`, { timeout: 20_000 });
      const outcome = await check.run({
        name: one.testcaseTitle,
        page,
        context,
        isFirstVariant: true,
        root,
        options: { axe: { level: "AAA", reflow: false } },
        remainingMs: () => 60_000,
      });
      const sure = outcome.findings.filter(({ severity }) => severity !== "info");
      return { ...one, rules: sure.map(({ ruleId }) => ruleId.slice("axe/".length)) };
    } catch (error) {
      return { ...one, error: String(error).split("\n")[0] };
    } finally {
      await page.close();
    }
  };
  const wanted = cases.filter((_, at) => at % every === 0);
  const { answers, left } = await inPieces("act", wanted, ({ relativePath }) => relativePath, look);
  await browser.close();
  server.close();
  const [seen, unable] = [answers.filter(({ error }) => !error), answers.filter(({ error }) => error)];
  return { seen, unable, left, ...rules };
}
