/** Runs one step: fill it in, send it, look at the answer. */
import { checkAnswer, type Wrong } from "./assert.ts";
import { startDeadline } from "./http/deadline.ts";
import { sendFollowing } from "./http/follow.ts";
import type { Lane } from "./http/lane.ts";
import { type Prepared, prepare } from "./http/request.ts";
import type { Secrets } from "./secrets.ts";
import type { Scope } from "./template.ts";
import { transportWrong } from "./transport.ts";
import type { Answer, AnswerAssertion, Failure, Inability, Step, TransportFailure } from "./types.ts";

export interface FlowEnvironment {
  base: URL | null;
  env: Readonly<Record<string, string>>;
  secrets: Secrets;
  signal: AbortSignal;
  /** True when an origin has proven dead, so that asking it again only costs the deadline. */
  isDead(origin: string): boolean;
  /** Told how each request to an origin went. */
  onOutcome(origin: string, failure: TransportFailure | null): void;
}

const isOfAnswer = (one: Step["expect"][number]): one is AnswerAssertion => one.kind !== "latency";

export const toFailure = (
  wrong: Wrong,
  step: Step,
  request: Prepared,
  transport?: TransportFailure,
): Failure => ({
  ...wrong,
  step: step.name,
  request: request.label,
  curl: request.curl,
  count: 1,
  ...(transport ? { transport } : {}),
});

export type StepOutcome =
  | { kind: "answered"; answer: Answer; wrongs: Wrong[]; request: Prepared }
  | { kind: "no-answer"; failure: Failure; request: Prepared }
  | { kind: "unable"; inability: Inability };

/** Sends the request of a step and checks its answer. */
export async function runStep(
  step: Step,
  lane: Lane,
  scope: Scope,
  around: FlowEnvironment,
): Promise<StepOutcome> {
  const prepared = prepare(step, around.base, scope);
  if (!prepared.ok) return { kind: "unable", inability: prepared.inability };
  const { request } = prepared;
  const { origin } = request.wire.url;
  if (around.isDead(origin)) {
    return {
      kind: "unable",
      inability: {
        failureClass: "not-tried",
        message: `was not tried: ${origin} answered none of the flows before.`,
      },
    };
  }
  const deadline = startDeadline(step.timeoutMs, around.signal);
  try {
    const sent = await sendFollowing(lane, request.wire, step.redirects, deadline);
    around.onOutcome(origin, sent.ok ? null : sent.failure);
    if (sent.ok) {
      const wrongs = checkAnswer(sent.answer, step.expect.filter(isOfAnswer));
      return { kind: "answered", answer: sent.answer, wrongs, request };
    }
    if (sent.failure.class === "cancelled") {
      return {
        kind: "unable",
        inability: { failureClass: "cancelled", message: "was not finished: the run was cancelled." },
      };
    }
    const failure = toFailure(transportWrong(sent.failure, step), step, request, sent.failure);
    return { kind: "no-answer", failure, request };
  } finally {
    deadline.end();
  }
}
