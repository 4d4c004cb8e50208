/** What a push sends, from the lines git gives its hook. */
import { mergeBase, resolveCommit } from "../base.ts";
import { gitIn, type Repository } from "../repository.ts";
import type { View } from "../view.ts";

type Range = Extract<View, { kind: "range" }>;

const NOTHING = /^0+$/;

/** One range per commit pushed; deleted refs send nothing. */
export async function pushedRanges(repository: Repository, remote: string, lines: string): Promise<Range[]> {
  const ranges = new Map<string, Range>();
  for (const line of lines.split("\n")) {
    const [, to, , there] = line.split(" ");
    if (!to || !there || NOTHING.test(to) || ranges.has(to)) continue;
    ranges.set(to, { kind: "range", from: await startOf(repository, remote, to, there), to });
  }
  return [...ranges.values()];
}

/** What the other side has already: its tip if we know it, else where the work left one of its branches. */
async function startOf(
  repository: Repository,
  remote: string,
  to: string,
  there: string,
): Promise<string | null> {
  if (!NOTHING.test(there) && (await resolveCommit(repository, there)).ok) return there;
  // Oldest commit that no branch of the other side has; its parent is where the work started.
  const args = ["rev-list", "--topo-order", "--reverse", to, "--not", `--remotes=${remote}`];
  const sent = await gitIn(repository, args);
  const first = sent.stdout.toString("utf8").split("\n", 1)[0];
  if (sent.code === 0 && first) {
    const parent = await resolveCommit(repository, `${first}^`);
    return parent.ok ? parent.value.commit : null;
  }
  // Everything is there under another name: what is judged is the last commit against the usual base.
  const usual = await mergeBase({ ...repository, commit: to });
  return usual.ok && usual.value.base ? usual.value.base.commit : null;
}
