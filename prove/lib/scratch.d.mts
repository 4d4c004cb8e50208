import type { ChildProcess } from "node:child_process";

export interface Repository {
  dir: string;
  /** modsquad/logs of it. */
  logs: string;
  write(path: string, content: string): void;
  git(...args: string[]): void;
  read(path: string): string;
  journals(): string[];
  remove(): void;
}
export interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}
export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** What it has printed so far. */
  out: { stdout: string; stderr: string };
}
export function makeRepository(files: Record<string, string>): Repository;
export function start(
  dir: string,
  args: string[],
  options?: { env?: Record<string, string | undefined>; stdout?: "pipe" | number; shell?: string },
): Started;
export function seeded(seed: number): () => number;
export function inParallel<T>(jobs: (() => Promise<T>)[], width: number): Promise<T[]>;
