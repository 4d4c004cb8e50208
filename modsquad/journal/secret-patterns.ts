/**
 * What credentials look like when nobody declared them. Every repetition is bounded or cannot be entered twice
 * at the same place: a hostile text must not be able to stall the run.
 */

export interface SecretPattern {
  /** Texts of which at least one is in every match: the expression runs only where one was seen. */
  triggers: string[];
  /** Global. The group `keep` survives, the group `secret` does not; without groups the whole match is secret. */
  readonly expression: RegExp;
}

/** A token by its body. Most are never met: the expression is compiled when its trigger was seen. */
class TokenPattern implements SecretPattern {
  readonly triggers: string[];
  readonly #body: string;
  #compiled: RegExp | undefined;

  constructor(triggers: string[], body: string) {
    this.triggers = triggers;
    this.#body = body;
  }

  get expression(): RegExp {
    this.#compiled ??= new RegExp(`(?<![A-Za-z0-9])${this.#body}`, "g");
    return this.#compiled;
  }
}

/** How names of headers and parameters are written. */
function cases(...words: string[]): string[] {
  return words.flatMap((word) => [word, word.toUpperCase(), word[0]!.toUpperCase() + word.slice(1)]);
}

/** Tokens that issuers made recognisable by their beginning. */
const TOKENS: [triggers: string[], body: string][] = [
  [["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], "gh[pousr]_[A-Za-z0-9]{20,255}"],
  [["github_pat_"], "github_pat_[A-Za-z0-9_]{22,255}"],
  [["glpat-"], "glpat-[A-Za-z0-9_-]{20,255}"],
  [["sk_live_", "sk_test_", "rk_live_", "rk_test_"], "[sr]k_(?:live|test)_[A-Za-z0-9]{10,255}"],
  [["whsec_"], "whsec_[A-Za-z0-9+/=]{16,255}"],
  [["sk-"], "sk-(?:[a-z]{1,20}[0-9]{0,4}-){0,4}[A-Za-z0-9_]{20,255}[A-Za-z0-9_-]{0,255}"],
  [["xox", "xapp-"], "(?:xox[a-z]|xapp)-[A-Za-z0-9-]{10,255}"],
  [["npm_"], "npm_[A-Za-z0-9]{30,255}"],
  [["pypi-"], "pypi-[A-Za-z0-9_-]{50,1024}"],
  [["AKIA", "ASIA"], "A[KS]IA[A-Z0-9]{16}"],
  [["AIza"], "AIza[A-Za-z0-9_-]{35}"],
  [["ya29."], "ya29\\.[A-Za-z0-9_-]{20,2048}"],
  [["SG."], "SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,128}"],
  [["dop_v1_"], "dop_v1_[a-f0-9]{32,128}"],
  [["hf_"], "hf_[A-Za-z0-9]{30,255}"],
  [["eyJ"], "eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*){0,3}"],
];

/** A value after a telling name: long, or with a digit, so that "authorization: required" is left alone. */
const VALUE = `(?<secret>(?=[^\\s"',;&]*[0-9])[^\\s"',;&]{6,}|[^\\s"',;&]{16,})`;
const SCHEME = "(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,20}://";

const STRUCTURES: SecretPattern[] = [
  {
    triggers: ["-----BEGIN "],
    expression:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?<secret>[\s\S]{0,8192}?(?=-----END )|(?:\s|\\[nr]){0,8}[A-Za-z0-9+/]{16}[A-Za-z0-9+/=\s\\]{0,8192})/g,
  },
  {
    // scheme://user:PASSWORD@host
    triggers: ["://"],
    expression: new RegExp(`(?<keep>${SCHEME}[^\\s/?#"'<>:@]*:)(?<secret>[^\\s/?#"'<>]+)(?=@)`, "g"),
  },
  {
    // scheme://LONG-TOKEN@host, with or without a password behind it
    triggers: ["://"],
    expression: new RegExp(
      `(?<keep>${SCHEME})(?<secret>[^\\s/?#"'<>:@]{20,})(?=(?::[^\\s/?#"'<>@]*)?@)`,
      "g",
    ),
  },
  {
    triggers: cases("authorization"),
    expression: new RegExp(
      `(?<keep>authorization["']?\\s{0,4}[:=]\\s{0,4}["']?)(?!(?:bearer|basic|token|digest|apikey|negotiate)\\s)${VALUE}`,
      "gi",
    ),
  },
  {
    triggers: cases("authorization"),
    expression:
      /(?<keep>authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:bearer|basic|token|digest|apikey|negotiate)\s{1,4})(?<secret>[^\s"',;]{6,})/gi,
  },
  {
    triggers: cases("bearer", "basic"),
    expression:
      /(?<keep>\b(?:bearer|basic)\s{1,4})(?<secret>(?=[A-Za-z._~+/-]*[0-9=])[A-Za-z0-9._~+/-]{16,}=*)/gi,
  },
  {
    triggers: [...cases("api-key", "auth-token"), "Api-Key", "API-Key", "Auth-Token"],
    expression: new RegExp(
      `(?<keep>\\bx-(?:api-key|auth-token)["']?\\s{0,4}[:=]\\s{0,4}["']?)${VALUE}`,
      "gi",
    ),
  },
  {
    // ?access_token=… and the like in a query
    triggers: cases("token=", "key=", "secret=", "password=", "passwd=", "pwd=", "sig=", "signature="),
    expression:
      /(?<keep>[?&](?:access_token|refresh_token|id_token|token|api_?key|client_secret|secret|password|passwd|pwd|sig|signature|x-amz-signature)=)(?<secret>[^\s&"'#<>]{6,})/gi,
  },
  {
    // DB_PASSWORD=…, as in a printed environment; ${REFERENCES} are none of it
    triggers: ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY", "ACCESS_KEY"],
    expression:
      /(?<keep>\b[A-Z0-9_]{0,64}(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY)[A-Z0-9_]{0,64}=["']?)(?![$<{])(?<secret>[^\s"']{6,})/g,
  },
];

/** Everything recognised without being declared; places first, so that a URL is still one when its turn comes. */
export const SECRET_PATTERNS: readonly SecretPattern[] = [
  ...STRUCTURES,
  ...TOKENS.map(([triggers, body]) => new TokenPattern(triggers, body)),
];

/** `Cookie: name=value; …` and `Set-Cookie: …`; the values go, names and attributes stay. */
export const COOKIE_TRIGGERS: readonly string[] = cases("cookie");
export const COOKIE_LINE = /\b(?:set-)?cookie["']?\s{0,4}[:=]\s{0,4}["']?[^\r\n"']+/gi;
export const COOKIE_PAIR = /([\w!#$%&*+.^|~-]{1,64})=([^\s;,"']{6,})/g;
export const COOKIE_ATTRIBUTES = /^(?:path|domain|expires|max-age|samesite|priority)$/i;

/** Names under which a text is a credential whatever it looks like. */
export const SECRET_KEY =
  /^(?:(?:proxy-)?authorization|(?:set-)?cookie|x-(?:api-key|auth-token)|password|passwd|client_?secret|api_?key|(?:access|refresh)_?token|private_?key)$/i;
