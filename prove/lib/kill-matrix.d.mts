export interface KillCell {
  eventName: string;
  shapeName: string;
  survivors: number;
  code: number | null;
  ms: number;
  faults: string[];
}
export const SHAPES: Record<string, string>;
export const EVENTS: Record<string, { exit: number | null }>;
/** Grace plus what a run may take on top, milliseconds. */
export const LIMIT_MS: number;
export function marked(mark: string): string[];
export function killCell(binary: string, eventName: string, shapeName: string): Promise<KillCell>;
