/** Secrets without a format: passwords in URLs and credentials in headers. */
import type { Cue } from "./cues.ts";
import { isReference, looksSecret } from "./judge.ts";
import { isDefault, looksLiteralPassword, looksPassword, looksTyped } from "./passwords.ts";

export interface GenericMatch {
  kind:
    | "generic-credential"
    | "url-password"
    | "authorization-header"
    | "command-credential"
    | "kubernetes-secret"
    | "terraform-password"
    | "feed-password"
    | "stored-credential"
    | "weak-password"
    | "local-url-password"
    | "password-hash"
    | "basic-credential";
  /** Name the value is given, the URL's scheme and host, or the header's scheme. */
  name: string;
  secret: string;
  start: number;
  end: number;
}

const SCHEME = /\b[a-z][a-z0-9+.-]{1,30}$/;
/** What follows a scheme: `://user:password@host`. */
const URL_PASSWORD = /:\/\/([^\s:/@"'`<>{}]{0,80}):([^\s:/@"'`<>]{4,200})@([A-Za-z0-9.-]{1,200})/dy;

/** In an address that only shows where a name would stand. */
const NO_USER = /^(user(name)?|usr|u?name|login|mailto|foo|id)$/i;

const LOCAL_HOST =
  /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|host\.docker\.internal)$|^[^.]+$|(^|\.)(example|test|local|localhost|invalid)(\.\w+)?$|\.(svc|cluster\.local|internal)$/i;

function urlPasswords(text: string): GenericMatch[] {
  const found: GenericMatch[] = [];
  for (let at = text.indexOf("://"); at !== -1; at = text.indexOf("://", at + 1)) {
    URL_PASSWORD.lastIndex = at;
    const match = URL_PASSWORD.exec(text);
    const scheme = match && SCHEME.exec(text.slice(Math.max(0, at - 32), at))?.[0];
    if (!match || !scheme) continue;
    const [, user, secret, host] = match;
    if (secret === user || isReference(secret!)) continue;
    // On this machine or inside a compose network a password guards little.
    const local = LOCAL_HOST.test(host!);
    const strong = looksPassword(secret!) || looksSecret(secret!);
    const weak =
      looksLiteralPassword(secret!, local ? "none" : "settings") &&
      !isDefault(secret!) &&
      (!NO_USER.test(user!) || looksTyped(secret!, 2));
    if (!strong && !weak) continue;
    const [start, end] = match.indices![2]!;
    found.push({
      kind: local || !strong ? "local-url-password" : "url-password",
      name: `${scheme}://${host}`,
      secret: secret!,
      start,
      end,
    });
  }
  return found;
}

/** `"Basic dXNlcjpwYXNz"` wherever it stands: what it decodes to says whether it is one. */
const BASIC = /["'`]Basic[ ]([A-Za-z0-9+/]{8,200}={0,2})["'`]/dg;

const AUTHORIZATION =
  /\bauthorization["'`]?\s{0,4}[:=,]\s{0,4}["'`]?(basic|bearer|token|apikey)\s+([A-Za-z0-9+/=._~-]{16,500})(?=["'`\s]|$)/dgi;

function headerSecret(scheme: string, value: string): boolean {
  if (scheme.toLowerCase() !== "basic") return looksSecret(value);
  const decoded = Buffer.from(value, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  return colon !== -1 && /^[\x20-\x7e]+$/.test(decoded) && looksPassword(decoded.slice(colon + 1));
}

function authorizationHeaders(text: string): GenericMatch[] {
  const found: GenericMatch[] = [];

  for (const match of text.matchAll(AUTHORIZATION)) {
    if (!headerSecret(match[1]!, match[2]!)) continue;
    const [start, end] = match.indices![2]!;
    const name = `Authorization: ${match[1]}`;
    found.push({ kind: "authorization-header", name, secret: match[2]!, start, end });
  }
  for (const match of text.matchAll(BASIC)) {
    if (!/^[\x21-\x7e]{1,60}:[\x21-\x7e]{4,}$/.test(Buffer.from(match[1]!, "base64").toString("latin1")))
      continue;
    const [start, end] = match.indices![1]!;
    if (found.some((other) => other.start === start)) continue;
    found.push({ kind: "basic-credential", name: "Basic", secret: match[1]!, start, end });
  }
  return found;
}

/** Passwords in addresses and credentials in headers. */
export function findGeneric(text: string, cues: ReadonlySet<Cue>): GenericMatch[] {
  return [...urlPasswords(text), ...(cues.has("header") ? authorizationHeaders(text) : [])];
}
