/** Which ports of this machine anything in the repository provides. */
import type { Facts } from "./facts.ts";

/** Host ports of every compose file. */
export function publishedPorts(facts: Facts): number[] {
  return facts.compose.flatMap((file) =>
    file.services.flatMap((service) => service.ports.flatMap(({ host }) => (host === null ? [] : [host]))),
  );
}

/** True when code or configuration other than the file itself speaks of the port. */
export function isSpokenAnywhere(facts: Facts, port: number, except: string): boolean {
  for (const path of facts.spokenPorts.get(port)) if (path !== except) return true;
  return false;
}
