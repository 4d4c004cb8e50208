/** Values given to names that say what they are: assigned, handed over in a call, put into an address. */
import { isEnvExample } from "../../paths.ts";
import { isCode, isLoadedConfig } from "./context.ts";
import type { GenericMatch } from "./generic.ts";
import { classes, looksSecret, UUID } from "./judge.ts";
import { type Ground, lineBefore, literalPassword, nameAround, SETTING_BEGINS } from "./literals.ts";
import { isAnyKey, isPasswordName, type NameHit } from "./names.ts";
import { isDefault, looksLiteralPassword, looksPassword } from "./passwords.ts";
import { isPublic } from "./rules.ts";

/** After the word the name may only go on in ways that still mean the value itself. */
const TAIL =
  "(?:[_ -]?(?:key|Key|value|val|prod|production|live|staging|stage|dev|secret|token|base64|base|\\d+)){0,3}";
/** A type between a name and its value: `: string`, `: &'static str`, Go's ` string`, C's `[64]`. */
const TYPE = "(?:\\[\\d{0,4}\\]|\\s+string\\b)?\\s{0,20}(?::\\s?[&'A-Za-z ]{1,20}\\s?)?";
const QUOTED = new RegExp(
  `${TAIL}["'\`]?\\]?${TYPE}(?:=>|:=|\\|\\|=|\\?\\?=|[:=](?!=))\\s{0,4}(?:@|[bLNru]{1,2})?(["'\`])([^"'\`\\r\\n]{8,300})\\1`,
  "iyd",
);
/** Whoever compares with a value knows it. */
const COMPARED = new RegExp(
  `${TAIL}["'\\])]{0,2}\\s{0,4}[!=]==?\\s{0,4}(["'\`])([^"'\`\\r\\n]{8,300})\\1`,
  "iyd",
);
/** What stands in for a variable that is not set: `process.env.TOKEN || "…"`, `getenv("TOKEN") ?? "…"`. */
const FALLBACK = new RegExp(
  `${TAIL}["'\`]?[\\])]{0,2}\\s{0,4}(?:\\|\\||\\?\\?|\\?:|\\bor\\b)\\s{0,4}(["'\`])([^"'\`\\r\\n]{8,300})\\1`,
  "iyd",
);
/** The second of a pair: `put("token", "…")`, `getenv("TOKEN", "…")`, `"token" to "…"`, `'TOKEN', '"…"'`. */
const PAIRED = new RegExp(
  `${TAIL}["']\\s{0,2}(?:,|\\bto\\b)\\s{0,4}(["'\`])(?:\\\\?["'])?([^"'\`\\\\\\r\\n]{8,300})(?:\\\\?["'])?\\1`,
  "iyd",
);
/** The value of an entry that has its name beside it: `name: TOKEN` and `value: …`, `key="token" value="…"`. */
const ENTRY_VALUE = new RegExp(
  `${TAIL}["']?[\\s,]{1,40}["']?(?:value|defaultValue)["']?\\s{0,2}[:=]\\s{0,2}(["'])?([^\\s"'<>#]{8,300})(?:\\1|(?=\\s|$))`,
  "iyd",
);
/** `--token …` on a command line. */
const FLAG_VALUE = /(?:=|[ \t]+)(["']?)([^\s"'`]{8,300})\1(?=[\s`"';|&)\\]|$)/dy;
const FLAG = /(?:^|[\s"'])--?[\w-]*$/;
/** Anywhere in a text that is no code; there a value has to look random without its quotes. */
const PROSE = new RegExp(
  `${TAIL}["']?[ \\t]{0,8}(?:=>|:=|[:=])[ \\t]{0,8}([^\\s"',;<>]{10,300}?)(?=[).]{0,2}(?:[\\s"',;<>]|$))`,
  "dimy",
);
const PROSE_CLASSES = 3;
/** So long a run of letters and digits is no word, whatever its case. */
const LONG_RUN = /^(?=(?:[a-z]*\d){4})(?=(?:\d*[a-z]){4})[a-z\d]{24,}$/i;

const ENTRY_NAME = /(?:name|key|id)["']?\s{0,2}[:=]\s{0,2}["']?[\w.-]{0,60}$/i;
const PAIR_OPENS = /(?:[(,]\s{0,20}|^\s*)["'][\w.-]{0,60}$/m;
const VARIABLE_BEGINS = /^\s*(?:(?:export|set|ENV|ARG|-|\$)\s+)?[A-Z][A-Z0-9_]*$/;
/** Docker's older way to set a variable. */
const DOCKER_ENV = new RegExp(`${TAIL}[ \\t]+(["'])?([^\\s"'#]{8,300})(?:\\1)?[ \\t]*\\r?$`, "iymd");
/** The rest of a line of a file that is nothing but settings. */
const UNQUOTED = new RegExp(
  `${TAIL}[ \\t]{0,4}[:=][ \\t]{0,4}([^\\s"'#]{8,300})[ \\t]*(?:#.*)?\\r?$`,
  "iymd",
);

/** Names that only look like it: such a token is meant to be seen, or says where to go on. */
const NOT_SECRET_BEFORE =
  /(public|mock|fake|dummy|sample|example|bogus|csrf|xsrf|authenticity|verification|next|prev|page|continuation|design|cancel|cancellation|sync)[._-]?$/i;

/** A name that says secret needs less to be believed. Bits of the whole value. */
const SHORT_SECRET_BITS = 30;

/** Where values stand: also in settings that are still to be filled in. */
interface Where extends Ground {
  example: boolean;
}

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

/** Keys that find something rather than open it, or are meant to be seen. */
const NO_OPENER =
  /(?:primary|foreign|unique|composite|natural|write|public|pub|cache|sort|partition|group|index|object|bucket|site|sheet|page|form|video|track|row|map|dict|query|lookup|i18n|message|label|translation|content|file|image|asset|module|chunk|idempotency|dedup\w*|event|session|state|project|publishable|client|recaptcha|ga|analytics|ref|host|known_hosts|ssh|test|hash|etag)$/i;
const KEY_LENGTH = 20;

/** Random enough for a name that says only `…_key`: three kinds of characters, or a long run of two. */
function isKeyMaterial(before: string, value: string): boolean {
  if (value.length < KEY_LENGTH || NO_OPENER.test(before) || /publi(?:c|sh)/i.test(before)) return false;
  if (/[:/.]/.test(value)) return false;
  return classes(value) >= PROSE_CLASSES || LONG_RUN.test(value);
}

/** A value that is not assigned to the name, and yet belongs to it. */
function besides(text: string, hit: number, end: number): RegExpExecArray | null {
  const before = text.slice(Math.max(0, hit - 80), hit);
  const forms: [RegExp, boolean][] = [
    [FALLBACK, true],
    [COMPARED, true],
    [PAIRED, PAIR_OPENS.test(before)],
    [ENTRY_VALUE, ENTRY_NAME.test(before) && !isPasswordName(text.slice(hit, end))],
    [FLAG_VALUE, FLAG.test(before)],
  ];
  for (const [form, fits] of forms) {
    if (!fits) continue;
    form.lastIndex = end;
    const match = form.exec(text);
    if (match) return match;
  }
  return null;
}

function valueAt(text: string, hit: number, end: number, where: Where): Value | null {
  QUOTED.lastIndex = end;
  let match = QUOTED.exec(text) ?? besides(text, hit, end);
  let group = 2;
  const line = lineBefore(text, hit);
  const variable = !where.example && VARIABLE_BEGINS.test(line + text.slice(hit, end));
  if (!match && ((where.loaded && SETTING_BEGINS.test(line)) || variable)) {
    UNQUOTED.lastIndex = end;
    match = UNQUOTED.exec(text);
    group = 1;
  }
  if (!match && /^ENV\s/.test(line)) {
    DOCKER_ENV.lastIndex = end;
    match = DOCKER_ENV.exec(text);
    group = 2;
  }
  if (!match && !where.code && !where.example) {
    PROSE.lastIndex = end;
    match = PROSE.exec(text);
    group = 1;
    if (match && classes(match[1]!) < PROSE_CLASSES && !LONG_RUN.test(match[1]!)) return null;
  }
  if (!match) return null;
  const [start, stop] = match.indices![group]!;
  return { secret: match[group]!, start, end: stop };
}

function assigned(text: string, hit: NameHit, where: Where): GenericMatch | null {
  const { word, start, end } = hit;
  const value = valueAt(text, start, end, where);
  if (!value) return null;
  const { before, name } = nameAround(text, hit);
  if (NOT_SECRET_BEFORE.test(before) || isClientKey(text, start, word)) return null;
  // Identifiers are UUIDs far more often than secrets are.
  if (UUID.test(value.secret) && !/secret|api[_-]?key/i.test(word)) return null;
  const weakAllowed = where.loaded && isPasswordName(word);
  const least = /secret/i.test(word) ? SHORT_SECRET_BITS : undefined;
  if (!looksSecret(value.secret, least) && !(weakAllowed && looksPassword(value.secret))) return null;
  if (isPublic(value.secret) || (isAnyKey(word) && !isKeyMaterial(before, value.secret))) return null;
  return { kind: "generic-credential", name, ...value };
}

/** `setPassword("…")`, `.withSecretKey("…")`, `setCipherKey(Base64.decode("…"))`. */
const HANDED_OVER = /(?:_?key)?\(\s*(?:[\w.]{1,40}\(\s*)?(["'])([^"'\r\n]{4,200})\1\s*\)/diy;
const HANDS_OVER = /(?:\b(?:set|with|use)\w*|\.\w*)$/;

function handedOver(text: string, hit: NameHit): GenericMatch | null {
  HANDED_OVER.lastIndex = hit.end;
  const match = HANDED_OVER.exec(text);
  if (!match || !HANDS_OVER.test(text.slice(Math.max(0, hit.start - 24), hit.start))) return null;
  const secret = match[2]!;
  const strong = looksSecret(secret);
  const password = isPasswordName(hit.word) && looksLiteralPassword(secret) && !isDefault(secret);
  if (!strong && !password) return null;
  const [start, end] = match.indices![2]!;
  return { kind: strong ? "generic-credential" : "weak-password", name: hit.word, secret, start, end };
}

/** `?api_key=…` in an address: whoever logs the address logs the key. */
const PARAMETER = /=([A-Za-z0-9._~%+/-]{12,300})(?=[&"'`\s)<#]|$)/dy;

function parameter(text: string, hit: NameHit): GenericMatch | null {
  if (text[hit.end] !== "=" || !/[?&][a-z_]*$/i.test(text.slice(Math.max(0, hit.start - 10), hit.start)))
    return null;
  PARAMETER.lastIndex = hit.end;
  const match = PARAMETER.exec(text);
  const secret = match?.[1];
  if (!match || !secret || !looksSecret(secret) || UUID.test(secret)) return null;
  if (PUBLIC_CLIENTS.test(text.slice(Math.max(0, hit.start - 200), hit.start))) return null;
  const [start, end] = match.indices![1]!;
  return { kind: "generic-credential", name: hit.word, secret, start, end };
}

/** Everything a name in the text gives away; the stronger reading of a place first. */
export function findAssigned(path: string, text: string, names: NameHit[]): GenericMatch[] {
  // A feed's password is encrypted unless its key says otherwise.
  if (/(^|\/)nuget\.config$/i.test(path)) return [];
  const strong: GenericMatch[] = [];
  const others: GenericMatch[] = [];
  const where: Where = {
    loaded: isLoadedConfig(path),
    // What an example has is to be replaced.
    code: isCode(path) || isEnvExample(path),
    example: isEnvExample(path),
  };
  for (const hit of names) {
    const found = assigned(text, hit, where) ?? parameter(text, hit);
    if (found) strong.push(found);
    const other =
      (isPasswordName(hit.word) ? literalPassword(text, hit, where) : null) ?? handedOver(text, hit);
    if (other) others.push(other);
  }
  return [...strong, ...others];
}
