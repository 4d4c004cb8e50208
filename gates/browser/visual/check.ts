/** visual: the page looks as it was approved, or it is said what changed. */
import { basename } from "node:path";
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { VERSION } from "../../../modsquad/version.ts";
import { browserFinding } from "../findings.ts";
import { inconclusiveWhenBusy, loadPerCore } from "../noise.ts";
import type { PageCheck, PageOutcome, Visit } from "../page-check.ts";
import { type Comparison, compare } from "./compare.ts";
import { type Difference, explain } from "./explain.ts";
import { readVisualOptions } from "./options.ts";
import { type Shot, shoot } from "./shoot.ts";
import type { Snapshot } from "./snapshot.ts";
import { type Baseline, baselinePath, CANDIDATE_SUFFIX, type Candidate, readBaseline } from "./store.ts";

const APPROVE = "meta-orch visual approve";
/** Fewer pixels than this, with nothing in the page that explains them, are the grain of a renderer. */
const GRAIN_PIXELS = 20;
const MAX_FINDINGS = 25;

const AS_APPROVED: PageOutcome = { status: "passed", findings: [], message: "looks as approved" };

export const visual: PageCheck = {
  id: "visual",
  evidence: { tool: "screenshots", version: VERSION },
  apart: true,
  still: true,
  wants: () => true,
  async run(visit) {
    const options = readVisualOptions(visit.options.visual);
    const pathOf = (key: string) => baselinePath(options.folder, key, visit);
    const shot = await shoot(visit, options.masks, (key) => readBaseline(visit, pathOf(key))).catch(tooLate);
    if ("status" in shot) return inconclusiveWhenBusy(shot, loadPerCore());
    if (shot.isApproved) return { ...AS_APPROVED, metrics: { pixels: 0, touched: 0 } };
    const { baseline } = shot;
    const path = pathOf(shot.key);
    if (!shot.isStable) return inconclusiveWhenBusy(await unstable(visit, shot), loadPerCore());
    if (!baseline) return unknown(visit, shot, path);
    return judge(visit, shot, baseline, path);
  },
};

/** The page has loaded before; now it, or the picture, did not come in time. */
function tooLate(error: Error): PageOutcome {
  if (error.name !== "TimeoutError") throw error;
  const message = `no picture in time: ${error.message.split("\n")[0]}`;
  return { status: "errored", findings: [], failureClass: "timeout", message };
}

async function offer(visit: Visit, { png, snapshot }: Shot, path: string): Promise<void> {
  const title = `${visit.name} (${visit.variant.id})`;
  const picture = await visit.saveArtifact("visual-after.png", png, "image/png", `${title}: as it is now`);
  const text = JSON.stringify(snapshot);
  const words = await visit.saveArtifact(
    "visual-after.json",
    text,
    "application/json",
    `${title}: as it is now, in words`,
  );
  const candidate: Candidate = {
    schema: "meta-orch/visual-candidate@1",
    page: visit.name,
    variant: visit.variant.id,
    target: path,
    png: basename(picture),
    snapshot: basename(words),
  };
  const file = CANDIDATE_SUFFIX.slice(1);
  await visit.saveArtifact(
    file,
    JSON.stringify(candidate, null, 2),
    "application/json",
    `${title}: what approve would write`,
  );
}

/** No baseline for this platform, browser and fonts: said aloud, and never a pass. */
async function unknown(visit: Visit, shot: Shot, path: string): Promise<PageOutcome> {
  await offer(visit, shot, path);
  return {
    status: "skipped",
    findings: [],
    failureClass: "no-baseline",
    message: `there is no baseline for ${shot.key} (${path}.png). Look at the picture of this run, then: ${APPROVE}`,
  };
}

async function unstable(visit: Visit, shot: Shot): Promise<PageOutcome> {
  const title = `${visit.name} (${visit.variant.id}): as it is now`;
  await visit.saveArtifact("visual-after.png", shot.png, "image/png", title);
  const where = shot.unrest && culprit(shot.snapshot, shot.unrest);
  const advice = "Name what changes by itself in visual: { masks: [...] }";
  return {
    status: "errored",
    findings: [],
    failureClass: "unstable",
    message: `${visit.name} never looked the same twice${where ? `, see ${where}` : ""}. ${advice}`,
  };
}

type Box = NonNullable<Comparison["box"]>;

/** Of two boxes: what they share of what they cover together, from 0 to 1. */
function likeness(one: Box, other: Box): number {
  const across = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const down = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  if (across <= 0 || down <= 0) return 0;
  return (across * down) / (one.width * one.height + other.width * other.height - across * down);
}

/** The smallest element around all that differs; else, of what has changed its size, the one that fits best. */
function culprit(snapshot: Snapshot, { box }: Comparison): string | null {
  if (!box) return null;
  const elements = snapshot.rows.map(([, name, x, y, width, height]) => ({ name, x, y, width, height }));
  const [smallest] = elements
    .filter(
      ({ x, y, width, height }) =>
        x <= box.x + 1 &&
        y <= box.y + 1 &&
        x + width >= box.x + box.width - 1 &&
        y + height >= box.y + box.height - 1,
    )
    .sort((one, other) => one.width * one.height - other.width * other.height);
  if (smallest && !/^(?:html|body)$/.test(smallest.name)) return smallest.name;
  const [alike] = elements.sort((one, other) => likeness(other, box) - likeness(one, box));
  return alike?.name ?? smallest?.name ?? null;
}

async function judge(visit: Visit, shot: Shot, baseline: Baseline, path: string): Promise<PageOutcome> {
  const comparison = compare(baseline.png, shot.png);
  const metrics = { pixels: comparison.pixels, touched: comparison.touched };
  if (comparison.touched === 0) return { ...AS_APPROVED, metrics };
  const differences = baseline.snapshot ? explain(baseline.snapshot, shot.snapshot) : [];
  if (differences.length === 0 && comparison.pixels < GRAIN_PIXELS)
    return {
      status: "passed",
      findings: [],
      message: "looks as approved, but for the grain of the renderer",
      metrics,
    };
  await keepPictures(visit, shot, baseline, comparison, path);
  const findings = differences.slice(0, MAX_FINDINGS).map((one) => differenceFinding(visit, one));
  if (findings.length === 0) findings.push(pixelFinding(visit, shot, comparison));
  const [first] = findings;
  const count = differences.length > 1 ? `${differences.length} differences, first: ` : "";
  return {
    status: "failed",
    findings,
    failureClass: "differs",
    message: `${count}${first!.message}`,
    metrics,
  };
}

async function keepPictures(
  visit: Visit,
  shot: Shot,
  baseline: Baseline,
  { diff }: Comparison,
  path: string,
) {
  const title = `${visit.name} (${visit.variant.id})`;
  await visit.saveArtifact("visual-before.png", baseline.png, "image/png", `${title}: as approved`);
  await offer(visit, shot, path);
  if (diff) await visit.saveArtifact("visual-diff.png", diff, "image/png", `${title}: difference`);
}

const fix = {
  description: `If it is meant to look so, run ${APPROVE} and commit the baselines; else undo the change`,
  command: APPROVE,
};

function differenceFinding(visit: Visit, { kind, selector, count, said, properties }: Difference): Finding {
  const more = count > 1 && kind === "style" ? ` (and ${count - 1} more like it)` : "";
  return browserFinding({
    rule: `visual/${kind}`,
    severity: "high",
    page: visit.name,
    message: `${selector}${more} ${kind === "style" ? `changed: ${said}` : said}`,
    subject: `${selector} ${properties.map(({ property, after }) => `${property}=${after}`).join()} ${properties.length > 0 ? "" : said}`,
    defectClass: "design",
    fix,
  });
}

/** The words say the same and the pixels do not: a picture, a canvas, or something in a frame. */
function pixelFinding(visit: Visit, { snapshot }: Shot, comparison: Comparison): Finding {
  const { box, pixels } = comparison;
  const where = culprit(snapshot, comparison) ?? "the page";
  const at = box ? ` in the ${box.width} x ${box.height} pixels from ${box.x}, ${box.y}` : "";
  return browserFinding({
    rule: "visual/pixels",
    severity: "high",
    page: visit.name,
    message: `${where} looks different: ${pixels} pixels${at}; its styles and texts are the same`,
    subject: where,
    defectClass: "design",
    fix,
  });
}
