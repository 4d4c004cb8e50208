/** `meta-orch hook pushed`: what the pre-push hook runs. Judges each pushed commit against what the remote has. */
import { text } from "node:stream/consumers";
import { EXIT } from "../contracts/words.ts";
import { pushedRanges } from "../git/hooks/pushed.ts";
import type { Repository } from "../git/index.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import type { HookArguments } from "./usage/hook.ts";
import { parseRunArguments } from "./usage/run.ts";

export async function judgePush(repository: Repository, args: HookArguments, io: Io): Promise<number> {
  const lines = await text(io.stdin as AsyncIterable<Uint8Array>);
  const ranges = await pushedRanges(repository, args.remote ?? "origin", lines);
  const { runCommand } = await import("./run.ts");
  for (const view of ranges) {
    const argv = ["--mode", "quick", "--range", `${view.from ?? ""}..${view.to}`];
    if (args.repo !== undefined) argv.push("--repo", args.repo);
    const parsed = parseRunArguments(argv);
    if (!parsed.ok) return printProblems(parsed.problems, io);
    // Only what the hook prints; nothing of a push is remembered.
    const code = await runCommand(
      { ...parsed.value, view },
      { ...io, env: { ...io.env, META_ORCH_HOOK: "" } },
    );
    if (code !== EXIT.safe) return code;
  }
  return EXIT.safe;
}
