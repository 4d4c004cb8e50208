/** Passwords written out behind their name: quoted, in settings and prose, on command lines, in connection strings. */
import type { GenericMatch } from "./generic.ts";
import { type NameHit, OWNER } from "./names.ts";
import { isDefault, looksLiteralPassword, looksTyped } from "./passwords.ts";
import { isPublic } from "./rules.ts";

/** What the file says of how values stand in it: settings are loaded as they are, code quotes what is no name. */
export interface Ground {
  loaded: boolean;
  code: boolean;
}

interface Candidate {
  text: string;
  hit: NameHit;
  /** The line up to the name. */
  before: string;
  ground: Ground;
  /** The name means a password and nothing else; `pass` alone is also a verdict, a ticket, a step. */
  own: boolean;
}

interface Form {
  /** Sticky, at the end of the name; its group `value`. */
  pattern: RegExp;
  fits(candidate: Candidate): boolean;
  judge(value: string, candidate: Candidate): boolean;
}

const QUOTED_VALUE = "([\"'`])(?<value>(?:(?!\\1)[^\\r\\n]){4,80})\\1";
const literal = (value: string, { own, ground }: Candidate): boolean =>
  looksLiteralPassword(value, own ? (ground.loaded ? "settings" : "code") : "none") && !isDefault(value);
const typed = (value: string): boolean => looksTyped(value);
const mixed = (value: string): boolean => looksTyped(value, 2);

/** What may stand on a line of settings before the word that gives it away. */
export const SETTING_BEGINS = /^\s*(?:(?:export|set|ENV|ARG|-)\s+)?[\w.-]*$/;
const SETS =
  /(?:\b|[a-z])(?:put|set(?:Property|Item|env)?|define|add|setParameter)\(\s{0,4}["'][\w.-]{0,40}$/i;
const DEFINES = /^\s*["']?(?:[#%](?:define|global)|set)\s+\w*$/i;
const CONSTANT = /[(,]\s{0,4}[A-Z][A-Z_]*$/;
const PART_OF_CONNECTION = /[;?&"'>][ \t]{0,3}[\w ]{0,20}$/;
const CONNECTION = /(?:server|host|source|user|uid|database|jdbc)\b|:\/\//i;
const FLAG = /(?:^|[\s"'])--?[\w-]*$/;
const HAS_ATTRIBUTES = /(?:name|key|id)["']?\s{0,2}[:=]\s{0,2}["']?[\w.-]{0,60}$|<[\w.:-]*$/i;

const FORMS: Form[] = [
  // `password: "…"`, `$dbpasswd = '…'`, `:password => "…"`, `char password[] = "…"`.
  {
    pattern: new RegExp(
      `\\d{0,3}["'\\]]{0,2}(?:\\[\\d{0,4}\\]|\\s+string\\b)?\\s{0,20}(?::\\s?[A-Za-z]{1,12}\\s?)?(?:=>|:=|[:=](?!=))\\s{0,20}(?:@|[bLNru]{1,2})?${QUOTED_VALUE}(?![ \\t]*[+.[(])`,
      "dy",
    ),
    fits: () => true,
    judge: literal,
  },
  // What stands in for a variable that is not set.
  {
    pattern: new RegExp(`["'\\])]{0,3}\\s{0,4}(?:\\|\\||\\?\\?|\\?:|\\bor\\b)\\s{0,4}${QUOTED_VALUE}`, "dy"),
    fits: () => true,
    judge: typed,
  },
  // Whoever compares with it knows it.
  {
    pattern: new RegExp(`["'\\])]{0,2}\\s{0,4}[!=]==?\\s{0,4}${QUOTED_VALUE}`, "dy"),
    fits: () => true,
    judge: typed,
  },
  // `put("password", "…")`, `define("db_password", "…")`: calls that set what they name.
  {
    pattern: new RegExp(`\\d{0,3}["']\\s{0,2},\\s{0,4}${QUOTED_VALUE}`, "dy"),
    fits: ({ before }) => SETS.test(before),
    judge: literal,
  },
  {
    pattern: new RegExp(`\\s*,\\s{0,4}${QUOTED_VALUE}`, "dy"),
    fits: ({ before }) => CONSTANT.test(before),
    judge: mixed,
  },
  {
    pattern: new RegExp(`[ \\t]+${QUOTED_VALUE}`, "dy"),
    fits: ({ before }) => DEFINES.test(before),
    judge: mixed,
  },
  // The rest of a line of a file that is nothing but settings.
  {
    pattern: /[ \t]*[:=][ \t]*(?<value>[^\s"']{5,80})(?:[ \t]+#.*|[ \t]*)\r?$/dmy,
    fits: ({ before, ground }) => ground.loaded && SETTING_BEGINS.test(before),
    judge: literal,
  },
  // `…;User Id=shop;Password=…;` and `jdbc:…?user=shop&password=…`.
  {
    pattern: /=(?<value>[^;&"'<>\s]{4,80})(?=[;&"'<\r\n]|$)/dy,
    fits: ({ before }) => PART_OF_CONNECTION.test(before) && CONNECTION.test(before),
    judge: literal,
  },
  {
    pattern: /(?:=|[ \t]+)(["']?)(?<value>[^\s"'`]{4,80})\1(?=[\s`"';|&)\\]|$)/dy,
    fits: ({ before }) => FLAG.test(before),
    judge: mixed,
  },
  {
    pattern:
      /["']?[\s,]{1,40}["']?(?:value|defaultValue)["']?\s{0,2}[:=]\s{0,2}(["']?)(?<value>[^\s"'<>]{4,80})\1/diy,
    fits: ({ before }) => HAS_ATTRIBUTES.test(before),
    judge: (value) => mixed(value) && !/passw(?:or)?d/i.test(value),
  },
  // `<password>…</password>`.
  {
    pattern: /\d{0,3}>\s{0,20}(?<value>[^<>\s]{4,80})\s{0,20}<\//dy,
    fits: ({ before }) => /<(?:[\w.:-]*[\w.:])?$/.test(before),
    judge: mixed,
  },
  // `<key>password</key><string>…</string>`.
  {
    pattern: /<\/\w+>\s{0,40}<(?:value|string)>(?<value>[^<>\s]{4,80})</dy,
    fits: ({ before }) => /<(?:name|key|string)>[\w.-]*$/.test(before),
    judge: mixed,
  },
  // Anywhere in a text that is no code.
  {
    pattern:
      /["']?[ \t]{0,8}(?:=>|:=|[:=])[ \t]{0,8}(?<value>[^\s"',;<>]{6,80}?)(?=[).]{0,2}(?:[\s"',;<>]|$))/dmy,
    fits: ({ ground }) => !ground.code,
    judge: typed,
  },
];

/** Texts about a password rather than the password; and made for a test that says so. */
const NOT_PASSWORD_BEFORE =
  /(hashed|encrypted|forgot|reset|error|label|title|message|placeholder|type|invalid|wrong|show|hide|no|mock|fake|dummy|sample|example|bogus)[._-]?$/i;

/** The name around a hit, as far as it goes. */
export function nameAround(text: string, { word, start, end }: NameHit): { before: string; name: string } {
  const before = /[\w.-]*$/.exec(text.slice(Math.max(0, start - 60), start))![0];
  const after = /^[\w-]*/.exec(text.slice(end, end + 40))![0];
  return { before, name: before + word + after };
}

/** How much of a line before a name is looked at. UTF-16 units. */
const LOOK_BEHIND = 300;

/** The line up to a place. Of a longer one only the end, after a character that begins no line. */
export function lineBefore(text: string, at: number): string {
  const from = Math.max(0, at - LOOK_BEHIND);
  const window = text.slice(from, at);
  const start = window.lastIndexOf("\n");
  return start !== -1 ? window.slice(start + 1) : from === 0 ? window : `\0${window}`;
}

/** The password a name gives away, however weak; null when what follows is a name, a reference or a text. */
export function literalPassword(text: string, hit: NameHit, ground: Ground): GenericMatch | null {
  const before = lineBefore(text, hit.start);
  // The file of that name.
  if (/\/etc\/$/.test(before)) return null;
  const own = !/^pass$/i.test(hit.word) || /[_.-]$/.test(before) || OWNER.test(before);
  const candidate: Candidate = { text, hit, before, ground, own };
  for (const { pattern, fits, judge } of FORMS) {
    if (!fits(candidate)) continue;
    pattern.lastIndex = hit.end;
    const match = pattern.exec(text);
    const secret = match?.groups?.value;
    if (!match || secret === undefined) continue;
    if (!judge(secret, candidate)) continue;
    const { before: first, name } = nameAround(text, hit);
    if (NOT_PASSWORD_BEFORE.test(first) || isPublic(secret)) return null;
    const [start, end] = match.indices!.groups!.value!;
    return { kind: "weak-password", name: name.replace(/^[.-]+/, ""), secret, start, end };
  }
  return null;
}
