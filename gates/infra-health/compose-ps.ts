/** `docker compose ps`: its two output shapes, and every state a container can be in. */
import type { ExecResult, GateContext } from "../../modsquad/contracts/gate.ts";
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";
import { type ComposeReader, type Container, healthy, type Ill, ill, type ProbeResult } from "./types.ts";

const INSTALL = "Install it: https://docs.docker.com/compose/install";
/** Services asking within this time share one answer. Milliseconds. */
const SHARED_MS = 400;

const textOf = (value: Json | undefined) => (typeof value === "string" ? value : "");

function containerOf(row: JsonObject): Container {
  const status = textOf(row.Status);
  const written = /\bExited \((\d+)\)/i.exec(status)?.[1];
  const code =
    typeof row.ExitCode === "number" ? row.ExitCode : written === undefined ? null : Number(written);
  return {
    service: textOf(row.Service),
    name: textOf(row.Name),
    // Before 2.21 the state was capitalised in some versions, and absent where the status says it all.
    state: (textOf(row.State) || status.split(/\s/, 1)[0]!).toLowerCase().replace(/^up$/, "running"),
    health: (
      textOf(row.Health) ||
      (/\((healthy|unhealthy|health: starting)\)/.exec(status)?.[1] ?? "")
    ).replace("health: ", ""),
    exitCode: code,
    status,
  };
}

const isRow = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && "Service" in value;

/** An array (before 2.21.0), one object a line (since), or nothing; null when it is neither. */
export function parseComposePs(text: string): Container[] | null {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed === "null") return [];
  try {
    const rows: unknown = trimmed.startsWith("[")
      ? JSON.parse(trimmed)
      : trimmed
          .split(/\r?\n/)
          .filter((line) => line.trim() !== "")
          .map((line) => JSON.parse(line));
    return Array.isArray(rows) && rows.every(isRow) ? rows.map(containerOf) : null;
  } catch {
    return null;
  }
}

/** Why `docker compose ps` could not say anything; null when it did. */
export function composeTrouble(done: ExecResult): Ill | null {
  if (done.error === "ENOENT") return ill("missing-tool", "docker is not installed", INSTALL);
  if (done.error !== undefined)
    return ill("missing-tool", `docker cannot be started (${done.error})`, INSTALL);
  if (done.timedOut)
    return ill("timeout", "docker compose ps does not answer", "Look whether the Docker daemon hangs.");
  if (done.code === 0) return null;
  const said = (done.stderr.trim() || done.stdout.trim()).split("\n")[0]!.slice(0, 200);
  if (
    /unknown command: docker compose|'compose' is not a docker command|unknown shorthand flag: 'f'|unknown flag: --(project-directory|all|format)/i.test(
      done.stderr,
    )
  ) {
    return ill(
      "missing-tool",
      "the compose plugin of docker is missing",
      `${INSTALL} (Debian: apt-get install docker-compose-plugin).`,
      {
        command: "meta-orch doctor --fix",
      },
    );
  }
  if (
    /cannot connect to the docker daemon|is the docker daemon running|error during connect/i.test(done.stderr)
  )
    return ill("refused", "the Docker daemon is not running", "Start it.", {
      command: "sudo systemctl start docker",
    });
  if (/permission denied/i.test(done.stderr))
    return ill("auth", "this user may not talk to the Docker daemon", "Add the user to the group docker.", {
      isTransient: false,
    });
  if (
    /required variable|no configuration file|yaml:|invalid|undefined (service|network|volume)|env file/i.test(
      done.stderr,
    )
  )
    return ill(
      "misconfigured",
      `docker compose refuses the file: ${said}`,
      "Run docker compose config and correct what it names.",
    );
  return ill(
    "unhealthy",
    `docker compose ps ended with ${done.code}: ${said}`,
    "Run docker compose ps --all.",
  );
}

/** A reader that lists the project of `files`. */
export function composeReader(
  context: Pick<GateContext, "exec" | "root">,
  files: readonly string[],
  project: string | null,
): ComposeReader {
  let last: { at: number; listing: Promise<Container[] | Ill> } | null = null;
  const ask = async (timeoutMs: number): Promise<Container[] | Ill> => {
    const named = project === null ? [] : ["--project-name", project];
    const args = [
      "compose",
      ...files.flatMap((file) => ["-f", file]),
      ...named,
      "ps",
      "--all",
      "--format",
      "json",
    ];
    const done = await context.exec("docker", args, { cwd: context.root, timeoutMs });
    const trouble = composeTrouble(done);
    if (trouble) return trouble;
    return (
      parseComposePs(done.stdout) ??
      ill("version", "docker compose ps answers in an unknown format", "Update the compose plugin.")
    );
  };
  return {
    list(timeoutMs) {
      const at = performance.now();
      if (last === null || at - last.at > SHARED_MS) last = { at, listing: ask(timeoutMs) };
      return last.listing;
    },
  };
}

const exitWords = (code: number | null) => {
  if (code === 137) return "exited with 137 (killed, often for lack of memory)";
  if (code === 143) return "exited with 143 (ended by SIGTERM)";
  return code === null ? "exited" : `exited with ${code}`;
};

/** Whether the state of one container is what it should be. */
export function judgeContainer(container: Container, isOneShot: boolean): ProbeResult {
  const { name, state, health, exitCode, service } = container;
  const logs = { command: `docker compose logs --tail 50 ${service}`, facts: { state, health, exitCode } };
  const advice = "Look into its log.";
  switch (state) {
    case "running":
      if (health === "unhealthy")
        return ill("unhealthy", `${name} is running, but its health check fails`, advice, logs);
      if (health === "starting")
        return ill("unhealthy", `${name} is still starting`, "Wait, or use waitFor.", logs);
      return healthy(`${name} is running${health === "" ? "" : ` and ${health}`}`, logs.facts);
    case "exited":
      if (exitCode === 0 && isOneShot) return healthy(`${name} has done its work`, logs.facts);
      if (exitCode === 0) return ill("refused", `${name} was stopped`, "Start it.", { facts: logs.facts });
      return ill("crashed", `${name} ${exitWords(exitCode)}`, advice, logs);
    case "restarting":
      return ill(
        "crashed",
        `${name} keeps restarting${exitCode ? `, last time it ${exitWords(exitCode)}` : ""}`,
        advice,
        logs,
      );
    case "dead":
      return ill("crashed", `${name} is dead: Docker could not remove it`, advice, {
        ...logs,
        command: `docker compose rm -f ${service}`,
      });
    case "paused":
      return ill("unhealthy", `${name} is paused`, "Go on with it.", {
        ...logs,
        command: `docker compose unpause ${service}`,
      });
    case "created":
      return ill("refused", `${name} was created but never started`, "Start it.", { facts: logs.facts });
    case "removing":
      return ill("refused", `${name} is being removed`, "Start it again.", { facts: logs.facts });
    default:
      return ill("unhealthy", `${name} is in the unknown state "${state}"`, advice, logs);
  }
}

/** The state of a service: of all its containers, the worst. */
export function judgeComposeService(
  containers: readonly Container[],
  service: string,
  isOneShot: boolean,
): ProbeResult {
  const own = containers.filter((one) => one.service === service);
  if (own.length === 0) return ill("refused", `${service} has no container`, "Start it.");
  const results = own.map((one) => judgeContainer(one, isOneShot));
  const bad = results.find((one) => !one.ok && one.class === "crashed") ?? results.find((one) => !one.ok);
  return bad ?? results[0]!;
}
