/** One service, from the first attempt to the last: deadline, waiting for start-up, a better reason from compose. */
import type { GateContext } from "../../modsquad/contracts/gate.ts";
import { judgeComposeService } from "./compose-ps.ts";
import { now, pause, withDeadline } from "./deadline.ts";
import { errorFacts } from "./net-errors.ts";
import { probeFor } from "./probes/index.ts";
import {
  type ComposeReader,
  type Ill,
  ill,
  type Probe,
  type ProbeResult,
  type Service,
  type ServiceReport,
} from "./types.ts";
import { showMs } from "./units.ts";

/** Pauses while waiting for start-up grow from the first to the second, milliseconds. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;

export interface ProbeRoom {
  context: Pick<GateContext, "exec" | "root" | "signal">;
  compose: ComposeReader;
  /** Names of services that compose runs here. */
  hasCompose: boolean;
}

function timedOut(timeoutMs: number, tried: readonly string[]): Ill {
  const doing = tried.at(-1) ?? "start";
  return ill(
    "timeout",
    `no answer within ${showMs(timeoutMs)} (${doing})`,
    "Find what swallows the answer: firewall, wrong address, or a process that hangs.",
  );
}

async function attempt(
  probe: Probe,
  service: Service,
  timeoutMs: number,
  room: ProbeRoom,
  tried: string[],
): Promise<ProbeResult> {
  const { context, compose } = room;
  const raced = await withDeadline(timeoutMs, context.signal, (signal) =>
    probe(service, { root: context.root, signal, timeoutMs, tried, compose, exec: context.exec }),
  ).catch((error: unknown) => {
    const { message } = errorFacts(error);
    return {
      late: false as const,
      value: ill("threw", `the probe broke: ${message}`, "Report this as a bug."),
    };
  });
  if (!raced.late) return raced.value;
  if (raced.cause === "aborted") return ill("threw", "stopped before it was done", "Run again.");
  return timedOut(timeoutMs, tried);
}

/** Compose knows why nobody answers: a container that exited or is unhealthy is a better reason than "refused". */
async function withComposeReason(result: Ill, service: Service, room: ProbeRoom): Promise<Ill> {
  const asks =
    room.hasCompose && service.composeService !== null && service.kind !== "compose" && service.isExpected;
  // A black hole has used up its time already.
  if (!asks || !["refused", "dns"].includes(result.class)) return result;
  const raced = await withDeadline(service.timeoutMs, room.context.signal, () =>
    room.compose.list(service.timeoutMs),
  );
  if (raced.late || !Array.isArray(raced.value)) return result;
  const state = judgeComposeService(raced.value, service.composeService!, service.isOneShot);
  if (state.ok || state.class === "refused") return result;
  return { ...state, message: `${result.message}; ${state.message}` };
}

/** Probes a service until it is healthy, the waiting is over, or waiting cannot help. */
export async function probeService(service: Service, room: ProbeRoom): Promise<ServiceReport> {
  if (service.missingVariables.length > 0) {
    const names = service.missingVariables.join(", ");
    const result = ill(
      "no-address",
      `the address needs ${names}, not set here`,
      `Set ${names}, and list it under env: of this gate.`,
    );
    return { service, result, tried: [], durationMs: 0, attempts: 0 };
  }
  const { signal } = room.context;
  const began = now();
  const probe = await probeFor(service.kind);
  let attempts = 0;
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    attempts += 1;
    const tried: string[] = [];
    const started = now();
    const left = service.waitForMs - (started - began);
    const timeoutMs =
      service.waitForMs > 0 && attempts > 1
        ? Math.max(1, Math.min(service.timeoutMs, left))
        : service.timeoutMs;
    const result = await attempt(probe, service, timeoutMs, room, tried);
    const ended = now();
    const mayWait = !result.ok && result.isTransient && service.isExpected && !signal.aborted;
    if (!mayWait || ended - began + pauseMs >= service.waitForMs) {
      const final = result.ok ? result : await withComposeReason(result, service, room);
      return { service, result: final, tried, durationMs: ended - started, attempts };
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
