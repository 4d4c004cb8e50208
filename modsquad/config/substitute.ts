/** Fills `${VAR}` and `${VAR:-default}` in text values. `$${` stands for a literal `${`. */
import type { Json } from "../contracts/words.ts";
import { type Fault, type KeyPath, printPath } from "./places.ts";

const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:-)([^}]*)|([^}]*))\}/g;

export interface Substitution<T> {
  value: T;
  /** Names of the variables whose values were filled in. */
  used: Set<string>;
  /** Variables that are not set, and references that cannot be read. */
  faults: Fault[];
}

/** A subtree that is left as it is: nobody will read it in this run. */
export type Skip = (path: KeyPath, value: Json) => boolean;

function fillText(
  text: string,
  path: KeyPath,
  processEnv: NodeJS.ProcessEnv,
  result: Substitution<Json>,
): string {
  return text.replaceAll(
    REFERENCE,
    (match, name?: string, defaults?: string, fallback?: string, rest?: string) => {
      if (name === undefined) return "${";
      const value = processEnv[name];
      if (rest) {
        result.faults.push({
          path,
          part: "value",
          what: `${printPath(path)} has a reference that cannot be read: ${match}`,
          next: `Write \${${name}} or \${${name}:-default}; for a literal "\${" write "$\${".`,
        });
        return match;
      }
      if (value !== undefined && value !== "") {
        result.used.add(name);
        return value;
      }
      if (defaults) return fallback ?? "";
      result.faults.push({
        path,
        part: "value",
        what: `${printPath(path)} needs the environment variable ${name}, which is ${value === "" ? "empty" : "not set"}`,
        next: `Set ${name}, or give a default: \${${name}:-value}.`,
      });
      return match;
    },
  );
}

function fill(
  value: Json,
  path: KeyPath,
  processEnv: NodeJS.ProcessEnv,
  skip: Skip,
  result: Substitution<Json>,
): Json {
  if (skip(path, value)) return value;
  if (typeof value === "string")
    return value.includes("${") ? fillText(value, path, processEnv, result) : value;
  if (Array.isArray(value))
    return value.map((item, index) => fill(item, [...path, index], processEnv, skip, result));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      fill(item ?? null, [...path, key], processEnv, skip, result),
    ]),
  );
}

/**
 * A copy of `value` with its references filled in. An empty variable counts as not set, as `:-` has it: an
 * empty URL or password that slips through would make a gate check the wrong thing, or nothing.
 */
export function substitute<T extends Json>(
  value: T,
  path: KeyPath,
  processEnv: NodeJS.ProcessEnv,
  skip: Skip = () => false,
): Substitution<T> {
  const result: Substitution<Json> = { value: null, used: new Set(), faults: [] };
  result.value = fill(value, path, processEnv, skip, result);
  return result as Substitution<T>;
}
