/** branding: names spelled right, nothing said that must not be said, the logo shown as it is. */
import { matcher } from "../files.ts";
import type { Bench } from "../judge-report.ts";
import type { BrandingRule, ImageSite, Issue } from "../types.ts";

const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

interface Spelling {
  pattern: RegExp;
  right: string | null;
  reason: string;
}

const compiled = new WeakMap<BrandingRule, Spelling[]>();

function spellings(rule: BrandingRule): Spelling[] {
  const known = compiled.get(rule);
  if (known) return known;
  const list: Spelling[] = [];
  for (const { right, wrong } of rule.names) {
    const forms = [...wrong.map(quoted), quoted(right)];
    list.push({
      pattern: new RegExp(`(?<![\\w/.@-])(?:${forms.join("|")})(?![\\w/@-]|\\.\\w)`, "gi"),
      right,
      reason: `the name is written ${right}`,
    });
  }
  for (const { text, reason } of rule.forbidden)
    list.push({ pattern: new RegExp(`(?<!\\w)${quoted(text)}(?!\\w)`, "gi"), right: null, reason });
  compiled.set(rule, list);
  return list;
}

function add(bench: Bench, issue: Omit<Issue, "check" | "line" | "column" | "candidates">): void {
  bench.issues.push({
    ...issue,
    check: "branding",
    line: bench.lines.lineAt(issue.start),
    column: bench.lines.columnAt(issue.start),
    candidates: [],
  });
}

function judgeText(bench: Bench, rule: BrandingRule): void {
  for (const site of bench.facts.texts) {
    for (const { pattern, right, reason } of spellings(rule)) {
      for (const match of site.text.matchAll(pattern)) {
        if (match[0] === right) continue;
        const start = site.start + match.index;
        const exact = bench.text.slice(start, start + match[0].length) === match[0];
        const end = start + match[0].length;
        const issue: Omit<Issue, "check" | "line" | "column" | "candidates"> = {
          rule: right === null ? "forbidden" : "name",
          severity: "high",
          value: match[0],
          prop: site.where === "text" ? "text" : site.name,
          message: `"${match[0]}": ${reason}`,
          start,
          end,
          symbol: site.name,
        };
        if (right !== null) issue.advice = `Write ${right}.`;
        else issue.advice = `Take "${match[0]}" out: ${reason}.`;
        if (exact) issue.edit = { start, end, text: right ?? "", safe: right !== null };
        add(bench, issue);
      }
    }
  }
}

function judgeLogo(bench: Bench, rule: NonNullable<BrandingRule["logo"]>, image: ImageSite): void {
  const name = image.src.replace(/[?#].*$/, "").replace(/^\.?\//, "");
  const own = matcher(rule.files.flatMap((file) => [file, `**/${file.replace(/^\.?\//, "")}`]));
  const isLogo = own(name);
  const base = {
    start: image.start,
    end: image.end,
    prop: "img",
    symbol: name,
    value: name,
    severity: "high" as const,
  };
  if (!isLogo) {
    if (/(?:^|[/_-])logo(?:[._-]|$)/i.test(name) && rule.files.length > 0) {
      add(bench, {
        ...base,
        rule: "logo-file",
        message: `${image.src} is no logo of the DNA (${rule.files.join(", ")})`,
        advice: `Show ${rule.files[0]}.`,
      });
    }
    return;
  }
  if (rule.minHeightPx > 0 && image.height !== null && image.height < rule.minHeightPx) {
    add(bench, {
      ...base,
      rule: "logo-size",
      message: `the logo is ${image.height}px high; the DNA asks for ${rule.minHeightPx}px at least`,
      advice: `Set its height to ${rule.minHeightPx}.`,
    });
    const source = bench.text.slice(image.start, image.end);
    const match = /height\s*=\s*["'{]?(\d+)/.exec(source);
    const issue = bench.issues.at(-1);
    if (match && issue) {
      const end = image.start + match.index + match[0].length;
      issue.edit = { start: end - (match[1] ?? "").length, end, text: String(rule.minHeightPx), safe: false };
    }
  }
  if (rule.alt !== null && image.alt !== rule.alt && image.alt !== "") {
    add(bench, {
      ...base,
      rule: "logo-alt",
      severity: "medium",
      message: `the logo's alternative text is ${image.alt === null ? "missing" : `"${image.alt}"`}; the DNA asks for "${rule.alt}"`,
      advice: `Set alt="${rule.alt}".`,
    });
    const source = bench.text.slice(image.start, image.end);
    const match = /\balt\s*=\s*(["'])(.*?)\1/.exec(source);
    const issue = bench.issues.at(-1);
    if (!issue) return;
    if (match) {
      const start = image.start + match.index + match[0].length - 1 - (match[2] ?? "").length;
      issue.edit = { start, end: start + (match[2] ?? "").length, text: rule.alt, safe: true };
    } else {
      const tag = /^<[\w.:-]+/.exec(source)?.[0].length ?? 0;
      if (tag > 0)
        issue.edit = {
          start: image.start + tag,
          end: image.start + tag,
          text: ` alt="${rule.alt}"`,
          safe: true,
        };
    }
  }
}

/** Judges texts and images of the file. Without a rule in the DNA there is nothing to judge. */
export function checkBranding(bench: Bench): void {
  const rule = bench.index.dna.branding;
  if (!rule || !bench.checks.has("branding")) return;
  judgeText(bench, rule);
  if (rule.logo) for (const image of bench.facts.images) judgeLogo(bench, rule.logo, image);
}
