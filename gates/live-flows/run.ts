/** The whole gate: read or find the flows, warm up, run them side by side, report. */
import { setMaxListeners } from "node:events";
import type { GateContext, GateResult, Options } from "../../modsquad/contracts/gate.ts";
import { discoverFlows } from "./discover/index.ts";
import { FaultProxies, type ProxySpec } from "./fault-proxy.ts";
import { pastLatencies } from "./history.ts";
import { startDeadline } from "./http/deadline.ts";
import { Lane } from "./http/lane.ts";
import { guardedLookup } from "./http/private.ts";
import { parseBase } from "./http/request.ts";
import { proxyHint } from "./proxy-hint.ts";
import { type ReadFlow, readFlows } from "./read-flows.ts";
import { object } from "./read-values.ts";
import { resultOf, unableResult } from "./result.ts";
import type { FlowEnvironment } from "./run-step.ts";
import { keepSteady, runSideBySide } from "./schedule.ts";
import { compileSchemas } from "./schema.ts";
import { Secrets } from "./secrets.ts";
import { Sessions } from "./sessions.ts";
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

/** What infra-health said before, for those who wonder why a flow fails; "" when it is fine or did not run. */
function brokenInfrastructure(context: GateContext): string {
  const infra = context.upstream["infra-health"];
  if (!infra || !["failed", "errored", "timed_out"].includes(infra.status)) return "";
  const why = infra.failureClasses.length > 0 ? ` (${infra.failureClasses.join(", ")})` : "";
  return `infra-health ended ${infra.status}${why}`;
}

/** The declared proxies; what the schema cannot say (a URL that parses) shows when a flow uses one. */
function proxiesOf(options: Options): ProxySpec[] {
  return Object.entries(object(options.proxies)).flatMap(([name, written]) => {
    const { listen, upstream } = object(written);
    const url = String(upstream);
    return typeof listen === "number" && URL.canParse(url) ? [{ name, listen, upstream: new URL(url) }] : [];
  });
}

/** Schemas are compiled before anything is sent; a flow whose schema is broken cannot be run. */
async function withSchemas(entries: readonly ReadFlow[], root: string): Promise<ReadFlow[]> {
  const flows = entries.flatMap((entry) => (entry.ok ? [entry.flow] : []));
  const broken = await compileSchemas(flows, root);
  return entries.map((entry) => {
    const message = entry.ok ? broken.get(entry.flow.name) : undefined;
    return entry.ok && message !== undefined ? { ok: false, name: entry.flow.name, message } : entry;
  });
}

const isAbsolute = ({ steps }: Flow) => steps.every((step) => /^https?:\/\//i.test(step.url.text));

/** Runs the gate. Never throws for anything a service or a config does. */
export async function runLiveFlows(context: GateContext): Promise<GateResult> {
  const { options, signal } = context;
  // Every request under way listens for the end of the run.
  setMaxListeners(0, signal);
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
  // Resumed TLS sessions show no certificate, and measure another handshake than a user's first one.
  const plain = { timeout: 0, maxCachedSessions: 0 };
  const connectors = {
    plain: undici.buildConnector(plain),
    publicOnly: undici.buildConnector({ ...plain, lookup: guardedLookup }),
  };
  const maxBody = maxBodyOf(options);
  const first = new Lane(undici, connectors, maxBody);
  const lanes = [first];
  const origins = new Origins();
  const proxies = new FaultProxies();
  const environment: FlowEnvironment = {
    base,
    env: { ...processVariables(), ...context.secrets },
    secrets,
    signal,
    sessions: new Sessions(),
    proxies,
    root: context.root,
    pastLatency: (flow, step, statistic) => pastLatencies(context.history, flow, step, statistic),
    isDead: origins.isDead,
    onOutcome: origins.onOutcome,
  };
  try {
    await proxies.start(proxiesOf(options));
    if (base && options.warmUp !== false) await warmUp(first, base, signal);
    const entries = await withSchemas(declared ?? (await discoverFlows(context, base!, first)), context.root);
    const concurrency = typeof options.concurrency === "number" ? options.concurrency : DEFAULT_CONCURRENCY;
    while (lanes.length < Math.min(concurrency, entries.length))
      lanes.push(new Lane(undici, connectors, maxBody));
    let done = 0;
    const once = await runSideBySide(entries, lanes, environment, (label) => {
      done += 1;
      context.progress({ done, total: entries.length, label });
    });
    const reports = await keepSteady(once, lanes, environment);
    const hints = { infrastructure: brokenInfrastructure(context), proxy: proxyHint(base, process.env) };
    const result = resultOf(reports, base, secrets, hints);
    return declared ? result : provenOrUnable(result, reports);
  } finally {
    proxies.stop();
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
