/** Secrets without a format: values given to names that say what they are, and passwords in URLs and headers. */
import { isLoadedConfig } from "./context.ts";
import { isReference, looksPassword, looksSecret } from "./judge.ts";

export interface GenericMatch {
  kind:
    | "generic-credential"
    | "url-password"
    | "authorization-header"
    | "command-credential"
    | "kubernetes-secret"
    | "terraform-password"
    | "feed-password";
  /** Name the value is given, the URL's scheme and host, or the header's scheme. */
  name: string;
  secret: string;
  start: number;
  end: number;
}

const NAME_WORDS =
  /(?:pass(?:word|wd|phrase)|[_-]pass(?![a-z])|[_-]pwd(?![a-z])|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|credentials?)/gi;

/** After the word the name may only go on in ways that still mean the value itself. */
const TAIL =
  "(?:[_-]?(?:key|value|val|prod|production|live|staging|stage|dev|secret|token|base64|base|\\d+)){0,3}";
const QUOTED = new RegExp(
  `${TAIL}["'\`]?\\]?\\s{0,4}(?::\\s?[A-Za-z]{1,20}\\s?)?(?:=>|:=|[:=](?!=))\\s{0,4}(["'\`])([^"'\`\\r\\n]{8,300})\\1`,
  "iyd",
);
/** The rest of a line of a file that is nothing but settings. */
const UNQUOTED = new RegExp(
  `${TAIL}[ \\t]{0,4}[:=][ \\t]{0,4}([^\\s"'#]{8,300})[ \\t]*(?:#.*)?\\r?$`,
  "iymd",
);

/** What may stand on such a line before the word that gives it away. */
const SETTING_BEGINS = /^\s*(?:(?:export|set|ENV|ARG|-)\s+)?[\w.-]*$/;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Names that only look like it: such a token is meant to be seen, or says where to go on. */
const NOT_SECRET_BEFORE =
  /(public|csrf|xsrf|next|prev|page|continuation|design|cancel|cancellation|sync)[._-]?$/i;

interface Value {
  secret: string;
  start: number;
  end: number;
}

/** Keys of these services are made to be seen by every browser. */
const PUBLIC_CLIENTS = /algolia|docsearch|firebase|posthog|typesense|mapbox|amplitude|segment/i;

function isClientKey(text: string, hit: number, word: string): boolean {
  return /api[_-]?key/i.test(word) && PUBLIC_CLIENTS.test(text.slice(Math.max(0, hit - 300), hit));
}

function valueAt(text: string, hit: number, end: number, loaded: boolean): Value | null {
  QUOTED.lastIndex = end;
  let match = QUOTED.exec(text);
  let group = 2;
  if (!match && loaded && SETTING_BEGINS.test(text.slice(text.lastIndexOf("\n", hit) + 1, hit))) {
    UNQUOTED.lastIndex = end;
    match = UNQUOTED.exec(text);
    group = 1;
  }
  if (!match) return null;
  const [start, stop] = match.indices![group]!;
  return { secret: match[group]!, start, end: stop };
}

function assignments(path: string, text: string): GenericMatch[] {
  const found: GenericMatch[] = [];
  const loaded = isLoadedConfig(path);
  NAME_WORDS.lastIndex = 0;
  for (let hit = NAME_WORDS.exec(text); hit !== null; hit = NAME_WORDS.exec(text)) {
    const end = hit.index + hit[0].length;
    const value = valueAt(text, hit.index, end, loaded);
    if (!value) continue;
    const before = /[\w.-]*$/.exec(text.slice(Math.max(0, hit.index - 60), hit.index))![0];
    if (NOT_SECRET_BEFORE.test(before) || isClientKey(text, hit.index, hit[0])) continue;
    // Identifiers are UUIDs far more often than secrets are.
    if (UUID.test(value.secret) && !/secret|api[_-]?key/i.test(hit[0])) continue;
    const weakAllowed = loaded && /pass|pwd/i.test(hit[0]);
    if (!looksSecret(value.secret) && !(weakAllowed && looksPassword(value.secret))) continue;
    const after = /^[\w-]*/.exec(text.slice(end, end + 40))![0];
    found.push({ kind: "generic-credential", name: before + hit[0] + after, ...value });
  }
  return found;
}

const URL_PASSWORD =
  /\b([a-z][a-z0-9+.-]{1,30}):\/\/([^\s:/@"'`<>{}]{0,80}):([^\s:/@"'`<>]{4,200})@([A-Za-z0-9.-]{1,200})/dg;

const LOCAL_HOST =
  /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|host\.docker\.internal)$|^[^.]+$|(^|\.)(example|test|local|localhost|invalid)(\.\w+)?$|\.(svc|cluster\.local|internal)$/i;

function urlPasswords(text: string): GenericMatch[] {
  if (!text.includes("://")) return [];
  const found: GenericMatch[] = [];
  for (const match of text.matchAll(URL_PASSWORD)) {
    const [, scheme, user, secret, host] = match;
    // On this machine or inside a compose network a password guards nothing.
    if (LOCAL_HOST.test(host!) || secret === user || isReference(secret!)) continue;
    if (!looksPassword(secret!) && !looksSecret(secret!)) continue;
    const [start, end] = match.indices![3]!;
    found.push({ kind: "url-password", name: `${scheme}://${host}`, secret: secret!, start, end });
  }
  return found;
}

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
  return found;
}

/** Credentials without a published format in a text. */
export function findGeneric(path: string, text: string): GenericMatch[] {
  return [...urlPasswords(text), ...authorizationHeaders(text), ...assignments(path, text)];
}
