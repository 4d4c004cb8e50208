/** The names that say their value is a credential, in every spelling. */

export interface NameHit {
  /** The word as written: `API_KEY`, `password`. */
  word: string;
  start: number;
  end: number;
}

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

const PLAIN = [
  "password",
  "passwd",
  "passphrase",
  "passwrd",
  "pasword",
  "paswd",
  "psswd",
  "psword",
  "pswrd",
  "pswd",
  "pwrd",
  "pass",
  "pwd",
  "secret",
  "token",
  "ticket",
  "credential",
  "credentials",
];
const KEYS =
  "api app application client server service session access auth private signing encryption encrypt cipher crypto aes hmac jwt consumer account storage shared master license licence".split(
    " ",
  );

/** A key of something that is not said here: what it is given has to look random indeed. */
const ANY_KEY = ["_key", "_KEY"];

export const isAnyKey = (word: string): boolean => ANY_KEY.includes(word);

function spellings(): string[] {
  const words = PLAIN.flatMap((word) => [word, capital(word), word.toUpperCase()]);
  words.push("pw", "PW", "passWord", "PassWord", "passPhrase", "PassPhrase", ...ANY_KEY);
  for (const first of KEYS) {
    for (const between of ["", "_", "-", " "])
      words.push(
        `${first}${between}key`,
        `${capital(first)}${between}Key`,
        `${capital(first)}${between}key`,
        `${first}${between}key`.toUpperCase(),
      );
    words.push(`${first}Key`, `${first.toUpperCase()}Key`);
  }
  return [...new Set(words)];
}

export const NAMES: ReadonlySet<string> = new Set(spellings());

/** Of whom or of what a password is: `DBPASS`, `smtppass`. */
export const OWNER =
  /(?:^|[^A-Za-z])(?:\w{0,20}_)?(?:db|sql|mysql|pg|redis|ldap|ftp|smtp|imap|mail|http|proxy|wifi|wp|user|usr|admin|root|auth|login|account|acct|my|key|store|keystore|truststore)$/i;

/** `pass` and `pwd` are also parts of other words. */
function isOwnWord(text: string, start: number, end: number): boolean {
  if (/[a-z]/.test(text[end] ?? " ")) return false;
  return (
    !/[A-Za-z0-9]/.test(text[start - 1] ?? " ") ||
    (/[A-Z]/.test(text[start]!) && /[a-z]/.test(text[start - 1]!) && /[a-z]/.test(text[start + 1] ?? " ")) ||
    (!/[A-Za-z]/.test(text[end] ?? " ") && OWNER.test(text.slice(Math.max(0, start - 30), start)))
  );
}

/** The longest name each of these words begins with. */
export function namesWithin(words: Iterable<string>): Map<string, string> {
  const within = new Map<string, string>();
  for (const word of words) {
    for (let length = word.length; length >= "pw".length; length -= 1) {
      const begin = word.slice(0, length);
      if (!NAMES.has(begin)) continue;
      within.set(word, begin);
      break;
    }
  }
  return within;
}

/** The hit of a name at a place; null when it is only a part of another word. */
export function nameAt(text: string, word: string, start: number): NameHit | null {
  const end = start + word.length;
  if (isAnyKey(word)) return /\w/.test(text[end] ?? " ") ? null : { word, start, end };
  return word.length > "pass".length || isOwnWord(text, start, end) ? { word, start, end } : null;
}

const PASSWORD = /^(?:pass|pas?w|pss?w|psword|pswr?d|pw)/i;

/** The name of a password, not of another credential. */
export const isPasswordName = (word: string): boolean => PASSWORD.test(word);
