/** Tokens and logins: fetched once a run, shared by the flows that use them. */
import type { Json } from "../../modsquad/contracts/words.ts";
import { jsonOf } from "./answer-text.ts";
import { CookieJar } from "./cookies.ts";
import { DEFAULT_STATUS, readStatus } from "./expectations.ts";
import type { Lane } from "./http/lane.ts";
import { type FlowEnvironment, type StepOutcome, type StepScope, sendStep, toFailure } from "./run-step.ts";
import { literal } from "./template.ts";
import type { Auth, Cause, Failure, HttpStep, Inability } from "./types.ts";

type Shared = Extract<Auth, { kind: "oauth2" | "login" }>;

export type Authorized =
  | { ok: true; token: string | null; jar: CookieJar | null }
  | { ok: false; failure: Failure }
  | { ok: false; inability: Inability };

const TIMEOUT_MS = 10_000;
/** A token is renewed when this share of its life is over. */
const RENEW_AT = 0.8;

function tokenStep(auth: Extract<Shared, { kind: "oauth2" }>): HttpStep {
  return {
    kind: "http",
    name: "token",
    method: "post",
    url: auth.tokenUrl,
    query: [],
    headers: [["accept", literal("application/json")]],
    auth: { kind: "basic", user: auth.clientId, password: auth.clientSecret },
    body: { kind: "form", fields: [["grant_type", literal("client_credentials")], ...auth.fields] },
    capture: [],
    expect: [readStatus(DEFAULT_STATUS)],
    timeoutMs: TIMEOUT_MS,
    redirects: { limit: 0, hosts: [], otherHost: "fail" },
    fresh: null,
    fallback: null,
  };
}

/** Many flows fail when one login does: the login is the cause. */
function loginFailure(
  outcome: Extract<StepOutcome, { kind: "answered" }>,
  step: HttpStep,
  got: string,
): Failure {
  const { label } = outcome.request;
  const cause: Cause = {
    key: `login ${label}`,
    rule: "login",
    summary: `${label} gave no session: ${got}`,
    target: label,
    weak: false,
  };
  const wrong = {
    rule: "login",
    severity: "high" as const,
    subject: label,
    expected: "a login that works",
    got,
    advice: "Check the credentials and the route that signs in.",
    cause,
  };
  return toFailure(wrong, step, outcome.request);
}

/** Fetches what `auth` asks for; the same one is fetched once, whoever asks first. */
export class Sessions {
  readonly #known = new Map<string, Promise<Authorized>>();
  readonly #renewAt = new Map<string, number>();

  get(auth: Shared, lane: Lane, scope: StepScope, around: FlowEnvironment): Promise<Authorized> {
    const over = (this.#renewAt.get(auth.key) ?? Number.POSITIVE_INFINITY) < Date.now();
    let known = over ? undefined : this.#known.get(auth.key);
    if (!known) {
      this.#renewAt.delete(auth.key);
      known =
        auth.kind === "oauth2" ? this.#token(auth, lane, scope, around) : login(auth, lane, scope, around);
      this.#known.set(auth.key, known);
    }
    return known;
  }

  async #token(
    auth: Extract<Shared, { kind: "oauth2" }>,
    lane: Lane,
    scope: StepScope,
    around: FlowEnvironment,
  ): Promise<Authorized> {
    const step = tokenStep(auth);
    const outcome = await sendStep(step, lane, { ...scope, jar: new CookieJar() }, around);
    if (outcome.kind === "unable") return { ok: false, inability: outcome.inability };
    if (outcome.kind === "no-answer") return { ok: false, failure: outcome.failure };
    const [wrong] = outcome.wrongs;
    if (wrong) return { ok: false, failure: loginFailure(outcome, step, wrong.got) };
    const parsed = jsonOf(outcome.answer);
    const body = (parsed.ok ? parsed.value : null) as Record<string, Json> | null;
    const token = body?.access_token;
    if (typeof token !== "string" || token === "")
      return { ok: false, failure: loginFailure(outcome, step, "an answer without access_token") };
    const lifeSeconds = typeof body?.expires_in === "number" ? body.expires_in : null;
    if (lifeSeconds !== null) this.#renewAt.set(auth.key, Date.now() + lifeSeconds * 1000 * RENEW_AT);
    scope.secrets.add(token);
    return { ok: true, token, jar: null };
  }
}

async function login(
  auth: Extract<Shared, { kind: "login" }>,
  lane: Lane,
  scope: StepScope,
  around: FlowEnvironment,
): Promise<Authorized> {
  const jar = new CookieJar();
  const outcome = await sendStep(auth.step, lane, { ...scope, jar }, around);
  if (outcome.kind === "unable") return { ok: false, inability: outcome.inability };
  if (outcome.kind === "no-answer") return { ok: false, failure: outcome.failure };
  const [wrong] = outcome.wrongs;
  if (wrong) return { ok: false, failure: loginFailure(outcome, auth.step, wrong.got) };
  if (jar.isEmpty)
    return { ok: false, failure: loginFailure(outcome, auth.step, "an answer without a cookie") };
  return { ok: true, token: null, jar };
}
