/** The whole gate: read or find the flows, warm up, run them side by side, report. */
import type { GateContext, GateResult, Options } from "../../modsquad/contracts/gate.ts";
import { discoverFlows } from "./discover/index.ts";
import { startDeadline } from "./http/deadline.ts";
import { Lane } from "./http/lane.ts";
import { parseBase } from "./http/request.ts";
import { type ReadFlow, readFlows } from "./read-flows.ts";
import { resultOf, unableResult } from "./result.ts";
import { runAny } from "./run-any.ts";
import { runFlow } from "./run-flow.ts";
import type { FlowEnvironment } from "./run-step.ts";
import { Secrets } from "./secrets.ts";
import type { Flow, FlowReport, TransportFailure } from "./types.ts";
import { parseSize } from "./units.ts";

const DEFAULT_CONCURRENCY = 10;
const DEFAULT_MAX_BODY = 5 * 1024 * 1024;
const WARM_UP_MS = 2000;
/** Flows that may wait in vain for an origin that never answered before it is given up. */
const PATIENCE = 2;

export const NO_BASE_URL =
  "No base URL: there is nothing to ask. Give one with --base-url http://127.0.0.1:3000, or as baseUrl: in modsquad.config.yaml " +
  "(per environment if you like), and start the service before the run.";

/** Remembers which origins answer. */
class Origins {
  readonly #alive = new Set<string>();
  readonly #silent = new Map<string, number>();

  readonly isDead = (origin: string) =>
    !this.#alive.has(origin) && (this.#silent.get(origin) ?? 0) >= PATIENCE;

  readonly onOutcome = (origin: string, failure: TransportFailure | null) => {
    if (failure?.class === "timeout" || failure?.class === "unreachable")
      this.#silent.set(origin, (this.#silent.get(origin) ?? 0) + 1);
    // An answer, even a broken one, proves that somebody is there.
    else if (!failure?.beforeConnection) this.#alive.add(origin);
  };
}

function brokenReport({ name, message }: Extract<ReadFlow, { ok: false }>): FlowReport {
  const flow: Flow = {
    name,
    source: "declared",
    mode: "all",
    steps: [],
    retry: { attempts: 1, backoffMs: 0 },
    repeat: 1,
  };
  const inability = { failureClass: "bad-flow", message: `The flow cannot be run: ${message}.` };
  return { flow, failures: [], inability, timings: [], statuses: [], retries: 0, note: "" };
}

function maxBodyOf(options: Options): number {
  return (
    (typeof options.maxBody === "string" ? parseSize(options.maxBody)?.bound : undefined) ?? DEFAULT_MAX_BODY
  );
}

/** The first request in a process is many times slower than the second: take it out of the measurement. */
async function warmUp(lane: Lane, base: URL, signal: AbortSignal): Promise<void> {
  const deadline = startDeadline(WARM_UP_MS, signal);
  const url = new URL(base);
  url.username = "";
  url.password = "";
  try {
    await lane.send({ method: "get", url, headers: { "accept-encoding": "identity" }, body: null }, deadline);
  } finally {
    deadline.end();
  }
}

/** Runs every flow once, each lane taking the next one when it is free. Reports come in the order of the flows. */
async function runAll(
  entries: readonly ReadFlow[],
  lanes: readonly Lane[],
  environment: FlowEnvironment,
  onDone: (name: string) => void,
): Promise<FlowReport[]> {
  const reports: FlowReport[] = [];
  let next = 0;
  const work = async (lane: Lane) => {
    while (next < entries.length) {
      const index = next;
      next += 1;
      const entry = entries[index]!;
      if (entry.ok) {
        const run = entry.flow.mode === "any" ? runAny : runFlow;
        reports[index] = await run(entry.flow, lane, environment);
        onDone(entry.flow.name);
      } else {
        reports[index] = brokenReport(entry);
        onDone(entry.name);
      }
    }
  };
  await Promise.all(lanes.map(work));
  return reports;
}

/** What infra-health said before, for those who wonder why a flow fails. */
function dependencyHint(context: GateContext): string {
  const infra = context.upstream["infra-health"];
  if (!infra || !["failed", "errored", "timed_out"].includes(infra.status)) return "";
  const why = infra.failureClasses.length > 0 ? ` (${infra.failureClasses.join(", ")})` : "";
  return `infra-health ended ${infra.status}${why}: a dependency may be the cause, look there first.`;
}

const isAbsolute = ({ steps }: Flow) => steps.every((step) => /^https?:\/\//i.test(step.url.text));

/** Runs the gate. Never throws for anything a service or a config does. */
export async function runLiveFlows(context: GateContext): Promise<GateResult> {
  const { options, signal } = context;
  const secrets = new Secrets();
  for (const [name, value] of Object.entries(context.secrets)) secrets.declare(name, value);
  const base = parseBase(context.baseUrl);
  if (context.baseUrl !== undefined && !base) {
    const message = `The base URL ${JSON.stringify(context.baseUrl)} is no http or https URL. Write one such as http://127.0.0.1:3000.`;
    return unableResult("bad-base-url", message, 1);
  }
  const declared = readFlows(options);
  if (declared?.length === 0)
    return unableResult(
      "no-flows",
      "The list of flows is empty: nothing would be checked. Declare flows, or remove the key.",
      1,
    );
  if (!base && !declared?.some((entry) => entry.ok && isAbsolute(entry.flow))) {
    return unableResult("no-base-url", NO_BASE_URL, declared?.length ?? 1);
  }
  const undici = await import("undici");
  const connect = undici.buildConnector({ timeout: 0 });
  const maxBody = maxBodyOf(options);
  const first = new Lane(undici, connect, maxBody);
  const lanes = [first];
  const origins = new Origins();
  const environment: FlowEnvironment = {
    base,
    env: { ...processVariables(), ...context.secrets },
    secrets,
    signal,
    isDead: origins.isDead,
    onOutcome: origins.onOutcome,
  };
  try {
    if (base && options.warmUp !== false) await warmUp(first, base, signal);
    const entries = declared ?? (await discoverFlows(context, base!, first));
    const concurrency = typeof options.concurrency === "number" ? options.concurrency : DEFAULT_CONCURRENCY;
    while (lanes.length < Math.min(concurrency, entries.length))
      lanes.push(new Lane(undici, connect, maxBody));
    let done = 0;
    const reports = await runAll(entries, lanes, environment, (label) => {
      done += 1;
      context.progress({ done, total: entries.length, label });
    });
    const result = resultOf(reports, base, secrets, dependencyHint(context));
    return declared ? result : provenOrUnable(result, reports);
  } finally {
    for (const lane of lanes) lane.close();
  }
}

/** In a worker these are the variables the engine lets this gate see, and no others. */
function processVariables(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}

/** Found flows expect little; if not one of them got a good answer, nothing was proven. */
function provenOrUnable(result: GateResult, reports: readonly FlowReport[]): GateResult {
  const proven = reports.some((report) => report.statuses.some((status) => status >= 200 && status < 300));
  if (proven || result.checks.some((check) => check.status !== "passed")) return result;
  const message =
    "The service answers, but nothing was found that it does: no health endpoint, no front page, no OpenAPI document. Declare flows: in the config.";
  return {
    ...unableResult("nothing-found", message, reports.length),
    findings: result.findings,
    metrics: result.metrics,
  };
}
