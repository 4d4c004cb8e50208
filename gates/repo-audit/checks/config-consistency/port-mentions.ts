/** Which files speak of which port. */

const NOWHERE: ReadonlySet<string> = new Set();

/** Thousands of files speak of ports and few of those are asked about: it is sorted by port when the first one is. */
export class PortMentions {
  readonly #said: { path: string; ports: readonly number[] }[] = [];
  #byPort: Map<number, Set<string>> | null = null;

  /** Ports a file speaks of, each once. */
  add(path: string, ports: readonly number[]): void {
    if (ports.length === 0) return;
    this.#said.push({ path, ports });
    this.#byPort = null;
  }

  addAll(others: PortMentions): void {
    for (const { path, ports } of others.#said) this.add(path, ports);
  }

  /** How many files speak of any. */
  get size(): number {
    return this.#said.length;
  }

  /** Every port, as it was added. */
  get ports(): number[] {
    return this.#said.flatMap(({ ports }) => ports);
  }

  /** The files that speak of a port. */
  get(port: number): ReadonlySet<string> {
    this.#byPort ??= this.#sorted();
    return this.#byPort.get(port) ?? NOWHERE;
  }

  #sorted(): Map<number, Set<string>> {
    const byPort = new Map<number, Set<string>>();
    for (const { path, ports } of this.#said) {
      for (const port of ports) {
        const paths = byPort.get(port);
        if (paths) paths.add(path);
        else byPort.set(port, new Set([path]));
      }
    }
    return byPort;
  }
}
