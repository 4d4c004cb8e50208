/** What the runner and a gate worker say to each other. Plain data only, so that a gate can run elsewhere. */
import type {
  ChangedFile,
  Detection,
  ExecOptions,
  ExecResult,
  GateInfo,
  HistoryEntry,
  Options,
  Progress,
  TrackedFile,
  Upstream,
} from "../contracts/gate.ts";
import type { Mode } from "../contracts/words.ts";

/** GateContext without its functions. */
export interface ContextData {
  runId: string;
  mode: Mode;
  env: string;
  root: string;
  dependenciesRoot: string;
  files: TrackedFile[];
  changed: ChangedFile[] | null;
  baseRef: string | null;
  baseUrl?: string;
  options: Options;
  checks: string[];
  upstream: Record<string, Upstream>;
  history: HistoryEntry[];
  secrets: Record<string, string>;
  artifactsDir: string;
  timeoutMs?: number;
}

export interface RepoData {
  root: string;
  files: TrackedFile[];
  mode: Mode;
  env: string;
  baseUrl?: string;
}

export type WorkerTask =
  | { kind: "run"; url: string; context: ContextData }
  | { kind: "detect"; repo: RepoData; gates: { id: string; url: string; options: Options }[] }
  | { kind: "describe"; urls: string[] };

/** What a worker is started with: it loads these modules at once, so that they are there when its task comes. */
export interface WorkerStart {
  preload: string[];
}

export type ToWorker =
  | { kind: "task"; task: WorkerTask }
  | { kind: "files-ready"; id: number }
  | { kind: "abort"; reason: string }
  | { kind: "exec-result"; id: number; result: ExecResult }
  | { kind: "base-file"; id: number; bytes: Uint8Array | null };

/** A gate's data as its module declares it, with what its functions say about the given options. */
export interface Described {
  url: string;
  info: GateInfo;
}

export type FromWorker =
  | { kind: "progress"; progress: Progress }
  | { kind: "exec"; id: number; file: string; args: string[]; options: ExecOptions }
  | { kind: "read-base"; id: number; path: string }
  | { kind: "needs-files"; id: number }
  | { kind: "detected"; id: string; detection: Detection; inputs: string[] | "live" }
  | { kind: "described"; described: Described }
  | { kind: "result"; result: unknown }
  | { kind: "threw"; id: string; message: string };
