import type { Repository } from "./scratch.mjs";

export interface Safety {
  repository: Repository;
  /** Milliseconds an undisturbed hook takes. */
  tookMs: number;
  before: Map<string, string>;
}
export const STATES: Record<string, (repository: Repository) => void>;
export function openSafety(state: string): Promise<Safety>;
export function killOnce(
  safety: Safety,
  atMs: number,
  signal: "SIGTERM" | "SIGKILL",
): Promise<{ killed: boolean; changed: string[] }>;
