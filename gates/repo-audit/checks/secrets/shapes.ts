/** Credentials given away by the shape around them: password hashes, XML elements, build scripts, vault logins. */
import { isDocPath } from "../../paths.ts";
import type { Cue } from "./cues.ts";
import type { GenericMatch } from "./generic.ts";
import { isReference, looksSecret } from "./judge.ts";
import { isDefault, looksLiteralPassword, looksTyped } from "./passwords.ts";

/** crypt(3) in its spellings, and Argon2: what a password file or a table of users keeps. */
const HASH =
  /(?<![\w$])\$(?:2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|[156]\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,86}|apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|g?y\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}|argon2(?:id|i|d)\$v=\d+\$[^\s"'`]{20,200})(?![./A-Za-z0-9])/dg;

/** A hash in a sentence about hashes, or in a test of the function that makes them. */
const IS_SHOWN = /\bexample\b|\bassert|\bexpect|\bshould\b/i;
const lineUpTo = (text: string, end: number): string => text.slice(text.lastIndexOf("\n", end) + 1, end);

/** Nothing but the hash, or a name and the hash: a dump, whatever the name of its file. */
const IS_DUMPED = /^[^\s"'`]{0,60}$/;

const ELEMENT =
  /<((?:[\w.-]*[_.-])?(?:password|passphrase|passwd|pass|pswd|pwd|secretAccessKey|secretKey|clientSecret|apiKey|(?:\w{0,20}[_-]?)?token|secret))>([^<>\s]{5,300})<\/\1>/dgi;

/** `password 'x'` without an assignment, as Gradle has it. */
const GRADLE =
  /^[ \t]*(password|secretKey|accessKey|sessionToken|keyPassword|storePassword)[ \t]+["']([^"'$\r\n]{5,200})["'][ \t]*$/dgm;

const APP_ROLE = /\bsecret[_-]?id["']?\s?[=:]\s?["']?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/dgi;

/** `client.login("name@host", "password")`. */
const LOGIN =
  /\.(?:login|authenticate|signIn)\(\s*["'][^"'\r\n]{3,60}@[^"'\r\n]{3,60}["']\s*,\s*["']([^"'\r\n]{6,80})["']/dg;

/** .NET: `new NetworkCredential("name", "password")`, `new DirectoryEntry("LDAP://…", "name", "password")`. */
const DOTNET_LOGIN =
  /\b(?:NetworkCredential\(|DirectoryEntry\(\s*@?"[^"\r\n]{1,200}"\s*,)\s*@?"[^"\r\n]{1,80}"\s*,\s*@?"([^"\r\n]{4,80})"/dg;

/** `jdbc:oracle:thin:name/password@host`. */
const ORACLE = /\bjdbc:oracle:(?:thin|oci\d?):[\w$#]{1,60}\/([^@\s"'{}]{4,80})@/dg;

/** `CREATE USER x IDENTIFIED BY 'x'`, `ALTER ROLE x WITH PASSWORD 'x'`. */
const SQL_PASSWORD =
  /\b(?:IDENTIFIED\s+(?:WITH\s+\S{1,40}\s+)?(?:BY|AS)|(?:WITH\s+)?(?:ENCRYPTED\s+)?PASSWORD)\s+'([^'\r\n]{4,80})'/dg;
const SQL_ACCOUNT =
  /\b(?:create|alter)\s+(?:user|role|login)\b[^;\n]{0,160}?\b(?:identified\s+by|password)\s+["'\\]{0,2}([^\s"'\\;,)]{4,80})/dgi;
const SECURE_STRING = /ConvertTo-SecureString\s+(?:-String\s+)?["']([^"'\r\n]{4,80})["']/dgi;

/** `"auth": "dXNlcjpwYXNz"` where docker keeps its sign-ins. */
const DOCKER_AUTH = /"auth"\s*:\s*"([A-Za-z0-9+/]{8,500}={0,2})"/dg;
const isPair = (text: string): boolean =>
  /^[\x21-\x7e]{1,80}:[\x20-\x7e]{4,}\s*$/.test(Buffer.from(text, "base64").toString("latin1"));

function collect(
  text: string,
  pattern: RegExp,
  group: number,
  make: (match: RegExpExecArray) => Omit<GenericMatch, "secret" | "start" | "end"> | null,
): GenericMatch[] {
  const found: GenericMatch[] = [];
  for (const match of text.matchAll(pattern)) {
    const what = make(match);
    if (!what) continue;
    const [start, end] = match.indices![group]!;
    found.push({ ...what, secret: match[group]!, start, end });
  }
  return found;
}

/** As strong as the value is: random, or a word somebody types. */
function credential(name: string, secret: string): Omit<GenericMatch, "secret" | "start" | "end"> | null {
  if (isReference(secret)) return null;
  if (looksSecret(secret)) return { kind: "generic-credential", name };
  return /pass|pwd|pswd/i.test(name) && looksLiteralPassword(secret) && !isDefault(secret)
    ? { kind: "weak-password", name }
    : null;
}

export function findByShape(path: string, text: string, cues: ReadonlySet<Cue>): GenericMatch[] {
  const found: GenericMatch[] = [];
  if (cues.has("hash"))
    found.push(
      ...collect(text, HASH, 0, (match) => {
        const before = lineUpTo(text, match.index);
        const shown = isDocPath(path) ? !IS_DUMPED.test(before) : IS_SHOWN.test(before);
        return shown ? null : { kind: "password-hash", name: "password hash" };
      }),
    );
  if (/\.(xml|config|props|targets|pom|plist)$/i.test(path))
    found.push(...collect(text, ELEMENT, 2, (match) => credential(match[1]!, match[2]!)));
  if (/\.gradle(\.kts)?$/.test(path))
    found.push(...collect(text, GRADLE, 2, (match) => credential(match[1]!, match[2]!)));
  if (cues.has("name"))
    found.push(...collect(text, APP_ROLE, 1, () => ({ kind: "generic-credential", name: "secret_id" })));
  const literal = (name: string) => (match: RegExpExecArray) =>
    looksLiteralPassword(match[1]!) && !isDefault(match[1]!)
      ? { kind: "weak-password" as const, name }
      : null;
  if (cues.has("sql") || cues.has("password"))
    found.push(...collect(text, SQL_PASSWORD, 1, literal("SQL password")));
  if ((cues.has("sql") || cues.has("password")) && /(?:create|alter)\s+(?:user|role|login)\b/i.test(text))
    found.push(
      ...collect(text, SQL_ACCOUNT, 1, ({ 1: value }) =>
        looksTyped(value!, 2) ? { kind: "weak-password", name: "SQL password" } : null,
      ),
    );
  if (cues.has("secure-string")) found.push(...collect(text, SECURE_STRING, 1, literal("SecureString")));
  if (/(^|\/)(\.dockercfg|\.?docker\/config\.json|\.dockerconfigjson)$/.test(path))
    found.push(
      ...collect(text, DOCKER_AUTH, 1, (match) =>
        isPair(match[1]!) ? { kind: "stored-credential", name: "docker sign-in" } : null,
      ),
    );
  if (cues.has("login")) {
    found.push(
      ...collect(text, LOGIN, 1, (match) =>
        looksLiteralPassword(match[1]!) ? { kind: "weak-password", name: "login password" } : null,
      ),
      ...collect(text, DOTNET_LOGIN, 1, literal("login password")),
    );
  }
  if (cues.has("oracle"))
    found.push(
      ...collect(text, ORACLE, 1, (match) =>
        looksTyped(match[1]!, 2) ? { kind: "url-password", name: "jdbc:oracle" } : null,
      ),
    );
  return found;
}
