/** Faults and changes as findings. */
import type { Finding } from "../../modsquad/contracts/gate.ts";
import type { Change } from "./diff/change.ts";
import type { DocumentFault } from "./document/faults.ts";
import { frameAt, type LineOf } from "./document/lines.ts";
import { fingerprint } from "./json.ts";
import type { Told } from "./live/session.ts";
import type { ApiDocument } from "./types.ts";

const MAX_CHANGES = 200;

/** Places findings in the document when it is a file of the repository. */
export class Placer {
  readonly #document: ApiDocument;
  readonly #lineOf: LineOf;

  constructor(document: ApiDocument, lineOf: LineOf) {
    this.#document = document;
    this.#lineOf = lineOf;
  }

  /** Location of a pointer; nothing for a document that is no file. */
  place(pointer: string): Pick<Finding, "location"> {
    if (!this.#document.isFile) return {};
    const { line, column } = this.#lineOf(pointer);
    return { location: { path: this.#document.source, line, column } };
  }

  frame(pointer: string): string {
    return frameAt(this.#document.text, this.#lineOf(pointer).line);
  }
}

/** A fault a live check found. */
export function liveFinding(check: string, operation: string, told: Told, placer: Placer): Finding {
  return {
    ruleId: `${check}/${told.rule}`,
    severity: told.severity,
    message: `[${told.verdict}] ${told.message}`,
    fingerprint: fingerprint(check, told.rule, operation, told.subject),
    target: operation,
    // A fault of the document has its place there; what a service does wrong has none in the repository we know of.
    ...(told.verdict === "document wrong" ? placer.place(told.pointer) : {}),
    fix: { description: `${told.advice} Document: ${told.pointer}`, command: told.curl },
  };
}

/** Breaking changes and warnings, most grave first. */
export function changeFindings(changes: readonly Change[], placer: Placer): Finding[] {
  const told = changes.filter(({ level }) => level !== "compatible");
  told.sort((one, other) => Number(other.level === "breaking") - Number(one.level === "breaking"));
  return told.slice(0, MAX_CHANGES).map((change) => ({
    ruleId: `schema-diff/${change.rule}`,
    severity: change.level === "breaking" ? "high" : "medium",
    message: `${change.operation}: ${change.message}. Breaks ${change.who}. At ${change.pointer}${change.inOld ? " of the earlier document" : ""}`,
    fingerprint: fingerprint("schema-diff", change.rule, change.pointer, change.message),
    target: change.operation,
    ...placer.place(change.pointer),
    fix: {
      description: `${change.advice} If the break is meant, waive this finding with a reason, and publish a new major version.`,
    },
  }));
}

/** Faults of the document itself, told under the check that met them. */
export function documentFindings(check: string, faults: readonly DocumentFault[], placer: Placer): Finding[] {
  return faults.map((fault) => ({
    ruleId: `${check}/${fault.rule}`,
    severity: fault.severity,
    message: `[document wrong] ${fault.message}`,
    fingerprint: fingerprint(fault.rule, fault.subject),
    target: fault.pointer,
    ...placer.place(fault.pointer),
    fix: {
      description: `${fault.advice}\n${fault.frame === "" ? placer.frame(fault.pointer) : fault.frame}`,
    },
  }));
}
