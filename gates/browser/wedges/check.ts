/** wedges: the declared components are there, labelled, reachable by keyboard, open, and load their data. */
import type { Page } from "playwright-core";
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { VERSION } from "../../../modsquad/version.ts";
import { within } from "../deadline.ts";
import { browserFinding } from "../findings.ts";
import type { PageCheck, PageOutcome, Visit } from "../page-check.ts";
import { focusBefore, lookAtWedge } from "./in-page.ts";
import type { WedgeOption } from "./options.ts";

/** How long a component may take to open, and to show its data, milliseconds. */
const OPEN_MS = 5000;
const LOAD_MS = 8000;
/** Elements between the one before it and itself that a person would still tab over. */
const MAX_TABS = 3;

const wedgesOf = (visit: Visit) =>
  visit.options.wedges.filter(({ pages }) => pages === null || pages.includes(visit.name));

export const wedges: PageCheck = {
  id: "wedges",
  evidence: { tool: "browser", version: VERSION },
  // They are operated: what looks at the page after them would see them open.
  wants: (visit) => wedgesOf(visit).length > 0,
  whenUnwanted: ({ wedges: declared }) =>
    declared.length > 0
      ? {
          status: "errored",
          failureClass: "no-page",
          message: "no page that was looked at has a declared component",
        }
      : {
          status: "skipped",
          failureClass: "undeclared",
          message: "no component is declared under gates: browser: wedges",
        },
  async run(visit): Promise<PageOutcome> {
    const findings: Finding[] = [];
    const list = wedgesOf(visit);
    for (const wedge of list) {
      const fault = await examine(visit.page, wedge, () => visit.remainingMs());
      if (fault) findings.push(finding(visit, wedge, fault));
      // Escape closes what has opened, so that the next one is not covered by it.
      await visit.page.keyboard.press("Escape").catch(() => {});
    }
    const names = list.map(({ name }) => name).join(", ");
    if (findings.length === 0) return { status: "passed", findings, message: `${names} can be used` };
    const [first] = findings;
    return {
      status: "failed",
      findings,
      failureClass: first!.ruleId.split("/")[1]!,
      message: first!.message,
    };
  },
};

interface Fault {
  rule: string;
  what: string;
  fix: string;
}

async function examine(page: Page, wedge: WedgeOption, left: () => number): Promise<Fault | null> {
  const { selector, label } = wedge;
  const sight = await within(page.evaluate(lookAtWedge, selector), left());
  if (!sight.exists)
    return {
      rule: "absent",
      what: `is not there (${selector})`,
      fix: `Put ${selector} on the page, or correct its selector.`,
    };
  if (!sight.visible)
    return {
      rule: "hidden",
      what: `is there and cannot be seen (${selector})`,
      fix: "Give it a size and take away what hides it.",
    };
  if (sight.label === "")
    return {
      rule: "unlabelled",
      what: `has no accessible name (${selector})`,
      fix: `Give ${selector} a text, an aria-label or an alt.`,
    };
  if (label !== null && !sight.label.includes(label))
    return {
      rule: "wrong-label",
      what: `is called "${sight.label}" instead of "${label}"`,
      fix: `Name it "${label}".`,
    };
  if (!(await reachable(page, selector, left)))
    return {
      rule: "unreachable",
      what: `cannot be reached with the Tab key (${selector})`,
      fix: "Use a button or a link, or give it tabindex=0 and a key handler.",
    };
  return opens(page, wedge, left);
}

/** Tab from the element before it: a keyboard does it, not a script. */
async function reachable(page: Page, selector: string, left: () => number): Promise<boolean> {
  await within(page.evaluate(focusBefore, selector), left());
  const isThere = () =>
    page.evaluate(`(() => { const one = document.querySelector(${JSON.stringify(selector)}); const at = document.activeElement;
      return one !== null && at !== null && (one === at || one.contains(at)); })()`) as Promise<boolean>;
  for (let press = 0; press < MAX_TABS; press += 1) {
    await within(page.keyboard.press("Tab"), left());
    if (await within(isThere(), left())) return true;
  }
  return false;
}

async function opens(page: Page, wedge: WedgeOption, left: () => number): Promise<Fault | null> {
  const { opens: target, loaded } = wedge;
  if (target === null && loaded === null) return null;
  await within(page.keyboard.press("Enter"), left());
  const visible = (selector: string, ms: number) =>
    page
      .locator(selector)
      .first()
      .waitFor({ state: "visible", timeout: Math.max(1, Math.min(ms, left())) })
      .then(
        () => true,
        () => false,
      );
  if (target !== null && !(await visible(target, OPEN_MS)))
    return {
      rule: "does-not-open",
      what: `does not open ${target} when Enter is pressed on it`,
      fix: "Connect its click handler; the console of the page may say why it is not.",
    };
  if (loaded !== null && !(await visible(loaded, LOAD_MS)))
    return {
      rule: "no-data",
      what: `opens and never shows ${loaded}`,
      fix: "Find out why its data do not arrive: network.har tells which request it makes.",
    };
  return null;
}

function finding(visit: Visit, wedge: WedgeOption, { rule, what, fix }: Fault): Finding {
  return browserFinding({
    rule: `wedges/${rule}`,
    severity: "high",
    page: visit.name,
    message: `${visit.name}: the component ${wedge.name} ${what}`,
    subject: wedge.name,
    defectClass: "ui",
    effort: 30,
    fix: { description: fix },
  });
}
