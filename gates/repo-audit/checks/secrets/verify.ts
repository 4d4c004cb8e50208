/** Tests of a value beyond its form: check digits and inner structure, from the vendors' own descriptions. */
import { crc32 } from "node:zlib";

export type CheckName = "crc32-base62" | "discord-id" | "jwt" | "basic-auth" | "encoded-private-key";

/** verified: it can hardly be made up. mismatch: right form, wrong check digits. expiring: made for one session. drop: not a secret at all. */
export type Verification = "verified" | "unknown" | "mismatch" | "expiring" | "drop";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** A non-negative integer in base 62, digits before capitals before small letters, padded with zeros. */
export function base62(value: number, width: number): string {
  let text = "";
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) text = BASE62[rest % 62] + text;
  return text.padStart(width, "0");
}

/**
 * GitHub's and npm's 36-character tokens: 30 random characters, then their CRC-32 in six base-62 digits
 * (GitHub, "Behind GitHub's new authentication token formats", 2021; npm adopted the same form).
 */
function verifyCrc32(token: string): Verification {
  const body = token.slice(token.indexOf("_") + 1);
  const digits = body.slice(-6);
  return base62(crc32(body.slice(0, -6)), 6) === digits ? "verified" : "mismatch";
}

function decodeBase64Url(text: string): string {
  return Buffer.from(text, "base64url").toString("utf8");
}

/** The first part of a Discord bot token is the bot's numeric id in base 64. */
function verifyDiscord(token: string): Verification {
  return /^\d{17,20}$/.test(decodeBase64Url(token.split(".")[0] ?? "")) ? "unknown" : "drop";
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** A token without a signing algorithm, the one everybody copies from jwt.io, or a role meant to be public. */
function verifyJwt(token: string): Verification {
  const [head, body] = token.split(".").map(decodeBase64Url);
  const header = parseObject(head ?? "");
  const claims = parseObject(body ?? "");
  if (!header || !claims || typeof header.alg !== "string" || header.alg === "none") return "drop";
  if (claims.sub === "1234567890" || claims.role === "anon" || claims.name === "John Doe") return "drop";
  // A session that ends by itself is worth less than one that does not.
  return typeof claims.exp === "number" ? "expiring" : "unknown";
}

/** "user:password" in base 64, as Docker keeps it. */
function verifyBasic(value: string): Verification {
  return /^[\x21-\x7e]+:[\x20-\x7e]{4,}$/.test(Buffer.from(value, "base64").toString("latin1"))
    ? "unknown"
    : "drop";
}

/** A certificate begins like a private key does; only what is inside tells. */
function verifyEncodedKey(value: string): Verification {
  const decoded = Buffer.from(value, "base64").toString("latin1");
  return /^-----BEGIN [A-Z ]*PRIVATE KEY/.test(decoded) && !decoded.includes("ENCRYPTED")
    ? "unknown"
    : "drop";
}

const CHECKS: Record<CheckName, (token: string) => Verification> = {
  "crc32-base62": verifyCrc32,
  "discord-id": verifyDiscord,
  jwt: verifyJwt,
  "basic-auth": verifyBasic,
  "encoded-private-key": verifyEncodedKey,
};

export function verify(check: CheckName | undefined, token: string): Verification {
  return check ? CHECKS[check](token) : "unknown";
}
