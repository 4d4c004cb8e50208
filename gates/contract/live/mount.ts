/** Where the paths of a document begin on this service: below the base URL, below the server's path, or both. */
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { responseFor } from "../document/operations.ts";
import { asObject } from "../json.ts";
import { type Answer, type Operation, SAFE } from "../types.ts";

/** What stands before the path of an operation. */
export type Mount = (operation: Operation) => string;

/** Asks for a path of an operation with this before it; null when there is no answer. */
export type Probe = (operation: Operation, prefix: string) => Promise<Answer | null>;

const PROBES = 4;
const trimmed = (path: string) => path.replace(/\/+$/, "");

/** Path of the first server that holds for an operation, "" for none. */
export function serverPath(root: JsonObject, operation: Operation): string {
  const servers = operation.node.servers ?? root.servers;
  const [first] = Array.isArray(servers) ? servers : [];
  const server = asObject(first);
  const variables = asObject(server.variables);
  const url = String(server.url ?? "/").replace(/\{([^}]+)\}/g, (_, name: string) =>
    String(asObject(variables[name]).default ?? ""),
  );
  try {
    return trimmed(new URL(url, "http://localhost/").pathname);
  } catch {
    return "";
  }
}

/** Ways to put a path together, the one the document and the config ask for first. */
export function mounts(root: JsonObject, basePath: string): Mount[] {
  const own = trimmed(basePath);
  const declared: Mount = (operation) => serverPath(root, operation);
  const below: Mount = () => own;
  return own === "" ? [declared, below] : [below, (operation) => `${own}${declared(operation)}`, declared];
}

function worth(operation: Operation, answer: Answer | null): number {
  if (answer === null || answer.status === 404) return 0;
  const spec = responseFor(operation, answer.status);
  return spec !== null && spec.status !== "default" && answer.status < 400 ? 2 : 1;
}

/** A few operations that tell places apart; those that need nothing first. */
function telling(operations: readonly Operation[]): Operation[] {
  const cost = ({ method, path, parameters }: Operation) =>
    (SAFE.includes(method) ? 0 : 100) +
    (path.match(/\{/g)?.length ?? 0) * 10 +
    parameters.filter(({ required }) => required).length;
  return [...operations].sort((one, other) => cost(one) - cost(other)).slice(0, PROBES);
}

/** The way under which the operations are found; the first unless another clearly is the right one. */
export async function findMount(
  ways: readonly Mount[],
  operations: readonly Operation[],
  probe: Probe,
): Promise<Mount> {
  const [first] = ways;
  const asked = telling(operations);
  const prefixes = (way: Mount) => asked.map((operation) => way(operation)).join("\n");
  const unlike = ways.filter(
    (way, index) => ways.findIndex((one) => prefixes(one) === prefixes(way)) === index,
  );
  if (unlike.length < 2) return first!;
  let best = { way: first!, score: 0 };
  for (const way of unlike) {
    const answers = await Promise.all(
      asked.map(async (operation) => worth(operation, await probe(operation, way(operation)))),
    );
    const score = answers.reduce((sum, one) => sum + one, 0);
    if (way === first && answers.every((one) => one > 0)) return way;
    if (score > best.score) best = { way, score };
  }
  return best.way;
}
