/** The checks that need a running service. */
import type { CheckResult, Finding, GateContext } from "../../modsquad/contracts/gate.ts";
import type { JsonObject } from "../../modsquad/contracts/words.ts";
import { type Row, skippedReason } from "./coverage.ts";
import { liveFinding, type Placer } from "./findings.ts";
import { at, fingerprint, keysOfRef } from "./json.ts";
import { type AuthOutcome, checkAuth, isSecured } from "./live/auth.ts";
import type { Client } from "./live/client.ts";
import { exerciseAll, sideBySide } from "./live/exercise.ts";
import { exampleFault } from "./live/judge.ts";
import { Session, type Told } from "./live/session.ts";
import { type NegativeReport, runNegative } from "./negative/run.ts";
import { unable } from "./run.ts";
import { EVIDENCE } from "./run-diff.ts";
import { examplesOf } from "./schema/sample.ts";
import type { ApiDocument, MediaType, Operation } from "./types.ts";

export interface LiveOutcome {
  checks: CheckResult[];
  findings: Finding[];
  rows: Row[];
  metrics: JsonObject;
}

const START_ADVICE =
  "Start the service before the run, or correct the base URL (--base-url, or baseUrl: in modsquad.config.yaml).";

/** Asks once whether anybody is there. */
async function knock(client: Client): Promise<{ class: string; message: string } | null> {
  const sent = await client.send({
    method: "GET",
    path: client.base.pathname,
    headers: { accept: "*/*" },
    body: null,
  });
  return sent.ok || sent.class === "reset" ? null : sent;
}

/** Examples of answers that do not fit their own schema. */
function examplesAgainstSchemas(
  session: Session,
  operations: readonly Operation[],
): { operation: Operation; told: Told }[] {
  const found: { operation: Operation; told: Told }[] = [];
  const seen = new Set<string>();
  const root = session.document.root;
  const look = (operation: Operation, media: MediaType, where: string, request: boolean) => {
    if (media.schema === null || seen.has(media.pointer)) return;
    seen.add(media.pointer);
    const validator = request ? session.requests : session.judge.validator;
    if (at(root, keysOfRef(media.schema)) === undefined) return;
    for (const example of examplesOf(media.node, root)) {
      const judged = validator.check(media.schema, example);
      if ("unusable" in judged || judged.valid) continue;
      const fault = { ...exampleFault(where, media.schema, judged.violations), pointer: media.pointer };
      found.push({ operation, told: { ...fault, curl: "", answer: "" } });
      return;
    }
  };
  for (const operation of operations) {
    for (const media of operation.body?.content ?? [])
      look(operation, media, `${operation.id} request`, true);
    for (const response of operation.responses) {
      for (const media of response.content)
        if (/json/.test(media.type)) look(operation, media, `${operation.id} ${response.status}`, false);
    }
  }
  return found;
}

/** Exercises the operations and runs the checks in scope. `responses` comes first: the others build on its answers. */
export async function runLive(
  context: GateContext,
  live: readonly string[],
  client: Client,
  document: ApiDocument,
  operations: Operation[],
  placer: Placer,
): Promise<LiveOutcome> {
  const nobody = await knock(client);
  if (nobody) {
    const failureClass = nobody.class === "timeout" ? "timeout" : nobody.class;
    return {
      ...unable(live, failureClass, `The API cannot be asked: ${nobody.message}.`, START_ADVICE),
      rows: [],
      metrics: {},
    };
  }
  const disposable = context.options.disposable === true;
  const session = await Session.open(document, client, context.options, context.signal);
  await session.settle(operations);
  const [any] = operations;
  const denied = await session.identity.signIn(client, any ? session.mount(any) : "");
  const start = performance.now();
  await exerciseAll(session, operations, disposable, context.progress);
  const metrics: JsonObject = { exerciseMs: Math.round(performance.now() - start) };
  const allowed = operations.filter((operation) => skippedReason(operation, disposable) === "");
  const negative = live.includes("negative")
    ? await runNegative(session, allowed, disposable, () => {})
    : null;
  const auth = live.includes("auth") ? await runAuth(session, allowed) : null;
  const rows = operations.map(
    (operation): Row => ({
      operation,
      exercise: session.exercises.get(operation.id),
      negative: negative?.outcomes.find((one) => one.operation === operation),
      auth: auth?.find((one) => one.operation === operation),
      skipped: skippedReason(operation, disposable),
    }),
  );
  const checks: CheckResult[] = [];
  const findings: Finding[] = [];
  if (live.includes("responses")) {
    const told = [
      ...rows.flatMap(({ operation, exercise }) =>
        (exercise?.faults ?? []).map((one) => ({ operation, told: one })),
      ),
      ...examplesAgainstSchemas(session, operations),
    ];
    findings.push(...dedupe(told.map((one) => liveFinding("responses", one.operation.id, one.told, placer))));
    findings.push(...poisonFindings(session));
    checks.push(responsesCheck(rows, allowed, session, denied));
  }
  if (negative) {
    findings.push(
      ...negative.outcomes.flatMap(({ operation, faults }) =>
        faults.map((fault) => liveFinding("negative", operation.id, fault, placer)),
      ),
    );
    checks.push(negativeCheck(negative, allowed));
    metrics.negative = {
      sent: negative.outcomes.reduce((sum, one) => sum + one.sent, 0),
      declaredKinds: negative.declaredKinds,
      hitKinds: negative.hitKinds,
    };
  }
  if (auth) {
    findings.push(
      ...auth.flatMap(({ operation, faults }) =>
        faults.map((fault) => liveFinding("auth", operation.id, fault, placer)),
      ),
    );
    checks.push(authCheck(auth, allowed));
  }
  findings.push(...crashFindings(session, live[0] ?? "responses"));
  metrics.requests = client.sent;
  metrics.poisonings = session.poisonings.map((one) => ({ ...one }));
  return { checks: afterCrash(checks, session), findings, rows, metrics };
}

/** What was not asked because the service was gone is not passed. */
function afterCrash(checks: CheckResult[], { crashes, lost }: Session): CheckResult[] {
  const last = crashes.at(-1);
  if (!last) return checks;
  const after = last.after[0] ? ` after ${last.after[0].operation}` : "";
  const failureClass = lost?.class ?? "crashed";
  return checks.map((check) =>
    check.status === "failed" || (!lost && check.id !== "responses")
      ? check
      : {
          ...check,
          status: check.examined === 0 ? "errored" : lost && check.id !== "responses" ? "errored" : "failed",
          failureClass,
          message: `The API stopped answering${after}${lost ? "" : " and came back"}. ${check.message}`,
        },
  );
}

function crashFindings({ crashes }: Session, check: string): Finding[] {
  return crashes.map(({ after, back }) => {
    const [last] = after;
    const others = after.slice(1).map(({ operation }) => operation);
    const before = others.length > 0 ? ` (before that: ${others.join(", ")})` : "";
    return {
      ruleId: `${check}/crashed`,
      severity: "critical",
      message: `[server wrong] The service stopped answering after ${last?.operation ?? "the first request"}${before}${back ? "; it was started again and the rest was run" : "; what came after was not exercised"}`,
      fingerprint: fingerprint("crashed", last?.operation ?? ""),
      target: last?.operation ?? "contract",
      fix: {
        description: `Look at the service's log: no request may end the process. Until it is mended, exclude it (gates: contract: exclude: ["${last?.operation ?? ""}"]).`,
        ...(last ? { command: last.curl } : {}),
      },
    };
  });
}

function dedupe(findings: readonly Finding[]): Finding[] {
  return findings.filter(
    (one, index) => findings.findIndex((other) => other.fingerprint === one.fingerprint) === index,
  );
}

async function runAuth(session: Session, operations: readonly Operation[]): Promise<AuthOutcome[]> {
  const outcomes: AuthOutcome[] = [];
  await sideBySide(
    operations.filter(isSecured),
    6,
    async (operation) => void outcomes.push(await checkAuth(session, operation)),
  );
  return outcomes;
}

const grave = (faults: readonly Told[]) =>
  faults.some(({ severity }) => severity === "high" || severity === "critical");

function responsesCheck(
  rows: readonly Row[],
  allowed: readonly Operation[],
  session: Session,
  denied: string | null,
): CheckResult {
  const examined = rows.filter(
    ({ exercise }) => exercise?.exercised || (exercise?.statuses.length ?? 0) > 0,
  ).length;
  const exercised = rows.filter(({ exercise }) => exercise?.exercised).length;
  const refused = rows.filter(({ exercise }) => exercise?.exercised && !exercise.good).length;
  const only = refused > 0 ? ` (${refused} without success: refused or failed)` : "";
  const wrong = rows.filter(({ exercise }) => exercise && grave(exercise.faults));
  const left = rows.length - allowed.length;
  const tail = `${left > 0 ? `; ${left} that change something were left out` : ""}${denied ? `; ${denied}` : ""}`;
  const base = { id: "responses", planned: Math.max(1, allowed.length), examined, evidence: EVIDENCE };
  const message = `${exercised} of ${allowed.length} operations exercised${only}, ${wrong.length} answer other than documented${tail}`;
  if (wrong.length > 0) return { ...base, status: "failed", failureClass: "server-wrong", message };
  if (session.poisonedBy !== null)
    return {
      ...base,
      status: "errored",
      failureClass: "poisoned",
      message: `${message}; the service was left broken by ${session.poisonedBy}`,
    };
  if (exercised === 0) {
    const why =
      rows.find(({ exercise }) => exercise?.reason)?.exercise?.reason ??
      "there is no operation that may be called";
    return {
      ...base,
      status: "errored",
      examined: 0,
      failureClass: "nothing-exercised",
      message: `No operation could be exercised: ${why}${tail}`,
    };
  }
  return { ...base, status: "passed", message };
}

function negativeCheck(
  { outcomes, declaredKinds, hitKinds }: NegativeReport,
  allowed: readonly Operation[],
): CheckResult {
  const base = { id: "negative", planned: Math.max(1, allowed.length), evidence: EVIDENCE };
  const sent = outcomes.reduce((sum, one) => sum + one.sent, 0);
  const wrong = outcomes.filter(({ faults }) => grave(faults)).length;
  const silent = outcomes.filter(
    (one) => one.sent === 0 && one.reason !== "" && !one.reason.startsWith("no constraint"),
  );
  const judged = outcomes.filter((one) => one.sent > 0).length;
  const kinds = `${declaredKinds.filter((kind) => hitKinds.includes(kind)).length} of ${declaredKinds.length} constraint kinds hit`;
  const message = `${sent} certified invalid inputs to ${judged} operations, ${kinds}; ${wrong} operations accept or break`;
  if (wrong > 0)
    return {
      ...base,
      status: "failed",
      examined: outcomes.length,
      failureClass: "invalid-accepted",
      message,
    };
  if (judged === 0 && silent.length > 0) {
    return {
      ...base,
      status: "errored",
      examined: 0,
      failureClass: "nothing-judged",
      message: `No refusal could be judged: ${silent[0]!.operation.id} ${silent[0]!.reason}`,
    };
  }
  if (judged === 0) {
    const none =
      allowed.length === 0
        ? "There is no operation that may be called"
        : `${outcomes.length} operations looked at: no input constraint can be violated for certain`;
    return {
      ...base,
      status: allowed.length === 0 ? "errored" : "passed",
      examined: outcomes.length,
      message: none,
      ...(allowed.length === 0 ? { failureClass: "nothing-judged" } : {}),
    };
  }
  return { ...base, status: "passed", examined: outcomes.length - silent.length, message };
}

function authCheck(outcomes: readonly AuthOutcome[], allowed: readonly Operation[]): CheckResult {
  const base = { id: "auth", evidence: EVIDENCE };
  if (outcomes.length === 0) {
    const status = allowed.length === 0 ? "errored" : "passed";
    return {
      ...base,
      status,
      planned: Math.max(1, allowed.length),
      examined: allowed.length,
      message: `${allowed.length} operations looked at: none declares that credentials are needed`,
      ...(status === "errored" ? { failureClass: "nothing-judged" } : {}),
    };
  }
  const judged = outcomes.filter((one) => one.judged).length;
  const wrong = outcomes.filter(({ faults }) => grave(faults)).length;
  const message = `${judged} of ${outcomes.length} secured operations refuse strangers or were judged, ${wrong} let them in`;
  const counts = { planned: outcomes.length, examined: judged };
  if (wrong > 0) return { ...base, ...counts, status: "failed", failureClass: "unprotected", message };
  if (judged === 0)
    return {
      ...base,
      ...counts,
      status: "errored",
      failureClass: "nothing-judged",
      message: `No refusal could be judged: ${outcomes[0]!.reason}`,
    };
  return { ...base, ...counts, status: "passed", message };
}

/** Calls of ours that changed the service for everything else. */
function poisonFindings(session: Session): Finding[] {
  return session.poisonings.map(({ culprit, symptom, recovered }) => ({
    ruleId: "responses/poisoning",
    severity: "medium",
    message: `[could not exercise] ${culprit} changed the service so that others fail: ${symptom}. ${recovered ? `Undone by ${recovered}; the rest was run again` : "It could not be undone: what came after was not exercised"}`,
    fingerprint: fingerprint("poisoning", culprit),
    target: culprit,
    fix: {
      description: `Exclude it (gates: contract: exclude: ["${culprit}"]), or name a reset request (gates: contract: reset).`,
    },
  }));
}
