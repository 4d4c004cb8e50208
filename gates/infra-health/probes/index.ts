/** Probe kind → probe, each loaded when a service needs it. */
import type { Probe, ProbeKind } from "../types.ts";

const PROBES: Record<ProbeKind, () => Promise<Probe>> = {
  postgres: async () => (await import("./postgres.ts")).probePostgres,
  redis: async () => (await import("./redis.ts")).probeRedis,
  http: async () => (await import("./http.ts")).probeHttp,
  tcp: async () => (await import("./tcp.ts")).probeTcp,
  dns: async () => (await import("./dns.ts")).probeDns,
  tls: async () => (await import("./tls.ts")).probeTls,
  disk: async () => (await import("./host.ts")).probeDisk,
  memory: async () => (await import("./host.ts")).probeMemory,
  clock: async () => (await import("./clock.ts")).probeClock,
  process: async () => (await import("./process.ts")).probeProcess,
  loaded: async () => (await import("./loaded.ts")).probeLoaded,
  command: async () => (await import("./command.ts")).probeCommand,
  compose: async () => (await import("./compose.ts")).probeCompose,
};

export const probeFor = (kind: ProbeKind): Promise<Probe> => PROBES[kind]();
