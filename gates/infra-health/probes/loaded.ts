/** What a running service says it has loaded, against what the repository says. */
import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { healthy, type Ill, ill, type Probe, type ProbeContext, type Service } from "../types.ts";
import { runCommand } from "./command.ts";
import { getHealthy } from "./http.ts";
import { assertJson, parseJson, valuesAt } from "./json.ts";
import { type RepositoryValue, repositoryValue } from "./repository-value.ts";

/** Shorter beginnings of a digest could be a coincidence. */
const SHORTEST_DIGEST = 7;

async function tellings(service: Service, context: ProbeContext): Promise<string | Ill> {
  const loaded = service.settings.loaded as JsonObject;
  if (typeof loaded.command === "string") return runCommand(loaded.command, context);
  const got = await getHealthy(String(loaded.url ?? ""), loaded, context);
  return "ok" in got ? got : got.answer.text;
}

/** Digests are often shortened or named ("sha256:…"). */
function isSame(got: Json, wanted: Extract<RepositoryValue, { ok: true }>): boolean {
  if (wanted.kind !== "digest") return isDeepStrictEqual(got, wanted.value);
  const text = String(got)
    .toLowerCase()
    .replace(/^sha-?256[:-]/, "");
  return text.length >= SHORTEST_DIGEST && String(wanted.value).startsWith(text);
}

const show = (value: Json) => JSON.stringify(value).slice(0, 80);

async function compareOne(
  text: string,
  document: Json,
  path: string,
  written: Json,
  root: string,
): Promise<Ill | null> {
  const wanted = await repositoryValue(root, written);
  if (!wanted.ok)
    return ill("misconfigured", `${path}: ${wanted.message}`, "Correct the config, or restore the file.");
  if (wanted.from === "the config") {
    const wrong = await assertJson(text, { [path]: written });
    return wrong
      ? ill(wrong.isConfig ? "misconfigured" : "version", wrong.message, "Deploy or restart the service.", {
          isTransient: false,
        })
      : null;
  }
  const found = await valuesAt(document, path);
  if (!("values" in found)) return ill("misconfigured", found.message, "Correct the path.");
  const [got] = found.values;
  if (got === undefined)
    return ill(
      "misconfigured",
      `the service does not tell ${path}`,
      "Correct the path, or let the service tell it.",
    );
  if (isSame(got, wanted)) return null;
  return ill(
    "version",
    `the service has loaded ${path} = ${show(got)}, the repository says ${show(wanted.value)} (${wanted.from})`,
    "Deploy or restart the service with this version.",
    {
      isTransient: false,
    },
  );
}

export const probeLoaded: Probe = async (service, context) => {
  const text = await tellings(service, context);
  if (typeof text !== "string") return text;
  const parsed = parseJson(text);
  if (!("document" in parsed))
    return ill("misconfigured", parsed.message, "Let the service tell what it has loaded as JSON.");
  const expected = ((service.settings.loaded as JsonObject).expect ?? {}) as JsonObject;
  context.tried.push("compare with the repository");
  const entries = Object.entries(expected);
  const differences: Ill[] = [];
  for (const [path, written] of entries) {
    const wrong = await compareOne(text, parsed.document, path, written ?? null, context.root);
    if (wrong) differences.push(wrong);
  }
  const [first] = differences;
  if (!first) return healthy(`${entries.length} of ${entries.length} values are those of the repository`);
  return { ...first, message: differences.map((one) => one.message).join("; ") };
};
