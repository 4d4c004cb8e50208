/** What is expected where, what its absence costs, one root cause, waiting for start-up, and what is discovered. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readRepository } from "../../../gates/infra-health/discover/repository.ts";
import { findServices } from "../../../gates/infra-health/discover/services.ts";
import gate from "../../../gates/infra-health/index.ts";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { runChecks } from "../../../modsquad/risk/checks-from-run.ts";
import { assessRuns } from "../../../modsquad/risk/model.ts";
import { repoView } from "../run-gate.ts";
import { runGate } from "./ask.ts";
import { freePort, PASSWORD, scratch, startRedis, startTalker } from "./servers.ts";

const folder = scratch();
afterAll(() => folder.dispose());
let closed = 0;
beforeAll(async () => {
  closed = await freePort();
});

const live = (services: JsonObject, env = "workstation", more: JsonObject = {}) =>
  runGate({ services, discover: false, ...more }, { env, checks: ["live-services"] });
const project = (files: Record<string, string>) => {
  const path = mkdtempSync(join(folder.path, "project-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
};

describe("where a service is expected", () => {
  const db = () => ({ db: { tcp: `127.0.0.1:${closed}`, environments: ["ci", "production"] } });

  test("offline where it is not expected: skipped, it says so, what to start and how to waive it", async () => {
    const { checks, findings } = await live(db());
    expect(checks.map((one) => [one.target, one.status, one.planned, one.examined])).toEqual([
      [undefined, "skipped", 0, 0],
      ["db", "skipped", 1, 0],
    ]);
    expect(checks[0]!.message).toMatch(
      /^1 offline: db\.\n.*modsquad\.waivers\.yaml: - \{ gate: infra-health, owner: .*until: \d{4}-\d\d-\d\d, env: workstation \}$/,
    );
    expect(checks[1]!.message).toContain("not expected on workstation, only in ci, production");
    expect(findings).toEqual([]);
  });
  test("offline where it is expected: failed with its class", async () => {
    const { checks, findings } = await live(db(), "ci");
    expect(checks).toMatchObject([
      { target: "db", status: "failed", failureClass: "refused", planned: 1, examined: 1 },
    ]);
    expect(findings).toMatchObject([{ ruleId: "live-services/refused", severity: "high", target: "db" }]);
  });
  test("optional: a warning everywhere", async () => {
    const { checks, findings } = await live(
      { db: { tcp: `127.0.0.1:${closed}`, optional: true } },
      "production",
    );
    expect(checks.every((one) => one.status === "skipped")).toBe(true);
    expect(findings).toMatchObject([{ severity: "low", target: "db" }]);
  });
  test("it is there although nobody expects it: proven all the same", async () => {
    const there = await startTalker();
    const { checks } = await live({ db: { tcp: `127.0.0.1:${there.port}`, environments: ["ci"] } });
    expect(checks).toMatchObject([{ target: "db", status: "passed", examined: 1 }]);
    await there.stop();
  });
  test("its address needs a variable that is not set: not asked, not passed", async () => {
    const { checks } = await live({
      db: { redis: "redis://${NO_SUCH_VARIABLE}:6379", environments: ["ci"] },
    });
    expect(checks[1]).toMatchObject({ status: "skipped", failureClass: "no-address", examined: 0 });
    expect(checks[1]!.message).toContain("NO_SUCH_VARIABLE");
  });
});

test("one root cause: what depends on a dead service points at it and has no finding of its own", async () => {
  const at = `127.0.0.1:${closed}`;
  const services = {
    db: { tcp: at },
    api: { http: `http://${at}/health`, dependsOn: ["db"] },
    shop: { http: `http://${at}/`, dependsOn: ["api"] },
    mail: { tcp: at },
  };
  const { checks, findings } = await live(services);
  expect(findings.map((one) => one.target)).toEqual(["db", "mail"]);
  expect(findings[0]!.message).toContain("It explains the failure of api, shop.");
  const messages = Object.fromEntries(checks.map((one) => [one.target, one.message.split(":")[0]]));
  expect([messages.api, messages.shop]).toEqual(["Because of db", "Because of db"]);
});

test("services that wait for each other are still told apart from healthy ones", async () => {
  const at = `127.0.0.1:${closed}`;
  const { checks, findings } = await live({
    a: { tcp: at, dependsOn: ["b"] },
    b: { tcp: at, dependsOn: ["a"] },
  });
  expect(checks.map((one) => one.status)).toEqual(["failed", "failed"]);
  expect(findings.length).toBeGreaterThan(0);
});

describe("time", () => {
  test("waitFor waits until a service has started", async () => {
    const mark = join(folder.path, "started");
    // Not ready the first time, ready the second.
    const command = `test -e ${mark} && exit 0; touch ${mark}; exit 1`;
    const { checks, metrics } = await live({ late: { command, waitFor: "20s" } });
    expect(checks).toMatchObject([{ status: "passed" }]);
    expect(metrics.services).toMatchObject([{ attempts: 2 }]);
  });
  test("without it there is one attempt", async () => {
    const { metrics } = await live({ dead: { tcp: `127.0.0.1:${closed}` } });
    expect(metrics.services).toMatchObject([{ attempts: 1, class: "refused" }]);
  });
  test("waiting does not help against a wrong password", async () => {
    const redis = await startRedis(folder.path, ["--requirepass", PASSWORD]);
    const { metrics } = await live({ cache: { redis: `redis://127.0.0.1:${redis.port}`, waitFor: "60s" } });
    expect(metrics.services).toMatchObject([{ class: "auth", attempts: 1 }]);
    await redis.stop("SIGKILL");
  });
  test("a run that is stopped is over at once and proves nothing", async () => {
    const hole = await startTalker();
    const controller = new AbortController();
    const running = runGate(
      { services: { hole: { redis: `127.0.0.1:${hole.port}`, timeout: "60s" } } },
      { signal: controller.signal, checks: ["live-services"] },
    );
    controller.abort();
    const { checks } = await running;
    expect(checks.every((one) => one.status !== "passed" && one.examined === 0)).toBe(true);
    await hole.stop();
  });
});

describe("discovery", () => {
  const find = async (
    files: Record<string, string>,
    values: Record<string, string>,
    env: string,
    options: JsonObject = {},
  ) => {
    const repository = await readRepository(
      new Set(Object.keys(files)),
      null,
      values,
      async (path) => files[path] ?? null,
    );
    return findServices(options, env, repository).map(
      (one) => `${one.name} ${one.kind} ${one.subject} ${one.isExpected ? "expected" : "not expected"}`,
    );
  };
  const compose = `services:
  api: { build: ., ports: ["3000:80"], healthcheck: { test: curl -f http://localhost:80/healthz } }
  db: { image: "postgres:16", ports: ["5433:5432"], environment: { POSTGRES_PASSWORD: "p@ss", POSTGRES_DB: shop } }
  cache: { image: "redis:7", ports: ["6380:6379"], command: redis-server --requirepass hush }
  queue: { image: rabbitmq, ports: ["5672:5672"] }
  worker: { build: . }
  tools: { image: adminer, profiles: [debug], ports: ["8080:8080"] }
`;
  test("from compose: asked the way their images want, expected everywhere but on a workstation", async () => {
    const subjects = [
      "api http http://127.0.0.1:3000/healthz",
      "db postgres postgres://postgres:p%40ss@127.0.0.1:5433/shop",
      "cache redis redis://:hush@127.0.0.1:6380",
      "queue tcp 127.0.0.1:5672",
      "worker compose worker",
    ];
    const files = { "compose.yaml": compose };
    expect(await find(files, {}, "ci")).toEqual(subjects.map((one) => `${one} expected`));
    expect(await find(files, {}, "workstation")).toEqual(subjects.map((one) => `${one} not expected`));
  });
  test("from variables: expected everywhere, one service for one address", async () => {
    const values = {
      DATABASE_URL: "postgresql+asyncpg://a:b@db.example/x",
      REDIS_URL: "redis://10.0.0.9",
      CELERY_BROKER_URL: "redis://10.0.0.9:6379/1",
      HOME_URL: "https://example.org",
    };
    expect(await find({}, values, "workstation")).toEqual([
      "database postgres postgresql://a:b@db.example/x expected",
      "redis redis redis://10.0.0.9 expected",
    ]);
  });
  test("a variable that means a compose service is asked where that is published", async () => {
    const files = {
      "compose.yaml": compose,
      ".env": "DATABASE_URL=postgres://a:b@db:5432/shop\nREDIS_URL=redis://nowhere\n",
    };
    const found = await find(files, {}, "workstation");
    expect(found[0]).toBe("db postgres postgres://a:b@127.0.0.1:5433/shop expected");
    expect(found.filter((one) => one.startsWith("db "))).toHaveLength(1);
  });
  test("the config's own service comes first and replaces what would be found", async () => {
    const options = {
      services: {
        db: { postgres: "postgres://c@127.0.0.1:5433/shop" },
        watch: { composeService: "worker", tcp: "127.0.0.1:9" },
      },
    };
    const found = await find({ "compose.yaml": compose }, {}, "ci", options);
    expect(found.map((one) => one.split(" ")[0])).toEqual(["db", "watch", "api", "cache", "queue"]);
  });
  test("detect says what it saw", async () => {
    const detect = async (files: Record<string, string>, options = {}) =>
      gate.detect(await repoView(project(files), { options }));
    expect(await detect({ "a.txt": "" })).toMatchObject({ applicable: false });
    expect(await detect({ "docker-compose.yml": compose })).toMatchObject({
      applicable: true,
      reason: "docker-compose.yml declares services",
    });
    expect(await detect({ ".env.example": "REDIS_URL=\n" })).toMatchObject({
      applicable: true,
      reason: ".env.example has REDIS_URL",
    });
    expect(await detect({}, { services: { a: { memory: true } } })).toMatchObject({ applicable: true });
  });
});

describe("what it costs", () => {
  const DAY = 20_000;

  /** The model's view of a run of the gate on the storefront's own config, with nothing started. */
  async function price(env: string, waivers: JsonObject[] = []) {
    const text = readFileSync(
      new URL("../../../examples/storefront/modsquad.config.yaml", import.meta.url),
      "utf8",
    );
    const { gates } = parse(text) as { gates: Record<string, { services: JsonObject }> };
    const services = JSON.parse(JSON.stringify(gates["infra-health"]!.services), (_, value) =>
      typeof value === "string"
        ? value.replace(/\$\{\w+:-((?:[^}])*)\}/, "$1").replace(/:\d{4}/, `:${closed}`)
        : value,
    ) as JsonObject;
    const root = fileURLToPath(new URL("../../../examples/storefront", import.meta.url));
    const result = await runGate({ services }, { env }, root);
    const checks = Object.fromEntries(
      [...runChecks(result.checks, {})].map(([id, one]) => [
        id,
        { status: one.status, coverage: one.coverage },
      ]),
    );
    const failed = result.checks.some((one) => one.status === "failed");
    const findings = result.findings.map((one) => ({ id: one.fingerprint, severity: one.severity }));
    const others = ["repo-audit", "live-flows", "design-dna", "browser", "contract"].map((id) => [
      id,
      { status: "pass" },
    ]);
    const runs = {
      ...Object.fromEntries(others),
      "infra-health": { status: failed ? "fail" : "warn", checks, findings },
    };
    const assessed = assessRuns(runs, { env, today: DAY, waivers });
    if (!assessed.ok) throw new Error(JSON.stringify(assessed.problems));
    return { checks, findings, ...assessed.value };
  }

  test("on a workstation the storefront's offline services cost 0.29, waived until a day 0.00 of it", async () => {
    const gross = await price("workstation");
    expect(gross.checks).toMatchObject({
      "static-config": { status: "pass" },
      "live-services": { status: "skipped" },
    });
    expect(gross.findings).toEqual([]);
    expect([gross.risk.toFixed(2), gross.exit]).toEqual(["0.29", 0]);
    const waiver = { gate: "infra-health", expires: DAY + 14, env: "workstation" };
    const net = await price("workstation", [waiver]);
    expect([net.risk.toFixed(2), net.totalAvoidable.toFixed(2)]).toEqual(["0.00", "0.29"]);
    const expired = await price("workstation", [{ ...waiver, expires: DAY - 1 }]);
    expect(expired.risk.toFixed(2)).toBe("0.29");
  });
  test("in CI, where they are expected, the same state fails", async () => {
    const ci = await price("ci", [{ gate: "infra-health", expires: DAY + 14, env: "workstation" }]);
    expect(ci.checks["live-services"]!.status).toBe("fail");
    expect([ci.verdict, ci.exit]).toEqual(["CRITICAL", 1]);
  });
});
