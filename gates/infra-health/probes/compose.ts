/** What Docker Compose says of a service that publishes no port. */
import { judgeComposeService } from "../compose-ps.ts";
import type { Probe } from "../types.ts";

export const probeCompose: Probe = async (service, context) => {
  context.tried.push(`docker compose ps for ${service.subject}`);
  const listing = await context.compose.list(context.timeoutMs);
  return Array.isArray(listing) ? judgeComposeService(listing, service.subject, service.isOneShot) : listing;
};
