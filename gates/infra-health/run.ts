/** The whole gate: read what is expected, compare it, ask every service at the same time, report. */
import { setMaxListeners } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact, GateContext, GateResult } from "../../modsquad/contracts/gate.ts";
import { composeReader } from "./compose-ps.ts";
import { now } from "./deadline.ts";
import { type RepositoryFiles, readRepository } from "./discover/repository.ts";
import { findServices } from "./discover/services.ts";
import { liveResult, rowOf } from "./live.ts";
import { type ProbeRoom, probeService } from "./probe-service.ts";
import { Masker } from "./secrets.ts";
import { checkStaticConfig } from "./static/index.ts";
import { tableOf } from "./table.ts";
import type { Service, ServiceReport } from "./types.ts";

const DEFAULT_CONCURRENCY = 32;

/** Reads a file below root; null when it is absent. */
const reader = (root: string) => (path: string) => readFile(join(root, path), "utf8").catch(() => null);

async function filesOf(context: GateContext): Promise<RepositoryFiles> {
  const { composeFiles } = context.options;
  const configured = Array.isArray(composeFiles) ? composeFiles.map(String) : null;
  const paths = new Set(context.files.map((file) => file.path));
  // The engine lets a gate see the variables it declares, and no others.
  const values = { ...process.env, ...context.secrets };
  return readRepository(paths, configured, values, reader(context.root));
}

/** Asks all services, at most `concurrency` at a time; reports come in the order of the services. */
async function probeAll(
  services: readonly Service[],
  room: ProbeRoom,
  context: GateContext,
): Promise<ServiceReport[]> {
  const reports: ServiceReport[] = [];
  const { concurrency } = context.options;
  const lanes = Math.min(
    typeof concurrency === "number" ? concurrency : DEFAULT_CONCURRENCY,
    services.length,
  );
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < services.length && !context.signal.aborted) {
      const index = next;
      next += 1;
      const service = services[index]!;
      reports[index] = await probeService(service, room);
      done += 1;
      context.progress({ done, total: services.length, label: service.name });
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return reports.filter((report) => report !== undefined);
}

function maskerOf(context: GateContext, files: RepositoryFiles, services: readonly Service[]): Masker {
  const masker = new Masker();
  masker.addVariables(context.secrets);
  for (const file of files.env.filter((one) => one.isReal))
    masker.addVariables(Object.fromEntries(file.entries.map((entry) => [entry.name, entry.value])));
  for (const service of services) masker.addAddress(service.subject);
  return masker;
}

async function writeTable(context: GateContext, rows: ReturnType<typeof rowOf>[]): Promise<Artifact[]> {
  if (rows.length === 0) return [];
  const path = join(context.artifactsDir, "services.txt");
  await writeFile(path, tableOf(rows));
  return [{ path, mediaType: "text/plain", title: "Services" }];
}

/** Runs the gate. Never throws for anything a service or a file does. */
export async function runInfraHealth(context: GateContext): Promise<GateResult> {
  const began = now();
  // Every probe listens to it while it runs, and there may be many at the same time.
  setMaxListeners(0, context.signal);
  const files = await filesOf(context);
  const services = findServices(context.options, context.env, files);
  const masker = maskerOf(context, files, services);
  const result: GateResult = { checks: [], findings: [], metrics: {}, artifacts: [] };
  if (context.checks.includes("static-config")) {
    const { check, findings } = checkStaticConfig(context, services, files);
    result.checks.push({ ...check, message: masker.mask(check.message) });
    result.findings.push(
      ...findings.map((finding) => ({ ...finding, message: masker.mask(finding.message) })),
    );
  }
  if (!context.checks.includes("live-services")) return result;
  const { composeProject } = context.options;
  const room: ProbeRoom = {
    context,
    compose: composeReader(
      context,
      files.composePaths,
      typeof composeProject === "string" ? composeProject : null,
    ),
    hasCompose: files.compose.length > 0,
  };
  const probing = now();
  const reports = await probeAll(services, room, context);
  const live = liveResult(reports, context.env, masker);
  result.checks.push(...live.checks);
  result.findings.push(...live.findings);
  const rows = reports.map((report) => rowOf(report, masker));
  const ended = now();
  result.metrics = {
    env: context.env,
    services: rows,
    probesMs: Math.round(ended - probing),
    totalMs: Math.round(ended - began),
  };
  result.artifacts = await writeTable(context, rows);
  return result;
}
