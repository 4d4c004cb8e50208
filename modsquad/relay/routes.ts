/** What the relay answers: the page, the state of runs, raw logs, metrics, and requests to engines. */
import { open } from "node:fs/promises";
import type { Json } from "../contracts/words.ts";
import { gateDetailOf } from "../dashboard/view/detail.ts";
import { shortFinding } from "../dashboard/view.ts";
import { appendControl, REQUESTS, type RequestKind } from "../journal/control.ts";
import { rankFindings } from "../report/findings.ts";
import type { Hub } from "./hub.ts";
import { renderMetrics } from "./metrics.ts";
import type { Page } from "./page.ts";
import type { Repository } from "./repository.ts";
import { viewOf } from "./repository.ts";

/** Bytes of a raw log in one answer. */
const LOG_SLICE = 128 * 1024;

export interface Answer {
  status: number;
  type: string;
  body: string | Buffer;
  headers?: Record<string, string>;
}

export interface Api {
  hub: Hub;
  page: Page;
  repositories: ReadonlyMap<string, Repository>;
  allowControl: boolean;
  /** The whole state as the text of one message. */
  snapshot(reason: "start" | "missed"): string;
  now(): number;
}

export function json(status: number, value: Json | object): Answer {
  return { status, type: "application/json; charset=utf-8", body: JSON.stringify(value) };
}

export function text(status: number, body: string): Answer {
  return { status, type: "text/plain; charset=utf-8", body };
}

const nothing = (what: string) => json(404, { error: `no such ${what}` });

export async function answerGet(api: Api, path: string, query: URLSearchParams): Promise<Answer> {
  const file = api.page.get(path);
  if (file) return { status: 200, ...file };
  if (path === "/healthz") return json(200, { status: "ok" });
  if (path === "/metrics") {
    const type = "text/plain; version=0.0.4; charset=utf-8";
    return { status: 200, type, body: renderMetrics([...api.repositories.values()]) };
  }
  if (path === "/api/state") return { ...json(200, {}), body: api.snapshot("start") };
  const found =
    /^\/api\/repositories\/([\w.-]+)\/runs\/([\w.-]+)(?:\/(log|findings|gates\/([\w.-]+)))?$/.exec(path);
  if (!found) return nothing("address");
  const [, repo = "", runId = "", rest, gate] = found;
  const repository = api.repositories.get(repo);
  if (!repository) return nothing("repository");
  const run = repository.find(runId);
  if (!run) return nothing("run");
  if (rest === "log") return rawLog(run.run.path, query);
  if (rest === "findings") return json(200, rankFindings(run.evaluated.state).map(shortFinding));
  if (gate === undefined) return json(200, viewOf(run.evaluated) as object);
  const detail = gateDetailOf(run.evaluated.state, run.evaluated.risk, gate, api.now());
  return detail ? json(200, detail) : nothing("gate");
}

/** A byte position in the query, or null. */
function positionIn(query: URLSearchParams, name: string): number | null {
  const value = query.get(name);
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

/**
 * Whole lines of a journal: those before a position (default: the end of the file), or those after one.
 * `start` and `end` are positions in the file, for the next question.
 */
async function rawLog(path: string, query: URLSearchParams): Promise<Answer> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const after = positionIn(query, "after");
    const end = after === null ? Math.min(size, positionIn(query, "before") ?? size) : size;
    const start = after === null ? Math.max(0, end - LOG_SLICE) : Math.min(after, size);
    const length = Math.min(LOG_SLICE, end - start);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
    const bytes = buffer.subarray(0, bytesRead);
    // A slice may begin and end within a line; what is cut off comes with the neighbouring slice.
    const from = after === null && start > 0 ? bytes.indexOf(0x0a) + 1 : 0;
    const to = bytes.lastIndexOf(0x0a) + 1;
    const lines =
      to > from
        ? bytes
            .subarray(from, to - 1)
            .toString("utf8")
            .split("\n")
        : [];
    return json(200, { start: start + from, end: start + Math.max(from, to), size, lines });
  } finally {
    await file.close();
  }
}

interface Wanted {
  request: RequestKind;
  runId: string;
  gate?: string;
}

/** What a request to an engine must look like, or what is wrong with it. */
function wantedOf(value: unknown): Wanted | string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "an object is expected";
  const { request, runId, gate, ...rest } = value as Record<string, unknown>;
  const extra = Object.keys(rest)[0];
  if (extra !== undefined) return "only request, runId and gate are known";
  if (!REQUESTS.includes(request as RequestKind)) return `request must be one of ${REQUESTS.join(", ")}`;
  if (typeof runId !== "string" || !/^[\w.-]{1,100}$/.test(runId)) return "runId must be the id of a run";
  if (gate !== undefined && (typeof gate !== "string" || !/^[\w.-]{1,100}$/.test(gate)))
    return "gate must be the id of a gate";
  if (request === "run-gate" && gate === undefined) return "run-gate needs a gate";
  return { request: request as RequestKind, runId, ...(gate !== undefined && { gate }) };
}

/** `POST /api/repositories/ID/control`: one line in control.jsonl. The engine's answer comes with the records. */
export function answerPost(api: Api, path: string, value: unknown): Answer {
  const repo = /^\/api\/repositories\/([\w.-]+)\/control$/.exec(path)?.[1];
  const repository = repo === undefined ? undefined : api.repositories.get(repo);
  if (!repository) return nothing("address");
  if (!api.allowControl)
    return json(403, { error: "this relay only looks: start it with --allow-control to pass requests on" });
  const wanted = wantedOf(value);
  if (typeof wanted === "string") return json(400, { error: wanted });
  const run = repository.find(wanted.runId);
  if (!run) return nothing("run");
  const { life } = run.evaluated.view;
  if (life !== "live" && life !== "stalled")
    return json(409, { error: `the run takes no requests: it is ${life}` });
  const asked = appendControl(repository.logs, { by: "relay", ...wanted });
  return asked.ok
    ? json(202, { id: asked.value.id })
    : json(500, { error: asked.problems[0]?.what ?? "the request cannot be written" });
}
