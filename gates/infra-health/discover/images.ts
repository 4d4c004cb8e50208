/** What a container image or the scheme of an address stands for. */
import type { ProbeKind } from "../types.ts";

export type Family =
  | "postgres"
  | "redis"
  | "mysql"
  | "mongodb"
  | "rabbitmq"
  | "kafka"
  | "elasticsearch"
  | "memcached"
  | "nats";

interface FamilyFacts {
  kind: ProbeKind;
  port: number;
  images: RegExp;
  schemes: RegExp;
}

export const FAMILIES: Record<Family, FamilyFacts> = {
  postgres: {
    kind: "postgres",
    port: 5432,
    images: /^(postgres(ql)?|postgis|timescaledb(-ha)?|pgvector|pg)$/,
    schemes: /^postgres(ql)?(\+\w+)?:$/,
  },
  redis: {
    kind: "redis",
    port: 6379,
    images: /^(redis(-stack(-server)?)?|valkey|keydb|dragonfly)$/,
    schemes: /^(rediss?|valkeys?):$/,
  },
  mysql: {
    kind: "tcp",
    port: 3306,
    images: /^(mysql(-server)?|mariadb|percona)$/,
    schemes: /^(mysql|mariadb)(\+\w+)?:$/,
  },
  mongodb: { kind: "tcp", port: 27017, images: /^mongo(db)?$/, schemes: /^mongodb:$/ },
  rabbitmq: { kind: "tcp", port: 5672, images: /^rabbitmq$/, schemes: /^amqps?:$/ },
  kafka: { kind: "tcp", port: 9092, images: /^(kafka|redpanda|cp-kafka)$/, schemes: /^kafka:$/ },
  elasticsearch: {
    kind: "tcp",
    port: 9200,
    images: /^(elasticsearch|opensearch)$/,
    schemes: /^elasticsearch:$/,
  },
  memcached: { kind: "tcp", port: 11211, images: /^memcached$/, schemes: /^memcached?:$/ },
  nats: { kind: "tcp", port: 4222, images: /^nats$/, schemes: /^nats:$/ },
};

const ALL = Object.entries(FAMILIES) as [Family, FamilyFacts][];

/** "docker.io/library/postgres:16-alpine" → postgres. */
export function familyOfImage(image: string): Family | null {
  const base = image.split("/").at(-1)!.split(/[:@]/, 1)[0]!;
  return ALL.find(([, facts]) => facts.images.test(base))?.[0] ?? null;
}

export function familyOfAddress(address: string): Family | null {
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(address)?.[0].toLowerCase();
  return scheme === undefined ? null : (ALL.find(([, facts]) => facts.schemes.test(scheme))?.[0] ?? null);
}
