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

export const PLACEHOLDER_WORDS =
  /example|sample|dummy|placeholder|change[-_ ]?(me|this|it)|your[-_ ]?|xxxx|\.\.\.|redacted|removed|insert|replace|fake|fixme|to-?do\b|foobar|lorem|\*\*\*|<[^>]*>|not[-_ ]?(a[-_ ])?(real|secret|set|used)|my[-_ ]?(secret|password|token|api)|test[-_ ]?(key|token|secret|pass)|super[-_ ]?secret|s3cr|secret[-_ ]?(key|here|value|goes)|(key|token|secret|password)[-_ ]?here|invalid|undefined|deadbeef|password|p[a4@]ssw[o0]rd|correct-?horse|hunter2|insecure|unsafe|default|disabled|local(host|dev)?$|development|mock/i;

/** Stands where somebody is to put a value of their own. */
export function isPlaceholder(value: string): boolean {
  return (
    /^[<[({%].*[>\])}%]$|your[-_ ]?|change[-_ ]?(me|this|it)|placeholder|redacted|removed|\.\.\.|\*\*\*|^x{3,}$|^(null|none|nil|true|false|undefined|empty|todo|tbd|n\/a|prompt|string|secret|required)$/i.test(
      value,
    ) || /^(.)\1*$/.test(value)
  );
}

/** The same letters or digits, or such in order up or down: nobody's key, somebody's keyboard. */
function hasSequence(text: string, length: number): boolean {
  let run = 1;
  let last = Number.NaN;
  for (let i = 1; i < text.length; i += 1) {
    const step = text.charCodeAt(i) - text.charCodeAt(i - 1);
    run = Math.abs(step) > 1 ? 1 : step === last ? run + 1 : 2;
    last = step;
    if (run >= length) return true;
  }
  return false;
}

/** "abc123xyz-456def789": short runs in order all along. */
function isMadeOfSequences(text: string): boolean {
  const letters = text.replace(/[^a-z0-9]/g, "");
  let inRuns = 0;
  let run = 1;
  for (let i = 1; i <= letters.length; i += 1) {
    if (letters.charCodeAt(i) - letters.charCodeAt(i - 1) === 1) run += 1;
    else {
      if (run >= 3) inRuns += run;
      run = 1;
    }
  }
  return letters.length >= 12 && inRuns > letters.length / 2;
}

const KEYBOARD_RUN = 6;

/** For values of a published format: only what makes it obviously not a live one. `run`: letters in order. */
export function isMadeUp(value: string, run = KEYBOARD_RUN): boolean {
  return (
    /example|xxxx|your[-_]?|placeholder|redacted|dummy|changeme|replace|\.\.\.\.|\*\*\*|sample/i.test(
      value,
    ) ||
    hasSequence(value.toLowerCase(), run) ||
    (run <= KEYBOARD_RUN && isMadeOfSequences(value.toLowerCase())) ||
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
  /\$\{[^}]*\}|\{\{|%\(|#\{[^}]*\}|^\$(?:[A-Za-z_][\w:]*$|[({]|env:)|^\$\$\w+$|^%\w+%$|process\.env|import\.meta|os\.environ|getenv|^env[.:(]|^ENV\[|^vault:|^secret:|^arn:|^ssm:|^op:\/\/|^projects\/|^ref\+|^enc[:[(]|^![A-Za-z]|^@[A-Za-z_.]+$|^ey?aml|^kms:|^data:|^(pk|pub|phc|public)_|^(pbkdf2|bcrypt|argon2|scrypt|sha\d+|md5|ssha)\w*[$:]|^\{(SSHA|SHA|CRYPT)|^SCRAM-|^\$(2[aby]|5|6|y|argon2)/i;

/** Words and signs by which people mark a value as no real one. */
export const STAND_IN =
  /example|sample|placeholder|change[-_ ]?(?:me|this|it)|dummy|redacted|removed|[-_ ]here$|to[-_ ]replace|not[-_ ](?:a[-_ ])?(?:real|actual)|^(?:your|insert|please|my|some|fake)[-_ ]|xxxx|\*{3}|\.{3}$|…|<[^>]+>|12345$/i;

/** Text that names where a secret is kept, or is filled in later. */
export function isReference(value: string): boolean {
  return REFERENCES.test(value);
}

/** Base 64 of an encrypted value or of a placeholder is no more than that. */
function decodesToReference(value: string): boolean {
  if (!/^[A-Za-z0-9+/]{16,}={0,2}$/.test(value)) return false;
  const decoded = Buffer.from(value, "base64").toString("latin1");
  return /^[\x20-\x7e\s]+$/.test(decoded) && (isReference(decoded) || STAND_IN.test(decoded));
}

const CONSONANTS = /[bcdfghjklmnpqrstvwxz]{5,}/i;

/** A run of letters that reads like a word or an abbreviation in a name. */
function isWord(run: string): boolean {
  if (run.length <= 2) return false;
  const vowels = run.match(/[aeiouy]/gi)?.length ?? 0;
  return vowels > 0 && vowels / run.length <= 0.75 && vowels / run.length >= 0.15 && !CONSONANTS.test(run);
}

/** Share of the letters and digits that belong to words of at least four letters, in [0, 1]; 1 without a letter. */
export function wordShare(value: string): number {
  const runs = value.match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? [];
  if (runs.length === 0) return 1;
  let inWords = 0;
  for (const run of runs) if (run.length >= 4 && isWord(run)) inWords += run.length;
  return inWords / value.replace(/[^A-Za-z0-9]/g, "").length;
}

/** Letters alone may be random too: nobody changes case this often in a name. */
function changesCase(value: string): boolean {
  return (value.match(/[a-z][A-Z]|[A-Z]{2}[a-z]/g)?.length ?? 0) >= 5;
}

/** The beginning of a signed token is an illustration, and what begins like a format without being one is too. */
const TRUNCATED_TOKEN = /^eyJ[\w-]*$|^xox[a-z]-/;

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** How many kinds of characters there are: small letters, capitals, digits, signs. */
export function classes(value: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((each) => each.test(value)).length;
}

export const PATH_LIKE =
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
  if (!/[A-Za-z]/.test(value) || !(/\d/.test(value) || changesCase(value))) return false;
  if (TRUNCATED_TOKEN.test(value) || decodesToReference(value)) return false;
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
