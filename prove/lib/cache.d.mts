export interface CacheExperiment {
  close(): void;
}
export interface MutationSeen {
  kind: string;
  key: string;
  falseHits: number;
  wrong: string[];
}
export function openCache(random: () => number): Promise<CacheExperiment>;
export function mutateAndRun(experiment: CacheExperiment, random: () => number): Promise<MutationSeen>;
