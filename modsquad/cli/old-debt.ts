/** What the findings of the first day weigh in the risk rate, so that they do not block the first commit. */

import type { Survey } from "../engine/survey.ts";
import { assessRuns } from "../risk/model.ts";

/** Targets are proposed in steps of a tenth of a percent. */
const STEP = 0.1;

/** A change of a size that many commits have: larger ones carry a higher risk, with debt or without. */
const USUAL_CHANGE = { la: 300, ld: 100, nf: 15 };

/**
 * The lowest target, percent, that the old findings alone do not exceed in a change of usual size: each counts
 * at a tenth, everything is taken for verified. Null when the default is enough.
 */
export function targetForDebt({ gates }: Pick<Survey, "gates">, defaultTarget: number): number | null {
  const looked = gates.filter(({ task }) => task.findings.length > 0);
  const runs = Object.fromEntries(
    looked.map(({ id, task }) => {
      // The same text in several places has one fingerprint; each place counts.
      const findings = task.findings.map(({ severity }, at) => ({ id: `${at}`, severity, baseline: true }));
      return [id, { status: "pass", findings }];
    }),
  );
  const assessed = assessRuns(runs, { required: looked.map(({ id }) => id), diff: USUAL_CHANGE });
  if (!assessed.ok || assessed.value.risk <= defaultTarget) return null;
  return Math.round((Math.floor(assessed.value.risk / STEP) + 1) * STEP * 10) / 10;
}
