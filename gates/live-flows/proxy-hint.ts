/** This gate asks directly. Where the environment names a proxy, whoever reads a failure should know. */

const matches = (host: string, pattern: string) => {
  const bare = pattern
    .trim()
    .toLowerCase()
    .replace(/:\d+$/, "")
    .replace(/^\*?\./, "");
  return bare !== "" && (bare === "*" || host === bare || host.endsWith(`.${bare}`));
};

/** A sentence when HTTP_PROXY or its like is set and would have been used for the base URL; else "". */
export function proxyHint(base: URL | null, env: Readonly<Record<string, string | undefined>>): string {
  if (!base) return "";
  const names = base.protocol === "https:" ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"];
  const name = names.find((one) => env[one]);
  if (!name) return "";
  const except = env.NO_PROXY ?? env.no_proxy ?? "";
  const host = base.hostname.toLowerCase();
  if (/^(localhost|127(\.\d+){3}|\[::1\])$/.test(host) || except.split(",").some((one) => matches(host, one)))
    return "";
  return `${name} is set, but this gate asks the product directly, without a proxy.`;
}
