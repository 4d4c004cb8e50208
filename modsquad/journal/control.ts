/** Requests to a running engine: lines in modsquad/logs/control.jsonl. Nobody calls the engine directly. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Result } from "../contracts/config.ts";
import { ensureOutputDirectory } from "./directory.ts";
import { name, oneOf, shape, text } from "./fields.ts";
import { appendJsonl, type JsonlRead, readJsonl } from "./jsonl.ts";

export const REQUESTS = ["pause", "resume", "stop", "run-gate", "review"] as const;
export type RequestKind = (typeof REQUESTS)[number];

export interface ControlRequest {
  id: string;
  /** ISO, UTC. */
  ts: string;
  /** Who asks, such as "dashboard". */
  by: string;
  request: RequestKind;
  runId: string;
  /** For run-gate. */
  gate?: string;
}

const request = shape<ControlRequest>({
  id: { json: "id", kind: name },
  ts: { json: "ts", kind: text },
  by: { json: "by", kind: text },
  request: { json: "request", kind: oneOf("a request", REQUESTS) },
  runId: { json: "run_id", kind: name },
  gate: { json: "gate", kind: name, optional: true },
});

/** Path of the requests below modsquad/logs. */
export function controlFile(dir: string): string {
  return join(dir, "control.jsonl");
}

function faultOf(value: unknown): string | null {
  const fault = request.fault(value);
  if (fault) return fault.replace(/^\./, "");
  const { request: kind, gate } = request.decode(value);
  return kind === "run-gate" && gate === undefined ? "gate: missing" : null;
}

/** Appends a request; the value is the request with its new id and time. */
export function appendControl(
  dir: string,
  asked: Omit<ControlRequest, "id" | "ts">,
  now: () => Date = () => new Date(),
): Result<ControlRequest> {
  const whole: ControlRequest = { id: randomUUID(), ts: now().toISOString(), ...asked };
  const line = request.encode(whole);
  const fault = faultOf(line);
  if (fault)
    return { ok: false, problems: [{ what: `No valid request: ${fault}`, next: "Name what is missing." }] };
  const made = ensureOutputDirectory(dir);
  if (!made.ok) return made;
  const appended = appendJsonl(controlFile(dir), line);
  return appended.ok ? { ok: true, value: whole } : appended;
}

/** The requests from `from.offset` on; broken and unknown ones are told, not obeyed. */
export function readControl(dir: string, from?: { offset: number; line: number }): JsonlRead<ControlRequest> {
  return readJsonl<ControlRequest>(
    controlFile(dir),
    (value) => {
      const fault = faultOf(value);
      return fault ? { fault } : { value: request.decode(value) };
    },
    from,
  );
}
