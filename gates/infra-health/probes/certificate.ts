/** What a TLS peer shows of itself: who it is, until when, and whether it is to be trusted. */
import { isIP } from "node:net";
import type { TLSSocket } from "node:tls";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { tlsAdvice, tlsWords } from "../net-errors.ts";
import { type Ill, ill, type Remark } from "../types.ts";

const DAY_MS = 86_400_000;
export const DEFAULT_MIN_DAYS = 14;

export interface CertificateVerdict {
  ill: Ill | null;
  facts: JsonObject;
  remarks: Remark[];
}

interface Expected {
  /** Host name or address the certificate has to be for. */
  host: string;
  where: string;
  minDays: number;
  nowMs: number;
}

/** Judges the certificate of a completed handshake: validity first, then name, then chain. */
export function judgeCertificate(socket: TLSSocket, expected: Expected): CertificateVerdict {
  const certificate = socket.getPeerX509Certificate();
  const { where, host, nowMs } = expected;
  if (!certificate) {
    const message = `TLS with ${where}: it shows no certificate`;
    return { ill: ill("tls", message, "Configure a certificate."), facts: {}, remarks: [] };
  }
  const ends = Date.parse(certificate.validTo);
  const begins = Date.parse(certificate.validFrom);
  const days = Math.floor((ends - nowMs) / DAY_MS);
  const facts: JsonObject = {
    subject: certificate.subject?.replaceAll("\n", ", ") ?? "",
    issuer: certificate.issuer?.replaceAll("\n", ", ") ?? "",
    validTo: new Date(ends).toISOString(),
    daysLeft: days,
    protocol: socket.getProtocol(),
  };
  const failed = (code: string, words: string): CertificateVerdict => ({
    ill: ill("tls", `TLS with ${where}: ${words}`, tlsAdvice(code), { facts, isTransient: false }),
    facts,
    remarks: [],
  });
  if (ends < nowMs) return failed("CERT_HAS_EXPIRED", `the certificate expired on ${day(ends)}`);
  if (begins > nowMs)
    return failed("CERT_NOT_YET_VALID", `the certificate is valid only from ${day(begins)}`);
  const fits = isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host);
  if (!fits) {
    const names = certificate.subjectAltName ?? certificate.subject ?? "nobody";
    return failed(
      "ERR_TLS_CERT_ALTNAME_INVALID",
      `the certificate is for ${names.replaceAll("\n", ", ")}, not for ${host}`,
    );
  }
  if (!socket.authorized) {
    const code = String(socket.authorizationError ?? "");
    return failed(code, tlsWords(code, code));
  }
  return { ill: null, facts, remarks: endingSoon(where, days, expected.minDays, ends) };
}

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

function endingSoon(where: string, days: number, minDays: number, ends: number): Remark[] {
  if (days >= minDays) return [];
  return [
    {
      rule: "certificate-expiry",
      severity: "medium",
      message: `The certificate of ${where} ends on ${day(ends)}, in ${days} day${days === 1 ? "" : "s"}`,
      fix: `Renew it. Below ${minDays} days (minDays) this is reported.`,
    },
  ];
}
