/** The certificate a service showed, as plain values for assertions. */
import { type Socket, SocketAddress } from "node:net";
import { TLSSocket } from "node:tls";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";

const DAY_MS = 86_400_000;

/** "CN=a, O=b" of a distinguished name, which Node gives line by line. */
const oneLine = (name: string) => name.trim().split("\n").join(", ");

/** Names without their kind: "DNS:a, IP Address:127.0.0.1" → a, 127.0.0.1. */
const namesOf = (alternatives: string | undefined) =>
  (alternatives ?? "")
    .split(/,\s*/)
    .map((name) => name.replace(/^[\w ]+:/, "").replace(/^"|"$/g, ""))
    .filter((name) => name !== "");

/** Null for a connection without TLS. Needs a handshake of its own: resumed sessions carry no certificate. */
export function certificateOf(socket: Socket): JsonObject | null {
  if (!(socket instanceof TLSSocket)) return null;
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return null;
  const validTo = Date.parse(certificate.validTo);
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    names: namesOf(certificate.subjectAltName),
    validFrom: new Date(certificate.validFrom).toISOString(),
    validTo: new Date(validTo).toISOString(),
    daysLeft: Math.floor((validTo - Date.now()) / DAY_MS),
    protocol: socket.getProtocol() ?? "",
  };
}

/** The address a socket is connected to, in its shortest form; "" when it is not. */
export function addressOf(socket: Socket): string {
  const { remoteAddress, remoteFamily } = socket;
  if (!remoteAddress) return "";
  return new SocketAddress({ address: remoteAddress, family: remoteFamily === "IPv6" ? "ipv6" : "ipv4" })
    .address;
}
