/** Which gates a change cannot touch: none of the files that decide their result is in it. */
import type { ChangedFile, TrackedFile } from "../contracts/gate.ts";
import type { PlannedGate } from "../contracts/run-state.ts";

/** A change of these may change what every gate does. */
const STEERING = /(^|\/)(modsquad\.(config\.\w+|waivers\.yaml|baseline\.json)|package\.json|[^/]*lock[^/]*)$/;

/** True when the change may concern every gate: it is not known, empty, or touches what steers them. */
export function concernsAll(changed: readonly ChangedFile[] | null): boolean {
  if (changed === null || changed.length === 0) return true;
  return changed.some(({ path, from }) => STEERING.test(path) || (from !== undefined && STEERING.test(from)));
}

/**
 * The plan without the gates the change cannot touch; each of those says so. `inputs`: gate id → globs, or
 * "live" for a gate whose result other things than files decide.
 */
export async function leaveOutUnaffected(
  gates: readonly PlannedGate[],
  inputs: (id: string) => readonly string[] | "live" | undefined,
  changed: readonly ChangedFile[],
  files: readonly TrackedFile[],
): Promise<PlannedGate[]> {
  const paths = changed.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from]));
  const planned: PlannedGate[] = [];
  for (const gate of gates) {
    const globs = gate.decision === "run" ? inputs(gate.id) : undefined;
    const untouched = Array.isArray(globs) && !(await mayConcern(globs, paths, files));
    planned.push(untouched ? { ...gate, ...notTouched(globs) } : gate);
  }
  return planned;
}

/** A glob that matches nothing in git means files that git ignores, whose changes nobody lists. */
async function mayConcern(
  globs: readonly string[],
  changed: readonly string[],
  files: readonly TrackedFile[],
): Promise<boolean> {
  if (globs.includes("**")) return true;
  const { matcher } = await import("../globs.ts");
  const matches = matcher(globs);
  if (changed.some((path) => matches(path))) return true;
  return globs
    .filter((glob) => !glob.startsWith("!"))
    .map(matcher)
    .some((matchesOne) => ![...changed, ...files.map(({ path }) => path)].some((path) => matchesOne(path)));
}

function notTouched(globs: readonly string[]): Pick<PlannedGate, "decision" | "reason"> {
  const named = globs.slice(0, 3).join(", ");
  const more = globs.length > 3 ? " ..." : "";
  return { decision: "not_applicable", reason: `the change touches none of its files (${named}${more})` };
}
