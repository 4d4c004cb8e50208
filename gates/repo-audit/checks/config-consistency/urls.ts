/** URLs with hosts of this machine or of a compose network. */
import type { Place, SourceFile } from "../../source.ts";
import type { UrlFact } from "./facts.ts";

/** Scheme, optional user part, host, optional port. The host may not be followed by more of a name. */
const ANY_URL =
  /\b([a-z][a-z0-9+.-]{1,20}):\/\/(?:[^\s/@"'`<>]{0,200}@)?([A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)(?::(\d{1,5}))?(?![^\s/"'`<>,;]*@)(?![\w.-]*\$)/g;
const BARE_LOCAL = /(?<![\w.-])(localhost|127\.0\.0\.1|0\.0\.0\.0):(\d{2,5})(?!\d)/g;

export const isLocalHost = (host: string): boolean => /^(localhost|127\.0\.0\.1|0\.0\.0\.0)$/.test(host);

function portOf(digits: string | undefined): number | null {
  const port = digits ? Number(digits) : null;
  return port !== null && port >= 1 && port <= 65535 ? port : null;
}

/** Every URL in a stretch of text. */
export function findUrls(file: SourceFile, text: string, offset: number): UrlFact[] {
  const urls: UrlFact[] = [];
  for (const match of text.matchAll(ANY_URL)) {
    const [whole, scheme, host, digits] = match;
    const end = offset + match.index + whole.length;
    const length = host!.length + (digits === undefined ? 0 : digits.length + 1);
    const place: Place = { file, start: end - length, end };
    const portPlace = digits === undefined ? null : { file, start: end - digits.length, end };
    urls.push({ scheme: scheme!.toLowerCase(), host: host!, port: portOf(digits), place, portPlace });
  }
  return urls;
}

/** "localhost:3000" with or without a scheme. */
export function findLocalPorts(file: SourceFile, text: string, offset: number): UrlFact[] {
  const urls: UrlFact[] = [];
  for (const match of text.matchAll(BARE_LOCAL)) {
    const start = offset + match.index;
    const end = start + match[0].length;
    const port = portOf(match[2]);
    const scheme =
      /([a-z][a-z0-9+.-]*):\/\/$/.exec(text.slice(Math.max(0, match.index - 24), match.index))?.[1] ?? "";
    // Without a scheme 0.0.0.0 is what a server's own log says it binds.
    if (port === null || (match[1] === "0.0.0.0" && scheme === "")) continue;
    const portPlace = { file, start: end - match[2]!.length, end };
    urls.push({ scheme, host: match[1]!, port, place: { file, start, end }, portPlace });
  }
  return urls;
}
