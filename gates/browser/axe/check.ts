/** axe: what keeps people out who see, hear, point or read differently. */
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { within } from "../deadline.ts";
import type { PageCheck, PageOutcome, Visit } from "../page-check.ts";
import { componentsOf } from "./components.ts";
import {
  endlessFindings,
  keyboardFindings,
  openFinding,
  reflowFindings,
  ruleFindings,
  type Where,
} from "./findings.ts";
import { walkByKeyboard } from "./keyboard.ts";
import { checkReflow } from "./reflow.ts";
import { ownRulesScript } from "./rules/index.ts";
import { runAxe, selectorOf } from "./run-axe.ts";
import { settle } from "./settle.ts";
import { probeSound } from "./sound.ts";
import { axeSource } from "./source.ts";
import type { AxeRuleAnswer } from "./types.ts";

/** Off by default in axe-core, yet asked for by WCAG 2.2 AA or precise enough to be worth reading. */
const AAA = ["color-contrast-enhanced", "identical-links-same-purpose", "meta-refresh-no-exceptions"];
const ALSO = ["target-size", "css-orientation-lock", "table-fake-caption", "td-has-header"];
/** What a walk by Tab and a look at 400 % may take. */
const WALK_MS = 8000;
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
    await within(Promise.all(page.frames().map(probeSound)), limit());
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
    const findings: Finding[] = [
      ...withoutDoubles(violations).flatMap((rule) => ruleFindings(rule, where)),
      ...endlessFindings(answer.endless, where),
      ...(await byHand(visit, options, where)),
      ...incomplete.map((rule) => openFinding(rule, where)),
    ].filter(({ ruleId }) => !options.disable.includes(ruleId.slice("axe/".length)));
    return outcome(visit, findings, answer.unreachable, {
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

/** What takes a keyboard and a small window. Once per page: neither depends on colours. */
async function byHand(visit: Visit, options: AxeOptions, where: Where): Promise<Finding[]> {
  if (!visit.isFirstVariant) return [];
  const limit = () => Math.min(WALK_MS, visit.remainingMs());
  const findings: Finding[] = [];
  if (options.keyboard) {
    const walk = await within(walkByKeyboard(visit.page, limit() * 0.8), limit());
    findings.push(...keyboardFindings(walk, where));
  }
  if (options.reflow) findings.push(...reflowFindings(await within(checkReflow(visit.page), limit()), where));
  return findings;
}

function outcome(
  visit: Visit,
  findings: Finding[],
  unreachable: { frame: string; reason: string }[],
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
  const [blind] = unreachable;
  if (blind) {
    const message = `${visit.name}: the frame ${blind.frame} could not be examined (${blind.reason})`;
    return { status: "errored", findings, failureClass: "frame-unreachable", message, metrics };
  }
  return { status: "passed", findings, message: "no barrier found", metrics };
}
