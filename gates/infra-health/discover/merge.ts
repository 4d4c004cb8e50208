/** The services of several compose files as one, the later file over the earlier. */
import type { ComposeFile, ComposeService } from "./compose-file.ts";

function mergeTwo(base: ComposeService, over: ComposeService): ComposeService {
  const names = new Set(over.environment.map((one) => one.name));
  const depends = new Set(over.dependsOn.map((one) => one.name));
  return {
    ...base,
    image: over.image || base.image,
    hasBuild: base.hasBuild || over.hasBuild,
    ports: [...base.ports, ...over.ports],
    environment: [...base.environment.filter((one) => !names.has(one.name)), ...over.environment],
    envFiles: [...base.envFiles, ...over.envFiles],
    dependsOn: [...base.dependsOn.filter((one) => !depends.has(one.name)), ...over.dependsOn],
    volumes: [...base.volumes, ...over.volumes],
    networks: [...base.networks, ...over.networks],
    healthcheck: over.healthcheck ?? base.healthcheck,
    profiles: over.profiles.length > 0 ? over.profiles : base.profiles,
    command: over.command || base.command,
    restart: over.restart || base.restart,
    isExtended: base.isExtended || over.isExtended,
  };
}

/** All services by name. */
export function mergedServices(files: readonly ComposeFile[]): Map<string, ComposeService> {
  const merged = new Map<string, ComposeService>();
  for (const file of files) {
    for (const [name, service] of file.services) {
      const known = merged.get(name);
      merged.set(name, known ? mergeTwo(known, service) : service);
    }
  }
  return merged;
}

/** True when its work is to end: others wait for that, or nobody restarts it. */
export function isOneShot(name: string, services: ReadonlyMap<string, ComposeService>): boolean {
  for (const { dependsOn } of services.values()) {
    if (dependsOn.some((one) => one.name === name && one.condition === "service_completed_successfully"))
      return true;
  }
  return services.get(name)?.restart === "no";
}
