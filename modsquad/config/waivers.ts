/** modsquad.waivers.yaml: risks a named person accepts until a date. A file that cannot be read is a Problem, never "no waivers". */
import type { Waiver } from "../contracts/run-state.ts";
import type { WaiverEntry, WaiversFile } from "./config.generated.ts";
import { isDate } from "./dates.ts";
import type { Kind } from "./document.ts";
import type { Fault } from "./places.ts";
import { unknownGate } from "./references.ts";

export const WAIVERS_FILE = "modsquad.waivers.yaml";

function faultsOf(waiver: WaiverEntry, index: number): Fault[] {
  const faults: Fault[] = [];
  const name = `[${index}]`;
  if ((waiver.gate === undefined) === (waiver.fingerprint === undefined)) {
    const what =
      waiver.gate === undefined
        ? `The waiver ${name} says neither gate nor fingerprint`
        : `The waiver ${name} says both gate and fingerprint`;
    faults.push({
      path: [index],
      part: "value",
      what,
      next: "Give gate: <id> for all of a gate, or fingerprint: <gate>:<fingerprint> for one finding.",
    });
  }
  if (waiver.why !== undefined && waiver.gate === undefined) {
    faults.push({
      path: [index, "why"],
      part: "key",
      what: `${name}.why goes with gate`,
      next: "Remove why; a fingerprint names one finding already.",
    });
  }
  if (!isDate(waiver.until)) {
    faults.push({
      path: [index, "until"],
      part: "value",
      what: `${name}.until is a day that does not exist: ${waiver.until}`,
      next: "Write the last day it holds as YYYY-MM-DD.",
    });
  }
  return faults;
}

export const waiversKind: Kind<WaiversFile> = {
  name: "waivers",
  validator: async () => (await import("./validate-config.generated.mjs")).waivers,
  check: (waivers) => waivers.flatMap(faultsOf),
  empty: [],
};

/** Waivers for gates that do not exist. `known` as in nameableGates; null = cannot be told here. */
export function waiverGateFaults(waivers: WaiversFile, known: readonly string[] | null): Fault[] {
  if (known === null) return [];
  return waivers.flatMap((waiver, index) => {
    const id = waiver.gate ?? waiver.fingerprint?.split(":")[0] ?? "";
    if (known.includes(id)) return [];
    const key = waiver.gate === undefined ? "fingerprint" : "gate";
    return [
      {
        path: [index, key],
        part: "value" as const,
        ...unknownGate(id, known, `The waiver [${index}] is for a gate that does not exist: "${id}"`),
      },
    ];
  });
}

/** The file's entries in the shape of the run's header. */
export function toWaivers(entries: WaiversFile): Waiver[] {
  return entries.map(({ gate, ...rest }) => ({ gate: gate ?? null, ...rest }));
}
