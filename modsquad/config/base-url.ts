/** The base URL for the environment at hand. */
import type { Problem } from "../contracts/config.ts";
import type { ModsquadConfig } from "./config.generated.ts";
import type { Fault } from "./places.ts";
import { substitute } from "./substitute.ts";

const NEXT = 'Write an absolute URL such as "http://127.0.0.1:3000".';

/** True for an absolute http or https URL. */
export function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  return ["http:", "https:"].includes(new URL(text).protocol);
}

/** A Problem when --base-url is no URL one can ask. */
export function checkBaseUrlFlag(baseUrl: string): Problem[] {
  return isHttpUrl(baseUrl)
    ? []
    : [{ what: `"${baseUrl}" is not an http or https URL`, where: "--base-url", next: NEXT }];
}

export interface BaseUrl {
  baseUrl?: string;
  /** Names of the environment variables it was made from. */
  variables: string[];
  faults: Fault[];
  warnings: string[];
}

/** What `baseUrl` of the config gives for `env`. Messages show what is written, never what variables held. */
export function configuredBaseUrl(
  written: ModsquadConfig["baseUrl"],
  env: string,
  processEnv: NodeJS.ProcessEnv,
): BaseUrl {
  const result: BaseUrl = { variables: [], faults: [], warnings: [] };
  if (written === undefined) return result;
  const perEnvironment = typeof written === "object";
  const text = perEnvironment ? (Object.hasOwn(written, env) ? written[env] : undefined) : written;
  if (text === undefined) {
    result.warnings.push(
      `baseUrl has no entry for the environment ${env}; gates that need a running product may find none`,
    );
    return result;
  }
  const path = perEnvironment ? ["baseUrl", env] : ["baseUrl"];
  const filled = substitute(text, path, processEnv);
  result.variables = [...filled.used];
  result.faults = filled.faults;
  if (filled.faults.length > 0) return result;
  if (isHttpUrl(filled.value)) result.baseUrl = filled.value;
  else {
    const after = filled.used.size > 0 ? ` once ${result.variables.join(", ")} is filled in` : "";
    result.faults.push({
      path,
      part: "value",
      what: `${path.join(".")} is not an http or https URL${after}: ${text}`,
      next: NEXT,
    });
  }
  return result;
}
