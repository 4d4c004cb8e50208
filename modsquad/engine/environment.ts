/** What a gate sees of the environment: a fixed safe set, what it declares, nothing else. */

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
