/** static-config on the gate's own fixtures, and the edits it proposes. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { readComposeFile } from "../../../gates/infra-health/discover/compose-file.ts";
import { interpolate, parseEnvFile } from "../../../gates/infra-health/discover/variables.ts";
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { runGate } from "./ask.ts";
import { scratch } from "./servers.ts";

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../gates/infra-health/fixtures/${name}`, import.meta.url));
const scratched = scratch();
afterAll(() => scratched.dispose());

const check = (folder: string) => runGate({}, { checks: ["static-config"] }, folder);
const line = (finding: Finding) =>
  `${finding.location?.path} ${finding.ruleId} ${finding.target} ${finding.severity}`;

/** Writes the edits of all findings, last place first, so that offsets stay right. Overlapping ones wait. */
function applyEdits(folder: string, findings: readonly Finding[]): number {
  const edits = findings
    .flatMap((finding) => finding.fix?.edits ?? [])
    .sort((one, other) => other.start - one.start);
  const lowest = new Map<string, number>();
  let applied = 0;
  for (const { path, start, end, text } of edits) {
    if (end > (lowest.get(path) ?? Number.POSITIVE_INFINITY)) continue;
    const old = readFileSync(join(folder, path), "utf8");
    writeFileSync(join(folder, path), old.slice(0, start) + text + old.slice(end));
    lowest.set(path, start);
    applied += 1;
  }
  return applied;
}

test("the good fixture has no finding", async () => {
  const result = await check(fixture("good"));
  expect(result.findings).toEqual([]);
  expect(result.checks).toMatchObject([{ id: "static-config", status: "passed", planned: 6, examined: 6 }]);
});

/** Messages about a compose file with these files beside it. */
async function told(compose: string, beside: Record<string, string> = {}): Promise<string[]> {
  const folder = mkdtempSync(join(scratched.path, "told-"));
  for (const [name, text] of Object.entries({ "compose.yaml": compose, ...beside })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return (await check(folder)).findings.map(({ message }) => message);
}

describe("where several services say the same", () => {
  const shared = `x-env: &env { env_file: shop.env }
services:
  web: { <<: *env, image: shop }
  job: { <<: *env, image: shop }
`;
  test("it is told once", async () => {
    expect(await told(shared)).toEqual([
      "The service web reads shop.env, which is not there: compose refuses to start it (and the same of 1 more service)",
    ]);
  });
  test("and not at all beside an example", async () => {
    expect(await told(shared, { "shop.env.example": "A=\n" })).toEqual([]);
  });
  test("what is included may hold the other half of a service", async () => {
    const text =
      "include: [db.yaml]\nservices:\n  db: { shm_size: 1g }\n  web: { image: w, depends_on: { db: { condition: service_healthy } } }\n";
    expect(await told(text, { "db.yaml": "services: { db: { image: postgres } }\n" })).toEqual([]);
  });
});

test("the bad fixture has exactly the findings it lists, each with a fix", async () => {
  const result = await check(fixture("bad"));
  const expected = JSON.parse(readFileSync(join(fixture("bad"), "expected.json"), "utf8"));
  expect(result.findings.map(line).sort()).toEqual(expected);
  expect(result.checks).toMatchObject([{ status: "failed", failureClass: "misconfigured" }]);
  for (const { fix, fingerprint } of result.findings) {
    expect(fix?.edits?.length ?? fix?.command).toBeTruthy();
    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
  }
  expect(new Set(result.findings.map((one) => one.fingerprint)).size).toBe(result.findings.length);
});

test("the edits repair what they are about, and only commands are left to people", async () => {
  const folder = join(scratched.path, "repaired");
  cpSync(fixture("bad"), folder, { recursive: true });
  for (let round = 0; round < 4; round += 1) {
    if (applyEdits(folder, (await check(folder)).findings) === 0) break;
  }
  const left = (await check(folder)).findings.map((finding) => finding.ruleId.split("/")[1]).sort();
  expect(left).toEqual([
    "dependency-cycle",
    "missing-env-file",
    "no-image",
    "password-differs",
    "unknown-service",
  ]);
});

test("fingerprints do not move with the lines", async () => {
  const folder = join(scratched.path, "moved");
  cpSync(fixture("bad"), folder, { recursive: true });
  const before = (await check(folder)).findings.map((one) => one.fingerprint);
  const file = join(folder, "compose.yaml");
  writeFileSync(file, `# One more line.\n${readFileSync(file, "utf8")}`);
  expect((await check(folder)).findings.map((one) => one.fingerprint)).toEqual(before);
});

test("a compose file that is no YAML fails, and one that is named but not there", async () => {
  const folder = join(scratched.path, "broken");
  cpSync(fixture("good"), folder, { recursive: true });
  writeFileSync(join(folder, "compose.yaml"), "services:\n  web: [\n");
  const broken = await check(folder);
  expect(broken.checks[0]!.status).toBe("failed");
  expect(broken.findings[0]!.ruleId).toBe("static-config/compose-syntax");
  const absent = await runGate({ composeFiles: ["deploy.yaml"] }, { checks: ["static-config"] }, folder);
  expect(absent.findings.map((one) => one.ruleId)).toEqual(["static-config/missing-file"]);
});

test("the config's own names are compared too", async () => {
  const services = {
    mail: { compose: "mailer" },
    site: { http: "http://127.0.0.1:1", dependsOn: ["datenbank"] },
    models: { loaded: { url: "http://127.0.0.1:1", expect: { "$.digest": { sha256: "models.yaml" } } } },
  };
  const result = await runGate({ services }, { checks: ["static-config"] }, fixture("good"));
  expect(result.findings.map((one) => `${one.ruleId} ${one.target}`)).toEqual([
    "static-config/unknown-service mailer",
    "static-config/unknown-dependency datenbank",
    "static-config/missing-file models.yaml",
  ]);
});

test("with nothing that says what to expect the check is an inability", async () => {
  const result = await runGate({});
  expect(result.checks.map((one) => [one.id, one.status])).toEqual([
    ["static-config", "errored"],
    ["live-services", "errored"],
  ]);
});

describe("reading", () => {
  const values = { SET: "here", EMPTY: "" };
  test.each([
    ["$SET/${SET}", "here/here", []],
    ["${EMPTY:-default} ${EMPTY-default}", "default ", []],
    ["${NONE:-${SET}}", "here", []],
    ["${SET:+yes}${NONE+no}", "yes", []],
    ["$$SET costs 5$", "$SET costs 5$", []],
    ["${NONE}-${NEEDED:?why}", "-", ["NONE", "NEEDED!"]],
  ])("%s", (text, filled, missing) => {
    const result = interpolate(text, values);
    expect(result.text).toBe(filled);
    expect(result.missing.map((one) => one.name + (one.isRequired ? "!" : ""))).toEqual(missing);
  });

  test("environment files", () => {
    const text = "# A=no\nexport A=1\r\nB = \"two words\" # why\nC='#'\nD=x # y\nE=\n";
    expect(parseEnvFile(text).map(({ name, value, line: at }) => [name, value, at])).toEqual([
      ["A", "1", 2],
      ["B", "two words", 3],
      ["C", "#", 4],
      ["D", "x", 5],
      ["E", "", 6],
    ]);
  });

  test("ports in all their spellings", async () => {
    const ports =
      '["8080", "8081:80", "127.0.0.1:8082:80", "127.0.0.1::80", "[::1]:8083:80/udp", "9000-9001:90-91", {target: 80, published: "8084"}]';
    const file = await readComposeFile("compose.yaml", `services: {web: {image: a, ports: ${ports}}}`, {});
    expect(
      file.services
        .get("web")!
        .ports.map((one) => `${one.host} ${one.published} ${one.target} ${one.protocol}`),
    ).toEqual([
      "127.0.0.1 null 8080 tcp",
      "127.0.0.1 8081 80 tcp",
      "127.0.0.1 8082 80 tcp",
      "127.0.0.1 null 80 tcp",
      "::1 8083 80 udp",
      "127.0.0.1 9000 90 tcp",
      "127.0.0.1 8084 80 tcp",
    ]);
  });

  test("aliases, and what is merged in, as compose does it", async () => {
    const text = `x-quiet: &quiet { restart: unless-stopped }
x-healthy: &healthy { condition: service_healthy }
x-base: &base
  <<: [*quiet, { restart: never, image: other }]
  image: shop
  depends_on:
    db: { <<: *healthy }
x-ports: &ports ["8081:80"]
services:
  web: { <<: *base, ports: *ports, environment: { <<: { A: "1", B: "2" }, B: "3" } }
  job: { <<: *base, image: job }
  twin: *base
  db: { image: postgres }
`;
    const { services } = await readComposeFile("compose.yaml", text, {});
    const told = [...services.values()].map(({ name, image, restart, dependsOn, ports, environment }) => ({
      name,
      image,
      restart,
      waits: dependsOn.map((one) => `${one.name} ${one.condition}`).join(),
      ports: ports.map(({ published }) => published).join(),
      environment: environment.map((one) => `${one.name}=${one.value}`).join(" "),
    }));
    const base = { image: "shop", restart: "unless-stopped", waits: "db service_healthy", ports: "" };
    expect(told).toEqual([
      { ...base, name: "web", ports: "8081", environment: "B=3 A=1" },
      { ...base, name: "job", image: "job", environment: "" },
      { ...base, name: "twin", environment: "" },
      { name: "db", image: "postgres", restart: "", waits: "", ports: "", environment: "" },
    ]);
  });

  test("an alias of itself, and one of nothing, end", async () => {
    for (const text of ["services: &a { b: { <<: *a } }", "services: { b: *nothing }", "services: &a [*a]"])
      expect((await readComposeFile("compose.yaml", text, {})).services.size).toBeLessThan(2);
  });

  test("no text makes the readers throw", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        parseEnvFile(text);
        interpolate(text, {});
        await readComposeFile("compose.yaml", `services:\n  a: ${text}`, {});
      }),
      { seed: 8, numRuns: 300 },
    );
  });
});
