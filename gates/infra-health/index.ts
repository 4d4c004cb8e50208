/** infra-health: is what the product stands on really standing? */
import { defineGate } from "../../modsquad/contracts/gate.ts";
import { API_VERSION } from "../../modsquad/contracts/words.ts";
import { detectInfraHealth } from "./detect.ts";
import { OPTIONS } from "./options.ts";

/** What addresses of services are usually called, and what docker and Postgres clients read. */
const VARIABLES = [
  ..."DATABASE_URL POSTGRES_URL POSTGRESQL_URL PG_URL REDIS_URL CACHE_URL VALKEY_URL MYSQL_URL".split(" "),
  ..."MONGO_URL MONGODB_URI AMQP_URL RABBITMQ_URL NATS_URL KAFKA_URL ELASTICSEARCH_URL".split(" "),
  ..."POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB PGPASSWORD PGUSER PGDATABASE REDIS_PASSWORD".split(" "),
  ..."DOCKER_HOST DOCKER_CONTEXT DOCKER_CONFIG DOCKER_TLS_VERIFY DOCKER_CERT_PATH COMPOSE_PROJECT_NAME".split(
    " ",
  ),
];

export default defineGate({
  apiVersion: API_VERSION,
  id: "infra-health",
  version: "1.0.0",
  title: "Infrastructure health",
  summary: "Asks databases, caches, containers and whatever else the product stands on whether they are fit",
  agent: "infra-warden",
  areas: ["infrastructure"],
  tier: 2,
  needs: [],
  locks: [],
  timeoutMs: 120_000,
  retry: { attempts: 1, backoffMs: 0, on: [] },
  env: VARIABLES,
  defectClasses: {},
  checks: { "static-config": ["full"], "live-services": ["full"] },
  options: OPTIONS,
  reportName: "infra_health",
  detect: detectInfraHealth,
  inputs: () => "live",
  // Detection runs in every plan; what a run needs is loaded when there is one.
  run: async (context) => (await import("./run.ts")).runInfraHealth(context),
});
