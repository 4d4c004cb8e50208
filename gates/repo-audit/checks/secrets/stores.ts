/** Files whose format is made to hold credentials: what stands in their password fields is used as it stands. */
import { baseName } from "../../paths.ts";
import type { GenericMatch } from "./generic.ts";
import { isPlaceholder, isReference, looksSecret } from "./judge.ts";

interface Store {
  /** Of the path. */
  file: RegExp;
  /** One capture: the secret. */
  secrets: RegExp[];
  what: string;
  /** Only what looks random is believed. */
  random?: true;
}

const JSON_PASSWORD =
  /"(?:pass|password|passwd|pwd|passphrase|userPassword|sshPassphrase|sshUserPassword|sshPassword|secret)"\s*:\s*"([^"\r\n]{3,200})"/dg;

/** The formats as their programs describe them. */
const STORES: Store[] = [
  { file: /(^|\/)[._]netrc$/, what: ".netrc", secrets: [/\bpassword[ \t]+(\S+)/dg] },
  { file: /(^|\/)\.pgpass$/, what: ".pgpass", secrets: [/^(?!#)(?:[^:\n]*:){4}([^\r\n]+)$/dgm] },
  {
    file: /(^|\/)\.?git-credentials$/,
    what: "git credentials",
    secrets: [/^https?:\/\/[^\s:]*:(\S+)@[^\s@]+$/dgm],
  },
  {
    file: /(^|\/)(\.?htpasswd(?:[\w.-]*(?<!\.(?:md|adoc|rst|txt)))?|shadow|[\w.-]*passwd)$/,
    what: "password file",
    secrets: [/^[\w.@-]+:(\$[\w]+\$[^:\s]+|\{SHA\}[^:\s]+|[./0-9A-Za-z]{13})(?=:|\s*$)/dgm],
  },
  {
    file: /(^|\/)\.(s3cfg|boto)$/,
    what: "S3 settings",
    secrets: [/^[ \t]*(?:aws_)?secret(?:_access)?_key[ \t]*=[ \t]*(\S+)/dgm],
  },
  {
    file: /(^|\/)(\.?(my|mylogin)\.cnf|\.(esmtprc|msmtprc|fetchmailrc|muttrc|offlineimaprc|remotepass|wgetrc|curlrc))$/,
    what: "program settings",
    secrets: [/^[ \t]*(?:set[ \t]+)?(?:\w*_)?pass(?:word|wd)?[ \t]*(?:=[ \t]*|[ \t]+)["']?([^\s"'#]{3,})/dgm],
  },
  {
    file: /(^|\/)(recentservers|sitemanager|filezilla)\.xml$/i,
    what: "FileZilla",
    secrets: [/<Pass(?:\s[^>]*)?>([^<\r\n]+)<\/Pass>/dg],
  },
  {
    file: /(^|\/)(WebServers|dataSources(\.local)?|webServers|dbeaver[\w.-]*|\.?data-sources)\.xml$/i,
    what: "connection settings",
    secrets: [/\b(?:password|passphrase)="([^"\r\n]{3,})"/dg],
  },
  {
    file: /(^|\/)(\.?sftp(-config)?|\.ftpconfig|\.remote-sync|\.ftppass|deployment-config|robomongo|robo3t)(\.json)?$|(^|\/)\.vscode\/(sftp|ftp-sync)\.json$/i,
    what: "connection settings",
    secrets: [JSON_PASSWORD],
  },
  {
    file: /(^|\/)logins\.json$/,
    what: "Firefox logins",
    secrets: [/"encrypted(?:Password|Username)"\s*:\s*"([A-Za-z0-9+/=]{20,})"/dg],
  },
  {
    file: /\.ppk$/,
    what: "PuTTY private key",
    secrets: [/^Private-Lines: \d+\r?\n([A-Za-z0-9+/=]{20,})/dgm],
  },
  {
    file: /(^|\/)[\w.-]*\.?(?:password|passwd|secret|apikey|token)$/i,
    what: "file of one secret",
    secrets: [/^(?![ \t]*#)([^\s]{20,200})[ \t]*\r?$/dgm],
    random: true,
  },
  {
    file: /(^|\/)config\/(master|credentials\/\w+)\.key$/,
    what: "Rails key",
    secrets: [/^([0-9a-f]{32})\s*$/dg],
  },
  {
    file: /(^|\/)wp-config[\w.-]*\.php$/,
    what: "WordPress settings",
    secrets: [
      /\bdefine\(\s*['"](?:DB_PASSWORD|(?:AUTH|SECURE_AUTH|LOGGED_IN|NONCE)_(?:KEY|SALT))['"]\s*,\s*['"]([^'"\r\n]{3,})['"]/dg,
    ],
  },
];

/** One look decides for most paths: no code is among them. */
const NEVER = /\.(?:[mc]?[jt]sx?|py|go|rs|java|rb|md|css|map|svg|snap|html?)$/;
const ANY = new RegExp(STORES.map(({ file }) => file.source).join("|"), "i");

/** A table of users with their passwords, as a database dump writes it: one finding a row. */
const DUMPED_HASH =
  /^[ \t]*\([^\n]*?'(\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})'/dgm;
const USERS = /INSERT INTO [`"[\]\w.]*user[`"[\]\w]*\s*\([^)]*pass[^)]*\)\s*VALUES/i;

export function findInStores(path: string, text: string): GenericMatch[] {
  const found: GenericMatch[] = [];
  const add = (pattern: RegExp, what: string, random = false): void => {
    for (const match of text.matchAll(pattern)) {
      const secret = match[1]!;
      // A hash begins with a dollar as a variable does.
      if ((isReference(secret) && !/^\$\w+\$/.test(secret)) || isPlaceholder(secret)) continue;
      if (random && !looksSecret(secret)) continue;
      const [start, end] = match.indices![1]!;
      found.push({ kind: "stored-credential", name: what, secret, start, end });
    }
  };
  if (!NEVER.test(path) && ANY.test(path)) {
    for (const { file, secrets, what, random } of STORES)
      if (file.test(path)) for (const pattern of secrets) add(pattern, what, random);
  }
  if (/\.sql$/i.test(baseName(path)) && USERS.test(text)) add(DUMPED_HASH, "database dump");
  return found;
}
