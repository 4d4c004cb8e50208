/** Turns the signals of a terminal or a supervisor into a clean cancellation, and the second one into force. */
import { EXIT } from "../contracts/words.ts";

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hangup } as const;
type HandledSignal = keyof typeof CODES;

/** Why a run's signal aborted when somebody asked for it. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(name: HandledSignal) {
    super(`interrupted by ${name}`);
    this.exitCode = CODES[name];
  }
}

export interface SignalTrap {
  /** Aborts at the first signal. */
  signal: AbortSignal;
  /** Exit code of the signal that came, or null. */
  exitCode(): number | null;
  /** Gives the signals back. */
  release(): void;
}

/** `onForce` runs at the second signal, before the process exits at once with the first one's code. */
export function trapSignals(onForce: () => void): SignalTrap {
  const abort = new AbortController();
  let code: number | null = null;
  const onSignal = (name: HandledSignal) => {
    if (code !== null) {
      onForce();
      process.exit(code);
    }
    code = CODES[name];
    abort.abort(new Interrupted(name));
  };
  const names = Object.keys(CODES) as HandledSignal[];
  for (const name of names) process.on(name, onSignal);
  return {
    signal: abort.signal,
    exitCode: () => code,
    release: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
