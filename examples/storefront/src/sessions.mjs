// One account, signed in by a random token: as a bearer token for programs, as a cookie for browsers.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { Problem } from "./http.mjs";

export const COOKIE = "storefront_session";
const LIFETIME_MS = 8 * 3_600_000;
const MAX_SESSIONS = 1000;

/** @typedef {{ id: string, email: string, name: string }} Account */

/** @param {string} text */
const digest = (text) => createHash("sha256").update(text).digest();

/** Compares in constant time, whatever the lengths. @param {string} a @param {string} b */
const same = (a, b) => timingSafeEqual(digest(a), digest(b));

/** @param {import("node:http").IncomingHttpHeaders} headers @returns {string | null} */
export function tokenOf(headers) {
  const bearer = /^Bearer ([\w-]+)$/i.exec(headers.authorization ?? "")?.[1];
  if (bearer) return bearer;
  const cookie = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]+)`).exec(headers.cookie ?? "")?.[1];
  return cookie ?? null;
}

export class Sessions {
  /** sha-256 of the token → when it expires. @type {Map<string, number>} */
  #expiries = new Map();

  /** @param {{ email: string, password: string }} credentials @param {boolean} secureCookie */
  constructor(credentials, secureCookie) {
    this.credentials = credentials;
    this.secureCookie = secureCookie;
    /** @type {Account} */
    this.account = { id: "acc_ana", email: credentials.email, name: "Ana" };
  }

  /** @param {string} email @param {string} password throws Problem 401 */
  signIn(email, password) {
    const known = same(email.toLowerCase(), this.credentials.email.toLowerCase());
    if (!same(password, this.credentials.password) || !known)
      throw new Problem(401, "E-mail or password is wrong");
    const token = randomBytes(24).toString("base64url");
    const expires = Date.now() + LIFETIME_MS;
    const oldest = this.#expiries.keys().next().value;
    if (this.#expiries.size >= MAX_SESSIONS && oldest) this.#expiries.delete(oldest);
    this.#expiries.set(digest(token).toString("hex"), expires);
    return { token, tokenType: "Bearer", expiresAt: new Date(expires).toISOString(), account: this.account };
  }

  /** @param {import("node:http").IncomingHttpHeaders} headers @returns {Account | null} */
  find(headers) {
    const token = tokenOf(headers);
    const expires = token ? (this.#expiries.get(digest(token).toString("hex")) ?? 0) : 0;
    return expires > Date.now() ? this.account : null;
  }

  /** @param {import("node:http").IncomingHttpHeaders} headers @returns {Account} throws Problem 401 */
  require(headers) {
    const account = this.find(headers);
    if (account) return account;
    throw new Problem(401, "Sign in first", { headers: { "www-authenticate": 'Bearer realm="storefront"' } });
  }

  /** @param {import("node:http").IncomingHttpHeaders} headers */
  signOut(headers) {
    const token = tokenOf(headers);
    if (token) this.#expiries.delete(digest(token).toString("hex"));
  }

  /** @param {string} token "" clears it */
  cookie(token) {
    const age = token ? LIFETIME_MS / 1000 : 0;
    return `${COOKIE}=${token}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${this.secureCookie ? "; Secure" : ""}`;
  }
}
