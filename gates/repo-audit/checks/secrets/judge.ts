/** Is this text a secret, or something that only stands where one would? */

/** Shannon entropy in bits per character; 0 for the empty text. */
export function entropy(text: string): number {
  if (text === "") return 0;
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  let length = 0;
  for (const count of counts.values()) length += count;
  for (const count of counts.values()) bits -= (count / length) * Math.log2(count / length);
  return bits;
}

const PLACEHOLDER_WORDS =
  /example|sample|dummy|placeholder|change[-_ ]?(me|this|it)|your[-_ ]?|xxxx|\.\.\.|redacted|removed|insert|replace|fake|fixme|to-?do\b|foobar|lorem|\*\*\*|<[^>]*>|not[-_ ]?(a[-_ ])?(real|secret|set|used)|my[-_ ]?(secret|password|token|api)|test[-_ ]?(key|token|secret|pass)|super[-_ ]?secret|s3cr|secret[-_ ]?(key|here|value|goes)|(key|token|secret|password)[-_ ]?here|invalid|undefined|deadbeef|password|p[a4@]ssw[o0]rd|correct-?horse|hunter2|insecure|unsafe|default|disabled|local(host|dev)?$|development|mock/i;

/** Stands where somebody is to put a value of their own. */
export function isPlaceholder(value: string): boolean {
  return (
    /^[<[({%].*[>\])}%]$|your[-_ ]?|change[-_ ]?(me|this|it)|placeholder|redacted|removed|\.\.\.|\*\*\*|^x{3,}$|^(null|none|nil|true|false|undefined|empty|todo|tbd|n\/a|prompt|string|secret|required)$/i.test(
      value,
    ) || /^(.)\1*$/.test(value)
  );
}

/** The same letters or digits in order: nobody's key, somebody's keyboard. */
function hasSequence(text: string, length: number): boolean {
  let up = 1;
  let same = 1;
  for (let i = 1; i < text.length; i += 1) {
    const step = text.charCodeAt(i) - text.charCodeAt(i - 1);
    up = step === 1 ? up + 1 : 1;
    same = step === 0 ? same + 1 : 1;
    if (up >= length || same >= length) return true;
  }
  return false;
}

const KEYBOARD_RUN = 7;

/** For values of a published format: only what makes it obviously not a live one. `run`: letters in order. */
export function isMadeUp(value: string, run = KEYBOARD_RUN): boolean {
  return (
    /example|xxxx|your[-_]?|placeholder|redacted|dummy|changeme|replace|\.\.\.\.|\*\*\*|sample/i.test(
      value,
    ) ||
    hasSequence(value.toLowerCase(), run) ||
    isRepeating(value)
  );
}

/** "abc123abc123abc123": one short piece over and over. */
function isRepeating(value: string): boolean {
  for (let size = 1; size <= value.length / 3; size += 1) {
    if (value.slice(size) === value.slice(0, value.length - size)) return true;
  }
  return false;
}

const REFERENCES =
  /\$\{|\{\{|%\(|#\{|^\$|^%\w+%$|process\.env|import\.meta|os\.environ|getenv|^env[.:(]|^ENV\[|^vault:|^secret:|^arn:|^ssm:|^op:\/\/|^projects\/|^ref\+|^enc[:[]|^!|^@|^ey?aml|^kms:|^data:|^(pk|pub|phc|public)_|^(pbkdf2|bcrypt|argon2|scrypt|sha\d+|md5|ssha)\w*[$:]|^\{(SSHA|SHA|CRYPT)|^SCRAM-|^\$(2[aby]|5|6|y|argon2)/i;

/** Text that names where a secret is kept, or is filled in later. */
export function isReference(value: string): boolean {
  return REFERENCES.test(value);
}

const CONSONANTS = /[bcdfghjklmnpqrstvwxz]{5,}/i;

/** A run of letters that reads like a word or an abbreviation in a name. */
function isWord(run: string): boolean {
  if (run.length <= 2) return false;
  const vowels = run.match(/[aeiouy]/gi)?.length ?? 0;
  return vowels > 0 && vowels / run.length <= 0.75 && vowels / run.length >= 0.15 && !CONSONANTS.test(run);
}

/** Share of the letters that belong to words of at least four letters, in [0, 1]; 1 when there is no letter. */
export function wordShare(value: string): number {
  const runs = value.match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? [];
  let letters = 0;
  let inWords = 0;
  for (const run of runs) {
    letters += run.length;
    if (run.length >= 4 && isWord(run)) inWords += run.length;
  }
  return letters === 0 ? 1 : inWords / letters;
}

function classes(value: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((each) => each.test(value)).length;
}

const PATH_LIKE =
  /^(\.{0,2}\/|~\/|[A-Za-z]:\\|\w+:\/\/)|^[\w./-]+\.(pem|key|crt|json|ya?ml|txt|js|ts|py|html?|env)$/;
const DATE_OR_VERSION = /^\d{4}-\d\d-\d\d|^v?\d+\.\d+(\.\d+)*$/;

/** Bits a whole value has at least, and per character. */
const LEAST_BITS = 40;
const LEAST_ENTROPY = 2.8;

const DENSE_LENGTH = 40;
const DENSE_ENTROPY = 4.5;

/** Could this be a secret nobody gave a format? Long enough, random enough, no name, path, reference or sample. */
export function looksSecret(value: string, leastBits = LEAST_BITS): boolean {
  if (value.length < 10 || value.length > 300 || /\s/.test(value)) return false;
  if (PLACEHOLDER_WORDS.test(value) || isReference(value) || isMadeUp(value)) return false;
  if (PATH_LIKE.test(value) || DATE_OR_VERSION.test(value) || /^[^@\s]+@[^@\s]+\.\w+$/.test(value))
    return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  // Code has brackets; so have long random values of every kind of character, such as Django's.
  const dense = value.length >= DENSE_LENGTH && classes(value) === 4 && entropy(value) >= DENSE_ENTROPY;
  if (/[()[\]{};,<>|\\`"']/.test(value) && !dense) return false;
  if (wordShare(value) > 0.5) return false;
  const bits = entropy(value);
  return (
    bits * value.length >= leastBits &&
    bits >= LEAST_ENTROPY &&
    (classes(value) >= 3 || value.length >= 16 || leastBits < LEAST_BITS)
  );
}

const WEAK_DEFAULTS =
  /^(postgres|postgresql|root|admin|administrator|user|username|guest|test|testing|tests|dev|demo|mysql|mariadb|mongo|mongodb|redis|rabbitmq|minio|minioadmin|pass|pwd|passwd|secret|changeme|app|api|db|database|none|null|nil|true|false|yes|no|empty|string|localhost|let[-_]?me[-_]?[a-z]*|nope|wrong|incorrect|\d{1,6})\d{0,4}$/i;

/** What local services are set up with before anybody chooses. */
export const isDefault = (value: string): boolean => WEAK_DEFAULTS.test(value);

/** Words that stand beside a password field and are none. */
const FIELD_WORDS =
  /^(pass(word|wd|phrase|code)?|pwd|pw|username|user|email|login|text|hidden|input|field|label|type|name|key|value|data|id|current[-_]?|new[-_]?|old[-_]?|confirm[-_]?|reset|forgot|required|optional|invalid|wrong|incorrect|missing|encrypted|plain|basic|bearer|digest|oauth2?|ldap|local|jwt|hash(ed)?|md5|sha\d*|bcrypt|env|file|vault|config|prompt|auto|generated?|random)([-_. ]?(pass(word|wd|phrase)?|field|input|hash|required|invalid|error|label|key|name|type|text))?$/i;

/** What a manifest gives to a package called `generate-password`. */
const VERSION_RANGE = /^[~^<>=v]{0,2}\d+\.\d+(?:\.[\dx*][\w.-]*)?$/;

/** A literal somebody may sign in with: short and weak ones too, names and messages not. */
export function looksLiteralPassword(value: string): boolean {
  if (value.length < 4 || value.length > 80 || /[\s<>{}]/.test(value)) return false;
  if (/^[^@\s]+@[^@\s]+\.\w+$/.test(value) || VERSION_RANGE.test(value)) return false;
  if (isReference(value) || isPlaceholder(value) || FIELD_WORDS.test(value) || PATH_LIKE.test(value))
    return false;
  // A dotted or slashed name, an identifier in capitals, a key of a translation.
  if (
    /^[a-z]+([.:/][\w-]+)+$|^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|\w\(|\)\.|^[@#&?:/.,-]|^[a-z]+([A-Z][a-z]+)*(Password|Passwd|Pwd)\w*$/.test(
      value,
    )
  )
    return false;
  return !/pass(word)?[-_ ]?(field|input|label|is|must|hint|reset|confirm|error|changed|policy)|[_-]password$/i.test(
    value,
  );
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
