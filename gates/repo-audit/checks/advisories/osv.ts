/** A database of OSV records (https://ossf.github.io/osv-schema/): a folder of JSON files, or the zip OSV publishes. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { inflateRawSync } from "node:zlib";
import type { Severity } from "../../../../modsquad/contracts/words.ts";
import type { Locked } from "./locked.ts";
import { compareVersions } from "./versions.ts";

interface OsvEvent {
  introduced?: string;
  fixed?: string;
  last_affected?: string;
}

interface Affected {
  package?: { ecosystem?: string; name?: string };
  ranges?: { type?: string; events?: OsvEvent[] }[];
  versions?: string[];
}

interface OsvRecord {
  id: string;
  summary?: string;
  withdrawn?: string;
  affected?: Affected[];
  database_specific?: { severity?: string };
}

export interface Advisory {
  id: string;
  summary: string;
  severity: Severity;
  /** The first version without it, when there is one. */
  fixed: string | null;
}

const SEVERITY: Record<string, Severity> = {
  CRITICAL: "critical",
  HIGH: "high",
  MODERATE: "medium",
  MEDIUM: "medium",
  LOW: "low",
};

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DEFLATED = 8;

/** The JSON files of a zip (APPNOTE.TXT 4.3); throws when it is none. */
function* unzip(bytes: Buffer): Generator<string> {
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1;
  if (end < 0) throw new Error("not a zip file");
  let at = bytes.readUInt32LE(end + 16);
  while (at + 46 <= end && bytes.readUInt32LE(at) === DIRECTORY_ENTRY) {
    const method = bytes.readUInt16LE(at + 10);
    const size = bytes.readUInt32LE(at + 20);
    const lengths = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const name = bytes.toString("utf8", at + 46, at + 46 + lengths[0]!);
    const header = bytes.readUInt32LE(at + 42);
    const data = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
    const content = bytes.subarray(data, data + size);
    if (name.endsWith(".json"))
      yield (method === DEFLATED ? inflateRawSync(content) : content).toString("utf8");
    at += 46 + lengths[0]! + lengths[1]! + lengths[2]!;
  }
}

function* texts(source: string): Generator<string> {
  if (!statSync(source).isDirectory()) return yield* unzip(readFileSync(source));
  for (const name of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (name.endsWith(".json")) yield readFileSync(path.join(source, name), "utf8");
    else if (name.endsWith(".zip")) yield* unzip(readFileSync(path.join(source, name)));
  }
}

/** Whether a version lies in a range: events are sorted, each pair opens and closes it. */
function inRange(version: string, events: OsvEvent[]): boolean {
  let open = false;
  for (const { introduced, fixed, last_affected: last } of events) {
    if (introduced !== undefined)
      open = introduced === "0" || (compareVersions(version, introduced) ?? -1) >= 0 || open;
    if (fixed !== undefined && (compareVersions(version, fixed) ?? -1) >= 0) open = false;
    if (last !== undefined && (compareVersions(version, last) ?? -1) > 0) open = false;
  }
  return open;
}

function isAffected(version: string, { ranges = [], versions = [] }: Affected): boolean {
  return (
    versions.includes(version) ||
    ranges.some(({ type, events = [] }) => type === "SEMVER" && inRange(version, events))
  );
}

export class OsvDatabase {
  readonly #byPackage = new Map<string, OsvRecord[]>();
  records = 0;

  /** Reads all of it once. Throws when the source is absent, no zip, or holds a record that is no JSON. */
  constructor(source: string) {
    for (const text of texts(source)) {
      const record = JSON.parse(text) as OsvRecord;
      this.records += 1;
      if (record.withdrawn) continue;
      for (const key of new Set(
        (record.affected ?? []).map((each) => `${each.package?.ecosystem}/${each.package?.name}`),
      )) {
        this.#byPackage.set(key, [...(this.#byPackage.get(key) ?? []), record]);
      }
    }
  }

  advisories({ ecosystem, name, version }: Locked): Advisory[] {
    const found: Advisory[] = [];
    for (const record of this.#byPackage.get(`${ecosystem}/${name}`) ?? []) {
      const hit = record.affected?.find(
        (each) =>
          each.package?.ecosystem === ecosystem && each.package.name === name && isAffected(version, each),
      );
      if (!hit) continue;
      const fixes = (hit.ranges ?? []).flatMap(({ events = [] }) =>
        events.flatMap(({ fixed }) => fixed ?? []),
      );
      const later = fixes
        .filter((each) => (compareVersions(each, version) ?? -1) > 0)
        .sort((a, b) => compareVersions(a, b) ?? 0);
      found.push({
        id: record.id,
        summary: record.summary ?? "a known vulnerability",
        severity: SEVERITY[record.database_specific?.severity?.toUpperCase() ?? ""] ?? "medium",
        fixed: later[0] ?? null,
      });
    }
    return found;
  }
}
