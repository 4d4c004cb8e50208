/** How findings about unsafe settings are made: one table of rules, one form. */
import type { Finding, Fix } from "../../../../modsquad/contracts/gate.ts";
import type { Severity } from "../../../../modsquad/contracts/words.ts";
import { makeFinding, originFix, replaceFix } from "../../findings.ts";
import { isPython, isToolingPath } from "../../paths.ts";
import type { Place, SourceFile } from "../../source.ts";

export type SettingRule =
  | "tls-verification-off"
  | "cors-any-origin"
  | "cors-any-origin-with-credentials"
  | "secret-in-url"
  | "debug-in-production";

interface RuleText {
  severity: Severity;
  /** Why it matters, after the colon of the message. */
  reason: string;
  advice: string;
}

const RULES: Record<SettingRule, RuleText> = {
  "tls-verification-off": {
    severity: "high",
    reason: "anybody on the way can read and change what is sent",
    advice: "Verify certificates; give a private authority's certificate as the trusted one instead.",
  },
  "cors-any-origin": {
    severity: "low",
    reason: "any page may read the answers",
    advice: "Name the origins that may ask.",
  },
  "cors-any-origin-with-credentials": {
    severity: "high",
    reason: "any page a signed-in person opens can act in their name",
    advice: "Name the origins that may ask, or leave out credentials.",
  },
  "secret-in-url": {
    severity: "medium",
    reason: "addresses are kept in logs, histories and referrers",
    advice: "Send it in a header such as Authorization, or in the body.",
  },
  "debug-in-production": {
    severity: "medium",
    reason: "it shows internals, or runs code, for whoever asks",
    advice: "Turn it off here and on only in development.",
  },
};

/** The line to write instead, in the language of the file. */
function writtenAs(rule: SettingRule, path: string): string {
  const line = LINES[rule]?.[isPython(path) ? 1 : 0];
  return line ? `Write \`${line}\`.` : "";
}

const LINES: Partial<Record<SettingRule, [other: string, python: string]>> = {
  "tls-verification-off": ["ca: readFileSync(process.env.CA_FILE)", 'verify=os.environ["CA_FILE"]'],
  "secret-in-url": [
    "headers: { Authorization: `Bearer ${token}` }",
    'headers={"Authorization": f"Bearer {token}"}',
  ],
  "debug-in-production": ["NODE_ENV=production", 'debug=os.environ.get("APP_DEBUG") == "1"'],
};

interface Setting {
  rule: SettingRule;
  place: Place;
  /** What is set, as it is written. */
  what: string;
  severity?: Severity;
  /** Replaces the advice. */
  advice?: string;
  /** What to write instead, and where when that is not the whole place. */
  replace?: { text: string; start?: number; end?: number };
}

const SHOWN = 90;

export function settingFinding({ rule, place, what, severity, advice, replace }: Setting): Finding {
  const text = RULES[rule];
  const shown = what.replace(/\s+/g, " ").slice(0, SHOWN);
  const description = advice ?? text.advice;
  const fix: Fix = replace
    ? replaceFix(
        description,
        { file: place.file, start: replace.start ?? place.start, end: replace.end ?? place.end },
        replace.text,
      )
    : rule.startsWith("cors-")
      ? originFix(description, place)
      : { description: `${description} ${writtenAs(rule, place.file.path)}` };
  return makeFinding({
    ruleId: `auth/${rule}`,
    severity: severity ?? text.severity,
    message: `${shown}: ${text.reason}`,
    identity: [place.file.path, shown],
    place,
    defectClass: "hygiene",
    effort: 10,
    fix,
  });
}

/** Tools of developers and CI are no service; what they send is still open to others. */
export const tlsSeverity = (file: SourceFile): Severity => (isToolingPath(file.path) ? "medium" : "high");

/** Behind `if (ignoreTlsErrors)` or `case "accept-invalid":` somebody has to ask for it. */
export const ASKED_FOR = /insecure|skip|ignore|invalid|verif|self-?signed/i;

/** A host on the same machine: there is nobody on the way. */
export const isLocalAddress = (text: string): boolean =>
  /\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal|\.local\b)|\[::1\]/i.test(text);

/** Names of query parameters that carry a lasting secret; one-time tokens of mails and callbacks do not. */
export const SECRET_PARAMETER =
  "(?:api[-_]?key|apikey|access[-_]?key|access[-_]?token|auth[-_]?token|secret|client[-_]?secret|secret[-_]?key|password|passwd|pwd|private[-_]?key)";
