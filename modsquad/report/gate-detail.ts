/** What a gate did in a few words: the last column of every table. */
import type { TaskState } from "../contracts/run-state.ts";
import { SEVERITIES } from "../contracts/words.ts";
import { count, duration } from "./numbers.ts";

/** "3 checks, 412 examined, 2 high and 79 low findings". */
export function gateDetail(task: TaskState): string {
  const parts: string[] = [];
  if (task.checks.length > 0) {
    const examined = task.checks.reduce((sum, check) => sum + check.examined, 0);
    parts.push(count(task.checks.length, "check"), `${examined} examined`);
  }
  const findings = findingCounts(task);
  if (findings !== "") parts.push(findings);
  if (task.attempt > 1) parts.push(`attempt ${task.attempt}`);
  if (task.cached) parts.push(`cached ${duration(task.cached.ageHours * 3600)} ago`);
  return parts.join(", ");
}

/** "2 high, 79 low findings (3 new)", or "" when there are none. */
export function findingCounts(task: TaskState): string {
  const counts = new Map<string, number>();
  let fresh = 0;
  let total = 0;
  for (const finding of task.findings) {
    const times = finding.count ?? 1;
    counts.set(finding.severity, (counts.get(finding.severity) ?? 0) + times);
    total += times;
    if (finding.isNew) fresh += times;
  }
  if (total === 0) return "";
  const words = SEVERITIES.filter((one) => counts.has(one)).map((one) => `${counts.get(one)} ${one}`);
  return `${words.join(", ")} finding${total === 1 ? "" : "s"} (${fresh} new)`;
}
