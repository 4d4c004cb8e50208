/** What a gate sees of the environment: a fixed safe set, what it declares, nothing else. */
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { CHILD_MARK, RUN_MARK } from "./marks.ts";

const SAFE_NAMES = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LANGUAGE",
  "TZ",
  "TERM",
  "COLORTERM",
  "TMPDIR",
  "TEMP",
  "TMP",
  "CI",
  "NO_COLOR",
  "FORCE_COLOR",
  "TRACEPARENT",
  "TRACESTATE",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
  "SOURCE_DATE_EPOCH",
  "CHROME_PATH",
  "PLAYWRIGHT_BROWSERS_PATH",
  "PROGRAMFILES",
  "PROGRAMFILES(X86)",
  "SystemRoot",
  "SYSTEMROOT",
  "ComSpec",
  "PATHEXT",
  "APPDATA",
  "LOCALAPPDATA",
  "USERPROFILE",
  "windir",
]);
const SAFE_PREFIXES = ["LC_", "XDG_", "CI_", "GITHUB_", "GITLAB_", "BUILDKITE_", "CIRCLE_", "RUNNER_"];
/** CI systems put credentials beside their facts; those have to be declared. */
const LOOKS_SECRET = /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE|_KEY$|_AUTH$|JWT/i;

const isSafe = (name: string) =>
  SAFE_NAMES.has(name) ||
  (SAFE_PREFIXES.some((prefix) => name.startsWith(prefix)) && !LOOKS_SECRET.test(name));

/** Environment of a child process or worker. `declared` is a list of names, or "inherit" for all. */
export function gateEnvironment(
  declared: readonly string[] | "inherit",
  processEnv: NodeJS.ProcessEnv,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(processEnv)) {
    if (value === undefined) continue;
    if (declared === "inherit" || declared.includes(name) || isSafe(name)) environment[name] = value;
  }
  return environment;
}

/** Of the safe set, what changes what programs find rather than where they look. */
const DECIDES = /^(LANG|LANGUAGE|LC_.*|TZ|CI|SOURCE_DATE_EPOCH)$/;
/** Differ from one shell to the next and mean nothing. */
const VOLATILE = new Set([
  ...["_", "SHLVL", "PWD", "OLDPWD", "TRACEPARENT", "TRACESTATE", "TERM", "COLORTERM"],
  ...[RUN_MARK, CHILD_MARK],
]);

/** The variables that may decide a gate's result: a cached one holds only while they stay as they were. */
export function decidingValues(
  declared: readonly string[] | "inherit",
  processEnv: NodeJS.ProcessEnv,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(processEnv)) {
    if (value === undefined) continue;
    const counts =
      declared === "inherit" ? !VOLATILE.has(name) : declared.includes(name) || DECIDES.test(name);
    if (counts) values[name] = value;
  }
  return values;
}

/** The `NAME=value` lines of an env file, or null when it cannot be read. */
export function readEnvFile(file: string): Record<string, string> | null {
  try {
    return parseEnv(readFileSync(file, "utf8")) as Record<string, string>;
  } catch {
    return null;
  }
}

/** Values of the declared variables alone: what the context hands over as `secrets`. */
export function declaredValues(
  declared: readonly string[] | "inherit",
  processEnv: NodeJS.ProcessEnv,
): Record<string, string> {
  if (declared === "inherit") return {};
  const values: Record<string, string> = {};
  for (const name of declared) {
    const value = processEnv[name];
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/**
 * True for the bare address of a service: an http(s) origin without credentials, path or query. It is no
 * secret, and a report that hides it gives commands nobody can run.
 */
export function isPlainOrigin(value: string): boolean {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return false;
  const { username, password, pathname, search, hash } = new URL(value);
  return username + password + search + hash === "" && pathname === "/";
}
