/** What it means when a request got no answer, in words a person can act on. */
import type { Wrong } from "./assert.ts";
import type { Step, TransportClass, TransportFailure } from "./types.ts";
import { showMs } from "./units.ts";

const ADVICE: Record<TransportClass, string> = {
  refused: "Start the service, or check host and port: nothing listens there.",
  dns: "Check the host name, and that this machine's DNS knows it.",
  unreachable: "Check the network, firewall or VPN between this machine and the service.",
  timeout: "Look into what the service waits for, or raise timeout if it may take this long.",
  reset: "Look into the service's log: it or a proxy before it dropped the connection.",
  truncated: "Look into the service's log: it stopped while writing the body, or announced a wrong length.",
  certificate: "Renew or replace the certificate; for a private authority set NODE_EXTRA_CA_CERTS.",
  tls: "Check that the port speaks TLS and which versions it offers.",
  protocol: "Check that the port speaks HTTP/1.1 and what a proxy before it adds.",
  size: "Send less, page the answer, or raise maxBody.",
  "redirect-loop": "Fix the redirects, or raise redirects.limit if they end.",
  "redirect-host": "Point the flow to the final host, or allow it under redirects.hosts.",
  "redirect-private":
    "Find out who makes the service redirect into the internal network. If it is meant to, name the address itself under redirects.hosts.",
  cancelled: "Run again.",
};

/** A transport failure as something wrong with a step. */
export function transportWrong(failure: TransportFailure, step: Step): Wrong {
  const slow = failure.class === "timeout";
  return {
    rule: failure.class,
    severity: "high",
    subject: "",
    expected: slow ? `an answer within ${showMs(step.timeoutMs)}` : "an answer",
    got: failure.message,
    advice: ADVICE[failure.class],
  };
}
