/**
 * One made-up value for each rule, put together when the tests run: no tracked file holds anything that looks
 * like a credential, so no scanner, ours included, stops this repository.
 */
import { crc32 } from "node:zlib";
import type { SecretRule } from "../../../gates/repo-audit/checks/secrets/rules.ts";
import { base62 } from "../../../gates/repo-audit/checks/secrets/verify.ts";

const DIGITS = "0123456789";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const HEX = `${DIGITS}abcdef`;
const BASE62 = DIGITS + UPPER + LOWER;

/** A small generator with a fixed seed: the same values on every run. */
export class Letters {
  #state: number;

  constructor(seed = 20261121) {
    this.#state = seed;
  }

  #next(): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  of(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet[this.#next() % alphabet.length]).join("");
  }

  hex = (length: number): string => this.of(HEX, length);
  digits = (length: number): string => this.of("123456789", 1) + this.of(DIGITS, length - 1);
  b62 = (length: number): string => this.of(BASE62, length);
  b64 = (length: number): string => this.of(`${BASE62}+/`, length);
  url = (length: number): string => this.of(`${BASE62}_-`, length - 1) + this.b62(1);
  base32 = (length: number): string => this.of(`${UPPER}234567`, length);
}

/** 30 random characters and their six check digits, as GitHub and npm make them. */
export function checked(prefix: string, body: string): string {
  return prefix + body + base62(crc32(body), 6);
}

const b64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export function jwt(letters: Letters, claims: Record<string, unknown>): string {
  return `${b64url({ alg: "HS256", typ: "JWT" })}.${b64url(claims)}.${letters.url(43)}`;
}

export function privateKey(letters: Letters, kind = "RSA "): string {
  const body = Array.from({ length: 12 }, () => letters.b64(64)).join("\n");
  return `${"-".repeat(5)}BEGIN ${kind}PRIVATE KEY${"-".repeat(5)}\n${body}\n${"-".repeat(5)}END ${kind}PRIVATE KEY${"-".repeat(5)}`;
}

/** Rule id → a line that holds a value of it, and the value itself when it is not the whole line. */
export function samples(l: Letters): Record<string, { line: string; secret?: string }> {
  const s = (line: string, secret?: string) => (secret === undefined ? { line } : { line, secret });
  const withName = (name: string, value: string) => s(`${name}=${value}`, value);
  return {
    "github-token": s(checked("ghp_", l.b62(30))),
    "github-fine-grained-token": s(`github_${"pat"}_${l.b62(22)}_${l.b62(59)}`),
    "gitlab-token": s(`glpat-${l.b62(20)}`),
    "npm-token": s(checked("npm_", l.b62(30))),
    "pypi-token": s(`pypi-AgE${l.b62(120)}`),
    "rubygems-token": s(`rubygems_${l.hex(48)}`),
    "crates-token": s(`cio${l.b62(32)}`),
    "stripe-live-key": s(`sk_${"live"}_${l.b62(24)}`),
    "stripe-test-key": s(`sk_${"test"}_${l.b62(24)}`),
    "stripe-webhook-secret": s(`whsec_${l.b62(32)}`),
    "slack-token": s(`xoxb-${l.digits(12)}-${l.digits(12)}-${l.b62(24)}`),
    "slack-app-token": s(`xapp-1-A${l.of(UPPER + DIGITS, 10)}-${l.digits(13)}-${l.hex(64)}`),
    "slack-webhook": (() => {
      const path = `T${l.of(UPPER, 8)}/B${l.of(UPPER, 8)}/${l.b62(24)}`;
      return s(`https://hooks.slack.com/services/${path}`, path);
    })(),
    "aws-access-key": s(`AKIA${l.base32(16)}`),
    "aws-secret-key": withName("AWS_SECRET_ACCESS_KEY", l.b64(40)),
    "google-api-key": s(`AIza${l.url(35)}`),
    "google-oauth-secret": s(`GOCSPX-${l.url(28)}`),
    "google-oauth-token": s(`ya29.${l.url(120)}`),
    "openai-key": s(`sk-proj-${l.b62(60)}T3BlbkFJ${l.b62(60)}`),
    "anthropic-key": s(`sk-ant-api03-${l.url(93)}AA`),
    "openrouter-key": s(`sk-or-v1-${l.hex(64)}`),
    "groq-key": s(`gsk_${l.b62(52)}`),
    "xai-key": s(`xai-${l.b62(80)}`),
    "perplexity-key": s(`pplx-${l.b62(48)}`),
    "replicate-token": s(`r8_${l.b62(37)}`),
    "huggingface-token": s(`hf_${l.of(UPPER + LOWER, 34)}`),
    "sendgrid-key": s(`SG.${l.url(22)}.${l.url(43)}`),
    "twilio-key": withName("TWILIO_KEY", `SK${l.hex(32)}`),
    "twilio-auth-token": withName("TWILIO_AUTH_TOKEN", l.hex(32)),
    "mailgun-key": withName("MAILGUN_KEY", `key-${l.hex(32)}`),
    "mailchimp-key": withName("MAILCHIMP_KEY", `${l.hex(32)}-us12`),
    "telegram-bot-token": s(`${l.digits(10)}:AA${l.url(33)}`),
    "discord-bot-token": withName(
      "DISCORD_TOKEN",
      `${Buffer.from(l.of("3456789", 18)).toString("base64url")}.${l.b62(6)}.${l.b62(30)}`,
    ),
    "discord-webhook": (() => {
      const path = `${l.digits(18)}/${l.url(68)}`;
      return s(`https://discord.com/api/webhooks/${path}`, path);
    })(),
    "digitalocean-token": s(`dop_v1_${l.hex(64)}`),
    "shopify-token": s(`shpat_${l.hex(32)}`),
    "square-token": s(`sq0atp-${l.url(22)}`),
    "databricks-token": s(`dapi${l.hex(32)}`),
    "atlassian-token": s(`ATATT3${l.url(180)}`),
    "linear-key": s(`lin_api_${l.b62(40)}`),
    "notion-token": s(`ntn_${l.b62(46)}`),
    "figma-token": s(`figd_${l.url(40)}`),
    "vault-token": s(`hvs.${l.url(95)}`),
    "terraform-token": s(`${l.b62(14)}.atlasv1.${l.url(66)}`),
    "doppler-token": s(`dp.pt.${l.b62(43)}`),
    "new-relic-key": s(`NRAK-${l.of(UPPER + DIGITS, 27)}`),
    "grafana-token": s(`glsa_${l.b62(32)}_${l.hex(8)}`),
    "sentry-token": s(`sntryu_${l.hex(64)}`),
    "planetscale-token": s(`pscale_tkn_${l.b62(43)}`),
    "supabase-key": s(`sbp_${l.hex(40)}`),
    "netlify-token": s(`nfp_${l.b62(36)}`),
    "flyio-token": s(`fo1_${l.url(43)}`),
    "postman-key": s(`PMAK-${l.hex(24)}-${l.hex(34)}`),
    "clojars-token": s(`CLOJARS_${l.of(LOWER + DIGITS, 60)}`),
    "docker-token": s(`dckr_pat_${l.url(27)}`),
    "azure-storage-key": (() => {
      const key = `${l.b64(86)}==`;
      return s(`AccountName=shop;AccountKey=${key};`, key);
    })(),
    "azure-client-secret": s(`${l.b62(3)}8Q~${l.b62(34)}`),
    "alibaba-key": s(`LTAI${l.b62(20)}`),
    "airtable-token": s(`pat${l.b62(14)}.${l.hex(64)}`),
    "dynatrace-token": s(`dt0c01.${l.base32(24)}.${l.base32(64)}`),
    "easypost-key": s(`EZAK${l.b62(54)}`),
    "pulumi-token": s(`pul-${l.hex(40)}`),
    "prefect-token": s(`pnu_${l.b62(36)}`),
    "readme-token": s(`rdme_${l.of(LOWER + DIGITS, 70)}`),
    "age-secret-key": s(`AGE-SECRET-KEY-1${l.of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)}`),
    "onepassword-token": s(`ops_eyJ${l.b64(250)}`),
    "cloudflare-origin-key": s(`v1.0-${l.hex(24)}-${l.hex(146)}`),
    "cloudflare-token": withName("CLOUDFLARE_API_TOKEN", l.url(40)),
    "heroku-key": withName("HEROKU_API_KEY", `${l.hex(8)}-${l.hex(4)}-${l.hex(4)}-${l.hex(4)}-${l.hex(12)}`),
    "npm-auth": (() => {
      const value = l.b62(40);
      return s(`//registry.invalid/:_authToken=${value}`, value);
    })(),
    "json-web-token": s(jwt(l, { sub: "8f1c", scope: "admin" })),
    "private-key": s(privateKey(l)),
    "facebook-page-token": s(`EAAM${l.b62(140)}`),
    "facebook-app-token": (() => {
      const value = `${l.digits(16)}|${l.b62(27)}`;
      return s(`facebook ${value}`, value);
    })(),
    "docker-auth": (() => {
      const value = Buffer.from(`robot:${l.b62(20)}`).toString("base64");
      return s(`"auth": "${value}"`, value);
    })(),
    "atlassian-legacy-token": withName("JIRA_API_TOKEN", `${l.b62(23)}7`),
    "sumologic-id": withName("SUMO_ACCESS_ID", `su7${l.b62(11)}`),
  };
}

/** One value that a pattern of the rule file matches: the subset of regular expressions used there. */
export function madeValue(pattern: string, l: Letters): string {
  let at = 0;
  const pick = (low: number, high: number): number => low + (Number(l.digits(6)) % (high - low + 1));

  function members(): string {
    let set = "";
    for (at += 1; pattern[at] !== "]"; at += 1) {
      let char = pattern[at]!;
      if (char === "\\") {
        at += 1;
        char = pattern[at]!;
        if (char === "d") set += DIGITS;
        else if (char === "w") set += `${BASE62}_`;
        else set += char;
      } else if (pattern[at + 1] === "-" && pattern[at + 2] !== "]") {
        for (let code = char.charCodeAt(0); code <= pattern.charCodeAt(at + 2); code += 1) {
          set += String.fromCharCode(code);
        }
        at += 2;
      } else {
        set += char;
      }
    }
    at += 1;
    return set;
  }

  /** "{3}", "{3,5}", "?", "*" or nothing: how often. Few where a range is long. */
  function times(): number {
    const match = /^(?:\{(\d+)(?:,(\d*))?\}|([?*+]))\??/.exec(pattern.slice(at));
    if (!match) return 1;
    at += match[0].length;
    if (match[3]) return match[3] === "+" ? 1 : 0;
    const low = Number(match[1]);
    const high = match[2] === undefined ? low : Math.min(low + 3, Number(match[2] || low + 3));
    return pick(low, high);
  }

  function atom(): () => string {
    const char = pattern[at]!;
    if (char === "[") {
      const negated = pattern[at + 1] === "^";
      const set = members();
      return () => l.of(negated ? BASE62 : set, 1);
    }
    if (char === "(") {
      const look = /^\(\?<?[!=]/.exec(pattern.slice(at));
      at += look ? look[0].length : pattern.startsWith("(?:", at) ? 3 : 1;
      const body = at;
      alternatives();
      at += 1;
      if (look) return () => "";
      return () => {
        const back = at;
        at = body;
        const text = alternatives();
        at = back;
        return text;
      };
    }
    at += char === "\\" ? 2 : 1;
    const escaped = pattern[at - 1]!;
    if (char === "\\" && escaped === "d") return () => l.of(DIGITS, 1);
    if (char === "\\" && escaped === "s") return () => " ";
    return () => escaped;
  }

  function sequence(): string {
    let text = "";
    while (at < pattern.length && pattern[at] !== "|" && pattern[at] !== ")") {
      const make = atom();
      const count = times();
      for (let i = 0; i < count; i += 1) text += make();
    }
    return text;
  }

  /** The first alternative; the others are passed over. */
  function alternatives(): string {
    const text = sequence();
    while (pattern[at] === "|") {
      at += 1;
      sequence();
    }
    return text;
  }
  return alternatives();
}

/** A line of configuration with a value of every rule, the hand-made ones first. */
export function samplesFor(
  rules: SecretRule[],
  l: Letters,
): Record<string, { line: string; secret?: string }> {
  const made = samples(l);
  made["encoded-private-key"] = {
    line: Buffer.from(privateKey(new Letters(17))).toString("base64"),
  };
  for (const rule of rules) {
    if (made[rule.id]) continue;
    const value = madeValue(rule.pattern, l);
    made[rule.id] = rule.names
      ? { line: `${rule.names[0]}_key = "${value}"`, secret: value }
      : { line: value };
  }
  return made;
}
