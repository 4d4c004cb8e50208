/** Why a request got no answer: error codes of Node, OpenSSL and undici as one word and a sentence. */
import type { TransportClass, TransportFailure } from "../types.ts";
import { showMs } from "../units.ts";
import { PRIVATE_CODE } from "./private.ts";

/** What was being done when it went wrong. */
export type Stage = "connect" | "first byte" | "body";

interface ErrorLike {
  code?: string;
  message?: string;
  name?: string;
  cause?: unknown;
  errors?: unknown[];
}

/** The most telling code of an error: its own, its cause's, or that of the first of several attempts. */
function codeOf(error: unknown, depth = 0): string {
  const { code, name, message, cause, errors } = (error ?? {}) as ErrorLike;
  if (typeof code === "string" && code !== "UND_ERR_SOCKET") return code;
  if (depth < 4) {
    const inner = cause ? codeOf(cause, depth + 1) : errors?.length ? codeOf(errors[0], depth + 1) : "";
    if (inner !== "") return inner;
  }
  if (code !== undefined || name !== "HTTPParserError") return code ?? "";
  // At the end of a connection undici's parser says it in words only.
  return /invalid eof/i.test(message ?? "") ? "HPE_INVALID_EOF_STATE" : "HPE_INVALID";
}

const REFUSED = /^(ECONNREFUSED)$/;
const DNS = /^(ENOTFOUND|EAI_\w+)$/;
const UNREACHABLE = /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT|EACCES|EPERM)$/;
const RESET = /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET)$/;
const CERTIFICATE =
  /^(CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|ERR_TLS_CERT_\w+|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED)$/;
const TLS = /^(EPROTO|ERR_SSL_\w+|ERR_TLS_\w+)$/;
const PROTOCOL = /^(HPE_\w+|UND_ERR_HEADERS_OVERFLOW|UND_ERR_INFO|Z_\w+|ERR__ERROR_\w*|ERR_BROTLI\w*)$/;
const CUT = /^(UND_ERR_RES_CONTENT_LENGTH_MISMATCH|HPE_INVALID_EOF_STATE|HPE_CLOSED_CONNECTION)$/;

function classOf(code: string, stage: Stage): TransportClass {
  if (stage === "body" && (CUT.test(code) || RESET.test(code))) return "truncated";
  if (code === PRIVATE_CODE) return "redirect-private";
  if (REFUSED.test(code)) return "refused";
  if (DNS.test(code)) return "dns";
  if (UNREACHABLE.test(code)) return "unreachable";
  if (CERTIFICATE.test(code)) return "certificate";
  if (TLS.test(code)) return "tls";
  if (RESET.test(code) || CUT.test(code)) return "reset";
  return PROTOCOL.test(code) ? "protocol" : "reset";
}

const SENTENCES: Partial<Record<TransportClass, string>> = {
  refused: "refused the connection",
  dns: "has a name that does not resolve",
  unreachable: "cannot be reached",
  certificate: "has a certificate that is not trusted",
  tls: "did not complete the TLS handshake",
  reset: "closed the connection without an answer",
  truncated: "closed the connection in the middle of the body",
  "redirect-private": "has a private address, to which a public service must not redirect",
  protocol: "sent something that is not valid HTTP",
};

/** The failure of a request to `origin` that ended with `error` while doing `stage`. */
export function failureOf(error: unknown, stage: Stage, origin: string, elapsedMs: number): TransportFailure {
  const code = codeOf(error);
  const kind = classOf(code, stage);
  const detail = code === "" || code === "UND_ERR_SOCKET" ? "" : ` (${code})`;
  const message = `${origin} ${SENTENCES[kind] ?? "failed"}${detail}`;
  return { class: kind, origin, message, beforeConnection: stage === "connect", elapsedMs };
}

/** A deadline that passed. */
export function timeoutOf(
  stage: Stage,
  origin: string,
  timeoutMs: number,
  elapsedMs: number,
): TransportFailure {
  const what = {
    connect: "no connection",
    "first byte": "connected, but no answer",
    body: "the answer began but did not end",
  }[stage];
  const message = `${origin}: ${what} within ${showMs(timeoutMs)}`;
  return { class: "timeout", origin, message, beforeConnection: stage === "connect", elapsedMs };
}
