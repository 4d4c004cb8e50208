/** Credentials on the command line: of curl, `-u user:password` and headers that let their bearer in. */
import type { Cue } from "./cues.ts";
import type { GenericMatch } from "./generic.ts";
import { entropy, isReference, STAND_IN } from "./judge.ts";
import { isDefault, looksLiteralPassword } from "./passwords.ts";

/** A command may go on over this many lines that end in a backslash. UTF-16 units. */
const MAX_COMMAND = 2000;
const CURL = /\bcurl(?:\.exe)?[ \t]/g;

/** The pair in double quotes, in single quotes, or bare with either half quoted. */
const USER =
  /[ \t\n](?:-u|--user|-U|--proxy-user)(?:=|[ \t]{0,5})(?:"(?!\{?[^"]{0,60}"?:")([^"\r\n]{1,200})"(?!:)|'([^'\r\n]{1,200})'(?!:)|((?:"[^"\r\n]{1,200}"|'[^'\r\n]{1,200}'|[^\s"'`:]{1,200}):(?:"[^"\r\n]{1,200}"|'[^'\r\n]{1,200}'|[^\s"'`]{1,200})))/dg;
const HEADER =
  /[ \t\n](?:-H|--header)(?:=|[ \t]{0,5})(["'])(?:Authorization:[ \t]{0,5}(?:(?:Basic|Bearer|(?:Api-)?Token)[ \t]{1,5})?|(?:X-(?:[a-z]+-)?)?(?:Api-?)?(?:Key|Token):[ \t]{0,5})([\w=~@.+/-]{8,2000})\1/dgi;

const PLACEHOLDER =
  /^(change(it|me)|pass(word)?|pwd|test|token|secret|user(name)?|your\w*|my\w*|\*+|x+|y+)$|[<>[\]]|^["']?\$|\$[({]|\{\{|password\}|example/i;

/** The text of a command from its name on: further lines while each ends in a backslash. */
function commandEnd(text: string, start: number): number {
  let end = text.indexOf("\n", start);
  while (end !== -1 && end - start < MAX_COMMAND && /\\\r?$/.test(text.slice(end - 2, end))) {
    end = text.indexOf("\n", end + 1);
  }
  return Math.min(end === -1 ? text.length : end, start + MAX_COMMAND);
}

function isCredential(value: string, leastBits: number): boolean {
  return (
    !PLACEHOLDER.test(value) && !STAND_IN.test(value) && !isReference(value) && entropy(value) >= leastBits
  );
}

/** Basic credentials of a user without a password let nobody in. */
function isNameOnly(value: string): boolean {
  return /^[\x21-\x7e]+:$/.test(Buffer.from(value, "base64").toString("latin1"));
}

/** The longer half of user:password that is not a name: mostly the second one. */
function passwordOf(pair: string): string {
  const colon = pair.indexOf(":");
  const strip = (part: string): string => part.replace(/^["']+|["']+$/g, "");
  return strip(pair.slice(colon + 1)) || strip(pair.slice(0, colon));
}

/** Passwords on the command line of other programs: whoever lists the processes reads them. */
const OTHERS: [word: string, name: string, pattern: RegExp][] = [
  ["sshpass", "sshpass -p", /\bsshpass[ \t]+-p[ \t]*(["']?)([^\s"']{4,80})\1/dg],
  ["mysql", "mysql -p", /\bmysql(?:dump|admin)?\b[^\n|;&]{0,120}?[ \t]-p(["']?)([^\s"'-][^\s"']{3,80})\1/dg],
  [
    "docker",
    "docker login -p",
    /\bdocker[ \t]+login\b[^\n|;&]{0,120}?[ \t](?:-p|--password)[ \t=](["']?)([^\s"']{4,200})\1/dg,
  ],
  [
    "psexec",
    "psexec -p",
    /\bpsexec(?:\.exe)?\b[^\n|;&]{0,160}?[ \t]-p[ \t]+(["']?)([^\s"'%$-][^\s"']{3,80})\1/dgi,
  ],
  [
    "redis-cli",
    "redis-cli -a",
    /\bredis-cli\b[^\n|;&]{0,120}?[ \t](?:-a|--pass)[ \t=](["']?)([^\s"'%$-][^\s"']{3,200})\1/dg,
  ],
];

function findInOthers(text: string): GenericMatch[] {
  const found: GenericMatch[] = [];
  const small = text.toLowerCase();
  for (const [word, name, pattern] of OTHERS) {
    if (!small.includes(word)) continue;
    for (const match of text.matchAll(pattern)) {
      const secret = match[2]!;
      if (!looksLiteralPassword(secret) || isDefault(secret) || PLACEHOLDER.test(secret)) continue;
      const [start, end] = match.indices![2]!;
      found.push({ kind: "weak-password", name, secret, start, end });
    }
  }
  return found;
}

/** Credentials of every command in a text. */
export function findInCommands(text: string, cues: ReadonlySet<Cue>): GenericMatch[] {
  const found = cues.has("command") ? findInOthers(text) : [];
  if (!cues.has("curl")) return found;
  for (const hit of text.matchAll(CURL)) {
    const start = hit.index;
    const command = text.slice(start, commandEnd(text, start));
    for (const match of command.matchAll(USER)) {
      const group = [1, 2, 3].find((index) => match[index] !== undefined)!;
      const pair = match[group]!;
      const secret = pair.includes(":") ? passwordOf(pair) : "";
      if (secret.length < 3 || !isCredential(secret, 2) || PLACEHOLDER.test(pair)) continue;
      const at = start + match.indices![group]![0] + pair.lastIndexOf(secret);
      found.push({ kind: "command-credential", name: "curl -u", secret, start: at, end: at + secret.length });
    }
    for (const match of command.matchAll(HEADER)) {
      const secret = match[2]!;
      if (!isCredential(secret, 2.75) || isNameOnly(secret)) continue;
      const [from, to] = match.indices![2]!;
      found.push({
        kind: "command-credential",
        name: "curl -H",
        secret,
        start: start + from,
        end: start + to,
      });
    }
  }
  return found;
}
