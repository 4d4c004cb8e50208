/** One conversation with a running service: exercises operations, keeps what was learnt, watches for poisoning. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { responseFor } from "../document/operations.ts";
import { asObject } from "../json.ts";
import { Samples } from "../schema/sample.ts";
import { Validator } from "../schema/validator.ts";
import type { Answer, ApiDocument, Call, Fault, Operation } from "../types.ts";
import { SAFE } from "../types.ts";
import { isOwnAnswer, isTaken, reasonOf } from "./answers.ts";
import { type Client, pause, type Sent, type Wire } from "./client.ts";
import { Identity } from "./credentials.ts";
import { collectionOf, Harvest } from "./harvest.ts";
import { Inputs, type Prepared } from "./inputs.ts";
import { Judge } from "./judge.ts";
import { findMount, type Mount, mounts } from "./mount.ts";
import { type Poisoning, Sentinel } from "./sentinel.ts";
import { shrink } from "./shrink.ts";
import { Streak } from "./streak.ts";
import { curlLine, redactBody, wireOf } from "./wire.ts";

export interface Told extends Fault {
  curl: string;
  /** The answer, redacted and cut. */
  answer: string;
}

export interface Exercise {
  operation: Operation;
  /** Statuses met. */
  statuses: number[];
  /** True when at least one answer was judged against a promise and the operation did what it is for. */
  exercised: boolean;
  /** Why it could not be exercised. */
  reason: string;
  faults: Told[];
  /** A call that was answered with 2xx. */
  good: Prepared | null;
  goodStatus: number;
  last: Answer | null;
}

/** The service stopped answering. */
export interface Crash {
  /** The calls before it, the last first, each with the line that repeats it. */
  after: { operation: string; curl: string }[];
  /** Whether something started it again. */
  back: boolean;
}

const MAX_RECOVERY_MS = 1500;
/** How long a supervisor may take to start the service again, in deadlines of a request. */
const RESTART_DEADLINES = 1.5;
const RESTART_STEP_MS = 200;
const SUSPECTS = 3;

export class Session {
  readonly document: ApiDocument;
  readonly client: Client;
  /** What stands before the paths of the document. */
  mount: Mount;
  readonly identity: Identity;
  readonly harvest = new Harvest();
  readonly requests: Validator;
  readonly inputs: Inputs;
  readonly samples: Samples;
  readonly judge: Judge;
  readonly sentinel: Sentinel;
  readonly signal: AbortSignal;
  readonly poisonings: Poisoning[] = [];
  readonly streak = new Streak();
  readonly #options: JsonObject;
  readonly exercises = new Map<string, Exercise>();
  /** Set when the service stays broken. */
  poisonedBy: string | null = null;
  lost: Extract<Sent, { ok: false }> | null = null;
  readonly crashes: Crash[] = [];
  /** Operations after which the service was gone: they are not called again. */
  readonly crashers = new Set<string>();
  #recent: Crash["after"] = [];
  #restarting: Promise<boolean> | null = null;

  private constructor(
    document: ApiDocument,
    client: Client,
    options: JsonObject,
    signal: AbortSignal,
    requests: Validator,
    responses: Validator,
    samples: Samples,
  ) {
    this.document = document;
    this.client = client;
    [this.mount] = mounts(document.root, client.base.pathname) as [Mount];
    this.signal = signal;
    this.#options = options;
    this.identity = new Identity(document.root, options);
    this.requests = requests;
    this.samples = samples;
    this.inputs = new Inputs(requests, samples, this.harvest, asObject(options.parameters));
    this.judge = new Judge(responses);
    this.sentinel = new Sentinel(async (call) => {
      const sent = await this.send(call, this.identity.for(call.operation), false);
      return sent.ok ? sent.answer : null;
    }, signal);
  }

  static async open(
    document: ApiDocument,
    client: Client,
    options: JsonObject,
    signal: AbortSignal,
  ): Promise<Session> {
    const requests = await Validator.create(document, "request");
    const responses = await Validator.create(document, "response");
    return new Session(
      document,
      client,
      options,
      signal,
      requests,
      responses,
      await Samples.create(requests),
    );
  }

  /** Finds out where the paths begin. The first probe is a GET whatever the method: nothing is changed by it. */
  async settle(operations: readonly Operation[]): Promise<void> {
    const ways = mounts(this.document.root, this.client.base.pathname);
    this.mount = await findMount(ways, operations, async (operation, prefix) => {
      const prepared = this.inputs.prepare(operation);
      if (!prepared.ok) return null;
      const call = { ...prepared.attempts[0]!.call, body: undefined, mediaType: null };
      const wire = wireOf(call, prefix, this.identity.for(operation));
      const sent = await this.client.send({ ...wire, method: "GET" });
      return sent.ok ? sent.answer : null;
    });
  }

  /** One call. `suspect`: whether it may be what ends the service, should it end. */
  async send(call: Call, credentials = this.identity.for(call.operation), suspect = true): Promise<Sent> {
    const wire = wireOf(call, this.mount(call.operation), credentials);
    const sent = await this.client.send(wire);
    if (suspect && (sent.ok || sent.class === "reset")) {
      const curl = curlLine(wire, this.client.base.origin);
      this.#recent = [{ operation: call.operation.id, curl }, ...this.#recent].slice(0, SUSPECTS);
    }
    if (sent.ok || this.lost !== null) return sent;
    // A service that dies of another call closes this one too: it is asked once more.
    if (sent.class === "reset" && suspect) return this.#onceMore(wire, call.operation.id);
    return sent.class === "refused" || sent.class === "dns" ? this.#afterRestart(wire, sent) : sent;
  }

  async #afterRestart(wire: Wire, refused: Extract<Sent, { ok: false }>): Promise<Sent> {
    if (this.lost === null && (await this.#isBack(refused))) return this.client.send(wire);
    this.lost ??= refused;
    return refused;
  }

  async #onceMore(wire: Wire, operation: string): Promise<Sent> {
    const known = this.crashes.length;
    let sent = await this.client.send(wire);
    if (!sent.ok && sent.class === "refused") sent = await this.#afterRestart(wire, sent);
    const crash = this.crashes.at(-1);
    if (sent.ok && crash && this.crashes.length > known && crash.after.length > 1) {
      crash.after = crash.after.filter((one) => one.operation !== operation);
      this.crashers.delete(operation);
      const [other] = crash.after;
      if (other) this.crashers.add(other.operation);
    }
    return sent;
  }

  /** Waits for somebody to start the service again. Calls that run side by side wait for the same. */
  #isBack(sent: Extract<Sent, { ok: false }>): Promise<boolean> {
    this.#restarting ??= this.#wait(sent).finally(() => {
      this.#restarting = null;
    });
    return this.#restarting;
  }

  async #wait(sent: Extract<Sent, { ok: false }>): Promise<boolean> {
    const crash: Crash = { after: this.#recent, back: false };
    this.crashes.push(crash);
    const [last] = crash.after;
    if (last) this.crashers.add(last.operation);
    const path = this.client.base.pathname;
    const limit = this.client.timeoutMs * RESTART_DEADLINES;
    for (let waited = 0; waited < limit && !this.signal.aborted; waited += RESTART_STEP_MS) {
      await pause(RESTART_STEP_MS, this.signal);
      const knock = await this.client.send({ method: "GET", path, headers: {}, body: null });
      crash.back = knock.ok || knock.class === "reset";
      if (crash.back) return true;
    }
    this.lost = sent;
    return false;
  }

  curl(call: Call, credentials = this.identity.for(call.operation)): string {
    return curlLine(wireOf(call, this.mount(call.operation), credentials), this.client.base.origin);
  }

  tell(fault: Fault, call: Call, answer: Answer, credentials = this.identity.for(call.operation)): Told {
    const head = `HTTP ${answer.status} ${answer.headers["content-type"]?.[0] ?? ""}`.trim();
    return {
      ...fault,
      curl: this.curl(call, credentials),
      answer: `${head}\n${redactBody(answer.text).slice(0, 2000)}`,
    };
  }

  /** Exercises an operation: tries its calls until one succeeds, judging every answer. */
  async exercise(operation: Operation): Promise<Exercise> {
    const result: Exercise = {
      operation,
      statuses: [],
      exercised: false,
      reason: "",
      faults: [],
      good: null,
      goodStatus: 0,
      last: null,
    };
    this.exercises.set(operation.id, result);
    if (this.poisonedBy !== null) {
      result.reason = `the service was left broken by ${this.poisonedBy}`;
      return result;
    }
    // What others need is not deleted: something is made for it.
    const maker = operation.method === "delete" && operation.path.endsWith("}") && this.#maker(operation);
    if (maker) await this.#make(maker);
    const prepared = this.inputs.prepare(operation);
    if (!prepared.ok) {
      result.reason = prepared.why;
      return result;
    }
    const signIn = this.identity.signInBody(operation);
    const [one] = prepared.attempts;
    const known = signIn === undefined ? [] : [{ ...one!, call: { ...one!.call, body: signIn } }];
    await this.#tryAll([...known, ...prepared.attempts], result);
    const [first] = prepared.attempts;
    // Some services want a body, however empty, even where the document has none.
    if (result.last?.status === 415 && first!.call.body === undefined)
      await this.#attempt(
        { ...first!, call: { ...first!.call, body: {}, mediaType: "application/json" } },
        result,
      );
    if (!result.good && !SAFE.includes(operation.method))
      await this.#withFreshId(prepared.attempts[0]!, result);
    if (!result.exercised && this.crashers.has(operation.id)) result.reason = "the service is gone after it";
    if (!result.exercised && result.reason === "")
      result.reason = reasonOf(operation, result.statuses, this.identity);
    return result;
  }

  async #tryAll(attempts: readonly Prepared[], result: Exercise): Promise<void> {
    const lost = new Set<string>();
    for (const attempt of attempts) {
      if (this.crashers.has(attempt.call.operation.id)) return;
      const address = addressOf(attempt.call);
      // What is not there does not appear when less is sent to it.
      if (lost.has(address)) continue;
      let status = await this.#attempt(attempt, result);
      if (status !== null && result.last && isTaken(result.last)) {
        const renamed = this.inputs.renamed(attempt);
        if (renamed) status = await this.#attempt(renamed, result);
      }
      if (status === 404) lost.add(address);
      if (status === null || this.signal.aborted) return;
      if (status < 400 || status === 401 || status === 403 || status === 429) return;
    }
  }

  /** Sends all that the document allows to an operation that took less. A good call is kept. Answers the statuses met. */
  async exerciseFuller(operation: Operation): Promise<number[]> {
    const result = this.exercises.get(operation.id);
    const fuller = result?.good ? this.inputs.fuller(operation) : null;
    if (!result || !fuller) return [];
    const first = result.good;
    const before = result.statuses.length;
    result.good = null;
    await this.#tryAll([fuller], result);
    result.good ??= first;
    return result.statuses.slice(before);
  }

  async #attempt(prepared: Prepared, result: Exercise): Promise<number | null> {
    const { call } = prepared;
    const sent = await this.send(call);
    if (!sent.ok) {
      const { operation } = call;
      result.reason = sent.message;
      if (sent.class === "reset" || sent.class === "timeout") {
        const message = `${operation.id}: ${sent.message}`;
        const advice = "Look at the service's log for this request.";
        const fault: Fault = {
          rule: `no-answer-${sent.class}`,
          verdict: "server wrong",
          severity: "high",
          message,
          subject: "",
          pointer: operation.pointer,
          advice,
        };
        result.faults.push({ ...fault, curl: this.curl(call), answer: "" });
      }
      return null;
    }
    const { answer } = sent;
    result.statuses.push(answer.status);
    result.last = answer;
    const judgement = this.judge.judge(call.operation, answer);
    const good = answer.status >= 200 && answer.status < 400;
    if (good || isOwnAnswer(call.operation, answer, judgement.spec)) result.exercised = true;
    if (judgement.faults.length > 0) {
      result.exercised ||= judgement.faults.some((fault) => fault.verdict === "server wrong");
      const small = await shrink(this, prepared, judgement.faults[0]!);
      for (const fault of judgement.faults) {
        if (!result.faults.some((one) => one.rule === fault.rule && one.subject === fault.subject))
          result.faults.push(this.tell(fault, small, answer));
      }
    }
    if (good) this.#learn(prepared, answer, judgement.body, result);
    return answer.status;
  }

  #learn(prepared: Prepared, answer: Answer, body: Json | undefined, result: Exercise): void {
    result.good ??= prepared;
    result.goodStatus ||= answer.status;
    const { operation, values } = prepared.call;
    if (body !== undefined)
      this.harvest.take(operation, responseFor(operation, answer.status), body, values, prepared.invented);
    const [location] = answer.headers.location ?? [];
    if (location !== undefined && answer.status < 300) this.harvest.takeLocation(operation, location, values);
    if (operation.method !== "delete") this.sentinel.offer(prepared.call, answer);
    // Only what the path ends in is gone, not what it lies in.
    else if (operation.path.endsWith("}")) this.#forget(prepared);
  }

  #forget({ call: { operation, values } }: Prepared): void {
    const name = innermostOf(operation);
    const value = name === undefined ? undefined : values[`path/${name}`];
    if (name !== undefined && value !== undefined) this.harvest.forget(operation, name, value);
  }

  /** The operation that makes such things as this one is about, and has been seen to do so. */
  #maker(operation: Operation): Exercise | undefined {
    const name = innermostOf(operation);
    if (name === undefined) return undefined;
    const collection = collectionOf(operation.path, name);
    return [...this.exercises.values()].find(
      ({ operation: { method, path, id }, good }) =>
        good &&
        method === "post" &&
        !this.crashers.has(id) &&
        path.replace(/\{[^}]*\}/g, "{}") === collection,
    );
  }

  async #make(maker: Exercise): Promise<void> {
    const { good } = maker;
    if (good) await this.#attempt(this.inputs.renamed(good) ?? good, maker);
  }

  /** A thing that is gone by now, or never was, is made anew by the operation that makes such things. */
  async #withFreshId(prepared: Prepared, result: Exercise): Promise<void> {
    const last = result.statuses.at(-1);
    const { operation } = prepared.call;
    const maker = this.#maker(operation);
    if (last === undefined || ![404, 409, 410].includes(last) || maker === undefined) return;
    if (maker.operation.id === operation.id) return;
    this.#forget(prepared);
    await this.#make(maker);
    const again = this.inputs.prepare(operation);
    if (again.ok) await this.#attempt(again.attempts[0]!, result);
  }

  /** Tries to undo what a call did to the service until `isWell`. Answers how it was undone, or null. */
  async recover(
    culprit: Call,
    isWell = async () => (await this.sentinel.symptom()) === null,
  ): Promise<string | null> {
    const { reset } = this.#options;
    const path = asObject(reset).path;
    const ways: [string, () => Promise<unknown>][] = [];
    if (typeof path === "string") {
      const method = String(asObject(reset).method ?? "POST").toUpperCase();
      const { headers } = this.identity.anonymous();
      ways.push([`${method} ${path}`, () => this.client.send({ method, path, headers, body: null })]);
    }
    if (this.identity.canSignIn)
      ways.push(["signing in again", () => this.identity.signIn(this.client, this.mount(culprit.operation))]);
    const flipped = flip(culprit.body);
    if (flipped !== undefined)
      ways.push(["the same call with its switches turned", () => this.send({ ...culprit, body: flipped })]);
    ways.push(["waiting", () => pause(MAX_RECOVERY_MS, this.signal)]);
    for (const [name, act] of ways) {
      await act();
      if (await isWell()) return name;
    }
    return null;
  }
}

/** The last placeholder of a path. */
const innermostOf = ({ path }: Operation) => /.*\{([^}]+)\}/.exec(path)?.[1];

const addressOf = ({ values }: Call) =>
  JSON.stringify(Object.entries(values).filter(([key]) => key.startsWith("path/")));

/** Booleans turned round; undefined when there are none. */
function flip(body: Json | undefined): Json | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
  const entries = Object.entries(body);
  if (!entries.some(([, value]) => typeof value === "boolean")) return undefined;
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === "boolean" ? !value : value]),
  );
}
