/** One SARIF result as a finding: its rule, level, words, place and a fingerprint that survives moved code. */
import { fileURLToPath } from "node:url";
import type { Finding } from "../../contracts/gate.ts";
import type { Json, JsonObject, Severity } from "../../contracts/words.ts";
import { asArray, asLine, asObject, asText, at } from "./json.ts";
import { relativePath } from "./place.ts";
import { clip, fingerprintOf, plainText, stableText } from "./text.ts";
import type { CommandOutput } from "./types.ts";

const SEVERITY: Record<string, Severity> = { error: "high", warning: "medium", note: "low", none: "info" };

/** The rule a result names, by index or id, in the driver or an extension. */
function ruleOf(run: JsonObject, result: JsonObject): JsonObject | undefined {
  const id = asText(result.ruleId) ?? asText(at(result, "rule", "id"));
  const component = at(result, "rule", "toolComponent", "index");
  const extensions = asArray(at(run, "tool", "extensions"));
  const holder = typeof component === "number" ? extensions[component] : at(run, "tool", "driver");
  const rules = asArray(at(holder, "rules"));
  const index = result.ruleIndex ?? at(result, "rule", "index");
  const indexed = typeof index === "number" ? asObject(rules[index]) : undefined;
  if (indexed) return indexed;
  const all = [...rules, ...extensions.flatMap((extension) => asArray(at(extension, "rules")))];
  return all.map(asObject).find((rule) => rule !== undefined && id !== undefined && rule.id === id);
}

function messageOf(result: JsonObject, rule: JsonObject | undefined): string {
  const own = asText(at(result, "message", "text")) ?? asText(at(result, "message", "markdown"));
  const id = asText(at(result, "message", "id"));
  const template = own ?? (id ? asText(at(rule, "messageStrings", id, "text")) : undefined);
  const text = template ?? asText(at(rule, "shortDescription", "text")) ?? "The tool gave no message.";
  const values = asArray(at(result, "message", "arguments"));
  return plainText(
    text.replace(/\{(\d{1,3})\}/g, (whole, index: string) => asText(values[Number(index)]) ?? whole),
  );
}

function pathOf(physical: Json | undefined, run: JsonObject, root: string): string | null {
  const location = at(physical, "artifactLocation");
  const index = at(location, "index");
  const indexed =
    typeof index === "number" ? at(asArray(run.artifacts)[index], "location", "uri") : undefined;
  const uri = asText(at(location, "uri")) ?? asText(indexed);
  if (uri === undefined || uri === "") return null;
  try {
    const path = uri.startsWith("file:") ? fileURLToPath(uri) : decodeURIComponent(uri);
    return relativePath(path, root);
  } catch {
    return null;
  }
}

function locate(result: JsonObject, run: JsonObject, root: string): Finding["location"] {
  const physical = at(asArray(result.locations)[0], "physicalLocation");
  const path = pathOf(physical, run, root);
  if (path === null) return undefined;
  const region = at(physical, "region");
  const column = asLine(at(region, "startColumn"));
  const endLine = asLine(at(region, "endLine"));
  return {
    path,
    line: asLine(at(region, "startLine")) ?? 1,
    ...(column ? { column } : {}),
    ...(endLine ? { endLine } : {}),
  };
}

/** From rule, file, text, quoted code and the tool's own fingerprints; never from the line number. */
function fingerprint(
  result: JsonObject,
  ruleId: string,
  message: string,
  path: string,
  root: string,
): string {
  const given = asObject(result.fingerprints) ?? asObject(result.partialFingerprints);
  const own = Object.entries(given ?? {}).map(([key, value]) => `${key}=${asText(value) ?? ""}`);
  const region = at(asArray(result.locations)[0], "physicalLocation", "region");
  const code = asText(at(region, "snippet", "text")) ?? "";
  return fingerprintOf("sarif", ruleId, path, ...own.sort(), code.trim(), stableText(message, root));
}

/** The finding for one failing result. */
export function findingOf(result: JsonObject, run: JsonObject, output: CommandOutput): Finding {
  const rule = ruleOf(run, result);
  const ruleId = asText(result.ruleId) ?? asText(at(result, "rule", "id")) ?? asText(rule?.id) ?? "unnamed";
  const level = asText(result.level) ?? asText(at(rule, "defaultConfiguration", "level")) ?? "warning";
  const message = messageOf(result, rule);
  const location = locate(result, run, output.root);
  const help = asText(rule?.helpUri);
  const finding: Finding = {
    ruleId: `results/${ruleId}`,
    severity: SEVERITY[level] ?? "medium",
    message: clip(message, 2000),
    fingerprint: fingerprint(result, ruleId, message, location?.path ?? "", output.root),
    fix: {
      description: `Fix what ${ruleId} reports${help ? ` (${help})` : ""}, then run the command again.`,
      command: output.command,
    },
  };
  return location ? { ...finding, location } : finding;
}

/** Anything but an explicit rejection counts: tools that suppress in source give no status at all. */
export function isSuppressed(result: JsonObject): boolean {
  return asArray(result.suppressions).some((entry) => {
    const status = at(entry, "status");
    return status === undefined || status === "accepted";
  });
}

/** A result that reports a problem still there. */
export const isFailing = (result: JsonObject) =>
  (result.kind === undefined || result.kind === "fail") && result.baselineState !== "absent";
