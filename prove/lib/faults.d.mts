export interface Fault {
  code: number | number[];
}
export interface Provoked {
  code: number | null;
  text: string;
  wrong: string[];
}
export const FAULTS: Record<string, Fault>;
export const SLOW_FAULTS: Record<string, Fault>;
export function provoke(fault: Fault): Promise<Provoked>;
