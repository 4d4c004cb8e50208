/** The form of a finding about a port, and the places of its digits. */
import type { Finding, Fix } from "../../../../modsquad/contracts/gate.ts";
import type { Severity } from "../../../../modsquad/contracts/words.ts";
import { makeFinding, replaceFix, suggestFix } from "../../findings.ts";
import { describe, type Place } from "../../source.ts";
import type { PortPlace } from "./facts.ts";

interface Mismatch {
  severity?: Severity;
  rule?: "port-mismatch" | "healthcheck-port";
  message: string;
  identity: string[];
  place: Place;
  /** Digits to replace, and by what; left out when the right value cannot be told. */
  digits?: Place;
  right?: number | undefined;
  /** What it may be, when it cannot be told: the likeliest first. */
  candidates?: number[];
}

/** The edit where the port is known; else what it may be, and the command that writes the likeliest. */
function fixOf({ digits, right, candidates = [], place }: Mismatch): Fix {
  if (digits && right !== undefined) return replaceFix(`Use port ${right}.`, digits, String(right));
  const all = [...new Set(right === undefined ? candidates : [right, ...candidates])];
  const [likeliest] = all;
  if (digits && likeliest !== undefined)
    return suggestFix(`Use one of ${all.join(", ")} (${describe(digits)}).`, digits, String(likeliest));
  const ports = all.map((port) => `\`${port}\``).join(" or ");
  return {
    description: `Decide which port is meant${ports ? `, ${ports},` : ""} and use it in both places (${describe(place)}).`,
  };
}

export function portFinding(mismatch: Mismatch): Finding {
  const { severity, rule, message, identity, place } = mismatch;
  return makeFinding({
    ruleId: `config-consistency/${rule ?? "port-mismatch"}`,
    severity: severity ?? "high",
    message,
    identity,
    place,
    defectClass: "infra",
    effort: 10,
    fix: fixOf(mismatch),
  });
}

/** Place of a number inside a place, when it stands there exactly once. */
export function digitsIn(place: Place, port: number): Place | undefined {
  const text = place.file.text.slice(place.start, place.end);
  const all = [...text.matchAll(new RegExp(`(?<!\\d)${port}(?!\\d)`, "g"))];
  const [match] = all;
  if (!match || all.length > 1) return undefined;
  const start = place.start + match.index;
  return { file: place.file, start, end: start + match[0].length };
}

/** The container side of "8080:80": the last number of the mapping. */
export function containerDigits(place: Place, port: number): Place | undefined {
  const text = place.file.text.slice(place.start, place.end);
  const at = text.lastIndexOf(String(port));
  return at === -1
    ? undefined
    : { file: place.file, start: place.start + at, end: place.start + at + String(port).length };
}

export const list = (ports: PortPlace[]): string => [...new Set(ports.map((each) => each.port))].join(", ");

export function single(ports: { port: number }[]): number | undefined {
  const all = new Set(ports.map((each) => each.port));
  return all.size === 1 ? [...all][0] : undefined;
}
