/** nginx configuration against the compose services it runs beside. */
import type { Finding } from "../../../../../modsquad/contracts/gate.ts";
import { isBelow, isExamplePath, isTestPath } from "../../../paths.ts";
import type { ComposeFile, Facts, UrlFact } from "../facts.ts";
import { isPlaceholderHost } from "../known.ts";
import { judgePort, reachable, unknown } from "../rules-services.ts";
import { isLocalHost } from "../urls.ts";
import type { NginxFact } from "./read.ts";

/** The compose files with a service that is given this configuration, by mount or by build. */
function runsIn(facts: Facts, { path }: NginxFact): ComposeFile[] {
  return facts.compose.filter((file) =>
    file.services.some(
      (service) =>
        !service.outwardNetwork &&
        (service.mounts.some((mount) => isBelow(path, mount)) ||
          (service.context !== null && isBelow(path, service.context))),
    ),
  );
}

/** Every name anything in the repository answers to: a configuration may be meant for another deployment. */
function namesEverywhere(facts: Facts): Set<string> {
  const names = facts.compose.flatMap((file) =>
    file.services.flatMap((service) => [service.name, ...service.aliases, ...service.extraHosts]),
  );
  const services = facts.kubernetes.flatMap((each) => each.services.map((service) => service.name));
  return new Set([...names, ...services, ...facts.nginx.flatMap((each) => each.upstreams)]);
}

export function judgeNginx(facts: Facts): Finding[] {
  const everywhere = namesEverywhere(facts);
  const findings: Finding[] = [];
  for (const fact of facts.nginx) {
    if (isTestPath(fact.path) || isExamplePath(fact.path)) continue;
    const [file, ...others] = runsIn(facts, fact);
    const known = file && reachable(facts, file);
    if (!file || !known) continue;
    for (const { host, port, place, portPlace } of fact.targets) {
      if (host.includes(".") || isLocalHost(host) || isPlaceholderHost(host) || fact.upstreams.includes(host))
        continue;
      const url: UrlFact = { scheme: "http", host, port, place, portPlace };
      if (known.names.has(host)) {
        if (others.length === 0) findings.push(...judgePort(facts, file, url, fact.path));
      } else if (!everywhere.has(host)) {
        findings.push(
          unknown({
            message: `requests are passed on to ${host}, which no service of ${file.path} answers to`,
            identity: [fact.path, host],
            place,
            wrong: host,
            known: known.names,
          }),
        );
      }
    }
  }
  return findings;
}
