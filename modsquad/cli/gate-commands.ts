/** Commands that gates bring with them, such as `design learn`. The manifest names them; their gate is loaded to run one. */
import { pathToFileURL } from "node:url";
import type { Gate } from "../contracts/gate.ts";
import { distFile } from "../paths.ts";
import { type ManifestEntry, readManifest } from "../plan/gates.ts";
import type { CommandMain } from "./commands.ts";

export interface GateCommandEntry {
  /** All its words: "design learn". */
  name: string;
  summary: string;
  gate: string;
}

/** Commands of the built-in gates; none when the manifest cannot be read (help must work even then). */
export function gateCommands(read: () => ManifestEntry[] = readManifest): GateCommandEntry[] {
  try {
    return read().flatMap(({ id, commands }) => commands.map((command) => ({ ...command, gate: id })));
  } catch {
    return [];
  }
}

/** The entry whose words the arguments begin with, the longest first, and how many words it took. */
export function matchGateCommand(
  argv: readonly string[],
  entries: readonly GateCommandEntry[],
): { entry: GateCommandEntry; rest: string[] } | null {
  const byLength = [...entries].sort((a, b) => b.name.length - a.name.length);
  for (const entry of byLength) {
    const words = entry.name.split(" ");
    if (words.every((word, index) => argv[index] === word)) return { entry, rest: argv.slice(words.length) };
  }
  return null;
}

/** Loads the gate and hands over. An entry the gate does not have means a broken build: an exception. */
export async function loadGateCommand(
  entry: GateCommandEntry,
  url = pathToFileURL(distFile("esm", "gates", `${entry.gate}.js`)).href,
): Promise<CommandMain> {
  const { default: gate } = (await import(/* @vite-ignore */ url)) as { default: Gate };
  const command = gate.commands?.find(({ name }) => name === entry.name);
  if (!command) throw new Error(`The gate ${entry.gate} has no command "${entry.name}"`);
  return (argv, io) => command.run(argv, io.cwd);
}
