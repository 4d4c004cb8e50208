import type { Repository, Started } from "./scratch.mjs";

export interface ResumeExperiment {
  repository: Repository;
  /** Milliseconds an uninterrupted run took. */
  tookMs: number;
  launch(args: string[]): Started;
}
export interface KillSeen {
  /** False when the run had ended before the kill. */
  killed: boolean;
  /** Gates with a final record when the run died. */
  finished: number;
  wrong: string[];
}
export function openResume(random: () => number): Promise<ResumeExperiment>;
export function killAndResume(experiment: ResumeExperiment, atMs: number): Promise<KillSeen>;
