/** Asks gate modules, in a worker, what they are and whether they apply: planning never runs gate code itself. */
import type { Result } from "../contracts/config.ts";
import type { GateSpec } from "../plan/gates.ts";
import type { DetectionOutcome } from "../plan/select.ts";
import { gateEnvironment } from "./environment.ts";
import type { GateThread } from "./run-worker.ts";
import type { Described, FromWorker, RepoData, WorkerTask } from "./worker-messages.ts";

/** For one worker: a detect that hangs costs this once and is then errored, never "not applicable". */
const DETECT_TIMEOUT_MS = 20_000;
const NO_ANSWER = "it ended its thread without an answer";

/**
 * Gives the thread its task and feeds every message to `onMessage` until it ends; resolves with why it ended early,
 * or null. While `filesReady` is waited for its time stands still.
 */
function collect(
  thread: GateThread,
  task: WorkerTask,
  onMessage: (message: FromWorker) => void,
  filesReady: () => Promise<unknown> = async () => {},
): Promise<string | null> {
  return new Promise((resolve) => {
    let reason: string | null = null;
    const giveUp = () => {
      reason = `did not answer within ${DETECT_TIMEOUT_MS / 1000} s`;
      void thread.terminate();
    };
    let timer = setTimeout(giveUp, DETECT_TIMEOUT_MS);
    const answerFiles = async (id: number) => {
      clearTimeout(timer);
      await filesReady();
      timer = setTimeout(giveUp, DETECT_TIMEOUT_MS);
      thread.send({ kind: "files-ready", id });
    };
    thread.give(task, {
      message: (message) => {
        if (message.kind === "needs-files") void answerFiles(message.id);
        else onMessage(message);
      },
      error: (error) => {
        reason ??= error.message;
      },
      exit: () => {
        clearTimeout(timer);
        resolve(reason);
      },
    });
  });
}

export interface Detections {
  outcomes: Map<string, DetectionOutcome>;
  /** Gate id → globs of the files that decide its result, or "live". */
  inputs: Map<string, string[] | "live">;
  /** What came of writing the files; null when no gate has read one. */
  ready: Result<null> | null;
}

/** The workspace of a detection. */
export interface DetectedRepo extends RepoData {
  /** Writes the files, when one of them is read. */
  ready(): Promise<Result<null>>;
}

export interface Detecting {
  /** One outcome per gate, whatever its detect does: what cannot be told is run, and then errored. */
  detect(repo: DetectedRepo): Promise<Detections>;
  /** When nobody will ask. */
  release(): void;
}

/** Begins to load the gates that are to be asked, while git is still looking at the repository. */
export async function beginDetecting(
  specs: readonly GateSpec[],
  processEnv: NodeJS.ProcessEnv,
): Promise<Detecting> {
  const gates = specs.flatMap((spec) =>
    spec.source.kind === "module"
      ? [{ id: spec.id, url: spec.source.url, options: spec.config.options }]
      : [],
  );
  if (gates.length === 0) {
    const nothing: Detections = { outcomes: new Map(), inputs: new Map(), ready: null };
    return { detect: async () => nothing, release: () => {} };
  }
  const { startThread } = await import("./run-worker.ts");
  const env = gateEnvironment([], processEnv);
  // A plugin may end the thread as it is loaded, and the gate being asked would be blamed: each when it is its turn.
  const ours = new Set(specs.filter(({ origin }) => origin === "built-in").map(({ id }) => id));
  const preload = gates.filter(({ id }) => ours.has(id)).map(({ url }) => url);
  const start = () => startThread(preload, env);
  const first = start();
  return {
    release: () => void first.terminate(),
    detect: async ({ ready, ...repo }) => {
      const told: Detections = { outcomes: new Map(), inputs: new Map(), ready: null };
      const { outcomes, inputs } = told;
      const filesReady = async () => {
        told.ready = await ready();
      };
      const onMessage = (message: FromWorker) => {
        if (message.kind === "detected") {
          outcomes.set(message.id, message.detection);
          inputs.set(message.id, message.inputs);
        }
        if (message.kind === "threw") outcomes.set(message.id, cannotTell(message.message));
      };
      let thread = first;
      for (let left = gates; left.length > 0; ) {
        const ended = await collect(thread, { kind: "detect", repo, gates: left }, onMessage, filesReady);
        // They are asked in order: the first without an answer is the one that ended the worker, not those after it.
        const [culprit, ...unasked] = left.filter(({ id }) => !outcomes.has(id));
        if (culprit) outcomes.set(culprit.id, cannotTell(ended ?? NO_ANSWER));
        left = unasked;
        if (left.length > 0) thread = start();
      }
      return told;
    },
  };
}

function cannotTell(message: string): DetectionOutcome {
  return { applicable: true, reason: "detection failed", failed: message };
}

/** What plugin modules declare; a module that cannot be loaded is named with its error. */
export async function describePlugins(
  urls: readonly string[],
  processEnv: NodeJS.ProcessEnv,
): Promise<{ described: Described[]; failed: { url: string; message: string }[] }> {
  const described: Described[] = [];
  const failed: { url: string; message: string }[] = [];
  if (urls.length === 0) return { described, failed };
  const { startThread } = await import("./run-worker.ts");
  const env = gateEnvironment([], processEnv);
  const answered = new Set<string>();
  const onMessage = (message: FromWorker) => {
    if (message.kind !== "described" && message.kind !== "threw") return;
    answered.add(message.kind === "described" ? message.described.url : message.id);
    if (message.kind === "described") described.push(message.described);
    else failed.push({ url: message.id, message: message.message });
  };
  for (let left = [...urls]; left.length > 0; ) {
    const ended = await collect(startThread([], env), { kind: "describe", urls: left }, onMessage);
    const [culprit, ...unasked] = left.filter((url) => !answered.has(url));
    if (culprit !== undefined) failed.push({ url: culprit, message: ended ?? NO_ANSWER });
    left = unasked;
  }
  return { described, failed };
}
