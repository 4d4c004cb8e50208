/** Docker Compose without a daemon: both output shapes, every state, and each way of not being able to ask. */
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import {
  composeTrouble,
  judgeComposeService,
  parseComposePs,
} from "../../../gates/infra-health/compose-ps.ts";
import type { ExecResult } from "../../../modsquad/contracts/gate.ts";
import { runGate } from "./ask.ts";
import { scratch } from "./servers.ts";

const FIXTURES = new URL("../../../gates/infra-health/fixtures/", import.meta.url);
const recorded = (name: string) => readFileSync(new URL(`compose-ps/${name}`, FIXTURES), "utf8");
const folder = scratch();
afterAll(() => folder.dispose());

const STATES: [service: string, outcome: string, words: RegExp][] = [
  ["web", "healthy", /is running$/],
  ["db", "healthy", /running and healthy/],
  ["search", "unhealthy", /health check fails/],
  ["queue", "unhealthy", /still starting/],
  ["worker", "crashed", /exited with 1/],
  ["importer", "crashed", /137 \(killed/],
  ["migrate", "refused", /was stopped/],
  ["mail", "crashed", /keeps restarting/],
  ["cache", "unhealthy", /paused/],
  ["proxy", "refused", /never started/],
  ["old", "crashed", /dead/],
  ["gone", "refused", /being removed/],
  ["absent", "refused", /no container/],
];

describe.each(["lines.ndjson", "array.json"])("%s", (name) => {
  const containers = parseComposePs(recorded(name))!;
  test.each(STATES)("%s is %s", (service, outcome, words) => {
    const judged = judgeComposeService(containers, service, false);
    expect(judged.ok ? "healthy" : judged.class).toBe(outcome);
    expect(judged.message).toMatch(words);
  });
  test("a job that has ended with 0 has done its work; one that has not, has not", () => {
    expect(judgeComposeService(containers, "migrate", true)).toMatchObject({ ok: true });
    expect(judgeComposeService(containers, "worker", true)).toMatchObject({ ok: false, class: "crashed" });
  });
});

test("the worst of several containers counts", () => {
  const [web] = parseComposePs(recorded("lines.ndjson"))!;
  const crashed = { ...web!, state: "exited", exitCode: 3 };
  expect(judgeComposeService([web!, crashed], "web", false)).toMatchObject({ ok: false, class: "crashed" });
});

test("nothing, null and nonsense", () => {
  expect(parseComposePs("\n")).toEqual([]);
  expect(parseComposePs("null")).toEqual([]);
  expect(parseComposePs("[]")).toEqual([]);
  expect(parseComposePs("NAME  IMAGE  COMMAND")).toBeNull();
  expect(parseComposePs('{"Name":"no service"}')).toBeNull();
});

const failed = (stderr: string, more: Partial<ExecResult> = {}): ExecResult => ({
  code: 1,
  signal: null,
  stdout: "",
  stderr,
  truncated: false,
  ...more,
});

test.each<[string, ExecResult]>([
  ["missing-tool", failed("", { code: null, error: "ENOENT" })],
  [
    "missing-tool",
    failed("docker: unknown command: docker compose\n\nRun 'docker --help' for more information"),
  ],
  ["missing-tool", failed("docker: 'compose' is not a docker command.\nSee 'docker --help'")],
  ["missing-tool", failed("unknown shorthand flag: 'f' in -f\nSee 'docker --help'.")],
  [
    "refused",
    failed(
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    ),
  ],
  ["auth", failed("permission denied while trying to connect to the Docker daemon socket")],
  ["misconfigured", failed("required variable DB_PASSWORD is missing a value: set it in .env")],
  ["misconfigured", failed("yaml: line 3: did not find expected key")],
  ["timeout", failed("", { code: null, signal: "SIGKILL", timedOut: true })],
  ["unhealthy", failed("something new")],
])("cannot ask: %s", (failureClass, done) => {
  expect(composeTrouble(done)).toMatchObject({ ok: false, class: failureClass });
});

test("a gate run with a docker that plays the recording back, and with one that has no compose", async () => {
  const root = join(folder.path, "project");
  mkdirSync(join(root, "bin"), { recursive: true });
  const services = ["web", "worker", "migrate"]
    .map((name) => `  ${name}:\n    image: shop/${name}\n`)
    .join("");
  writeFileSync(join(root, "compose.yaml"), `services:\n${services}    restart: "no"\n`);
  cpSync(new URL("compose-ps/lines.ndjson", FIXTURES), join(root, "recording"));
  const docker = (script: string) => {
    writeFileSync(join(root, "bin", "docker"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(root, "bin", "docker"), 0o755);
  };
  vi.stubEnv("PATH", `${join(root, "bin")}:${process.env.PATH}`);
  docker('test "$*" = "compose -f compose.yaml ps --all --format json" && cat recording');
  const found = await runGate({}, { env: "ci" }, root);
  const states = found.checks.map((check) => [check.target, check.status, check.failureClass]);
  expect(states).toEqual([
    [undefined, "passed", undefined],
    ["web", "passed", undefined],
    ["worker", "failed", "crashed"],
    ["migrate", "passed", undefined],
  ]);
  expect(found.findings.map((one) => one.fix?.command)).toEqual(["docker compose logs --tail 50 worker"]);

  docker('echo "docker: unknown command: docker compose" >&2; exit 1');
  const missing = await runGate({}, { env: "ci" }, root);
  expect(missing.checks.slice(1).map((check) => [check.status, check.failureClass])).toEqual(
    Array(3).fill(["errored", "missing-tool"]),
  );
  expect(missing.checks[1]!.message).toContain("the compose plugin of docker is missing");
  const workstation = await runGate({}, { env: "workstation" }, root);
  expect(workstation.checks.slice(1).every((check) => check.status === "skipped")).toBe(true);
});
