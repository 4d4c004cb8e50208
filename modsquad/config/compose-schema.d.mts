/** What composing needs of a gate. */
export interface ComposableGate {
  id: string;
  title?: string;
  summary?: string;
  checks: Record<string, readonly string[]>;
  options: Record<string, unknown>;
}

export function composeSchema(base: object, gates: readonly ComposableGate[]): Record<string, unknown>;
