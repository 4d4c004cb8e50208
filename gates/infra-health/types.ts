/** What the gate knows of a service, and what a probe says about it. */
import type { ExecOptions, ExecResult } from "../../modsquad/contracts/gate.ts";
import type { JsonObject, Severity } from "../../modsquad/contracts/words.ts";

/** Why a service is not fit: the closed list that other gates and people read. */
export const FAILURE_CLASSES = [
  "refused",
  "timeout",
  "dns",
  "auth",
  "tls",
  "wrong-database",
  "unhealthy",
  "crashed",
  "disk",
  "version",
  "misconfigured",
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** Why a probe could not even ask: an inability, never a statement about the service. */
export type InabilityClass = "missing-tool" | "no-address" | "permission" | "threw";

export const PROBE_KINDS = [
  "postgres",
  "redis",
  "http",
  "tcp",
  "dns",
  "tls",
  "disk",
  "memory",
  "clock",
  "process",
  "loaded",
  "command",
  "compose",
] as const;
export type ProbeKind = (typeof PROBE_KINDS)[number];

export interface Service {
  name: string;
  kind: ProbeKind;
  /** Address, path, port or command: what the kind asks. */
  subject: string;
  /** The service's own section of the config. */
  settings: JsonObject;
  /** Where it is known from, in words: "modsquad.config", "DATABASE_URL", "compose.yaml". */
  source: string;
  /** Name of the compose service it runs as, if any. */
  composeService: string | null;
  dependsOn: string[];
  /** Its work is done when it has ended with 0, such as a migration. */
  isOneShot: boolean;
  isOptional: boolean;
  /** Expected in the environment of this run. */
  isExpected: boolean;
  /** Where it is expected, in words. */
  environments: string[] | null;
  timeoutMs: number;
  waitForMs: number;
  /** Variables its address needs that are not set: it cannot be asked. */
  missingVariables: string[];
  /** Shell command that starts or repairs it, or null when none is known. */
  startCommand: string | null;
}

/** A remark of a probe that found its service fit, such as a certificate that ends soon. */
export interface Remark {
  rule: string;
  severity: Severity;
  message: string;
  fix: string;
}

export interface Healthy {
  ok: true;
  /** One sentence. */
  message: string;
  facts: JsonObject;
  remarks: Remark[];
}

export interface Ill {
  ok: false;
  class: FailureClass | InabilityClass;
  message: string;
  /** What to do, one sentence. */
  advice: string;
  /** Shell command that repairs it, where it is not "start the service". */
  command?: string;
  /** True when waiting may help: it is starting, or nobody is there yet. */
  isTransient: boolean;
  facts?: JsonObject;
}

export type ProbeResult = Healthy | Ill;

/** What a probe may use. `tried` collects what it did, in order; the last entry is where it stands. */
export interface ProbeContext {
  root: string;
  signal: AbortSignal;
  /** Milliseconds left for this attempt. */
  timeoutMs: number;
  tried: string[];
  /** What runs under Docker Compose; asked once for all who want to know at the same time. */
  compose: ComposeReader;
  exec(file: string, args: string[], options?: ExecOptions): Promise<ExecResult>;
}

/** One container as `docker compose ps` describes it. */
export interface Container {
  service: string;
  name: string;
  /** created, running, paused, restarting, removing, exited, dead. */
  state: string;
  /** "", starting, healthy, unhealthy. */
  health: string;
  exitCode: number | null;
  status: string;
}

export interface ComposeReader {
  /** All containers of the project, or why they cannot be listed. */
  list(timeoutMs: number): Promise<Container[] | Ill>;
}

export type Probe = (service: Service, context: ProbeContext) => Promise<ProbeResult>;

export interface ServiceReport {
  service: Service;
  result: ProbeResult;
  tried: string[];
  /** Milliseconds of the last attempt. */
  durationMs: number;
  attempts: number;
}

const INABILITIES: readonly string[] = ["missing-tool", "no-address", "permission", "threw"];

export const isInability = (failureClass: string): failureClass is InabilityClass =>
  INABILITIES.includes(failureClass);

export const healthy = (message: string, facts: JsonObject = {}, remarks: Remark[] = []): Healthy => ({
  ok: true,
  message,
  facts,
  remarks,
});

/** Classes for which a second look a moment later may be better. */
const TRANSIENT: readonly string[] = ["refused", "timeout", "dns", "crashed", "unhealthy"];

export const ill = (
  failureClass: Ill["class"],
  message: string,
  advice: string,
  more: { command?: string; isTransient?: boolean; facts?: JsonObject } = {},
): Ill => ({
  ok: false,
  class: failureClass,
  message,
  advice,
  isTransient: more.isTransient ?? TRANSIENT.includes(failureClass),
  ...(more.command === undefined ? {} : { command: more.command }),
  ...(more.facts === undefined ? {} : { facts: more.facts }),
});
