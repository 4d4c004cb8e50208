/** From what axe-core and our own checks found to findings: where, what, and how to put it right. */
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import type { Severity } from "../../../modsquad/contracts/words.ts";
import { browserFinding } from "../findings.ts";
import type { Component } from "./components.ts";
import type { KeyboardWalk } from "./keyboard.ts";
import type { Reflow } from "./reflow.ts";
import { OWN_RULES } from "./rules/index.ts";
import { selectorOf } from "./run-axe.ts";
import type { Endless } from "./stillness.ts";
import type { Stop } from "./stops.ts";
import type { AxeNode, AxeRuleAnswer, Impact } from "./types.ts";

const SEVERITIES: Record<Impact, Severity> = {
  critical: "critical",
  serious: "high",
  moderate: "medium",
  minor: "low",
};
/** More of one rule on one page are counted, not listed. */
const MAX_PER_RULE = 20;

const OWN_FIXES = new Map(OWN_RULES.map(({ id, fix }) => [id, fix]));

/** Good advice is not a barrier: what no success criterion asks for stays below the bar. */
function severityOf(rule: AxeRuleAnswer, node: AxeNode): Severity {
  const severity = SEVERITIES[node.impact ?? rule.impact ?? "moderate"];
  const advice = rule.tags.includes("best-practice") || rule.tags.includes("experimental");
  return advice && (severity === "critical" || severity === "high") ? "medium" : severity;
}

/** "Fix any of the following:" is axe's way to say "one of these"; the reasons themselves are worth reading. */
function reasonsOf(node: AxeNode): string[] {
  return (node.failureSummary ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^Fix (any|all) of the following:$/.test(line));
}

/** Colours to choose from are worth more than a ratio. */
function contrastAdvice(node: AxeNode): string | null {
  const data = node.any.find(({ id }) => id.startsWith("color-contrast"))?.data as {
    fgColor?: string;
    bgColor?: string;
    contrastRatio?: number;
    expectedContrastRatio?: string;
  } | null;
  if (!data?.fgColor || !data.bgColor || !data.expectedContrastRatio) return null;
  return `Change ${data.fgColor} on ${data.bgColor} (${data.contrastRatio}:1) until the contrast is at least ${data.expectedContrastRatio}`;
}

function fixOf(rule: AxeRuleAnswer, node: AxeNode): string {
  const own = OWN_FIXES.get(rule.id);
  if (own) return own;
  const contrast = contrastAdvice(node);
  if (contrast) return contrast;
  const reasons = reasonsOf(node);
  if (rule.id.startsWith("color-contrast"))
    return "Put a plain colour behind the text, or a darker (lighter) veil over the picture, until it reaches the ratio";
  const way = node.any.length > 1 ? "One of: " : "";
  const more = rule.helpUrl ? ` (${rule.helpUrl.replace(/\?.*$/, "")})` : "";
  return reasons.length > 0 ? `${way}${reasons.join("; ")}${more}` : `${rule.help}${more}`;
}

/** Where a component says it is, if that is a file below the root. */
function placeOf(component: Component | null, root: string): Finding["location"] {
  if (!component?.file) return undefined;
  const file = component.file
    .replace(/^(webpack-internal:\/\/\/(\([^)]*\)\/)?|file:\/\/)/, "")
    .replace(/\?.*$/, "");
  const inside = file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file.replace(/^\.\//, "");
  return /^([/\\]|[a-z]+:)/i.test(inside) ? undefined : { path: inside, line: component.line ?? 1 };
}

export interface Where {
  page: string;
  root: string;
  /** Component of a selector. */
  component(selector: string): Component | null;
}

function nodeFinding(rule: AxeRuleAnswer, node: AxeNode, where: Where): Finding {
  const selector = selectorOf(node.target);
  const component = where.component(selector);
  const drawn = component?.name ? `, drawn by ${component.name}` : "";
  const reasons = OWN_FIXES.has(rule.id) || node.failureSummary ? reasonsOf(node).join("; ") : "";
  return browserFinding({
    rule: `axe/${rule.id}`,
    severity: severityOf(rule, node),
    page: where.page,
    message: `${rule.help}: ${selector}${drawn}${reasons ? `: ${reasons}` : ""}`,
    subject: `${selector} ${node.html.slice(0, 120)}`,
    defectClass: "ui",
    effort: 10,
    fix: { description: fixOf(rule, node) },
    location: placeOf(component, where.root),
  });
}

/** One finding per element, and one for the rest when there are many. */
export function ruleFindings(rule: AxeRuleAnswer, where: Where): Finding[] {
  const listed = rule.nodes.slice(0, MAX_PER_RULE).map((node) => nodeFinding(rule, node, where));
  const rest = rule.nodes.length - listed.length;
  const [last] = listed.slice(-1);
  if (rest > 0 && last)
    listed[listed.length - 1] = {
      ...last,
      message: `${last.message} (and ${rest} more like it)`,
      count: rest + 1,
    };
  return listed;
}

/** What neither axe-core nor a closer look could decide: said, and left to a person. */
export function openFinding(rule: AxeRuleAnswer, where: Where): Finding {
  const [first] = rule.nodes;
  const places = rule.nodes.length === 1 ? "1 place" : `${rule.nodes.length} places`;
  return browserFinding({
    rule: `axe/${rule.id}-open`,
    severity: "info",
    page: where.page,
    message: `A person has to look: ${rule.help} (${places}, first ${first ? selectorOf(first.target) : ""})`,
    subject: rule.id,
    fix: {
      description: `Look at it by hand; ${rule.helpUrl.replace(/\?.*$/, "") || rule.help} says what matters`,
    },
  });
}

/** What was not looked at, by number or by time. */
export function unexaminedFinding(what: string, where: Where): Finding {
  return browserFinding({
    rule: "axe/unexamined",
    severity: "info",
    page: where.page,
    message: `A person has to look: not examined was ${what}`,
    subject: what.replace(/\d+/g, "#"),
    fix: { description: "Walk through it by hand with Tab and Shift+Tab, or make the page answer faster" },
  });
}

function stopFinding(
  rule: string,
  severity: Severity,
  message: string,
  fix: string,
  stop: Stop,
  where: Where,
): Finding {
  return browserFinding({
    rule: `axe/${rule}`,
    severity,
    page: where.page,
    message,
    subject: `${stop.selector} ${stop.html.slice(0, 120)}`,
    defectClass: "ui",
    effort: 15,
    fix: { description: fix },
    location: placeOf(where.component(stop.selector), where.root),
  });
}

export function keyboardFindings(walk: KeyboardWalk, where: Where): Finding[] {
  const trap = walk.trap?.[0];
  const names = (walk.trap ?? []).map(({ selector }) => selector).join(", ");
  const held = trap
    ? [
        stopFinding(
          "keyboard-trap",
          "critical",
          walk.swallows
            ? `The keyboard cannot leave ${names}: the page keeps Tab for itself, and Shift+Tab and Escape do not help; ${walk.reached} of ${walk.expected} elements were reached`
            : `The keyboard cannot leave ${names}: Tab, Shift+Tab and Escape stay there; ${walk.reached} of ${walk.expected} elements were reached`,
          walk.swallows
            ? "Call preventDefault() for the keys the component needs and let Tab pass, or let Escape give it back and say so"
            : "Remove the handler of blur, focus or keydown that takes the focus back, or let Escape end it",
          trap,
          where,
        ),
      ]
    : [];
  const unseen = walk.invisible.map((stop) =>
    stopFinding(
      "focus-visible",
      "high",
      `One does not see when ${stop.selector} has the focus: it looks the same with and without`,
      "Remove outline: none, or add :focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }",
      stop,
      where,
    ),
  );
  const lost = walk.places.lost.map((stop) =>
    stopFinding(
      "focus-lost",
      "high",
      `The focus goes to ${stop.selector}, which is not on the screen`,
      "Bring it into view with :focus, or take it out of the way of Tab (hidden, inert or display: none) while it is not shown",
      stop,
      where,
    ),
  );
  const obscured = walk.places.obscured.map((stop) =>
    stopFinding(
      "focus-obscured",
      "high",
      `${stop.selector} has the focus wholly under ${stop.by}`,
      "Leave room with scroll-padding (or padding at the end of the page) as high as the bar that stays",
      stop,
      where,
    ),
  );
  return [...held, ...unseen, ...lost, ...obscured];
}

export function reflowFindings(reflow: Reflow, where: Where): Finding[] {
  return reflow.culprits.map((stop) =>
    stopFinding(
      "reflow",
      "high",
      `At 400 % zoom (320 pixels) the page is ${reflow.tooWide} pixels too wide because of ${stop.selector}`,
      "Replace fixed widths by max-width: 100%, let flex and grid items wrap, and allow long words to break (overflow-wrap: anywhere)",
      stop,
      where,
    ),
  );
}

export function spacingFindings(cut: readonly Stop[], where: Where): Finding[] {
  return cut.map((stop) =>
    stopFinding(
      "text-spacing",
      "high",
      `The text of ${stop.selector} is cut off when a reader sets more space between lines, words and letters`,
      "Let the box grow with its text: min-height instead of height, no overflow: hidden around text",
      stop,
      where,
    ),
  );
}

export function endlessFindings(endless: readonly Endless[], where: Where): Finding[] {
  return endless.map(({ selector, html, property }) =>
    stopFinding(
      "endless-animation",
      "high",
      `The text of ${selector} ${property === "transform" ? "moves" : "blinks"} without end (${property}), and nothing on the page stops it`,
      "End the animation within five seconds, or offer a button that stops it; honour prefers-reduced-motion",
      { selector, html },
      where,
    ),
  );
}
