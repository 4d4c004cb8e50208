/** axe: what keeps people out who see, hear, point or read differently. */
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { DeadlineError, within } from "../deadline.ts";
import type { PageCheck, PageOutcome, Visit } from "../page-check.ts";
import { componentsOf } from "./components.ts";
import {
  endlessFindings,
  keyboardFindings,
  openFinding,
  reflowFindings,
  ruleFindings,
  spacingFindings,
  unexaminedFinding,
  type Where,
} from "./findings.ts";
import { walkByKeyboard } from "./keyboard.ts";
import { noteListeners } from "./listeners.ts";
import { checkReflow } from "./reflow.ts";
import { ownRulesScript } from "./rules/index.ts";
import { runAxe, selectorOf } from "./run-axe.ts";
import { settle } from "./settle.ts";
import { probeSound } from "./sound.ts";
import { axeSource } from "./source.ts";
import { findCutText } from "./spacing.ts";
import type { AxeRuleAnswer } from "./types.ts";

/** Off by default in axe-core, yet asked for by WCAG 2.2 AA or precise enough to be worth reading. */
const AAA = ["color-contrast-enhanced", "identical-links-same-purpose", "meta-refresh-no-exceptions"];
const ALSO = ["target-size", "css-orientation-lock", "table-fake-caption", "td-has-header"];
/** What a walk by Tab and a look at 400 % may take. */
const WALK_MS = 20_000;
const SETTLE_MS = 8000;
const FAILS = new Set(["critical", "high"]);

interface AxeOptions {
  level: "AA" | "AAA";
  disable: string[];
  keyboard: boolean;
  reflow: boolean;
}

function readOptions({ axe }: Visit["options"]): AxeOptions {
  return {
    level: axe.level === "AAA" ? "AAA" : "AA",
    disable: Array.isArray(axe.disable) ? axe.disable.map(String) : [],
    keyboard: axe.keyboard !== false,
    reflow: axe.reflow !== false,
  };
}

export const axe: PageCheck = {
  id: "axe",
  evidence: { tool: "axe-core", version: axeSource().version },
  wants: () => true,
  async run(visit) {
    const { page } = visit;
    const options = readOptions(visit.options);
    const limit = () => visit.remainingMs();
    await within(Promise.all([noteListeners(page), ...page.frames().map(probeSound)]), limit());
    const answer = await runAxe(page, {
      enable: options.level === "AAA" ? [...ALSO, ...AAA] : ALSO,
      extraRules: ownRulesScript(),
      frameTimeoutMs: Math.min(20_000, limit()),
    });
    const wanted = ({ id }: { id: string }) => !options.disable.includes(id);
    const asked = {
      ...answer,
      violations: answer.violations.filter(wanted),
      incomplete: answer.incomplete.filter(wanted),
    };
    const until = Date.now() + Math.min(SETTLE_MS, limit());
    const { violations, incomplete, decided } = await within(settle(page, asked, until), limit());
    const selectors = violations.flatMap(({ nodes }) => nodes.map(({ target }) => selectorOf(target)));
    const components = await within(componentsOf(page, selectors), limit());
    const where: Where = {
      page: visit.name,
      root: visit.root,
      component: (selector) => components[selectors.indexOf(selector)] ?? null,
    };
    const hand = await byHand(visit, options, where);
    const findings: Finding[] = [
      ...withoutDoubles(violations).flatMap((rule) => ruleFindings(rule, where)),
      ...endlessFindings(answer.endless, where),
      ...hand.findings,
      ...incomplete.map((rule) => openFinding(rule, where)),
      ...[...hand.open, ...hand.outOfTime].map((what) => unexaminedFinding(what, where)),
    ].filter(({ ruleId }) => !options.disable.includes(ruleId.slice("axe/".length)));
    const blind = [
      ...answer.unreachable.map(({ frame, reason }) => ({
        kind: "frame-unreachable",
        message: `${visit.name}: the frame ${frame} could not be examined (${reason})`,
      })),
      ...hand.outOfTime.map((what) => ({
        kind: "out-of-time",
        message: `${visit.name}: time was over before ${what} was examined`,
      })),
    ];
    return verdictOf(findings, blind, {
      frames: answer.frames,
      violations: violations.length,
      open: incomplete.length,
      decided,
    });
  },
};

/** A finding that says more takes the place of one that says less about the same element. */
const SAYS_MORE: Record<string, string> = { "link-vague": "link-in-context-vague" };

function withoutDoubles(violations: readonly AxeRuleAnswer[]): AxeRuleAnswer[] {
  return violations.map((rule) => {
    const more = violations.find(({ id }) => id === SAYS_MORE[rule.id])?.nodes ?? [];
    const said = new Set(more.map(({ target }) => selectorOf(target)));
    return { ...rule, nodes: rule.nodes.filter(({ target }) => !said.has(selectorOf(target))) };
  });
}

interface ByHand {
  findings: Finding[];
  /** More than is looked at on one page: left to a person. */
  open: string[];
  /** What time did not allow: not examined, so the page has not passed. */
  outOfTime: string[];
}

/** What takes a keyboard and a small window. Once per page: neither depends on colours. */
async function byHand(visit: Visit, options: AxeOptions, where: Where): Promise<ByHand> {
  const hand: ByHand = { findings: [], open: [], outOfTime: [] };
  if (!visit.isFirstVariant) return hand;
  const limit = () => Math.min(WALK_MS, visit.remainingMs());
  const inTime = async <T>(what: string, look: Promise<T>): Promise<T | null> => {
    try {
      return await within(look, limit());
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      hand.outOfTime.push(what);
      return null;
    }
  };
  if (options.keyboard) {
    const walk = await inTime("the way by Tab", walkByKeyboard(visit.page, limit() * 0.8));
    if (walk) {
      hand.findings.push(...keyboardFindings(walk, where));
      hand.open.push(...walk.unexamined);
      if (!walk.complete)
        hand.outOfTime.push(`the way by Tab beyond ${walk.reached} of ${walk.expected} elements`);
    }
  }
  if (options.reflow) {
    const cut = await inTime("the page with wider spacing of its text", findCutText(visit.page));
    if (cut) hand.findings.push(...spacingFindings(cut, where));
    const reflow = await inTime("the page at 400 % zoom", checkReflow(visit.page));
    if (reflow) hand.findings.push(...reflowFindings(reflow, where));
  }
  return hand;
}

/** What was not looked at is never a pass; a barrier that was found is one all the same. */
export function verdictOf(
  findings: Finding[],
  blind: readonly { kind: string; message: string }[],
  metrics: Record<string, number>,
): PageOutcome {
  const bad = findings.filter(({ severity }) => FAILS.has(severity));
  const [first] = bad;
  if (first) {
    const count = bad.length === 1 ? "1 barrier" : `${bad.length} barriers`;
    return {
      status: "failed",
      findings,
      failureClass: "barrier",
      message: `${count}: ${first.message}`,
      metrics,
    };
  }
  const [unseen] = blind;
  if (unseen)
    return { status: "errored", findings, failureClass: unseen.kind, message: unseen.message, metrics };
  return { status: "passed", findings, message: "no barrier found", metrics };
}
