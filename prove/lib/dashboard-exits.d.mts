import type { Repository } from "./scratch.mjs";

export function repositoryWithRun(): Promise<Repository>;
/** What is wrong, or null. */
export function tryExit(name: string, repository: Repository, term?: string): Promise<string | null>;
