/** Flows nobody declared: what a base URL alone lets us ask. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { GateContext } from "../../../modsquad/contracts/gate.ts";
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { startDeadline } from "../http/deadline.ts";
import type { Lane } from "../http/lane.ts";
import type { ReadFlow } from "../read-flows.ts";
import { findDocument } from "./document.ts";
import { frontPageFlow } from "./front-page.ts";
import { healthFlow } from "./health.ts";
import { linkFlows } from "./links.ts";
import { isOpenapi, openapiFlows } from "./openapi.ts";

const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
const FETCH_MS = 3000;

/** Parses JSON or YAML; undefined when it is neither. */
async function parseDocument(text: string): Promise<Json | undefined> {
  try {
    if (/^\s*\{/.test(text)) return JSON.parse(text) as Json;
    const { parse } = await import("yaml");
    return parse(text) as Json;
  } catch {
    return undefined;
  }
}

async function fromRepository(root: string, path: string): Promise<JsonObject | null> {
  try {
    const file = join(root, path);
    if ((await stat(file)).size > MAX_DOCUMENT_BYTES) return null;
    const document = await parseDocument(await readFile(file, "utf8"));
    return isOpenapi(document) ? document : null;
  } catch {
    return null;
  }
}

async function fromService(base: URL, lane: Lane, signal: AbortSignal): Promise<JsonObject | null> {
  const deadline = startDeadline(FETCH_MS, signal);
  const url = new URL(`${base.pathname.replace(/\/$/, "")}/openapi.json`, base);
  url.username = "";
  url.password = "";
  try {
    const sent = await lane.send(
      { method: "get", url, headers: { "accept-encoding": "identity" }, body: null },
      deadline,
    );
    if (!sent.ok || sent.answer.status !== 200) return null;
    const document = await parseDocument(new TextDecoder().decode(sent.answer.body));
    return isOpenapi(document) ? document : null;
  } finally {
    deadline.end();
  }
}

/** Health endpoints, the front page and what it links to, and the safe operations of the OpenAPI document if there is one. */
export async function discoverFlows(context: GateContext, base: URL, lane: Lane): Promise<ReadFlow[]> {
  const { options, root, files, signal } = context;
  const path = typeof options.openapi === "string" ? options.openapi : findDocument(files);
  const document =
    (path ? await fromRepository(root, path) : null) ?? (await fromService(base, lane, signal));
  const flows = [healthFlow(options), frontPageFlow(options)];
  if (document) flows.push(...openapiFlows(document, base, options));
  const asked = new Set(flows.flatMap((flow) => flow.steps.map((step) => step.url.text)));
  const links = await linkFlows(base, lane, options, signal);
  flows.push(...links.filter((flow) => !asked.has(flow.steps[0]!.url.text)));
  return flows.map((flow) => ({ ok: true, flow }));
}
