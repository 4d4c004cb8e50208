/** Rule version-mismatch: the version a project supports, pins, tests, ships and documents is not the same. */
import type { Finding, Fix } from "../../../../../modsquad/contracts/gate.ts";
import type { Severity } from "../../../../../modsquad/contracts/words.ts";
import { makeFinding, suggestFix } from "../../../findings.ts";
import { folderOf, isBelow as isBelowFolder, isExamplePath, isTestPath } from "../../../paths.ts";
import { describe } from "../../../source.ts";
import type { Facts } from "../facts.ts";
import { type Interval, isBelow, overlaps, parsePin, parseRange } from "./ranges.ts";
import type { Runtime, VersionFact } from "./read.ts";

const NAMES: Record<Runtime, string> = { node: "Node", python: "Python", go: "Go" };

interface Pinned {
  fact: VersionFact;
  pin: Interval;
}

function pathOf(fact: VersionFact): string {
  return fact.place.file.path;
}

/** The nearest statement of what is supported, at or above a folder. */
function nearestRange(ranges: VersionFact[], folder: string): VersionFact | null {
  const above = ranges.filter((range) => isBelowFolder(folder, folderOf(pathOf(range))));
  above.sort((a, b) => pathOf(b).length - pathOf(a).length);
  return above[0] ?? null;
}

/** `go 1.22` in go.mod is a least version. */
function intervalsOf(range: VersionFact): Interval[] | null {
  return parseRange(range.runtime === "go" ? `>=${range.text}` : range.text);
}

/** The least version of a range, as short as it can be written. */
function leastOf(range: VersionFact): string | null {
  const from = Math.min(...(intervalsOf(range) ?? []).map((each) => each.from));
  if (!Number.isFinite(from) || from === 0) return null;
  const [major, minor] = [Math.floor(from / 1e8), Math.floor(from / 1e4) % 1e4];
  return minor === 0 && range.runtime === "node" ? String(major) : `${major}.${minor}`;
}

function versionFix(fact: VersionFact, other: VersionFact): Fix {
  const description = `Use one version of ${NAMES[fact.runtime]} in both places (${describe(fact.place)}, ${describe(other.place)}).`;
  const right = other.source === "range" ? leastOf(other) : other.text;
  const { file, start, end } = fact.place;
  const at = file.text.slice(start, end).indexOf(fact.text);
  if (right === null || at === -1) return { description };
  const place = { file, start: start + at, end: start + at + fact.text.length };
  return suggestFix(description, place, right);
}

function finding(fact: VersionFact, severity: Severity, message: string, other: VersionFact): Finding {
  return makeFinding({
    ruleId: "config-consistency/version-mismatch",
    severity,
    message,
    identity: [pathOf(fact), fact.source, fact.text, pathOf(other), other.text],
    place: fact.place,
    defectClass: "infra",
    effort: 10,
    fix: versionFix(fact, other),
  });
}

const WHAT: Record<VersionFact["source"], string> = {
  range: "the project supports",
  pin: "the version manager installs",
  ci: "CI runs",
  image: "the image is built on",
  doc: "the README asks for",
};

/** A version outside what the nearest manifest supports. */
function judgeRange({ fact, pin }: Pinned, ranges: VersionFact[], known: Interval[][]): Finding[] {
  const range = nearestRange(ranges, fact.source === "ci" ? "" : folderOf(pathOf(fact)));
  const intervals = range && intervalsOf(range);
  if (!range || !intervals || intervals.some((each) => overlaps(each, pin))) return [];
  // Newer than supported is often a try; and a workflow may be about another package of the repository.
  const below = isBelow(pin, intervals);
  if (!below && fact.source !== "image" && fact.source !== "pin") return [];
  if (fact.source === "ci" && known.some((other) => other.some((each) => overlaps(each, pin)))) return [];
  const name = NAMES[fact.runtime];
  return [
    finding(
      fact,
      "medium",
      `${WHAT[fact.source]} ${name} ${fact.text}, but ${describe(range.place)} supports ${range.text}`,
      range,
    ),
  ];
}

/** What a version manager installs is neither tested nor shipped. */
function judgePin(own: Pinned, others: Pinned[], source: "ci" | "image"): Finding[] {
  const folder = folderOf(pathOf(own.fact));
  const peers = others.filter(({ fact }) => source === "ci" || isBelowFolder(pathOf(fact), folder));
  const [first] = peers;
  if (!first || peers.some(({ pin }) => sameLine(pin, own.pin))) return [];
  const list = [...new Set(peers.map(({ fact }) => fact.text))].join(", ");
  const message = `${WHAT.pin} ${NAMES[own.fact.runtime]} ${own.fact.text}, but ${WHAT[source]} ${list} (${describe(first.fact.place)})`;
  return [finding(own.fact, "low", message, first.fact)];
}

/** Same release line: the shorter of the two is a prefix of the other. */
function sameLine(a: Interval, b: Interval): boolean {
  return overlaps(a, b) || Math.floor(a.from / 1e8) === Math.floor(b.from / 1e8);
}

function judgeRuntime(facts: VersionFact[]): Finding[] {
  const ranges = facts.filter((fact) => fact.source === "range");
  const known = ranges.flatMap((range) => intervalsOf(range) ?? []).map((each) => [each]);
  const pinned = facts
    .filter((fact) => fact.source !== "range")
    .flatMap((fact) => {
      const pin = parsePin(fact.text);
      return pin ? [{ fact, pin }] : [];
    });
  const of = (source: VersionFact["source"]): Pinned[] => pinned.filter(({ fact }) => fact.source === source);
  const findings = pinned.flatMap((each) => judgeRange(each, ranges, known));
  const wrong = new Set(findings.map((each) => `${each.location?.path}:${each.location?.line}`));
  for (const own of of("pin")) {
    if (
      own.fact.runtime !== "node" ||
      folderOf(pathOf(own.fact)) !== "" ||
      wrong.has(describe(own.fact.place))
    )
      continue;
    const right = (each: Pinned): boolean => !wrong.has(describe(each.fact.place));
    const [found] = [
      ...judgePin(own, of("image").filter(right), "image"),
      ...judgePin(own, of("ci").filter(right), "ci"),
    ];
    if (found) findings.push(found);
  }
  return findings;
}

/** One finding for each statement, the same statement of several lines once. */
function oncePerFile(findings: Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const each of findings) {
    const known = seen.get(each.fingerprint);
    if (known) known.count = (known.count ?? 1) + 1;
    else seen.set(each.fingerprint, each);
  }
  return [...seen.values()];
}

export function judgeVersions(facts: Facts): Finding[] {
  const shipped = facts.versions.filter(
    ({ place }) => !isTestPath(place.file.path) && !isExamplePath(place.file.path),
  );
  const runtimes: Runtime[] = ["node", "python", "go"];
  return runtimes.flatMap((runtime) =>
    oncePerFile(judgeRuntime(shipped.filter((each) => each.runtime === runtime))),
  );
}
