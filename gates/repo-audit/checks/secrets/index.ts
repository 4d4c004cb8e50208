/** Check `secrets`: credentials in tracked files. */
import type { Finding, TrackedFile } from "../../../../modsquad/contracts/gate.ts";
import type { Severity } from "../../../../modsquad/contracts/words.ts";
import type { AuditCheck } from "../../audit.ts";
import { fingerprint, makeFinding, redact, shellQuote } from "../../findings.ts";
import { isGeneratedPath } from "../../paths.ts";
import type { NamedRule, RuleId } from "../../rules.ts";
import { describe, type Place, type SourceFile } from "../../source.ts";
import { findAssigned } from "./assigned.ts";
import { findInCommands } from "./commands.ts";
import { isCalledSample, isDevelopmentOnly, isPoorGround, isSampleContext, removalFix } from "./context.ts";
import { findGeneric, type GenericMatch } from "./generic.ts";
import { findInManifests } from "./manifests.ts";
import { type SecretMatch, scan } from "./matcher.ts";
import { findByShape } from "./shapes.ts";
import { findInStores } from "./stores.ts";

/** One secret, wherever it stands. */
interface Leak {
  ruleId: RuleId;
  severity: Severity;
  title: string;
  secret: string;
  note: string;
  variable: string;
  revoke: string;
  places: Place[];
}

const RANK: Record<Severity, number> = { critical: 4, high: 3, medium: 2, low: 1, info: 0 };

/** How many places of one secret are named besides the first. */
const MAX_COPIES = 500;

const SAMPLE_NOTE = ", where values may be invented";

/** Severity, and what it rests on. */
function weigh(match: SecretMatch, file: SourceFile): { severity: Severity; note: string } {
  const { severity } = match.rule;
  if (match.verification === "verified") return { severity, note: ", check digits match" };
  if (match.verification === "mismatch")
    return { severity: "low", note: ", check digits do not match: edited or made up" };
  if (match.verification === "expiring") return { severity: "low", note: ", made for one session" };
  const called = isCalledSample({ file, start: match.start, end: match.end });
  if (called || isSampleContext(file.path) || isGeneratedPath(file.path))
    return { severity: RANK[severity] >= RANK.critical ? "medium" : "low", note: SAMPLE_NOTE };
  return { severity, note: FORMAT_NOTES[severity] };
}

const FORMAT_NOTES: Record<Severity, string> = {
  critical: ", which acts on live systems",
  high: ", which works for whoever reads it",
  medium: ", which opens something, though not everything",
  low: ", which opens little by itself",
  info: ", which is no secret by itself",
};

function fromFormat(match: SecretMatch, file: SourceFile): Omit<Leak, "places"> {
  const { rule, secret } = match;
  return {
    ruleId: `secrets/${rule.id}`,
    ...weigh(match, file),
    title: rule.title,
    secret,
    variable: rule.variable,
    revoke: rule.revoke,
  };
}

const GENERIC: Record<
  GenericMatch["kind"],
  { severity: Severity; title: (name: string) => string; reason: string; revoke: string }
> = {
  "generic-credential": {
    severity: "medium",
    title: (name) => `hard-coded value of ${name}`,
    reason: "it looks random, so it is no placeholder",
    revoke: "change it where it is accepted",
  },
  "url-password": {
    severity: "high",
    title: (name) => `password in a URL (${name})`,
    reason: "whoever reads the address can sign in",
    revoke: "change the password at the service",
  },
  "authorization-header": {
    severity: "medium",
    title: (name) => `credential in a request header (${name})`,
    reason: "whoever sends it is let in",
    revoke: "change it where it is accepted",
  },
  "command-credential": {
    severity: "medium",
    title: (name) => `credential on a command line (${name})`,
    reason: "whoever runs it is let in",
    revoke: "change it where it is accepted",
  },
  "stored-credential": {
    severity: "high",
    title: (name) => `credential in a file made to hold them (${name})`,
    reason: "programs sign in with it as it stands",
    revoke: "change it where it is accepted, and stop tracking the file",
  },
  "weak-password": {
    severity: "low",
    title: (name) => `hard-coded ${name}`,
    reason: "it is short enough to be guessed, or a default",
    revoke: "change it where it is accepted",
  },
  "basic-credential": {
    severity: "low",
    title: () => "user and password, base 64 and nothing more",
    reason: "anybody can decode it",
    revoke: "change it where it is accepted",
  },
  "password-hash": {
    severity: "low",
    title: (name) => name,
    reason: "a weak password behind it can be guessed",
    revoke: "have the password changed: a hash can be guessed at leisure",
  },
  "local-url-password": {
    severity: "low",
    title: (name) => `password in the address of a local service (${name})`,
    reason: "only what reaches this machine can use it",
    revoke: "change it if anything but this machine accepts it",
  },
  "kubernetes-secret": {
    severity: "high",
    title: (name) => `value ${name} of a Kubernetes secret, base 64 and nothing more`,
    reason: "anybody can decode it",
    revoke: "change it, then keep the secret in a sealed or external store",
  },
  "terraform-password": {
    severity: "medium",
    title: (name) => `hard-coded ${name} of a Terraform resource`,
    reason: "it is the one the resource is made with",
    revoke: "change it, then pass it as a sensitive variable",
  },
  "feed-password": {
    severity: "high",
    title: (name) => `clear-text ${name} of a package feed`,
    reason: "whoever reads it can take and put packages",
    revoke: "change it at the feed",
  },
};

/** "services.stripeApiKey" becomes STRIPE_API_KEY. */
function variableName(match: GenericMatch): string {
  if (match.kind.endsWith("url-password")) return "SERVICE_PASSWORD";
  if (match.kind === "authorization-header" || match.kind === "command-credential")
    return "AUTHORIZATION_TOKEN";
  const name = match.name.split(".").at(-1)!;
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}

function fromGeneric(match: GenericMatch, sample: boolean): Omit<Leak, "places"> {
  const { severity, title, reason, revoke } = GENERIC[match.kind];
  const ruleId: NamedRule = `secrets/${match.kind}`;
  return {
    ruleId,
    // In tests and samples the value may be invented, and mostly is.
    severity: sample ? (RANK[severity] > RANK.low ? "low" : "info") : severity,
    title: title(match.name),
    secret: match.secret,
    note: sample ? SAMPLE_NOTE : `: ${reason}`,
    variable: variableName(match),
    revoke,
  };
}

/**
 * A finding for every place, so that none is overlooked. The first, where it matters most, stands for the secret;
 * the others say that it is there too, and add nothing to the risk.
 */
function toFindings(leak: Leak): Finding[] {
  const [first, ...rest] = leak.places;
  const shown = redact(leak.secret);
  const findings = [first!, ...rest.slice(0, MAX_COPIES)].map((place, index) =>
    makeFinding({
      ruleId: leak.ruleId,
      severity: index === 0 ? leak.severity : "info",
      message:
        index === 0
          ? `${leak.title}: ${shown}${leak.note}${rest.length > 0 ? `; in ${rest.length} more ${rest.length === 1 ? "place" : "places"}` : ""}`
          : `${leak.title}: ${shown} again, as in ${describe(first!)}`,
      // The value, not the place: moving it is nothing new, another value in the same place is.
      identity: index === 0 ? [fingerprint(leak.secret)] : [fingerprint(leak.secret), String(index)],
      place,
      defectClass: "hygiene",
      effort: index === 0 ? 30 : 5,
      fix: removalFix([place], leak.variable, leak.revoke),
    }),
  );
  const left = rest.length - MAX_COPIES;
  if (left > 0) findings.at(-1)!.count = left + 1;
  return findings;
}

/** A private key behind a passphrase opens nothing by itself. */
function isLocked({ rule, start }: SecretMatch, { text }: SourceFile): boolean {
  return rule.id === "private-key" && /ENCRYPTED/.test(text.slice(Math.max(0, start - 60), start + 120));
}

/** PKCS #12: a certificate with its private key in one binary file. */
function isKeyStore({ path, mode }: TrackedFile): boolean {
  const end = path.slice(-4).toLowerCase();
  return (end === ".p12" || end === ".pfx") && mode !== "120000";
}

function keyStoreFinding({ path, oid }: TrackedFile): Finding {
  return makeFinding({
    ruleId: "secrets/key-store",
    severity: isSampleContext(path) ? "low" : "medium",
    message: "a PKCS #12 key store is tracked: it holds a private key behind one password",
    identity: [path, oid],
    place: { path },
    defectClass: "hygiene",
    effort: 30,
    fix: {
      description: "Make a new key pair, keep it in a secret store, and stop tracking this file.",
      command: `git rm --cached -- ${shellQuote(path)}`,
    },
  });
}

function readSecrets(file: SourceFile, add: (leak: Omit<Leak, "places">, place: Place) => void): void {
  const { formats, names, cues } = scan(file.text);
  for (const match of formats) {
    // Recorded sessions are what test data is full of, and digests beside names of services what lock files are.
    if (isLocked(match, file) || (match.verification === "expiring" && isSampleContext(file.path))) continue;
    if (match.rule.names && isGeneratedPath(file.path)) continue;
    add(fromFormat(match, file), { file, start: match.start, end: match.end });
  }
  if (isPoorGround(file.path) || file.isMinified) return;
  const sample = isSampleContext(file.path) || isDevelopmentOnly(file.path);
  const taken: { start: number; end: number }[] = [...formats];
  for (const match of [
    ...findInStores(file.path, file.text),
    ...findInManifests(file.path, file.text),
    ...findGeneric(file.text, cues),
    ...findInCommands(file.text, cues),
    ...findAssigned(file.path, file.text, names),
    ...findByShape(file.path, file.text, cues),
  ]) {
    if (taken.some((other) => other.start < match.end && match.start < other.end)) continue;
    taken.push(match);
    add(fromGeneric(match, sample), { file, start: match.start, end: match.end });
  }
}

export function secretsCheck(files: TrackedFile[] = []): AuditCheck {
  const leaks = new Map<string, Leak>();
  const add = (leak: Omit<Leak, "places">, place: Place): void => {
    const key = `${leak.ruleId}\0${leak.secret}`;
    const known = leaks.get(key);
    if (!known) {
      leaks.set(key, { ...leak, places: [place] });
      return;
    }
    if (RANK[leak.severity] > RANK[known.severity]) {
      known.severity = leak.severity;
      known.places.unshift(place);
    } else known.places.push(place);
  };
  return {
    id: "secrets",
    noters: [
      {
        id: "secrets",
        // Only that there is something: the value itself is kept nowhere.
        note(file) {
          let found = false;
          readSecrets(file, () => {
            found = true;
          });
          return found || null;
        },
        take: (_note, file) => readSecrets(file, add),
      },
    ],
    finish: () => [
      ...[...leaks.values()].flatMap(toFindings),
      ...files.filter(isKeyStore).map(keyStoreFinding),
    ],
  };
}
