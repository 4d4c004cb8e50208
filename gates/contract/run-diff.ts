/** schema-diff: the document that the service is asked about, and every other one of the repository, with its earlier version. */
import type { CheckResult, Finding, GateContext } from "../../modsquad/contracts/gate.ts";
import type { JsonObject } from "../../modsquad/contracts/words.ts";
import { VERSION } from "../../modsquad/version.ts";
import { compareDocuments } from "./diff/compare.ts";
import { findEarlier } from "./diff/earlier.ts";
import { linesOf } from "./document/lines.ts";
import { loadDocument } from "./document/load.ts";
import { readBelow, repositoryReader } from "./document/locate.ts";
import { operationsOf } from "./document/operations.ts";
import { changeFindings, Placer } from "./findings.ts";
import { asArray, texts } from "./json.ts";
import type { ApiDocument, Operation } from "./types.ts";

export const EVIDENCE = { tool: "contract", version: VERSION };

interface Compared {
  document: ApiDocument;
  operations: Operation[];
  placer: Placer;
}

interface Difference {
  check: CheckResult;
  findings: Finding[];
  metrics: JsonObject;
}

/** What changed in one document for those who use the API. */
async function compare(
  context: GateContext,
  { document, operations, placer }: Compared,
): Promise<Difference> {
  const base = { id: "schema-diff", planned: Math.max(1, operations.length), evidence: EVIDENCE };
  const own = document.isFile ? document.source : "openapi.json";
  const earlier =
    document.isFile || typeof context.options.base === "string"
      ? await findEarlier(context, own)
      : { kind: "none" as const, why: "the document comes from the service itself" };
  if (earlier.kind === "unable") {
    return {
      check: {
        ...base,
        status: "errored",
        examined: 0,
        failureClass: earlier.class,
        message: earlier.message,
      },
      findings: [],
      metrics: {},
    };
  }
  if (earlier.kind === "none") {
    const message = `Nothing to compare with: ${earlier.why}. ${operations.length} operations read; from the next change on they are compared.`;
    return {
      check: { ...base, status: "passed", examined: operations.length, message },
      findings: [],
      metrics: { compared: false },
    };
  }
  const today = new Date().toISOString().slice(0, 10);
  const changes = compareDocuments(
    { document: earlier.document, operations: operationsOf(earlier.document) },
    { document, operations },
    today,
  );
  const count = (level: string) => changes.filter((change) => change.level === level).length;
  const breaking = count("breaking");
  const metrics = {
    compared: true,
    with: earlier.name,
    breaking,
    warnings: count("warning"),
    compatible: count("compatible"),
  };
  const summary = `${operations.length} operations compared with ${earlier.name}: ${breaking} breaking, ${metrics.warnings} to be looked at`;
  const check: CheckResult =
    breaking > 0
      ? {
          ...base,
          status: "failed",
          examined: operations.length,
          failureClass: "breaking-change",
          message: summary,
        }
      : { ...base, status: "passed", examined: operations.length, message: summary };
  return { check, findings: changeFindings(changes, placer), metrics };
}

/** The same document in another place or notation has nothing more to say. */
function twin(): Difference {
  const check: CheckResult = {
    id: "schema-diff",
    status: "passed",
    planned: 0,
    examined: 0,
    evidence: EVIDENCE,
    message: "says the same",
  };
  return { check, findings: [], metrics: {} };
}

/** One of the other documents. A base that is a file or an address is that of the first one only. */
async function compareOther(context: GateContext, name: string, known: Set<string>): Promise<Difference> {
  const { base } = context.options;
  const isRef =
    typeof base === "string" && !base.includes(":") && (await readBelow(context.root, base)) === null;
  const own = { ...context, options: { ...context.options, base: isRef ? base : "" } };
  const read = (file: string) => readBelow(context.root, file);
  const text = await read(name);
  const loaded =
    text === null
      ? ({ ok: false, class: "missing", message: `There is no ${name} in the repository.` } as const)
      : await loadDocument(text, name, true, repositoryReader(context, read));
  if (!loaded.ok) {
    const { class: failureClass, message } = loaded;
    const check: CheckResult = {
      id: "schema-diff",
      status: "errored",
      planned: 1,
      examined: 0,
      evidence: EVIDENCE,
      failureClass,
      message,
    };
    return { check, findings: [], metrics: {} };
  }
  const { document } = loaded;
  const content = JSON.stringify(document.root);
  if (known.has(content)) return twin();
  known.add(content);
  const placer = new Placer(document, await linesOf(document));
  return compare(own, { document, operations: operationsOf(document), placer });
}

/** Failed before errored before passed: what is known to break outweighs what could not be looked at. */
function combined(
  first: CheckResult,
  others: readonly (readonly [name: string, check: CheckResult])[],
): CheckResult {
  const all = [first, ...others.map(([, check]) => check)];
  // An old Swagger document beside the one that counts costs coverage; it is no reason to prove nothing.
  const unable = all.find(
    ({ status, failureClass }) => status === "errored" && failureClass !== "unsupported",
  );
  const grave = all.find(({ status }) => status === "failed") ?? unable ?? first;
  return {
    ...first,
    status: grave.status,
    ...(grave.failureClass ? { failureClass: grave.failureClass } : {}),
    planned: all.reduce((sum, { planned }) => sum + planned, 0),
    examined: all.reduce((sum, { examined }) => sum + examined, 0),
    message: [first.message, ...others.map(([name, { message }]) => `${name}: ${message}`)].join("; "),
  };
}

/** Compares `first` and the documents that `alsoCompare` names. */
export async function compareAll(context: GateContext, first: Compared): Promise<Difference> {
  const main = await compare(context, first);
  const others: [string, Difference][] = [];
  const known = new Set([JSON.stringify(first.document.root)]);
  for (const name of texts(asArray(context.options.alsoCompare)))
    if (name !== first.document.source) others.push([name, await compareOther(context, name, known)]);
  if (others.length === 0) return main;
  return {
    check: combined(
      main.check,
      others.map(([name, { check }]) => [name, check] as const),
    ),
    findings: [...main.findings, ...others.flatMap(([, { findings }]) => findings)],
    metrics: {
      ...main.metrics,
      others: Object.fromEntries(others.map(([name, { metrics }]) => [name, metrics])),
    },
  };
}
