export interface Replay {
  walk(): { commits: number; fresh: number; gone: number; resurrected: string[] };
  /** Number of planted secrets the baseline knows. */
  plant(count: number): number;
  move(): { files: number; lines: number; fresh: number };
  swap(): { fresh: number };
  remove(): void;
}
export function openReplay(path: string, commits: number): Replay;
