/** Secrets without a format: values given to names that say what they are, and passwords in URLs and headers. */
import { isLoadedConfig } from "./context.ts";
import { isDefault, isReference, looksLiteralPassword, looksPassword, looksSecret } from "./judge.ts";

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

const NAME_WORDS =
  /(?:pass(?:word|wd|phrase)|[_-]pass(?![a-z])|[_-]pwd(?![a-z])|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|(?:signing|encryption|encrypt|cipher|crypto|aes|consumer|account|storage|shared|master|license|licence)[_-]?key|ticket|credentials?)/gi;

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

/** A name that says secret needs less to be believed. Bits of the whole value. */
const SHORT_SECRET_BITS = 30;

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
    const least = /secret/i.test(hit[0]) ? SHORT_SECRET_BITS : undefined;
    if (!looksSecret(value.secret, least) && !(weakAllowed && looksPassword(value.secret))) continue;
    const after = /^[\w-]*/.exec(text.slice(end, end + 40))![0];
    found.push({ kind: "generic-credential", name: before + hit[0] + after, ...value });
  }
  return found;
}

const URL_PASSWORD =
  /\b([a-z][a-z0-9+.-]{1,30}):\/\/([^\s:/@"'`<>{}]{0,80}):([^\s:/@"'`<>]{4,200})@([A-Za-z0-9.-]{1,200})/dg;

/** A literal given to a name that ends in the word: `password: "…"`, `$dbpasswd = '…'`, `:password => "…"`. */
const WEAK =
  /(pass(?:word|wd|phrase)|[_-]pwd|\bpwd|\bpass)["'\]]{0,2}\s{0,4}(?::\s?[A-Za-z]{1,12}\s?)?(?:=>|:=|[:=](?!=))\s{0,4}(["'])([^"'\r\n]{4,80})\2(?![ \t]*[+.[(])/dgi;

/** `setPassword("…")`, `.withSecretKey("…")`, `setCipherKey(Base64.decode("…"))`. */
const HANDED_OVER =
  /(?:set|with|\.|\buse)\w{0,20}?(pass(?:word|wd|phrase)|secret(?:_?key)?|token|(?:api|cipher|access|private|signing)_?key)\(\s*(?:[\w.]{1,40}\(\s*)?(["'])([^"'\r\n]{4,200})\2\s*\)/dgi;

function handedOver(text: string): GenericMatch[] {
  const found: GenericMatch[] = [];
  for (const match of text.matchAll(HANDED_OVER)) {
    const secret = match[3]!;
    const password = /^pass/i.test(match[1]!);
    const strong = looksSecret(secret);
    if (!strong && !(password && looksLiteralPassword(secret) && !isDefault(secret))) continue;
    const [start, end] = match.indices![3]!;
    const name = match[1]!;
    found.push({ kind: strong ? "generic-credential" : "weak-password", name, secret, start, end });
  }
  return found;
}

/** `?api_key=…` in an address: whoever logs the address logs the key. */
const URL_PARAMETER =
  /[?&](api_?key|access_?token|auth_?token|token|secret|client_secret|password|sig(?:nature)?)=([A-Za-z0-9._~%+/-]{12,300})(?=[&"'`\s)<#]|$)/dgi;

function urlParameters(text: string): GenericMatch[] {
  if (!text.includes("=")) return [];
  const found: GenericMatch[] = [];
  for (const match of text.matchAll(URL_PARAMETER)) {
    const secret = match[2]!;
    if (
      !looksSecret(secret) ||
      UUID.test(secret) ||
      PUBLIC_CLIENTS.test(text.slice(Math.max(0, match.index - 200), match.index))
    )
      continue;
    const [start, end] = match.indices![2]!;
    found.push({ kind: "generic-credential", name: match[1]!, secret, start, end });
  }
  return found;
}

/** The same without quotes, in files that are nothing but settings. */
const WEAK_SETTING =
  /^[ \t]*(?:export[ \t]+|-[ \t]+)?[\w.-]*(?:pass(?:word|wd|phrase)|[_-]pwd|[_-]pass)[ \t]*[:=][ \t]*([^\s"'#]{5,80})[ \t]*\r?$/dgim;

function weakSettings(path: string, text: string): GenericMatch[] {
  if (!isLoadedConfig(path)) return [];
  const found: GenericMatch[] = [];
  for (const match of text.matchAll(WEAK_SETTING)) {
    const secret = match[1]!;
    if (!looksLiteralPassword(secret) || isDefault(secret)) continue;
    const [start, end] = match.indices![1]!;
    const name = /[\w.-]+(?=[ \t]*[:=])/.exec(match[0])![0];
    found.push({ kind: "weak-password", name, secret, start, end });
  }
  return found;
}

function weakPasswords(text: string): GenericMatch[] {
  const found: GenericMatch[] = [];
  for (const match of text.matchAll(WEAK)) {
    const secret = match[3]!;
    const before = /[\w$.-]*$/.exec(text.slice(Math.max(0, match.index - 40), match.index))![0];
    if (!looksLiteralPassword(secret) || isDefault(secret) || NOT_PASSWORD_BEFORE.test(before)) continue;
    const [start, end] = match.indices![3]!;
    const name = `${before}${match[1]}`.replace(/^[$.]+/, "");
    found.push({ kind: "weak-password", name, secret, start, end });
  }
  return found;
}

/** Texts about a password rather than the password. */
const NOT_PASSWORD_BEFORE =
  /(hashed|encrypted|forgot|reset|error|label|title|message|placeholder|type|invalid|wrong|show|hide|no)[._-]?$/i;

/** In an address that only shows where a name would stand. */
const NO_USER = /^(user(name)?|usr|u?name|login|mailto|foo|id)$/i;

const LOCAL_HOST =
  /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|host\.docker\.internal)$|^[^.]+$|(^|\.)(example|test|local|localhost|invalid)(\.\w+)?$|\.(svc|cluster\.local|internal)$/i;

function urlPasswords(text: string): GenericMatch[] {
  if (!text.includes("://")) return [];
  const found: GenericMatch[] = [];
  for (const match of text.matchAll(URL_PASSWORD)) {
    const [, scheme, user, secret, host] = match;
    if (secret === user || isReference(secret!)) continue;
    // On this machine or inside a compose network a password guards little.
    const local = LOCAL_HOST.test(host!);
    const strong = looksPassword(secret!) || looksSecret(secret!);
    const weak = looksLiteralPassword(secret!) && !isDefault(secret!) && !NO_USER.test(user!);
    if (!strong && !weak) continue;
    const [start, end] = match.indices![3]!;
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

/** Credentials without a published format in a text. */
export function findGeneric(path: string, text: string): GenericMatch[] {
  return [
    ...urlPasswords(text),
    ...authorizationHeaders(text),
    ...assignments(path, text),
    ...weakPasswords(text),
    ...weakSettings(path, text),
    ...handedOver(text),
    ...urlParameters(text),
  ];
}
