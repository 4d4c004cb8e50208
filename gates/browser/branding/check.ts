/** branding: the wordmark, names, titles, favicon, and computed colours against the design DNA. */
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { VERSION } from "../../../modsquad/version.ts";
import { within } from "../deadline.ts";
import { browserFinding } from "../findings.ts";
import type { PageCheck, PageOutcome, Visit } from "../page-check.ts";
import { colorFindings, tokenFindings } from "./colors.ts";
import { type BrandDna, readBrandDna } from "./dna.ts";
import { type BrandSight, lookAtBrand } from "./in-page.ts";

const ICON_MS = 5000;
/** Read once per run, however many pages there are. */
const known = new WeakMap<object, Promise<BrandDna>>();
const icons = new WeakMap<object, Map<string, Promise<string | null>>>();

function dnaOf(visit: Visit): Promise<BrandDna> {
  const dna = known.get(visit.options) ?? readDna(visit);
  known.set(visit.options, dna);
  return dna;
}

function readDna({ files, readFile }: Visit): Promise<BrandDna> {
  return readBrandDna(files, async (path) => {
    const bytes = await readFile(path);
    return bytes === null ? null : Buffer.from(bytes).toString("utf8");
  });
}

export const branding: PageCheck = {
  id: "branding",
  evidence: { tool: "browser", version: VERSION },
  wants: () => true,
  async run(visit): Promise<PageOutcome> {
    const dna = await dnaOf(visit);
    if (dna.problem)
      return { status: "errored", findings: [], failureClass: "unreadable-dna", message: dna.problem };
    const { branding: options } = visit.options;
    const unknown = options.colors.find(({ is }) => is.startsWith("--") && !dna.tokens.has(is));
    if (unknown) {
      const message = `branding names the token ${unknown.is}, which no stylesheet of the repository defines as a colour`;
      return { status: "errored", findings: [], failureClass: "unknown-token", message };
    }
    const question = {
      wordmark: options.wordmark?.selector ?? null,
      colors: options.colors,
      tokens: [...dna.tokens.keys()].filter((name) => name.startsWith("--")),
    };
    const sight = await within(visit.page.evaluate(lookAtBrand, question), visit.remainingMs());
    const findings = [
      ...titleFindings(visit, sight),
      ...wordmarkFindings(visit, sight),
      ...nameFindings(visit, sight, dna),
      ...colorFindings(visit, sight, dna),
      ...tokenFindings(visit, sight, dna),
      ...(visit.isFirstVariant ? await iconFindings(visit, sight) : []),
    ];
    const bad = findings.filter(({ severity }) => severity === "high").length;
    const compared = `${sight.colors.length} brand colours and ${Object.keys(sight.tokens).length} tokens as in the DNA`;
    return bad === 0
      ? { status: "passed", findings, message: compared }
      : {
          status: "failed",
          findings,
          failureClass: findings[0]!.ruleId.split("/")[1]!,
          message: findings.find(({ severity }) => severity === "high")!.message,
        };
  },
};

function high(visit: Visit, rule: string, message: string, subject: string, fix: string): Finding {
  return browserFinding({
    rule: `branding/${rule}`,
    severity: "high",
    page: visit.name,
    message: `${visit.name} ${message}`,
    subject,
    defectClass: "design",
    effort: 10,
    fix: { description: fix },
  });
}

function titleFindings(visit: Visit, { title }: BrandSight): Finding[] {
  const wanted = visit.options.branding.title;
  if (title.trim() === "")
    return [
      high(visit, "no-title", "has no title", "title", "Give the page a <title> that says what it is."),
    ];
  if (wanted === null || title.includes(wanted)) return [];
  const fix = `Write "${wanted}" into the <title>.`;
  return [high(visit, "title", `is titled "${title}", without "${wanted}"`, "title", fix)];
}

function wordmarkFindings(visit: Visit, { wordmark }: BrandSight): Finding[] {
  const wanted = visit.options.branding.wordmark;
  if (!wanted) return [];
  const { selector, text } = wanted;
  const fix = `Show the wordmark ${selector}${text ? ` with "${text}"` : ""} on this page.`;
  if (!wordmark) return [high(visit, "wordmark", `has no wordmark ${selector}`, selector, fix)];
  if (!wordmark.visible) return [high(visit, "wordmark", `hides its wordmark ${selector}`, selector, fix)];
  if (text === null || wordmark.text.includes(text)) return [];
  return [
    high(
      visit,
      "wordmark",
      `has a wordmark that says "${wordmark.text}" instead of "${text}"`,
      selector,
      fix,
    ),
  ];
}

const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function nameFindings(visit: Visit, { text, title }: BrandSight, dna: BrandDna): Finding[] {
  const { names, forbidden } = visit.options.branding;
  const seen = `${title}\n${text}`;
  const findings: Finding[] = [];
  for (const { right, wrong } of [...names, ...dna.names]) {
    const forms = [...wrong, right].map(quoted).join("|");
    for (const [found] of seen.matchAll(new RegExp(`(?<![\\w/.@-])(?:${forms})(?![\\w/@-]|\\.\\w)`, "gi"))) {
      // A style may set a name in capitals; the words are still right.
      if (found === right || found === right.toUpperCase()) continue;
      findings.push(high(visit, "name", `says "${found}" instead of "${right}"`, found, `Write "${right}".`));
    }
  }
  const texts = [
    ...forbidden.map((one) => ({ text: one, reason: "the config forbids it" })),
    ...dna.forbidden,
  ];
  for (const { text: one, reason } of texts) {
    if (new RegExp(`(?<!\\w)${quoted(one)}(?!\\w)`, "i").test(seen))
      findings.push(high(visit, "forbidden", `says "${one}": ${reason}`, one, `Take "${one}" out.`));
  }
  return findings;
}

async function iconFindings(visit: Visit, sight: BrandSight): Promise<Finding[]> {
  const urls = sight.icons.length > 0 ? sight.icons : [new URL("/favicon.ico", visit.url).href];
  const faults = icons.get(visit.options) ?? new Map<string, Promise<string | null>>();
  icons.set(visit.options, faults);
  const findings: Finding[] = [];
  for (const url of urls) {
    if (!/^https?:/.test(url)) continue;
    const asked = faults.get(url) ?? iconFault(visit, url);
    faults.set(url, asked);
    const fault = await asked;
    if (!fault) continue;
    const isDefault = sight.icons.length === 0;
    findings.push({
      ...high(
        visit,
        "favicon",
        `has no favicon: ${url} ${fault}`,
        url,
        isDefault ? 'Add <link rel="icon"> to the page.' : `Serve ${url}, or correct the link.`,
      ),
      // Nobody promised one; a link that leads nowhere is a broken promise.
      ...(isDefault ? { severity: "low" as const } : {}),
    });
  }
  return findings;
}

async function iconFault(visit: Visit, url: string): Promise<string | null> {
  try {
    const timeout = Math.min(ICON_MS, visit.remainingMs());
    const response = await visit.context.request.get(url, { timeout });
    if (response.status() !== 200) return `answers ${response.status()}`;
    const type = response.headers()["content-type"] ?? "";
    return /^(image\/|application\/octet-stream|$)/.test(type) ? null : `is ${type}`;
  } catch (error) {
    return `cannot be loaded (${(error as Error).message.split("\n")[0]})`;
  }
}
