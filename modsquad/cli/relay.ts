/** `meta-orch relay`: follows the runs of one or many repositories and shows them to people and machines. */
import { basename, join } from "node:path";
import { loadConfig } from "../config/load.ts";
import { findRoot } from "../config/root.ts";
import type { Problem, ResolvedConfig, Result } from "../contracts/config.ts";
import { EXIT } from "../contracts/words.ts";
import type { Notifier } from "../relay/channels/index.ts";
import type { Io } from "./io.ts";
import { printProblems, renderProblem } from "./problems.ts";
import type { RelayArguments } from "./usage/relay.ts";

/** Shorter ones can be guessed. */
const MIN_TOKEN = 32;

function tokenOf(env: NodeJS.ProcessEnv): Result<string | undefined> {
  const token = env.META_ORCH_RELAY_TOKEN;
  if (!token) return { ok: true, value: undefined };
  if (token.length >= MIN_TOKEN && /^[\w-]+$/.test(token)) return { ok: true, value: token };
  const what = `META_ORCH_RELAY_TOKEN must have at least ${MIN_TOKEN} letters, digits, "-" or "_"`;
  return { ok: false, problems: [{ what, next: "Make one with: openssl rand -hex 24" }] };
}

function remoteProblem(host: string): Problem {
  return {
    what: `--host ${host} would let other machines in`,
    where: "--host",
    next: "Add --allow-remote when that is what you want; behind an SSH tunnel 127.0.0.1 is enough.",
  };
}

interface Place {
  root: string;
  /** Null when it has problems, which were printed. */
  config: ResolvedConfig | null;
}

/** The roots named with --repo, each once. A config that cannot be read costs its channels, not the view. */
async function placesOf(args: RelayArguments, io: Io): Promise<Result<Place[]>> {
  const places = new Map<string, Place>();
  const problems: Problem[] = [];
  for (const repo of args.repos.length > 0 ? args.repos : ["."]) {
    const found = await findRoot(repo, undefined, io.cwd, io.env);
    if (!found.ok) {
      problems.push(...found.problems);
      continue;
    }
    const { root } = found.value;
    if (places.has(root)) continue;
    const loaded = await loadConfig({
      repo: root,
      env: args.env,
      mode: "full",
      lenient: true,
      cwd: io.cwd,
      processEnv: io.env,
    });
    if (!loaded.ok) {
      io.stderr.write(`meta-orch relay: no messages to channels for ${root}: its config has problems\n`);
      for (const problem of loaded.problems) io.stderr.write(`${renderProblem(problem)}\n`);
    }
    places.set(root, { root, config: loaded.ok ? loaded.value : null });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: [...places.values()] };
}

export async function relayCommand(args: RelayArguments, io: Io): Promise<number> {
  const { isLoopback, startRelay } = await import("../relay/index.ts");
  if (!isLoopback(args.host) && !args.allowRemote) return printProblems([remoteProblem(args.host)], io);
  const token = tokenOf(io.env);
  if (!token.ok) return printProblems(token.problems, io);
  const places = await placesOf(args, io);
  if (!places.ok) return printProblems(places.problems, io);
  const notifiers = await notifiersOf(places.value, io);
  const { trapSignals } = await import("../engine/signals.ts");
  const trap = trapSignals(() => {});
  const started = await startRelay({
    roots: places.value.map(({ root }) => root),
    port: args.port,
    host: args.host,
    allowControl: args.allowControl,
    names: args.names,
    token: token.value,
    onChange: (repository, { view }) => notifiers.get(repository.root)?.look(view),
  });
  if (!started.ok) {
    await Promise.all([...notifiers.values()].map((one) => one.close()));
    return printProblems(started.problems, io);
  }
  const relay = started.value;
  if (!isLoopback(args.host)) {
    io.stderr.write(
      `meta-orch relay: WARNING: other machines can reach this relay on ${args.host}, without encryption.\n` +
        "  Whoever reads the token on the way can see every run" +
        `${args.allowControl ? " and stop or start gates" : ""}.\n`,
    );
  }
  if (args.json)
    io.stdout.write(`${JSON.stringify({ url: relay.url, token: relay.token, pid: process.pid })}\n`);
  else io.stdout.write(greeting(relay, args, places.value));
  if (!trap.signal.aborted) await new Promise((resolve) => trap.signal.addEventListener("abort", resolve));
  await relay.close();
  await Promise.all([...notifiers.values()].map((one) => one.close()));
  trap.release();
  return trap.exitCode() ?? EXIT.safe;
}

/** By root. What is wrong with a channel is said; the others and the page go on. */
async function notifiersOf(places: readonly Place[], io: Io): Promise<Map<string, Notifier>> {
  const { channelsOf } = await import("../relay/channels/config.ts");
  const { createNotifier } = await import("../relay/channels/index.ts");
  const say = (sentence: string) => void io.stderr.write(`meta-orch relay: ${sentence}\n`);
  const notifiers = new Map<string, Notifier>();
  for (const { root, config } of places) {
    if (!config) continue;
    const { channels, problems } = channelsOf(config, io.env);
    for (const problem of problems) io.stderr.write(`${renderProblem(problem)}\n`);
    const logs = join(root, "modsquad", "logs");
    const notifier = createNotifier({ repository: basename(root), logs, channels, say });
    if (notifier) notifiers.set(root, notifier);
  }
  return notifiers;
}

function greeting(
  relay: { url: string; token: string },
  args: RelayArguments,
  places: readonly Place[],
): string {
  const count = places.length === 1 ? places[0]!.root : `${places.length} repositories`;
  const control = args.allowControl
    ? "requests to running engines are passed on"
    : "it only looks, --allow-control lets it ask engines too";
  return [
    `Following ${count}; ${control}. Ctrl-C ends it.`,
    "",
    `  page     ${relay.url}/?token=${relay.token}`,
    `  machines ${relay.url.replace("http", "ws")}/ws   ${relay.url}/events   ${relay.url}/metrics`,
    "           with the header  Authorization: Bearer TOKEN",
    "",
  ].join("\n");
}
