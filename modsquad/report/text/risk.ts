/** The risk ledger, the worst findings and the waivers. */
import type { AppliedWaiver, RiskReport } from "../../contracts/risk.ts";
import type { RunState } from "../../contracts/run-state.ts";
import { renderLedger } from "../../risk/ledger.ts";
import { fixOf, placeOf, type RankedFinding, rankFindings, topFindings } from "../findings.ts";
import { percent } from "../numbers.ts";
import { ascii, shortenMiddle } from "../plain-text.ts";
import { type Page, WIDTH } from "./page.ts";

const WORST = 10;

export function writeLedger(page: Page, risk: RiskReport): void {
  page.heading("RISK LEDGER");
  for (const line of renderLedger(risk)) page.line(line, 24);
}

export function writeFindings(page: Page, state: RunState): void {
  const ranked = rankFindings(state);
  if (ranked.length === 0) return;
  const shown = topFindings(ranked, WORST);
  page.heading(`WORST FINDINGS (${shown.length} of ${ranked.length})`);
  for (const [index, one] of shown.entries()) writeFinding(page, one, index + 1);
  const left = ranked.length - shown.length;
  if (left > 0) page.line(`  +${left} more in the gates' own files below reports/`);
}

export function writeWaivers(page: Page, risk: RiskReport): void {
  if (risk.waivers.length === 0) return;
  page.heading("WAIVERS");
  for (const waiver of risk.waivers) writeWaiver(page, waiver);
  const gross = percent(risk.totalAvoidablePct);
  page.entry("gross", `${gross}   avoidable risk as if nothing were waived`);
  page.entry("waived", `-${percent(risk.waivedPct)}`);
  page.entry("net", `${percent(risk.releasePct)}   what stays after the waivers`);
}

function writeFinding(page: Page, { gate, finding }: RankedFinding, position: number): void {
  const age = finding.isNew ? "new" : "old";
  const times = (finding.count ?? 1) > 1 ? `, ${finding.count} times` : "";
  const title = `${finding.severity.toUpperCase()} ${ascii(finding.ruleId, 120)}`;
  page.line(`  ${String(position).padStart(2)}. ${title}   (${ascii(gate, 60)}, ${age}${times})`, 6);
  const place = placeOf(finding);
  if (place !== "") page.line(`      ${shortenMiddle(ascii(place, 2000), WIDTH - 8)}`, 6);
  page.line(`      ${ascii(finding.message)}`, 6);
  const fix = fixOf(finding);
  page.line(`      fix: ${fix === "" ? "none known" : ascii(fix)}`, 11);
  if (finding.waiver !== undefined) page.line(`      waived: ${ascii(finding.waiver)}`, 14);
}

function writeWaiver(page: Page, waiver: AppliedWaiver): void {
  const of = ascii(waiver.gate ?? waiver.fingerprint ?? "unknown", 120);
  const env = waiver.env === undefined ? "" : `, only in ${ascii(waiver.env, 60)}`;
  const match = waiver.state === "live" ? `, covers ${percent(waiver.matchedPct)}` : "";
  page.line(`  ${waiver.state.padEnd(10)} ${of}: ${ascii(waiver.reason)}`, 13);
  page.line(`             by ${ascii(waiver.owner, 80)} until ${ascii(waiver.until, 40)}${env}${match}`, 13);
  if (waiver.message !== "") page.line(`             ${ascii(waiver.message)}`, 13);
}
