/** Runs one step: fill it in, send it, look at the answer, and ask again where its age or its fallback is in question. */
import { checkAnswer, type Wrong } from "./assert.ts";
import { CookieJar } from "./cookies.ts";
import { isOfAnswer } from "./expectations.ts";
import { checkFallback, fallbackSilent, withFault } from "./fallback.ts";
import type { FaultProxies } from "./fault-proxy.ts";
import { checkFresh, checkIncreasing, freshnessWrong, isMarkedStale } from "./freshness.ts";
import { pause, startDeadline } from "./http/deadline.ts";
import { sendFollowing } from "./http/follow.ts";
import type { Lane } from "./http/lane.ts";
import { type Prepared, prepare } from "./http/request.ts";
import type { Secrets } from "./secrets.ts";
import type { Sessions } from "./sessions.ts";
import { runStream } from "./stream/run.ts";
import { literal, type Scope } from "./template.ts";
import { transportWrong } from "./transport.ts";
import type { Answer, Failure, HttpStep, Inability, Step, StreamTiming, TransportFailure } from "./types.ts";

export interface FlowEnvironment {
  base: URL | null;
  env: Readonly<Record<string, string>>;
  secrets: Secrets;
  signal: AbortSignal;
  sessions: Sessions;
  proxies: FaultProxies;
  /** Where files for bodies are. */
  root: string;
  /** Past values of a latency statistic in milliseconds, newest first. */
  pastLatency(flow: string, step: string, statistic: string): number[];
  /** True when an origin has proven dead, so that asking it again only costs the deadline. */
  isDead(origin: string): boolean;
  /** Told how each request to an origin went. */
  onOutcome(origin: string, failure: TransportFailure | null): void;
}

/** What a run through the steps carries along. */
export interface StepScope extends Scope {
  jar: CookieJar;
}

export const newScope = (around: FlowEnvironment): StepScope => ({
  env: around.env,
  captures: new Map(),
  secrets: around.secrets,
  root: around.root,
  jar: new CookieJar(),
});

export const toFailure = (
  { via, ...wrong }: Wrong,
  step: Step,
  request: Prepared,
  transport?: TransportFailure,
): Failure => ({
  ...wrong,
  step: step.name,
  request: (via ?? request).label,
  curl: (via ?? request).curl,
  count: 1,
  ...(transport ? { transport } : {}),
});

export type StepOutcome =
  | { kind: "answered"; answer: Answer; wrongs: Wrong[]; request: Prepared; timing: StreamTiming | null }
  | { kind: "no-answer"; failure: Failure; request: Prepared }
  | { kind: "unable"; inability: Inability };

const unable = (failureClass: string, message: string): StepOutcome => ({
  kind: "unable",
  inability: { failureClass, message },
});

function noAnswer(failure: TransportFailure, step: Step, request: Prepared): StepOutcome {
  if (failure.class === "cancelled") return unable("cancelled", "was not finished: the run was cancelled.");
  return {
    kind: "no-answer",
    failure: toFailure(transportWrong(failure, step), step, request, failure),
    request,
  };
}

async function exchange(
  step: Step,
  request: Prepared,
  lane: Lane,
  scope: StepScope,
  around: FlowEnvironment,
): Promise<StepOutcome> {
  const { origin } = request.wire.url;
  if (step.kind === "stream") {
    const cookie = scope.jar.header(request.wire.url);
    const headers = { ...request.wire.headers, ...(cookie === null ? {} : { cookie }) };
    const run = await runStream(
      step,
      { ...request, wire: { ...request.wire, headers } },
      lane,
      around.signal,
    );
    around.onOutcome(origin, run.ok ? null : run.failure);
    return run.ok ? { kind: "answered", ...run, request } : noAnswer(run.failure, step, request);
  }
  const deadline = startDeadline(step.timeoutMs, around.signal);
  try {
    const cookies = { jar: scope.jar, secrets: scope.secrets };
    const sent = await sendFollowing(lane, request.wire, step.redirects, deadline, cookies);
    around.onOutcome(origin, sent.ok ? null : sent.failure);
    if (!sent.ok) return noAnswer(sent.failure, step, request);
    const wrongs = checkAnswer(sent.answer, step.expect.filter(isOfAnswer));
    return { kind: "answered", answer: sent.answer, wrongs, request, timing: null };
  } finally {
    deadline.end();
  }
}

/** One request of a step and the judgement of its answer, nothing else. */
export async function sendStep(
  step: Step,
  lane: Lane,
  scope: StepScope,
  around: FlowEnvironment,
): Promise<StepOutcome> {
  let { auth } = step;
  if (auth?.kind === "oauth2" || auth?.kind === "login") {
    const authorized = await around.sessions.get(auth, lane, scope, around);
    if (!authorized.ok) {
      if ("inability" in authorized) return { kind: "unable", inability: authorized.inability };
      const prepared = prepare({ ...step, auth: null }, around.base, scope);
      if (!prepared.ok) return { kind: "unable", inability: prepared.inability };
      return {
        kind: "no-answer",
        failure: { ...authorized.failure, step: step.name },
        request: prepared.request,
      };
    }
    if (authorized.jar) scope.jar.takeFrom(authorized.jar);
    auth = authorized.token === null ? null : { kind: "bearer", token: literal(authorized.token) };
  }
  const prepared = prepare({ ...step, auth }, around.base, scope);
  if (!prepared.ok) return { kind: "unable", inability: prepared.inability };
  const { origin } = prepared.request.wire.url;
  if (around.isDead(origin))
    return unable("not-tried", `was not tried: ${origin} answered none of the flows before.`);
  return exchange(step, prepared.request, lane, scope, around);
}

type Send = (step: HttpStep) => Promise<StepOutcome>;
type FollowUp = { wrongs: Wrong[]; inability: Inability | null };

/** The second read of a source that has to move on. */
async function readAgain(step: HttpStep, first: Answer, send: Send, signal: AbortSignal): Promise<FollowUp> {
  const { fresh } = step;
  await pause(fresh!.increasingMs!, signal);
  const again = await send({ ...step, fresh: null, fallback: null });
  if (again.kind === "unable") return { wrongs: [], inability: again.inability };
  if (again.kind === "no-answer")
    return { wrongs: [{ ...again.failure, via: again.request }], inability: null };
  const wrong = checkIncreasing(first, again.answer, fresh!);
  return { wrongs: wrong ? [{ ...wrong, via: again.request }] : [], inability: null };
}

/** The same request with the primary made to fail. */
async function proveFallback(
  step: HttpStep,
  first: Answer,
  send: Send,
  around: FlowEnvironment,
): Promise<FollowUp> {
  const fallback = step.fallback!;
  if (fallback.marker && isMarkedStale(first, fallback.marker)) {
    const expected = `an answer not marked by ${fallback.marker.text} while nothing is made to fail`;
    const advice = "The primary already fails on its own: look at it first.";
    return { wrongs: [freshnessWrong("stale", "primary", expected, "a stale one", advice)], inability: null };
  }
  // What is expected of fresh data is not expected of the cache: the fallback has its own rules.
  const expect = step.expect.filter((one) => one.kind === "status");
  const faulty: HttpStep = { ...withFault(step, fallback), expect, fresh: null, fallback: null };
  const run = () => send(faulty);
  const outcome = fallback.proxy
    ? await around.proxies.failing(fallback.proxy.name, fallback.proxy.mode, run)
    : { ok: true as const, value: await run(), reached: true };
  if (!outcome.ok)
    return { wrongs: [], inability: { failureClass: "fault-proxy", message: outcome.message } };
  const { value } = outcome;
  if (value.kind === "unable") return { wrongs: [], inability: value.inability };
  if (value.kind === "no-answer") {
    const { transport } = value.failure;
    const wrong = transport ? fallbackSilent(fallback, transport) : value.failure;
    return { wrongs: [{ ...wrong, via: value.request }], inability: null };
  }
  const wrongs = checkFallback(value.answer, { ...step, expect }, fallback);
  if (!outcome.reached && wrongs.length === 0) {
    const message = `proved nothing about the fallback: the service did not ask ${fallback.proxy!.name} through the proxy. Point its upstream to the proxy's address.`;
    return { wrongs: [], inability: { failureClass: "fault-not-reached", message } };
  }
  return { wrongs: wrongs.map((wrong) => ({ ...wrong, via: value.request })), inability: null };
}

const isGrave = (wrong: Wrong) => wrong.severity === "high";

/** Sends the request of a step, checks its answer, and does what else its step asks for. */
export async function runStep(
  step: Step,
  lane: Lane,
  scope: StepScope,
  around: FlowEnvironment,
): Promise<StepOutcome> {
  const outcome = await sendStep(step, lane, scope, around);
  if (outcome.kind !== "answered" || step.kind !== "http" || outcome.wrongs.some(isGrave)) return outcome;
  const { answer, wrongs } = outcome;
  if (step.fresh) wrongs.push(...checkFresh(answer, step.fresh));
  const send: Send = (again) => sendStep(again, lane, scope, around);
  if (step.fresh && step.fresh.increasingMs !== null && wrongs.every((one) => one.rule !== "no-timestamp")) {
    const more = await readAgain(step, answer, send, around.signal);
    if (more.inability) return { kind: "unable", inability: more.inability };
    // Data that stand still get old as well: standing still is what is wrong with them.
    if (more.wrongs.some((one) => one.rule === "frozen"))
      wrongs.splice(0, Infinity, ...wrongs.filter((one) => one.rule !== "stale"));
    wrongs.push(...more.wrongs);
  }
  if (step.fallback && !wrongs.some(isGrave)) {
    const more = await proveFallback(step, answer, send, around);
    if (more.inability) return { kind: "unable", inability: more.inability };
    wrongs.push(...more.wrongs);
  }
  return outcome;
}
