/** Whether this repository stands on services at all. Reads files; asks nobody. */
import type { Detection, RepoView } from "../../modsquad/contracts/gate.ts";
import { familyOfAddress } from "./discover/images.ts";
import { composePathsOf, EXAMPLES } from "./discover/repository.ts";
import { parseEnvFile } from "./discover/variables.ts";

/** Variables that name a service even where their example is empty. */
const SERVICE_VARIABLE =
  /^(DATABASE|POSTGRES(QL)?|PG|REDIS|CACHE|VALKEY|MYSQL|MONGO(DB)?|AMQP|RABBITMQ|NATS|KAFKA)_(URL|URI|DSN|HOST)$/;

/** Declared services, a compose file, or a variable that holds the address of a service. */
export async function detectInfraHealth(repo: RepoView): Promise<Detection> {
  const { services, composeFiles } = repo.options;
  if (services !== null && typeof services === "object" && !Array.isArray(services)) {
    const count = Object.keys(services).length;
    if (count > 0)
      return { applicable: true, reason: `${count} service${count === 1 ? "" : "s"} declared in the config` };
  }
  const paths = new Set(repo.files.map((file) => file.path));
  const configured = Array.isArray(composeFiles) ? composeFiles.map(String) : null;
  const [compose] = composePathsOf(paths, configured);
  if (compose) return { applicable: true, reason: `${compose} declares services` };
  for (const path of [".env", ...EXAMPLES]) {
    const text = path === ".env" || paths.has(path) ? await repo.readText(path) : null;
    const entry = parseEnvFile(text ?? "").find(
      (one) => familyOfAddress(one.value) !== null || SERVICE_VARIABLE.test(one.name),
    );
    if (entry) return { applicable: true, reason: `${path} has ${entry.name}` };
  }
  return {
    applicable: false,
    reason: "no compose file, no variable with the address of a service, no declared services",
  };
}
