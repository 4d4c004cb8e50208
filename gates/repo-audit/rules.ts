/**
 * Every rule of this gate by the check it belongs to: a finding can be made of no other, and each is fired by a
 * test. The formats of secrets and the deprecated patterns have their ids in `data/`.
 */
export const RULES = {
  secrets: [
    "authorization-header",
    "basic-credential",
    "command-credential",
    "feed-password",
    "generic-credential",
    "key-store",
    "kubernetes-secret",
    "local-url-password",
    "password-hash",
    "stored-credential",
    "terraform-password",
    "url-password",
    "weak-password",
  ],
  "config-consistency": [
    "cors-credentials",
    "cors-origin",
    "env-undeclared",
    "env-unused",
    "healthcheck-port",
    "image-mismatch",
    "lockfile-mismatch",
    "port-mismatch",
    "requirements-mismatch",
    "undeclared-value",
    "unknown-module",
    "unknown-reference",
    "unknown-service",
    "version-mismatch",
  ],
  auth: [
    "cors-any-origin",
    "cors-any-origin-with-credentials",
    "debug-in-production",
    "secret-in-url",
    "tls-verification-off",
    "unguarded-route",
  ],
  dependencies: ["deprecated", "duplicated", "missing", "unlicensed", "unpinned", "unused"],
  advisories: ["known-vulnerability"],
  "code-quality": [
    "cognitive",
    "cyclomatic",
    "dangerous-call",
    "depth",
    "length",
    "maintainability",
    "nested-loop",
    "sql-from-strings",
  ],
  hygiene: [
    "broken-link",
    "case-clash",
    "code-without-test",
    "conflict-marker",
    "executable-bit",
    "invalid-json",
    "invalid-toml",
    "invalid-yaml",
    "large-file",
    "lenient-json",
    "missing-license",
    "missing-readme",
    "missing-tests",
    "restart-due",
    "spec-without-code",
    "stale-generated",
    "tracked-output",
  ],
} as const;

type Rules = typeof RULES;

/** `<check>/<rule>` of the table. */
export type NamedRule = { [Check in keyof Rules]: `${Check}/${Rules[Check][number]}` }[keyof Rules];

/** Any rule: what has its ids in data is open. */
export type RuleId = NamedRule | `secrets/${string}` | `deprecated-patterns/${string}`;

/** Why a rule has its severity: the end of its messages, where they do not say it by themselves. */
export const REASONS: Partial<Record<RuleId, string>> = {
  "config-consistency/cors-origin": "browsers refuse its requests",
  "config-consistency/env-unused": "setting it changes nothing",
  "config-consistency/healthcheck-port": "it never becomes healthy",
  "config-consistency/image-mismatch": "what passes there may fail here",
  "config-consistency/port-mismatch": "whoever goes there is refused",
  "config-consistency/unknown-module": "it stops as soon as it is started",
  "config-consistency/unknown-reference": "the container is not started",
  "config-consistency/unknown-service": "it cannot be started or reached",
  "config-consistency/version-mismatch": "what works with one may fail with the other",
  "dependencies/deprecated": "nobody mends it any more",
  "dependencies/missing": "it works only while another package happens to bring it",
  "dependencies/unused": "every install carries it",
  "code-quality/cognitive": "who changes it has to keep all of it in mind",
  "code-quality/cyclomatic": "each way through it wants a test of its own",
  "code-quality/dangerous-call": "it runs whatever text it is given",
  "code-quality/depth": "which conditions hold at the innermost line is hard to see",
  "code-quality/length": "nobody sees all of it at once",
  "code-quality/maintainability": "changes to it are slow and go wrong",
  "code-quality/nested-loop": "twice the items take four times as long",
  "code-quality/sql-from-strings": "a value can become a command",
  "hygiene/code-without-test": "what it does may break unseen",
  "hygiene/invalid-json": "whatever reads it fails",
  "hygiene/invalid-toml": "whatever reads it fails",
  "hygiene/invalid-yaml": "whatever reads it fails",
  "hygiene/conflict-marker": "it is neither of the two",
  "hygiene/missing-tests": "nothing tells whether a change breaks it",
  "hygiene/missing-license": "nobody but its authors may use it",
  "hygiene/missing-readme": "who comes to it has to guess",
  "hygiene/broken-link": "whoever follows it finds nothing",
  "hygiene/spec-without-code": "it may test nothing",
  "hygiene/stale-generated": "the two may disagree",
};
