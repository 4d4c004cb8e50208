// Requests in, answers out: reading a body within bounds, JSON, problems (RFC 9457).

export const MAX_BODY_BYTES = 16 * 1024;

/** An answer other than success, thrown by handlers and written as application/problem+json. */
export class Problem extends Error {
  /**
   * @param {number} status @param {string} detail
   * @param {{ faults?: import("./schema.mjs").Fault[], headers?: Record<string, string> }} [more]
   */
  constructor(status, detail, more = {}) {
    super(detail);
    this.status = status;
    this.faults = more.faults;
    this.headers = more.headers ?? {};
  }
}

/** @type {Record<number, string>} */
const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  426: "Upgrade Required",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** Sent with every answer. */
export const SECURITY_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "strict-origin-when-cross-origin",
  "x-content-type-options": "nosniff",
};

/**
 * @param {import("node:http").ServerResponse} response
 * @param {number} status @param {Record<string, string | string[]>} headers @param {string | Buffer | null} body
 */
export function send(response, status, headers, body) {
  const length = body === null ? {} : { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { ...SECURITY_HEADERS, ...headers, ...length });
  response.end(response.req.method === "HEAD" ? undefined : (body ?? undefined));
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {number} status @param {any} value undefined = no body @param {Record<string, string | string[]>} [headers]
 */
export function sendJson(response, status, value, headers = {}) {
  if (value === undefined) return send(response, status, { "cache-control": "no-store", ...headers }, null);
  const type = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };
  return send(response, status, { ...type, ...headers }, JSON.stringify(value));
}

/** @param {import("node:http").ServerResponse} response @param {Problem} problem */
export function sendProblem(response, problem) {
  const { status, faults } = problem;
  const body = {
    type: "about:blank",
    title: TITLES[status] ?? "Error",
    status,
    detail: problem.message,
    faults,
  };
  const headers = { "content-type": "application/problem+json; charset=utf-8", "cache-control": "no-store" };
  send(response, status, { ...headers, ...problem.headers }, JSON.stringify(body));
}

/** @param {import("node:http").IncomingMessage} request */
async function readBytes(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // Reading goes on so that the client gets the answer, but nothing more is kept.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw new Problem(413, `A body may have at most ${MAX_BODY_BYTES} bytes`);
  return Buffer.concat(chunks);
}

/**
 * The parsed body, or undefined when there is none. Throws Problem 400, 413 or 415.
 * @param {import("node:http").IncomingMessage} request
 */
export async function readJson(request) {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return undefined;
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new Problem(415, "Send application/json");
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Problem(400, "The body is not valid JSON");
  }
}
