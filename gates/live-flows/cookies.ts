/** Cookies of one run through a flow, as a browser would keep them: by host, path and age. */
import type { Secrets } from "./secrets.ts";

interface Cookie {
  name: string;
  value: string;
  host: string;
  path: string;
  secure: boolean;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

const defaultPath = (url: URL) => url.pathname.slice(0, Math.max(1, url.pathname.lastIndexOf("/")));

const coversPath = (path: string, asked: string) =>
  asked === path || asked.startsWith(path.endsWith("/") ? path : `${path}/`);

/** Attributes of a Set-Cookie header, names in lower case. */
function attributesOf(parts: string[]): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const part of parts) {
    const [name = "", ...rest] = part.split("=");
    attributes.set(name.trim().toLowerCase(), rest.join("=").trim());
  }
  return attributes;
}

function isOver(attributes: Map<string, string>): boolean {
  const maxAge = attributes.get("max-age");
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Number(maxAge) <= 0;
  const expires = Date.parse(attributes.get("expires") ?? "");
  return !Number.isNaN(expires) && expires <= Date.now();
}

export class CookieJar {
  #cookies: Cookie[] = [];

  /** Takes the Set-Cookie headers of an answer in. A cookie belongs to the host that set it and no other. */
  store(url: URL, headers: readonly string[], secrets: Secrets): void {
    for (const header of headers) {
      const [pair = "", ...rest] = header.split(";");
      const at = pair.indexOf("=");
      if (at < 1) continue;
      const attributes = attributesOf(rest);
      const given = attributes.get("path");
      const cookie: Cookie = {
        name: pair.slice(0, at).trim(),
        value: pair.slice(at + 1).trim(),
        host: url.hostname,
        path: given?.startsWith("/") ? given : defaultPath(url),
        secure: attributes.has("secure"),
      };
      this.#cookies = this.#cookies.filter(
        (one) => one.name !== cookie.name || one.host !== cookie.host || one.path !== cookie.path,
      );
      if (isOver(attributes)) continue;
      this.#cookies.push(cookie);
      // Short values are settings such as a language; longer ones may well open a session.
      if (cookie.value.length >= 8) secrets.add(cookie.value);
    }
  }

  /** The Cookie header for a request, or null when there is none to send. */
  header(url: URL): string | null {
    const fitting = this.#cookies.filter(
      ({ host, path, secure }) =>
        host === url.hostname &&
        coversPath(path, url.pathname) &&
        (!secure || url.protocol === "https:" || LOOPBACK.test(url.hostname)),
    );
    fitting.sort((one, other) => other.path.length - one.path.length);
    return fitting.length === 0 ? null : fitting.map(({ name, value }) => `${name}=${value}`).join("; ");
  }

  get isEmpty(): boolean {
    return this.#cookies.length === 0;
  }

  /** Adds the cookies of another jar. */
  takeFrom(other: CookieJar): void {
    this.#cookies.push(...other.#cookies);
  }
}
