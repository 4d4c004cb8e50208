/** Kubernetes manifests against each other: ports and names that must be the same in two objects. */

import type { Finding } from "../../../../../modsquad/contracts/gate.ts";
import type { Severity } from "../../../../../modsquad/contracts/words.ts";
import { makeFinding, replaceFix, suggestFix } from "../../../findings.ts";
import { isExamplePath, isTestPath } from "../../../paths.ts";
import type { Place } from "../../../source.ts";
import type { Facts } from "../facts.ts";
import { nearest } from "../nearest.ts";
import { judgeContainers, judgeTargets } from "./images.ts";
import type { KubernetesFact, ServiceFact, StoreFact, WorkloadFact } from "./read.ts";

/** What is applied together: the manifests of one folder. */
interface Together {
  services: ServiceFact[];
  workloads: WorkloadFact[];
  stores: StoreFact[];
  /** More is applied with them than what stands here. */
  reaches: boolean;
}

function selects(service: ServiceFact, workload: WorkloadFact): boolean {
  const wanted = Object.entries(service.selector);
  return wanted.length > 0 && wanted.every(([name, value]) => workload.labels[name] === value);
}

interface Wrong {
  rule: "port-mismatch" | "unknown-service" | "unknown-reference";
  severity: Severity;
  message: string;
  place: Place;
  wrong: string;
  known: string[];
}

function finding({ rule, severity, message, place, wrong, known }: Wrong): Finding {
  const right = known.length === 1 ? known[0]! : nearest(wrong, known);
  const text = place.file.text.slice(place.start, place.end);
  const at = text.indexOf(wrong);
  const start = place.start + at;
  const exact = right && at !== -1;
  return makeFinding({
    ruleId: `config-consistency/${rule}`,
    severity,
    message,
    identity: [place.file.path, message],
    place,
    defectClass: "infra",
    effort: 10,
    fix: exact
      ? replaceFix(`Use ${right}.`, { file: place.file, start, end: start + wrong.length }, right)
      : at !== -1 && known[0] !== undefined
        ? suggestFix(
            `Use one of ${known.join(", ")}.`,
            { file: place.file, start, end: start + wrong.length },
            known[0],
          )
        : { description: `Use one of ${known.join(", ")}.` },
  });
}

const words = (list: (string | number | null)[]): string =>
  [...new Set(list.filter((each) => each !== null))].join(", ");

function judgeService(service: ServiceFact, { workloads }: Together): Finding[] {
  const behind = workloads.filter((workload) => selects(service, workload));
  const ports = behind.flatMap((workload) => workload.ports);
  if (ports.length === 0) return [];
  return service.ports.flatMap(({ target, place }) => {
    const named = !/^\d+$/.test(target);
    if (target === "" || ports.some((each) => (named ? each.name === target : String(each.port) === target)))
      return [];
    const known = named
      ? ports.flatMap(({ name }) => name ?? [])
      : ports.flatMap(({ port }) => (port === null ? [] : String(port)));
    return [
      finding({
        rule: "port-mismatch",
        severity: named ? "high" : "medium",
        message: `service ${service.name} sends to port ${target}, but ${behind[0]!.kind} ${behind[0]!.name} has ${words(known) || "no port with a name"}`,
        place,
        wrong: target,
        known: [...new Set(known)],
      }),
    ];
  });
}

function judgeProbes(workload: WorkloadFact): Finding[] {
  const known = workload.ports.flatMap(({ name }) => name ?? []);
  return workload.probes
    .filter(({ name }) => !known.includes(name))
    .map(({ name, place }) =>
      finding({
        rule: "port-mismatch",
        severity: "high",
        message: `a probe of ${workload.kind} ${workload.name} asks port ${name}, which no container of it has`,
        place,
        wrong: name,
        known,
      }),
    );
}

function judgeAddresses(workload: WorkloadFact, { services }: Together): Finding[] {
  return workload.addresses.flatMap(({ host, port, place }) => {
    const service = services.find((each) => each.name === host);
    const ports = service?.ports.flatMap((each) => (each.port === null ? [] : String(each.port))) ?? [];
    if (!service || ports.length === 0 || ports.includes(String(port))) return [];
    return [
      finding({
        rule: "port-mismatch",
        severity: "high",
        message: `${workload.kind} ${workload.name} asks ${host} on port ${port}, but service ${host} has ${words(ports)}`,
        place,
        wrong: String(port),
        known: ports,
      }),
    ];
  });
}

/** A name that a template makes when it runs: what it is cannot be told. */
const isMade = (name: string): boolean => name.includes("helm-");

function judgeBackends(
  fact: KubernetesFact,
  { services, reaches }: Together,
  all: KubernetesFact[],
): Finding[] {
  if (services.length === 0) return [];
  return fact.backends.flatMap(({ service: name, port, place }) => {
    const service = services.find((each) => each.name === name);
    if (!service) {
      if (reaches || isMade(name)) return [];
      // Folders may be applied together.
      if (all.some((each) => each.folder !== fact.folder && each.services.some((one) => one.name === name)))
        return [];
      const known = services.map((each) => each.name);
      const message = `the ingress sends to service ${name}, which no manifest beside it defines`;
      return [finding({ rule: "unknown-service", severity: "high", message, place, wrong: name, known })];
    }
    const known = service.ports.flatMap((each) => [each.name, each.port === null ? null : String(each.port)]);
    if (port === "" || known.includes(port) || service.ports.length === 0) return [];
    const message = `the ingress sends to port ${port} of service ${name}, which has ${words(known)}`;
    return [finding({ rule: "port-mismatch", severity: "high", message, place, wrong: port, known: [] })];
  });
}

/** Folders may be applied together; one whose own workload is called like the autoscaler scales that. */
function judgeScaled(
  fact: KubernetesFact,
  { workloads, reaches }: Together,
  all: KubernetesFact[],
): Finding[] {
  return fact.scaled.flatMap(({ name, kind, place, by }) => {
    const same = workloads.filter((each) => each.kind === kind);
    if (same.length === 0 || reaches || isMade(name) || same.some((each) => each.name === name)) return [];
    const elsewhere = all.some((each) =>
      each.workloads.some((one) => one.kind === kind && one.name === name),
    );
    if (elsewhere && !same.some((each) => each.name === by)) return [];
    const message = `the autoscaler scales ${kind} ${name}, which no manifest beside it defines`;
    return [
      finding({
        rule: "unknown-service",
        severity: "high",
        message,
        place,
        wrong: name,
        known: same.map((each) => each.name),
      }),
    ];
  });
}

/** A container whose variable points at nothing does not start. Where secrets come from elsewhere only a slip is told. */
function judgeReferences(
  workload: WorkloadFact,
  { stores, reaches }: Together,
  all: KubernetesFact[],
): Finding[] {
  return workload.references.flatMap(({ kind, name, key, place }) => {
    const same = stores.filter((each) => each.kind === kind);
    const named = same.filter((each) => each.name === name);
    const who = `${workload.kind} ${workload.name}`;
    const base = { rule: "unknown-reference", severity: "high", place } as const;
    if (named.length === 0) {
      const close = nearest(name, new Set(same.map((each) => each.name)));
      if (close === null || reaches || isMade(name)) return [];
      // A component and its base are applied together.
      if (all.some((each) => each.stores.some((one) => one.kind === kind && one.name === name))) return [];
      const message = `${who} takes from ${kind} ${name}, which no manifest beside it defines; there is ${close}`;
      // The place of a key is not that of the name.
      const at = key === null ? place : { ...place, end: place.start };
      return [finding({ ...base, message, place: at, wrong: name, known: [close] })];
    }
    const keys = named.flatMap((each) => each.keys ?? []);
    if (key === null || isMade(key) || named.some((each) => each.keys === null) || keys.includes(key))
      return [];
    const message = `${who} takes ${key} from ${kind} ${name}, which has ${words(keys)}`;
    return [finding({ ...base, message, wrong: key, known: [...new Set(keys)] })];
  });
}

export function judgeKubernetes(facts: Facts): Finding[] {
  const folders = new Map<string, KubernetesFact[]>();
  for (const fact of facts.kubernetes) folders.set(fact.folder, [...(folders.get(fact.folder) ?? []), fact]);
  const findings: Finding[] = [];
  for (const manifests of folders.values()) {
    const together: Together = {
      services: manifests.flatMap((each) => each.services),
      workloads: manifests.flatMap((each) => each.workloads),
      stores: manifests.flatMap((each) => each.stores),
      reaches: manifests.some((each) => each.reaches),
    };
    for (const fact of manifests) {
      if (isTestPath(fact.path) || isExamplePath(fact.path)) continue;
      findings.push(
        ...fact.services.flatMap((service) => [
          ...judgeService(service, together),
          ...judgeTargets(
            service,
            together.workloads.filter((workload) => selects(service, workload)),
            facts,
          ),
        ]),
        ...fact.workloads.flatMap((workload) => [
          ...judgeContainers(workload, facts),
          ...judgeProbes(workload),
          ...judgeAddresses(workload, together),
          ...judgeReferences(workload, together, facts.kubernetes),
        ]),
        ...judgeBackends(fact, together, facts.kubernetes),
        ...judgeScaled(fact, together, facts.kubernetes),
      );
    }
  }
  return findings;
}
