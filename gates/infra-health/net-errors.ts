/** Errors of sockets, name resolution and TLS as failure classes. */
import { type Ill, ill } from "./types.ts";

/** Codes of OpenSSL and Node for a certificate or handshake that is not acceptable. */
const TLS_CODES =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|EPROTO$)/;

/** Code and message of an error; an AggregateError of several addresses speaks with its first one. */
export function errorFacts(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return errorFacts(error.errors[0]);
  if (!(error instanceof Error)) return { code: "", message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  return { code: typeof code === "string" ? code : "", message: error.message };
}

const TLS_WORDS: Record<string, string> = {
  CERT_HAS_EXPIRED: "the certificate has expired",
  CERT_NOT_YET_VALID: "the certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another host",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "the chain ends in a certificate that is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the chain is incomplete: the issuer's certificate is missing",
  UNABLE_TO_GET_ISSUER_CERT: "the issuer's certificate is missing",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the issuer is not trusted here, or the chain is incomplete",
  CERT_REVOKED: "the certificate is revoked",
};

export const tlsWords = (code: string, message: string) => TLS_WORDS[code] ?? message;

/** What to do about a code of TLS. */
export function tlsAdvice(code: string): string {
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return "Renew the certificate and reload the service.";
    case "CERT_NOT_YET_VALID":
      return "Check the clock of this machine and of the one that issued the certificate.";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return "Issue the certificate for this host name, or use the name it was issued for.";
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "EPROTO":
      return "The port does not speak TLS, or another version: check scheme and port.";
    default:
      return "Serve the whole chain, or name the issuing authority with `ca:`.";
  }
}

/** The class of a socket error towards `where`; null when it is none that is known. */
export function networkIll(error: unknown, where: string): Ill | null {
  const { code, message } = errorFacts(error);
  if (TLS_CODES.test(code))
    return ill("tls", `TLS with ${where}: ${tlsWords(code, message)}`, tlsAdvice(code));
  switch (code) {
    case "ECONNREFUSED":
    case "ENOENT":
      return ill("refused", `${where} refused the connection`, "Start it, or check host and port.");
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EADDRNOTAVAIL":
    case "EHOSTDOWN":
    case "ENETDOWN":
      return ill("refused", `${where} is unreachable (${code})`, "Check the network, the route and the VPN.");
    case "ETIMEDOUT":
      return ill("timeout", `${where} did not answer`, "Check the firewall, host and port.");
    case "ENOTFOUND":
    case "ENODATA":
    case "EAI_NODATA":
    case "EAI_NONAME":
      return ill(
        "dns",
        `${where}: the host name does not exist`,
        "Check the host name, or start what gives it.",
      );
    case "EAI_AGAIN":
    case "ESERVFAIL":
    case "EREFUSED":
      return ill(
        "dns",
        `${where}: the name server gives no answer (${code})`,
        "Check the resolver of this machine.",
      );
    case "ECONNRESET":
    case "EPIPE":
    case "ECONNABORTED":
      return ill(
        "crashed",
        `${where} broke off the connection`,
        "Look into its log: it went away in the middle.",
      );
    case "EACCES":
    case "EPERM":
      return ill(
        "auth",
        `${where}: permission denied`,
        "Check the permissions of the socket or the firewall.",
        {
          isTransient: false,
        },
      );
    default:
      return null;
  }
}

/** Like `networkIll`, for errors that must have a class. */
export function anyNetworkIll(error: unknown, where: string): Ill {
  const known = networkIll(error, where);
  if (known) return known;
  const { code, message } = errorFacts(error);
  return ill("unhealthy", `${where}: ${message}${code ? ` (${code})` : ""}`, "Look into its log.");
}
