/** One run killed at a moment of chance: what the dashboard says wrong of it, or null. */
export function chaosRun(seed: number): Promise<string | null>;
