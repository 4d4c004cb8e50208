/** What several failures have in common: an origin that is gone, a dependency the answers name. */
import { textOf } from "./answer-text.ts";
import type { Answer, Cause } from "./types.ts";

/** Codes and words by which services say what they miss, and the name it gets here. */
const CODE = /\b(ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN|connection refused)\b/i;
const PLACE = /\b((?:\d{1,3}\.){3}\d{1,3}:\d{2,5}|[a-z][\w-]*(?:\.[\w-]+)*:\d{2,5})\b/i;
const KINDS =
  /\b(postgres(?:ql)?|mysql|mariadb|mongo(?:db)?|redis|memcached?|elasticsearch|opensearch|kafka|rabbitmq|amqp|s3|database|cache|upstream|queue|broker|price source|backend service)\b/i;
const UNAVAILABLE =
  /unavailab|unreachable|not (?:reachable|answer|respond)|does not answer|timed? ?out|refused|down\b|connect/i;
const GATEWAY = new Set([502, 503, 504]);

/**
 * The dependency an answer of 5xx blames, by name or address. Answers of 5xx that name none get a weak cause,
 * which counts only together with what infra-health found.
 */
export function dependencyOf(answer: Answer): Cause | null {
  if (answer.status < 500) return null;
  const decoded = textOf(answer);
  const text = decoded.ok ? decoded.text.slice(0, 4000) : "";
  const code = CODE.exec(text)?.[1]?.toUpperCase();
  const place = code ? PLACE.exec(text)?.[1]?.toLowerCase() : undefined;
  const kind = UNAVAILABLE.test(text) ? KINDS.exec(text)?.[1]?.toLowerCase() : undefined;
  const name = place ?? kind;
  if (name === undefined) {
    const weak = !GATEWAY.has(answer.status);
    const key = `dependency ${new URL(answer.url).origin} ${answer.status}`;
    const summary = `the service answers ${answer.status}: something it depends on is not there`;
    return { key, rule: "dependency", summary, target: "a dependency", weak };
  }
  const why = code ? ` (${code})` : "";
  const summary = `the service cannot reach ${name}${why}`;
  return { key: `dependency ${name}`, rule: "dependency", summary, target: name, weak: false };
}
