// Accessibility against cases nobody here wrote. Both checkouts are not part of this project:
//   BROWSER_ACT=<checkout of w3c/wcag-act-rules> BROWSER_AXE=<checkout of dequelabs/axe-core> npm run prove browser-axe
// PROVE_EVERY=n takes each nth case only; PROVE_KEEP and PROVE_MINUTES do it in pieces (lib/pieces.mjs).
import { runAct, score } from "./lib/act.mjs";
import { runAxeCases } from "./lib/axe-cases.mjs";

export const title = "Accessibility: the W3C's ACT cases, and axe-core's own cases through our embedding";

const EVERY = Number(process.env.PROVE_EVERY ?? 1);
const MIN_APPROVED = { recall: 0.95, precision: 0.97 };
const MIN_RECALL_ALL = 0.85;

const percent = (share) => share.toFixed(3);
const list = (cases) =>
  cases.map(({ ruleId, testcaseTitle }) => `${ruleId} ${testcaseTitle}`).join(", ") || "none";

async function act(folder) {
  const { seen, unable, left, byAct, scope } = await runAct(folder, EVERY);
  const approved = score(seen, byAct, (one) => one.approved && scope.has(one.ruleId));
  const all = score(seen, byAct, (one) => scope.has(one.ruleId));
  const own = score(seen, byAct, () => true);
  const line = (name, { cases, recall, precision }) =>
    `${name}: ${cases} cases, recall ${percent(recall)}, precision ${percent(precision)}`;
  return {
    left,
    ok:
      approved.recall >= MIN_APPROVED.recall &&
      approved.precision >= MIN_APPROVED.precision &&
      all.recall >= MIN_RECALL_ALL,
    lines: [
      line("approved ACT rules that axe-core implements", approved),
      line("all ACT rules that axe-core implements", all),
      line("with the rules only we implement", own),
      `false findings: ${list(own.wrong)}`,
      `could not be examined: ${unable.length}${unable[0] ? `, first ${unable[0].ruleId}: ${unable[0].error}` : ""}`,
    ],
  };
}

export async function run() {
  const { BROWSER_ACT, BROWSER_AXE } = process.env;
  if (!BROWSER_ACT || !BROWSER_AXE)
    return { ok: false, lines: ["BROWSER_ACT and BROWSER_AXE name no checkouts: nothing was examined"] };
  const [axe, rules] = [await runAxeCases(BROWSER_AXE, EVERY), await act(BROWSER_ACT)];
  const left = axe.left + rules.left;
  const more = left > 0 ? [`${left} cases are left: start it again`] : [];
  return { ok: axe.ok && rules.ok && left === 0, lines: [...more, ...axe.lines, ...rules.lines] };
}
