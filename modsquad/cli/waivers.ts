/** `meta-orch waivers`: shows the accepted risks with their state, and ends them. */
import { loadConfig } from "../config/load.ts";
import { WAIVERS_FILE } from "../config/waivers.ts";
import { editWaivers } from "../config/waivers-file.ts";
import type { ResolvedConfig } from "../contracts/config.ts";
import type { Waiver } from "../contracts/run-state.ts";
import { EXIT } from "../contracts/words.ts";
import { count } from "../report/numbers.ts";
import { assess } from "../risk/assess.ts";
import { dayNumber } from "../risk/days.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import type { WaiversArguments } from "./usage/waivers.ts";
import { latestRun, todayUtc } from "./waive.ts";

export interface ListedWaiver extends Waiver {
  state: "live" | "expired" | "stale" | "over-limit" | "other-env";
  /** Days until its last day; negative when that has passed. */
  daysLeft: number;
  note: string;
}

const nameOf = (waiver: Waiver): string => waiver.fingerprint ?? waiver.gate ?? "";

/** Each waiver of the file, judged against the latest run; without one, by its day alone. */
export function listWaivers({ root, waivers, env }: ResolvedConfig): ListedWaiver[] {
  const run = latestRun(root);
  const today = todayUtc();
  const header = run && { ...run.header, waivers, today, env };
  const applied = run && header ? assess({ ...run, header }).waivers : [];
  return waivers.map((waiver, at) => {
    const daysLeft = (dayNumber(waiver.until) ?? 0) - (dayNumber(today) ?? 0);
    const judged = applied[at];
    if (daysLeft < 0)
      return { ...waiver, state: "expired", daysLeft, note: "counts for nothing: renew it or remove it" };
    return {
      ...waiver,
      state: judged?.state ?? "live",
      daysLeft,
      note: judged?.message ?? "no run yet to judge it by",
    };
  });
}

export async function waiversCommand(args: WaiversArguments, io: Io): Promise<number> {
  const { repo, config: configFile, env } = args;
  const loaded = await loadConfig({
    repo,
    configFile,
    env,
    mode: "full",
    lenient: true,
    cwd: io.cwd,
    processEnv: io.env,
  });
  if (!loaded.ok) return printProblems(loaded.problems, io);
  return args.action === "list" ? list(args, loaded.value, io) : expire(args, loaded.value, io);
}

function list(args: WaiversArguments, config: ResolvedConfig, io: Io): number {
  const waivers = listWaivers(config);
  if (args.json) io.stdout.write(`${JSON.stringify(waivers, null, 2)}\n`);
  else if (waivers.length === 0) io.stdout.write(`There are no waivers in ${WAIVERS_FILE}\n`);
  else for (const waiver of waivers) io.stdout.write(linesOf(waiver));
  return waivers.some(({ state }) => state !== "live" && state !== "other-env") ? EXIT.blocked : EXIT.safe;
}

function linesOf(waiver: ListedWaiver): string {
  const { state, until, daysLeft, owner, env, reason, note } = waiver;
  const left =
    daysLeft < 0
      ? `${-daysLeft} days ago`
      : daysLeft === 0
        ? "today is its last day"
        : `${daysLeft} days left`;
  const where = env === undefined ? "" : `, in ${env} only`;
  return `${state.padEnd(10)} ${nameOf(waiver)}  until ${until} (${left})${where}\n           ${owner}: ${reason}\n           ${note}\n`;
}

async function expire(args: WaiversArguments, config: ResolvedConfig, io: Io): Promise<number> {
  const unknown = args.subjects.filter((name) => !config.waivers.some((waiver) => nameOf(waiver) === name));
  if (unknown.length > 0) {
    const next = `Waivers: ${config.waivers.map(nameOf).join(", ") || "none"}.`;
    return printProblems(
      [{ what: `There is no waiver of ${unknown.join(", ")}`, where: WAIVERS_FILE, next }],
      io,
    );
  }
  const today = todayUtc();
  const ends = (waiver: Waiver) =>
    args.subjects.length > 0 ? args.subjects.includes(nameOf(waiver)) : waiver.until < today;
  const gone = config.waivers.flatMap((waiver, at) => (ends(waiver) ? [{ waiver, at }] : []));
  if (gone.length === 0) {
    io.stdout.write("No waiver is past its day\n");
    return EXIT.safe;
  }
  const written = await editWaivers(config.root, { remove: gone.map(({ at }) => at) });
  if (!written.ok) return printProblems(written.problems, io);
  for (const { waiver } of gone)
    io.stdout.write(`ended ${nameOf(waiver)} (${waiver.owner}, until ${waiver.until})\n`);
  io.stdout.write(`${count(gone.length, "waiver")} taken out of ${WAIVERS_FILE}\n`);
  return EXIT.safe;
}
