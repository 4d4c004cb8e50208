/** A request as a curl line. Secrets stand as shell variables, so that the line can be pasted anywhere. */
import { isSensitiveName, type Secrets } from "../secrets.ts";
import type { Wire } from "./lane.ts";

/** Sent with every request; nobody needs them to repeat it. */
const USUAL = new Set(["accept", "accept-encoding", "user-agent"]);
const MAX_BODY = 2000;

const quote = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

const variable = (name: string) => `$${name.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}`;

function header(name: string, value: string, secrets: Secrets): string {
  if (name === "authorization") {
    const scheme = /^(\w+) /.exec(value)?.[1];
    if (scheme === "Basic") return '-u "$USERNAME:$PASSWORD"';
    return `-H "authorization: ${scheme ? `${scheme} ` : ""}$TOKEN"`;
  }
  if (isSensitiveName(name)) return `-H "${name}: ${variable(name)}"`;
  return `-H ${quote(`${name}: ${secrets.mask(value)}`)}`;
}

function address(url: URL, secrets: Secrets): string {
  const shown = new URL(url);
  for (const name of new Set(shown.searchParams.keys())) {
    if (isSensitiveName(name)) shown.searchParams.set(name, "***");
  }
  return quote(secrets.mask(shown.href));
}

/** The line that repeats a request. */
export function curlLine({ method, url, headers, body }: Wire, secrets: Secrets): string {
  const words = ["curl", "-sS", "-i"];
  if (method === "head") words.push("-I");
  else if (method !== (body === null ? "get" : "post")) words.push("-X", method.toUpperCase());
  for (const [name, value] of Object.entries(headers)) {
    if (!USUAL.has(name)) words.push(header(name, value, secrets));
  }
  if (body instanceof Uint8Array) words.push("--data-binary", "@FILE");
  else if (body !== null) {
    const masked = secrets.mask(body);
    words.push("--data-raw", masked.length > MAX_BODY ? "'...'" : quote(masked));
  }
  words.push(address(url, secrets));
  return words.join(" ");
}
