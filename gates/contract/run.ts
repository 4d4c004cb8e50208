/** The whole gate: load the document, compare it with the earlier one, then ask the running service. */
import type { CheckResult, Finding, GateContext, GateResult } from "../../modsquad/contracts/gate.ts";
import type { JsonObject } from "../../modsquad/contracts/words.ts";
import { coverageMetrics, writeCoverage } from "./coverage.ts";
import { documentFaults } from "./document/faults.ts";
import { linesOf } from "./document/lines.ts";
import { type Loaded, loadDocument } from "./document/load.ts";
import { askService, findDocuments, readBelow, repositoryReader } from "./document/locate.ts";
import { operationsOf } from "./document/operations.ts";
import { documentFindings, Placer } from "./findings.ts";
import { fingerprint } from "./json.ts";
import { Client } from "./live/client.ts";
import { millisecondsOf } from "./options.ts";
import { compareAll, EVIDENCE } from "./run-diff.ts";
import { runLive } from "./run-live.ts";
import type { Operation } from "./types.ts";
import { pointAtCause } from "./upstream.ts";

const DEFAULT_TIMEOUT_MS = 10_000;

/** Every check in scope errored for one reason, with one finding. */
export function unable(
  checks: readonly string[],
  failureClass: string,
  message: string,
  advice: string,
): Pick<GateResult, "checks" | "findings"> {
  const results = checks.map(
    (id): CheckResult => ({
      id,
      status: "errored",
      planned: 1,
      examined: 0,
      evidence: EVIDENCE,
      failureClass,
      message,
    }),
  );
  const [first = "responses"] = checks;
  const finding: Finding = {
    ruleId: `${first}/${failureClass}`,
    severity: "medium",
    message,
    fingerprint: fingerprint("unable", failureClass),
    target: "contract",
    fix: { description: advice },
  };
  return { checks: results, findings: [finding] };
}

function baseOf(context: GateContext): URL | null {
  if (context.baseUrl === undefined || !URL.canParse(context.baseUrl)) return null;
  const url = new URL(context.baseUrl);
  return url.protocol === "http:" || url.protocol === "https:" ? url : null;
}

async function load(context: GateContext, client: Client | null): Promise<Loaded> {
  const { root, options } = context;
  const read = repositoryReader(context, (file) => readBelow(root, file));
  const named =
    typeof options.document === "string"
      ? options.document
      : (await findDocuments({ files: context.files, readText: (file) => readBelow(root, file) }))[0];
  if (named && /^https?:\/\//i.test(named)) {
    const { request } = await import("undici");
    try {
      const response = await request(named, {
        signal: AbortSignal.any([context.signal, AbortSignal.timeout(20_000)]),
      });
      const text = await response.body.text();
      if (response.statusCode !== 200)
        return { ok: false, class: "missing", message: `${named} answered ${response.statusCode}, not 200.` };
      return loadDocument(text, named, false, read);
    } catch (error) {
      return {
        ok: false,
        class: "missing",
        message: `${named} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      };
    }
  }
  if (named) {
    const text = await readBelow(root, named);
    if (text === null)
      return { ok: false, class: "missing", message: `There is no ${named} in the repository.` };
    return loadDocument(text, named, true, read);
  }
  const served = client ? await askService(client) : null;
  if (served) return loadDocument(served.text, served.address, false, read);
  const where = client ? ` and ${client.base.origin} serves none at the usual addresses` : "";
  return { ok: false, class: "missing", message: `There is no OpenAPI document among the files${where}.` };
}

const LOAD_ADVICE: Record<string, string> = {
  unreadable: "Correct the syntax of the document.",
  unsupported:
    "Convert the document to OpenAPI 3.0 or 3.1, for example with npx swagger2openapi, and commit the result.",
  missing:
    "Name it in modsquad.config.yaml under gates: contract: document, or declare the gate notApplicable with a reason.",
};

/** Leaves out the operations the config excludes. */
function inScope(operations: readonly Operation[], options: JsonObject): Operation[] {
  const patterns = (Array.isArray(options.exclude) ? options.exclude : []).map(
    (one) =>
      new RegExp(
        `^${String(one)
          .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
          .replaceAll("*", ".*")}$`,
      ),
  );
  return operations.filter(
    ({ id, operationId }) => !patterns.some((pattern) => pattern.test(id) || pattern.test(operationId ?? "")),
  );
}

/** Runs the gate. Never throws for anything a document or a service does. */
export async function runContract(context: GateContext): Promise<GateResult> {
  const live = context.checks.filter((id) => id !== "schema-diff");
  const base = baseOf(context);
  const client =
    live.length > 0 && base
      ? await Client.open(
          base,
          context.signal,
          millisecondsOf(context.options.requestTimeout) ?? DEFAULT_TIMEOUT_MS,
        )
      : null;
  try {
    const result = await runWith(context, live, client);
    return { ...result, findings: pointAtCause(result.findings, context.upstream["infra-health"]) };
  } finally {
    await client?.close();
  }
}

async function runWith(context: GateContext, live: string[], client: Client | null): Promise<GateResult> {
  const loaded = await load(context, client);
  if (!loaded.ok) {
    return {
      ...unable(context.checks, loaded.class, loaded.message, LOAD_ADVICE[loaded.class]!),
      metrics: {},
      artifacts: [],
    };
  }
  const { document } = loaded;
  const placer = new Placer(document, await linesOf(document));
  const all = operationsOf(document);
  const checks: CheckResult[] = [];
  const findings = documentFindings(
    context.checks[0] ?? "schema-diff",
    await documentFaults(document, all),
    placer,
  );
  const metrics: JsonObject = { document: document.source, operations: all.length };
  if (context.checks.includes("schema-diff")) {
    const diff = await compareAll(context, { document, operations: all, placer });
    checks.push(diff.check);
    findings.push(...diff.findings);
    metrics.diff = diff.metrics;
  }
  if (live.length === 0) return { checks, findings, metrics, artifacts: [] };
  if (!client) {
    const message = "No base URL: there is no service to ask.";
    const advice =
      "Give one with --base-url http://127.0.0.1:3000, or as baseUrl: in modsquad.config.yaml, and start the service before the run.";
    const none = unable(live, "no-base-url", message, advice);
    return {
      checks: [...checks, ...none.checks],
      findings: [...findings, ...none.findings],
      metrics,
      artifacts: [],
    };
  }
  const outcome = await runLive(context, live, client, document, inScope(all, context.options), placer);
  checks.push(...outcome.checks);
  findings.push(...outcome.findings);
  metrics.coverage = coverageMetrics(outcome.rows);
  Object.assign(metrics, outcome.metrics);
  const artifacts = outcome.rows.length > 0 ? await writeCoverage(context.artifactsDir, outcome.rows) : [];
  return { checks, findings, metrics, artifacts };
}
