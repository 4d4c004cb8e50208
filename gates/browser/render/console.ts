/** Findings from the console: uncaught errors and what the page's scripts complain of. */
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { browserFinding } from "../findings.ts";
import type { Visit } from "../page-check.ts";

/** Chromium's own line about a failed request: the request is reported by itself. */
const OF_A_REQUEST = /^Failed to load resource:|net::ERR_/;
/** The same complaint is one finding, however often it is printed. */
const ignored = (visit: Visit, text: string) => visit.options.ignore.console.some((one) => one.test(text));
const shorten = (text: string) => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

/** "at f (http://host/js/main.js:12:3)" → address and line of the first frame with one. */
export function firstFrame(stack: string): { url: string; line: number } | null {
  const match = /((?:https?|file|webpack-internal):\/\/[^\s)]+?):(\d+):\d+\)?(?:\n|$)/.exec(stack);
  return match ? { url: match[1]!, line: Number(match[2]) } : null;
}

function placeOf(visit: Visit, at: { url: string; line: number } | null): Pick<Finding, "location"> {
  const path = at ? visit.sourceOf(at.url) : null;
  return path && at ? { location: { path, line: Math.max(1, at.line) } } : {};
}

function where(at: { url: string; line: number } | null): string {
  return at ? ` at ${at.url}:${at.line}` : "";
}

export function errorFindings(visit: Visit): Finding[] {
  return visit.watch.errors
    .filter(({ message }) => !ignored(visit, message))
    .map(({ name, message, stack }) => {
      const at = firstFrame(stack);
      return browserFinding({
        rule: "render/uncaught-error",
        severity: "high",
        page: visit.name,
        message: `${visit.name} has an uncaught ${name}: ${shorten(message)}${where(at)}`,
        subject: `${name}: ${message}`,
        defectClass: "ui",
        effort: 30,
        fix: {
          description: `Correct the code${where(at)}, or catch what may fail there; the stack is in console.txt beside the report.`,
        },
        ...placeOf(visit, at),
      });
    });
}

/** `broken`: addresses of requests that are findings already; Chromium complains of each of them as well. */
export function consoleFindings(visit: Visit, broken: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  for (const { type, text, url, line } of visit.watch.console) {
    if (type !== "error" && type !== "assert") continue;
    if (OF_A_REQUEST.test(text) || ignored(visit, text)) continue;
    if (broken.some((address) => text.includes(`'${address}'`))) continue;
    const at = url ? { url, line } : null;
    findings.push(
      browserFinding({
        rule: "render/console-error",
        severity: "high",
        page: visit.name,
        message: `${visit.name} prints an error to the console: ${shorten(text)}${where(at)}`,
        subject: text,
        defectClass: "ui",
        effort: 20,
        fix: {
          description: `Mend what the message${where(at)} complains of; if it is expected, list it under ignore: console: in the config.`,
        },
        ...placeOf(visit, at),
      }),
    );
  }
  return findings;
}
