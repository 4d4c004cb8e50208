/** A data store that CI tests with another release line than the one that is run. */
import type { Finding } from "../../../../../modsquad/contracts/gate.ts";
import { makeFinding, suggestFix } from "../../../findings.ts";
import { isExamplePath, isTestPath } from "../../../paths.ts";
import { describe } from "../../../source.ts";
import type { Facts } from "../facts.ts";
import type { ImageFact } from "./read.ts";

/** Speaks only when no line that CI tests is one that is run: several lines, or one beside it, are on purpose. */
export function judgeImages(facts: Facts): Finding[] {
  const shipped = facts.images.filter(
    ({ place }) => !isTestPath(place.file.path) && !isExamplePath(place.file.path),
  );
  const findings: Finding[] = [];
  for (const store of new Set(shipped.map((each) => each.store))) {
    const of = (where: ImageFact["where"]): ImageFact[] =>
      shipped.filter((each) => each.store === store && each.where === where);
    const [tested, run] = [of("ci"), of("run")];
    const lines = new Set(run.map((each) => each.major));
    const [first] = run;
    if (!first || tested.some(({ major }) => lines.has(major))) continue;
    const known = new Set<string>();
    for (const { major, place } of tested) {
      const key = `${place.file.path} ${major}`;
      if (known.has(key)) continue;
      known.add(key);
      findings.push(
        makeFinding({
          ruleId: "config-consistency/image-mismatch",
          severity: "low",
          message: `CI tests with ${store} ${major}, but ${describe(first.place)} runs ${[...lines].sort((a, b) => a - b).join(", ")}`,
          identity: [place.file.path, store, String(major), [...lines].sort().join()],
          place,
          defectClass: "infra",
          effort: 10,
          fix: suggestFix(`Test with what is run.`, place, String(first.major)),
        }),
      );
    }
  }
  return findings;
}
