/** Is this literal what somebody types to sign in, or a word that only stands where a password would? */
import {
  classes,
  entropy,
  isMadeUp,
  isPlaceholder,
  isReference,
  PATH_LIKE,
  PLACEHOLDER_WORDS,
  STAND_IN,
  UUID,
  wordShare,
} from "./judge.ts";

const WEAK_DEFAULTS =
  /^(postgres|postgresql|root|admin|administrator|user|username|guest|test|testing|tests|dev|demo|mysql|mariadb|mongo|mongodb|redis|rabbitmq|minio|minioadmin|pass|pwd|passwd|secret|changeme|app|api|db|database|none|null|nil|true|false|yes|no|empty|string|localhost|let[-_]?me[-_]?[a-z]*|nope|wrong|incorrect|\d{1,6})\d{0,4}$/i;

/** What local services are set up with before anybody chooses. */
export const isDefault = (value: string): boolean => WEAK_DEFAULTS.test(value);

/** Words that stand beside a password field and are none. */
const FIELD_WORDS =
  /^(pass(word|wd|phrase|code)?|pwd|pw|username|user|email|login|text|hidden|input|field|label|type|name|key|value|data|id|current[-_]?|new[-_]?|old[-_]?|confirm[-_]?|reset|forgot|required|optional|invalid|wrong|incorrect|missing|encrypted|plain|basic|token|secret|boolean|bool|number|integer|varchar|object|array|char|bytes|credentials?|bearer|digest|oauth2?|ldap|local|jwt|hash(ed)?|md5|sha\d*|bcrypt|env|file|vault|config|prompt|auto|generated?|random)([-_. ]?(pass(word|wd|phrase)?|field|input|hash|required|invalid|error|label|key|name|type|text))?$/i;

/** What a manifest gives to a package called `generate-password`. */
const VERSION_RANGE = /^[~^<>=v]{0,2}\d+\.\d+(?:\.[\dx*][\w.-]*)?$/;

/** Digits, and signs that names of things do not have. */
const MARKS = /[\d!@#$%^&*+?~=<>'"\\(){}[\]]/;

/** A list of alternatives, a dotted or slashed name, an identifier in capitals, code, the name of an input. */
const NAME_LIKE =
  /^[a-z]+([.:/][\w-]+)+$|^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|^_+[A-Z_]+$|\w\(|\)\.|\[\*?\]|\\[(u$]|^[@#&?:/.,-][\w./-]*$|^[a-z]+([A-Z][a-z]+)*(Password|Passwd|Pwd)\w*$|^[a-z]+(?:[-_][a-z]+)+[-_]?\d{0,2}$|^[A-Za-z]+(?:\|\w+)+$/;
const ABOUT_PASSWORDS =
  /pass(word)?[-_ ]?(field|input|label|is|must|hint|reset|confirm|error|changed|policy)|[_-]password$|^[a-z]+pass(?:word|wd)?$/i;

/** What something is or was made: the state of a test, not what opens it. */
const STATE = /(?:[a-z]ed|ing|able|ible|ional|ory|ful|less|ment|ness)$/;

/** `'required|string|max:255'`, what a form asks of a field; and a text in quotes of its own, as templates have it. */
const NO_VALUE =
  /^(?:required|nullable|sometimes|present|filled|string|confirmed)(?:\|[\w:,.]+)+$|^(['"`]).*\1$/;

/** One word of letters: somebody's name of a thing, the text of a label, a state; or a weak password. */
function isPlainWord(value: string, settings: boolean): boolean {
  if (MARKS.test(value)) return false;
  return !/^(?:[a-z]+|[A-Z]+)$/.test(value) || (!settings && STATE.test(value));
}

/**
 * A literal somebody may sign in with: short and weak ones too, names and messages not. `words`: whether a word of
 * letters alone is believed: in settings, in code unless it is a state, or not at all.
 */
export function looksLiteralPassword(value: string, words: "settings" | "code" | "none" = "code"): boolean {
  if (value.length < 4 || value.length > 80 || /[^\x21-\x7e]|<[^>]*>|\{[^}]*\}/.test(value)) return false;
  if (/^[^@\s]+@[^@\s]+\.\w+$/.test(value) || VERSION_RANGE.test(value) || STAND_IN.test(value)) return false;
  if (isReference(value) || isPlaceholder(value) || FIELD_WORDS.test(value) || PATH_LIKE.test(value))
    return false;
  if (NO_VALUE.test(value)) return false;
  if (UUID.test(value) || NAME_LIKE.test(value) || ABOUT_PASSWORDS.test(value)) return false;
  return words === "none" ? MARKS.test(value) : !isPlainWord(value, words === "settings");
}

/** Code where no quotes tell a value from a name. */
const CODE =
  /^[\w$]+(?:\.[\w$]+)+$|=>|->|::|&&|\|\||^[([{]|[([{]$|\w[([]\w*[)\]]|^[A-Z_][A-Z0-9_]*$|^[a-z]+(?:[A-Z][a-z]+)+\d?$/;

/** Kinds of characters of a value that was chosen, not named. */
const TYPED_CLASSES = 3;

/** A password without quotes around it: only letters together with digits or signs are told from a name. */
export function looksTyped(value: string, leastClasses = TYPED_CLASSES): boolean {
  if (value.length < 6 || CODE.test(value) || isDefault(value)) return false;
  return classes(value) >= leastClasses && /[A-Za-z]/.test(value) && looksLiteralPassword(value, "none");
}

/** A password in a file that is loaded as it stands may be weak and real; defaults of local services are not. */
export function looksPassword(value: string): boolean {
  if (value.length < 8 || value.length > 200 || /\s/.test(value)) return false;
  if (WEAK_DEFAULTS.test(value) || PLACEHOLDER_WORDS.test(value) || isReference(value) || isMadeUp(value)) {
    return false;
  }
  if (PATH_LIKE.test(value)) return false;
  return entropy(value) >= 2.75 && classes(value) >= 2 && (wordShare(value) < 0.75 || classes(value) >= 3);
}
