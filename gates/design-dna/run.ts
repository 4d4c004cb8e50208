/** One run of the gate: judge, then say so in checks, findings, metrics and artifacts. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CheckResult, GateContext, GateResult } from "../../modsquad/contracts/gate.ts";
import { contactSheet } from "./contact-sheet.ts";
import { DNA_FILES, type DnaFile, readDnaFile } from "./dna/yaml-dna.ts";
import { type PlacedIssue, toFindings } from "./findings.ts";
import { patchOf, safeEdits } from "./fixes.ts";
import { type Judged, judgeRepository, writeTriage } from "./judge-repository.ts";
import { CHECK_IDS, type CheckId, type DesignOptions, readOptions } from "./options.ts";
import type { Dna } from "./types.ts";
import { VERSION } from "./version.ts";
import { type FileEntry, readText } from "./world.ts";

const EVIDENCE = { tool: "meta-orch/design-dna", version: VERSION };
/** A run in which more of the files are unreadable proves nothing. */
const UNREADABLE_SHARE = 0.05;

async function readDna(context: GateContext, options: DesignOptions): Promise<DnaFile | null> {
  const path = options.dna ?? context.files.find((file) => DNA_FILES.test(file.path))?.path;
  if (!path) return null;
  const text = readText(context.root, path);
  if (text !== null) return await readDnaFile(path, text);
  return {
    sources: [],
    tokens: [],
    glass: null,
    branding: null,
    components: [],
    pairs: [],
    archived: [],
    entries: [],
    govern: [],
    problems: [`${path} cannot be read`],
  };
}

const RULES: Partial<Record<CheckId, (dna: Dna) => string | null>> = {
  glass: (dna) => (dna.glass ? null : "the DNA has no rule for glass"),
  branding: (dna) => (dna.branding ? null : "the DNA has no rule for branding"),
  components: (dna) => (dna.components.length > 0 ? null : "the DNA has no rule for components"),
};

const CATEGORIES: Partial<Record<CheckId, readonly string[]>> = {
  palette: ["color"],
  typography: ["fontSize", "fontWeight", "fontFamily", "lineHeight", "letterSpacing", "font"],
  spacing: ["spacing", "size"],
  "radius-shadow": ["radius", "borderWidth", "shadow"],
};

function messageFor(id: CheckId, judged: Judged, open: number, waived: number): string {
  const { dna } = judged.world.built;
  const parts: string[] = [];
  const without = RULES[id]?.(dna) ?? null;
  if (without) parts.push(without);
  const wants = CATEGORIES[id];
  if (wants) {
    const governed = wants.filter((one) => dna.governed.has(one as never));
    parts.push(
      governed.length > 0
        ? `judged against tokens for ${governed.join(", ")}`
        : `the DNA has no tokens for ${wants.join(", ")}`,
    );
  }
  if (id === "contrast" && judged.named)
    parts.push(`${judged.named.pairs} named pairs in ${dna.modes.length + 1} modes`);
  if (id === "dead-tokens" && judged.dead?.abstained) parts.push(`abstained: ${judged.dead.abstained}`);
  parts.push(open === 0 ? "nothing found" : `${open} found`);
  if (waived > 0) parts.push(`${waived} waived by comments`);
  return parts.join("; ");
}

/** A check that ran is passed: what it found are findings, and they carry the verdict. */
function checkFor(id: CheckId, judged: Judged): CheckResult {
  const planned = judged.files.length;
  const broken = judged.files.filter((file) => file.facts.problem !== undefined);
  const own = judged.issues.filter((issue) => issue.check === id);
  const waived = own.filter((issue) => issue.waived).length;
  const check: CheckResult = {
    id,
    status: "passed",
    planned,
    examined: planned - broken.length,
    evidence: EVIDENCE,
    message: messageFor(id, judged, own.length - waived, waived),
  };
  if (broken.length > 0)
    check.message += `; ${broken.length} could not be read (${broken
      .slice(0, 3)
      .map((file) => file.path)
      .join(", ")})`;
  if (broken.length > UNREADABLE_SHARE * planned) {
    check.status = "errored";
    check.failureClass = "unreadable";
  }
  if (id === "contrast" && judged.named && judged.named.unknown.length > 0) {
    check.status = "errored";
    check.failureClass = "unknown-token";
    check.message = `the DNA declares pairs of tokens it does not have: ${judged.named.unknown.slice(0, 5).join(", ")}`;
  }
  return check;
}

/** All checks of the scope errored for one reason. */
function inability(context: GateContext, failureClass: string, message: string): GateResult {
  const checks = context.checks.map(
    (id): CheckResult => ({
      id,
      status: "errored",
      planned: context.files.length,
      examined: 0,
      evidence: EVIDENCE,
      failureClass,
      message,
    }),
  );
  return { checks, findings: [], metrics: {}, artifacts: [] };
}

/** Files that could not be parsed are findings of their own: something in them may be unseen. */
function unreadable(files: readonly FileEntry[]): PlacedIssue[] {
  return files
    .filter((file) => file.facts.problem !== undefined)
    .map((file) => ({
      path: file.path,
      check: "palette",
      rule: "unreadable-file",
      severity: "low" as const,
      value: file.path,
      prop: "",
      message: `${file.path} could not be examined: ${file.facts.problem}`,
      start: 0,
      end: 0,
      line: 1,
      column: 1,
      symbol: "",
      candidates: [],
      advice: "Mend its syntax, or leave it out with gates.design-dna.exclude.",
    }));
}

/** Triage and contact sheet plan a migration, so a full run writes them; the patch helps a commit as well. */
function writeArtifacts(context: GateContext, judged: Judged): GateResult["artifacts"] {
  const artifacts: GateResult["artifacts"] = [];
  const put = (name: string, mediaType: string, title: string, text: string) => {
    const path = join(context.artifactsDir, name);
    writeFileSync(path, text);
    artifacts.push({ path, mediaType, title });
  };
  if (judged.triage) {
    const path = writeTriage(context, judged.triage);
    artifacts.push({ path, mediaType: "application/json", title: "What to migrate first" });
    const sheet = contactSheet(judged.issues, judged.world.index);
    put("contact-sheet.html", "text/html", "Colours used and tokens proposed", sheet);
  }
  const changed =
    context.mode === "quick" && context.changed ? new Set(context.changed.map((one) => one.path)) : null;
  const edits = safeEdits(judged.issues).filter((edit) => changed?.has(edit.path) ?? true);
  if (edits.length > 0) {
    const patch = [...groupByPath(edits)]
      .map(([path, own]) => patchOf(path, judged.text(path) ?? "", own))
      .join("");
    put("design-dna.patch", "text/x-diff", "Edits that change nothing on the screen (git apply)", patch);
  }
  return artifacts;
}

function groupByPath<T extends { path: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(item.path, [...(groups.get(item.path) ?? []), item]);
  return groups;
}

/** The gate's run. */
export async function run(context: GateContext): Promise<GateResult> {
  const options = readOptions(context.options);
  const dnaFile = await readDna(context, options);
  if (dnaFile && dnaFile.problems.length > 0)
    return inability(
      context,
      "bad-dna",
      `the DNA file has ${dnaFile.problems.length} faults: ${dnaFile.problems.slice(0, 3).join("; ")}`,
    );
  const judged = await judgeRepository(context, options, dnaFile);
  const { dna } = judged.world.built;
  if (judged.files.length === 0) return inability(context, "no-files", "no file that paints was found");
  if (dna.tokens.filter((token) => token.form !== "tailwind").length === 0 && dna.tailwind === null) {
    return inability(context, "no-dna", "no tokens were found; `meta-orch design learn` proposes some");
  }
  const listed = [
    ...judged.issues.filter((issue) => !issue.waived),
    ...(context.checks.includes("palette") ? unreadable(judged.files) : []),
  ];
  const definitions = (name: string) =>
    judged.files.flatMap((file) =>
      file.facts.definitions
        .filter((one) => one.name === name && one.global)
        .map((one) => ({ path: file.path, one })),
    );
  const findings = toFindings(listed, definitions);
  const waived = judged.issues.length - judged.issues.filter((issue) => !issue.waived).length;
  return {
    checks: CHECK_IDS.filter((id) => context.checks.includes(id)).map((id) => checkFor(id, judged)),
    findings,
    metrics: {
      files: judged.files.length,
      declarations: judged.files.reduce((sum, file) => sum + file.facts.declarations, 0),
      tokens: dna.tokens.filter((token) => token.form !== "tailwind").length,
      modes: dna.modes.length + 1,
      governed: [...dna.governed].sort(),
      sources: dna.sources.slice(0, 20),
      violations: listed.length,
      waived,
      ...(judged.triage
        ? {
            archived: judged.triage.totals.archived,
            importResolution: Math.round(judged.world.graph.resolutionRate() * 1000) / 1000,
          }
        : {}),
    },
    artifacts: writeArtifacts(context, judged),
  };
}
