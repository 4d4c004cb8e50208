/** Rules cors-credentials and cors-origin: who is let in, and who would have to be. */
import type { Finding } from "../../../../../modsquad/contracts/gate.ts";
import { makeFinding, originFix, replaceFix, suggestFix } from "../../../findings.ts";
import { isExamplePath, isTestPath } from "../../../paths.ts";
import { describe } from "../../../source.ts";
import type { Facts } from "../facts.ts";
import { frameworkProvides } from "../known.ts";
import { isSpokenAnywhere, publishedPorts } from "../provided.ts";
import type { CorsFact } from "./read.ts";

function judgeStar(facts: Facts, { star }: CorsFact): Finding[] {
  if (!star) return [];
  const line = star.file.lineAround(star.start);
  return [
    makeFinding({
      ruleId: "config-consistency/cors-credentials",
      severity: "high",
      message:
        "every origin is allowed together with credentials: browsers refuse the answer to a request with cookies, and a framework that echoes the origin instead opens the session to every site",
      identity: [star.file.path, star.file.text.slice(line.start, line.end).trim()],
      place: star,
      defectClass: "infra",
      effort: 15,
      fix: originFix(
        "List the origins that may send credentials, or allow none.",
        star,
        facts.fronts[0]?.port,
      ),
    }),
  ];
}

/** None of the local origins a server lets in is one the front end is served from. */
function judgeOrigins(facts: Facts, { origins, place }: CorsFact): Finding[] {
  const [front] = facts.fronts;
  const [first] = origins;
  if (!front || !first) return [];
  const served = new Set([...facts.fronts.map((each) => each.port), ...publishedPorts(facts)]);
  const fits = (port: number | null): boolean =>
    port === null ||
    served.has(port) ||
    facts.ignoredPorts.has(port) ||
    frameworkProvides(facts.packages, port) ||
    isSpokenAnywhere(facts, port, place.file.path);
  if (origins.some((origin) => fits(origin.port))) return [];
  const ports = new Set(facts.fronts.map((each) => each.port));
  const right = ports.size === 1 ? front.port : undefined;
  const allowed = [...new Set(origins.map((origin) => origin.port))].join(", ");
  const where = front.assumed
    ? `${describe(front.place)} uses the default ${front.port}`
    : describe(front.place);
  return [
    makeFinding({
      ruleId: "config-consistency/cors-origin",
      severity: "high",
      message: `the front end is served from port ${[...ports].join(", ")} (${where}), but the origins allowed here end in ${allowed}`,
      identity: [place.file.path, allowed],
      place: first.place,
      defectClass: "infra",
      effort: 10,
      fix:
        right !== undefined && origins.length === 1 && first.portPlace
          ? replaceFix(`Use port ${right}.`, first.portPlace, String(right))
          : first.portPlace
            ? suggestFix("Allow the origin of the front end.", first.portPlace, String(front.port))
            : { description: "Allow the origin of the front end." },
    }),
  ];
}

export function judgeCors(facts: Facts): Finding[] {
  return facts.cors
    .filter(({ place }) => !isTestPath(place.file.path) && !isExamplePath(place.file.path))
    .flatMap((each) => [...judgeStar(facts, each), ...judgeOrigins(facts, each)]);
}
