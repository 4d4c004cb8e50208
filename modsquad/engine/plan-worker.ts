/** Asks gate modules, in a worker, what they are and whether they apply: planning never runs gate code itself. */
import type { Worker } from "node:worker_threads";
import type { GateSpec } from "../plan/gates.ts";
import type { DetectionOutcome } from "../plan/select.ts";
import { gateEnvironment } from "./environment.ts";
import type { Described, FromWorker, RepoData, WorkerTask } from "./worker-messages.ts";

/** For one worker: a detect that hangs costs this once and is then errored, never "not applicable". */
const DETECT_TIMEOUT_MS = 20_000;
const NO_ANSWER = "it ended its thread without an answer";

/** Feeds every message to `onMessage` until the worker ends; resolves with why it ended early, or null. */
async function collect(
  task: WorkerTask,
  env: Record<string, string>,
  onMessage: (message: FromWorker) => void,
): Promise<string | null> {
  const { startWorker } = await import("./run-worker.ts");
  return new Promise((resolve) => {
    const worker: Worker = startWorker(task, env);
    let reason: string | null = null;
    const timer = setTimeout(() => {
      reason = `did not answer within ${DETECT_TIMEOUT_MS / 1000} s`;
      worker.terminate();
    }, DETECT_TIMEOUT_MS);
    worker.on("message", onMessage);
    worker.on("error", (error: Error) => {
      reason ??= error.message;
    });
    worker.on("exit", () => {
      clearTimeout(timer);
      resolve(reason);
    });
  });
}

export interface Detections {
  outcomes: Map<string, DetectionOutcome>;
  /** Gate id → globs of the files that decide its result, or "live". */
  inputs: Map<string, string[] | "live">;
}

/** One outcome per gate, whatever its detect does: what cannot be told is run, and then errored. */
export async function detectGates(
  specs: readonly GateSpec[],
  repo: RepoData,
  processEnv: NodeJS.ProcessEnv,
): Promise<Detections> {
  const outcomes = new Map<string, DetectionOutcome>();
  const inputs: Detections["inputs"] = new Map();
  const gates = specs.flatMap((spec) =>
    spec.source.kind === "module"
      ? [{ id: spec.id, url: spec.source.url, options: spec.config.options }]
      : [],
  );
  if (gates.length === 0) return { outcomes, inputs };
  const env = gateEnvironment([], processEnv);
  const onMessage = (message: FromWorker) => {
    if (message.kind === "detected") {
      outcomes.set(message.id, message.detection);
      inputs.set(message.id, message.inputs);
    }
    if (message.kind === "threw") outcomes.set(message.id, cannotTell(message.message));
  };
  for (let left = gates; left.length > 0; ) {
    const ended = await collect({ kind: "detect", repo, gates: left }, env, onMessage);
    // They are asked in order: the first without an answer is the one that ended the worker, not those after it.
    const [culprit, ...unasked] = left.filter(({ id }) => !outcomes.has(id));
    if (culprit) outcomes.set(culprit.id, cannotTell(ended ?? NO_ANSWER));
    left = unasked;
  }
  return { outcomes, inputs };
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
  const env = gateEnvironment([], processEnv);
  const answered = new Set<string>();
  const onMessage = (message: FromWorker) => {
    if (message.kind !== "described" && message.kind !== "threw") return;
    answered.add(message.kind === "described" ? message.described.url : message.id);
    if (message.kind === "described") described.push(message.described);
    else failed.push({ url: message.id, message: message.message });
  };
  for (let left = [...urls]; left.length > 0; ) {
    const ended = await collect({ kind: "describe", urls: left }, env, onMessage);
    const [culprit, ...unasked] = left.filter((url) => !answered.has(url));
    if (culprit !== undefined) failed.push({ url: culprit, message: ended ?? NO_ANSWER });
    left = unasked;
  }
  return { described, failed };
}
